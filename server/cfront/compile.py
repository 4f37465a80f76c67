"""Source text to a linked `ir.Unit`, in this process: call it only in a child that has limits."""

from __future__ import annotations

import os
import re
from functools import cache

import msgspec

from server.cfront import link
from server.cfront.clang import Library
from server.cfront.context import Context
from server.cfront.diagnose import DIAGNOSTICS_MAX, Hints, collect
from server.cfront.kbuild import modules
from server.cfront.lint import lint
from server.cfront.precheck import precheck
from server.cfront.types import Types
from server.cfront.unit import Part, translate
from server.scenario import Diagnostic, Limits
from server.sim.cmodule import ir
from server.sim.kapi import registry
from server.sim.kapi.header_names import header_names

FLAGS = [
    "-std=gnu11", "-ffreestanding", "-fno-builtin", "-funsigned-char", "-fno-strict-aliasing", "-fwrapv", "-nostdinc",
    "--target=x86_64-linux-gnu", "-fspell-checking", "-fspell-checking-limit=0", "-ferror-limit=100",
    "-fmacro-prefix-map=/module/=", "-Wall", "-Werror=implicit-function-declaration", "-Werror=implicit-int",
    "-Werror=incompatible-pointer-types", "-Werror=return-type", "-Werror=strict-prototypes", "-Werror=date-time",
    "-Werror=pointer-type-mismatch", "-Wno-pointer-sign", "-Wno-error=int-conversion",
    "-Wno-error=incompatible-pointer-types-discards-qualifiers",
    "-Wno-unused-const-variable", "-Wno-unused-but-set-variable", "-Wno-gnu", "-Wno-for-loop-analysis",
    "-Wno-format-security", "-Wno-address-of-packed-member", "-Wno-self-assign", "-Wno-sometimes-uninitialized",
    "-Wno-microsoft-anon-tag", "-fms-extensions", "-isystem", "/wq/include", "-I/module",
]  # fmt: skip
OVERLAY = '{"version": 0, "redirecting-with": "redirect-only", "roots": []}'
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*[<\"]([\w./-]+)[>\"]", re.M)
_WORD = re.compile(r"[A-Za-z_]\w*")
_FOLLOWS = re.compile("no member named|incompatible type 'void'")  # what one bad member in container_of() leads to


@cache
def library() -> Library:
    """libclang, loaded once in a process."""
    return Library()


@cache
def overlay() -> str:
    """Path of a file system description that is empty: clang sees nothing but the texts that we hand it."""
    descriptor = os.memfd_create("overlay", 0)
    os.write(descriptor, OVERLAY.encode())
    return f"/proc/self/fd/{descriptor}"


def _rare_headers(files: dict[str, str], api: registry.Api) -> dict[str, str]:
    """Headers of 6.12 that few modules include: they bring in what all do, so that only what is used can be missing."""
    wanted = {path for text in files.values() for path in _INCLUDE.findall(text) if path not in files}
    paths = ["/wq/include/" + path for path in sorted(wanted)]
    rare = [path for path in paths if path not in api.files and path.removeprefix("/wq/include/") in header_names()]
    return dict.fromkeys(rare, registry.ALL)


def compile_here(files: dict[str, str], module_name: str, limits: Limits) -> tuple[ir.Unit | None, list[Diagnostic]]:
    """Parse, check and translate; the unit is None if there is an error."""
    found = precheck(files, limits)
    if any(d.severity == "error" and d.code != "removed" for d in found):
        return None, finish(found, files)
    listed = modules(files, module_name)
    if not listed[module_name]:
        return None, [Diagnostic("module.c", 0, 0, "error", "no-source", "the module has no .c file")]
    compiled = {name: _module(files, name, mains, found) for name, mains in listed.items()}
    linked: ir.Unit | None = None
    if not any(d.severity == "error" for d in found):
        units = {name: _linked(files, name, compiled, found) for name in listed}
        if not any(d.severity == "error" for d in found):
            linked = msgspec.structs.replace(units.pop(module_name), others=units)
    found = finish(found, files)
    if linked is None or any(d.severity == "error" for d in found):
        return None, found
    warnings = sum(d.severity == "warning" for d in found)
    return msgspec.structs.replace(linked, warnings=warnings), found


class Compiled:
    """A module whose files are translated and not yet put together."""

    def __init__(self, lib: Library, names: list[str]) -> None:
        """`names` are the scenario's files as the module's IR counts them: its own first."""
        self.names, self.types = names, Types(lib)
        self.parts: list[Part] = []


def _module(files: dict[str, str], name: str, mains: list[str], found: list[Diagnostic]) -> Compiled:
    """Parse, check and translate a module's files; what is wrong is added to `found`."""
    lib, api = library(), registry.api()
    made = Compiled(lib, mains + [other for other in files if other not in mains])
    virtual = {"/module/" + file: text for file, text in files.items()} | api.files | _rare_headers(files, api)
    arguments = [*FLAGS, f'-DKBUILD_MODNAME="{name}"', "-ivfsoverlay", overlay()]
    for main in mains:
        unit = lib.parse("/module/" + main, arguments, virtual)
        if not unit:
            message = "the compiler gave up: the file is nested too deeply, or needs more memory than it may have"
            found.append(Diagnostic(main, 0, 0, "error", "crash", message))
            break
        found += collect(lib, unit, main, files, Hints(api, name))
        if not any(d.severity == "error" for d in found):
            made.types.forget()
            context = Context(lib, made.types, made.names, api.functions)
            made.parts.append(translate(context, unit, files[main]))
            found += context.diagnostics
        lib.disposeTranslationUnit(unit)
    return made


def _linked(files: dict[str, str], name: str, compiled: dict[str, Compiled], found: list[Diagnostic]) -> ir.Unit:
    """The unit of one module, which may use what the others export."""
    made = compiled[name]
    others: dict[str, bool] = {}
    for other, its in compiled.items():
        if other != name:
            others |= link.exports(its.parts)
    unit, problems = link.link(made.parts, made.names, made.types, name, registry.api(), others)
    found += problems
    if not problems:
        found += lint(unit, files)
    return unit


def finish(found: list[Diagnostic], files: dict[str, str]) -> list[Diagnostic]:
    """Sorted, without repetitions, columns counted in characters; at most `DIAGNOSTICS_MAX`."""
    seen: dict[Diagnostic, None] = {}
    lines = {name: text.split("\n") for name, text in files.items()}
    for d in found:
        own = lines.get(d.file, [])
        if 0 < d.line <= len(own) and not own[d.line - 1].isascii():
            raw = own[d.line - 1].encode()
            col = len(raw[: d.col - 1].decode("utf-8", "ignore")) + 1
            end = len(raw[: d.end_col - 1].decode("utf-8", "ignore")) + 1 if d.end_col else 0
            d = msgspec.structs.replace(d, col=col, end_col=end)
        if d.severity == "error" and not d.end_col and 0 < d.line <= len(own):
            word = _WORD.match(own[d.line - 1], max(d.col - 1, 0))
            if word:
                d = msgspec.structs.replace(d, end_col=word.end() + 1)
        seen.setdefault(d)
    fixed = {(d.file, d.line) for d in seen if d.replacement is not None and "no member named" in d.message}
    params = {(d.file, d.line) for d in seen if d.code == "module-param"}
    order = {name: i for i, name in enumerate(files)}
    kept = [
        d for d in seen if d.replacement is not None or (d.file, d.line) not in fixed or not _FOLLOWS.search(d.message)
    ]
    kept = [d for d in kept if d.message != "expected expression" or (d.file, d.line) not in params]
    unknown = {(d.file, d.line) for d in seen if d.code == "unknown-function"}  # such a function seems to return int
    kept = [d for d in kept if d.code != "int-conversion" or (d.file, d.line) not in unknown]
    return sorted(kept, key=lambda d: (order.get(d.file, -1), d.line, d.col))[:DIAGNOSTICS_MAX]
