"""What the editor says of the kernel's functions: those with a handler, and inline functions and macros by what they call."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import NamedTuple

from server.sim.kapi.registry import HEADERS, api

_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))((?:.*\\\n)*.*)$", re.M)
_INLINE = re.compile(r"^static inline ([^;{}]*?\b(\w+)\([^{;]*\))\s*\{", re.M)
_WORD = re.compile(r"\b[A-Za-z_]\w*")
_OURS = "__wq_"  # names that no kernel has
DEPTH_MAX = 8  # calls that are followed


class Described(NamedTuple):
    """One entry: `c` is its prototype, or its name with arguments."""

    name: str
    c: str
    doc: str
    header: str
    may_sleep: bool


class _Text(NamedTuple):
    """An inline function or macro: its prototype, what it calls in order, and its header."""

    c: str
    calls: list[str]
    header: str
    kind: str


def _texts() -> dict[str, _Text]:
    found: dict[str, _Text] = {}
    for header in HEADERS:
        module = import_module("server.sim.kapi." + header)
        text = getattr(module, "HEADER", "") + "\n" + getattr(module, "INLINE", "")
        for name, arguments, body in _MACRO.findall(text):
            found.setdefault(name, _Text(name + arguments, _WORD.findall(body), header, "macro"))
        for match in _INLINE.finditer(text):
            body = text[match.end() : _end(text, match.end())]
            found[match[2]] = _Text(" ".join(match[1].split()), _WORD.findall(body), header, "inline function")
    return found


def _end(text: str, at: int) -> int:
    """Where the body ends whose brace was opened before `at`."""
    depth = 1
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def _reached(name: str, texts: dict[str, _Text], depth: int = 0) -> list[str]:
    """The functions with a handler that a call ends in, in order."""
    if name in api().prototypes:
        return [] if name.startswith("__get_") else [name]
    if depth >= DEPTH_MAX or name not in texts:
        return []
    return [end for call in texts[name].calls if call != name for end in _reached(call, texts, depth + 1)]


@cache
def described() -> tuple[Described, ...]:
    """All that a module may call, by name; without names that begin with two underscores."""
    prototypes, texts = api().prototypes, _texts()
    out = [Described(p.name, p.c, p.doc, p.header, p.may_sleep) for p in prototypes.values()]
    for name, text in texts.items():
        if name in prototypes:
            continue
        ends = [prototypes[end] for end in dict.fromkeys(_reached(name, texts))]
        doc = f"An {text.kind}." if text.kind[0] == "i" else f"A {text.kind}."
        told = [end for end in ends if not end.name.startswith("__wq_might")]
        if len(told) == 1:  # what calls several is more than any of them
            way = "" if told[0].name.startswith(_OURS) else f", by way of {told[0].name}()"
            doc = f"{told[0].doc.splitlines()[0].rstrip('.')}{way}."
        out.append(Described(name, text.c, doc, text.header, any(end.may_sleep for end in ends)))
    return tuple(sorted(entry for entry in out if not entry.name.startswith("__")))
