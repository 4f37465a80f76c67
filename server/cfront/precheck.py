"""Checks on the text before clang sees it: sizes, and directives that can harm or stall the compiler."""

from __future__ import annotations

import re

from server.scenario import Diagnostic, Limits

TOKENS_MAX = 60_000
LINE_MAX = 16_384
_TOKEN = re.compile(r"\w+|[^\w\s]")
_DIRECTIVE = re.compile(r"^[ \t]*(?:#|%:|\?\?=)[ \t]*(pragma[ \t]+clang|pragma[ \t]+GCC[ \t]+(?:poison|system_header)|"
                        r"embed|include_next|import|ident|sccs)\b|_Pragma|__pragma", re.M)  # fmt: skip
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]*>?|"[^"\n]*"?)', re.M)


def precheck(files: dict[str, str], limits: Limits) -> list[Diagnostic]:
    """Errors for what is not given to the compiler at all."""
    found: list[Diagnostic] = []
    total = 0
    for name, text in files.items():
        size = len(text.encode("utf-8", "replace"))
        total += size
        if size > limits.source_bytes_file:
            message = f"the file has {size} bytes, the limit is {limits.source_bytes_file} (source_bytes_file)"
            found.append(Diagnostic(name, 0, 0, "error", "limit", message))
        elif name.endswith((".c", ".h")):
            found += _check_file(name, text)
    if total > limits.source_bytes:
        message = f"the files have {total} bytes in all, the limit is {limits.source_bytes} (source_bytes)"
        found.append(Diagnostic(next(iter(files)), 0, 0, "error", "limit", message))
    return found


def _check_file(name: str, text: str) -> list[Diagnostic]:
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return [Diagnostic(name, line, 1, "error", "binary", "the file has a NUL byte: it is not C source text")]
    tokens = sum(1 for _ in _TOKEN.finditer(text))
    if tokens > TOKENS_MAX:
        return [Diagnostic(name, 0, 0, "error", "limit", f"the file has {tokens} tokens, the limit is {TOKENS_MAX}")]
    found = []
    spliced = text.replace("\\\n", "  ")
    for match in _DIRECTIVE.finditer(spliced):
        line, col = _place(text, match.start() + len(match[0]) - len(match[0].lstrip()))
        word = " ".join(match[0].split()).lstrip("#%:?= ")
        found.append(
            Diagnostic(name, line, col, "error", "directive", f"'{word}' is not accepted in the simulator", "remove it")
        )
    for match in _INCLUDE.finditer(spliced):
        target = match[1].strip('<>"')
        if target.startswith("/") or ".." in target.split("/"):
            line, col = _place(text, match.start(1))
            message = f"'{target}' is outside the module: only its own files and the kernel's headers exist here"
            found.append(Diagnostic(name, line, col, "error", "include", message, end_col=col + len(match[1])))
    return found


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
