"""clang's diagnostics as ours: place, range, fix-it, suggestion, and the kernel's words where we know better."""

from __future__ import annotations

import re
from ctypes import byref

from server.cfront import clang
from server.cfront.subsystems import missing, missing_header, missing_type
from server.scenario import Diagnostic
from server.sim.kapi.paths import REMOVED_PATHS
from server.sim.kapi.registry import MACRO_PREFIX, REMOVED_HEADER, Api
from server.sim.kapi.unexported import UNEXPORTED

SEVERITIES = {1: "note", 2: "warning", 3: "error", 4: "error"}
DIAGNOSTICS_MAX = 100

_UNKNOWN_FUNCTION = re.compile(r"call to undeclared function '(\w+)'")
_UNKNOWN_NAME = re.compile(r"use of undeclared identifier '(\w+)'")
_GONE_NAME = re.compile(r"'__wq_(\w+?)_was_removed_in_(\d+)_(\d+(?:_\d+)?)_use_(\w+)'")
_REMOVED = re.compile(r"'(\w+)' is unavailable: (.*)", re.S)
_ASSERTION = re.compile(r"static assertion failed(?: due to requirement '.*')?: ", re.S)
_GONE = re.compile(
    r" (?:was|is|came|takes) (?:removed|changed|renamed|not exported|not for modules|with|in \d|the count)"
)
_PARAM_TYPE = re.compile(r"'__wq_param_type_(\w+)'(?! \(aka)")
_PARAM_MISMATCH = re.compile(
    r"incompatible pointer types initializing '__wq_param_type_(\w+) \*const' \(aka '(.*?) ?\*const'\)"
    r" with an expression of type '(.*?) ?\*'"
)
_OPTION = re.compile(r"^-W(?:error=|error,-W)?")
_QUOTED = re.compile(r"'(\w+)'")
_OLD_TYPES = {
    "struct timeval": "was removed in 5.6: use struct timespec64, or ktime_t",
    "struct timespec": "was removed in 5.6: use struct timespec64, or ktime_t",
}
_INCOMPLETE = re.compile(r"incomplete type '(.*?)'|field has incomplete type '(.*?)'")
_CLASH = re.compile(r"(?:conflicting types for|static declaration of|redefinition of) '(\w+)'")
_NO_FILE = re.compile(r"'([\w./-]+)' file not found")
_INCLUDE = re.compile(r"^[ \t]*(#)[ \t]*include\b", re.M)
_INSTEAD = re.compile(r": use (<[\w./-]+>)$")
_PARAM_HELP = "the types are bool, byte, short, ushort, int, uint, long, ulong, charp and invbool"


def collect(lib: clang.Library, unit: int, main: str, files: dict[str, str], hints: Hints) -> list[Diagnostic]:
    """The diagnostics of `main` with its own `files`, in clang's order.

    One within a header of the kernel stands at the #include that brings it in: what is before that line causes it. Only
    the first is kept, since the others follow from it.
    """
    names = [main, *(name for name in files if name != main)]
    found, in_header = [], False
    for handle in lib.diagnostics(unit):
        diagnostic = _one(lib, handle, names, hints)
        if diagnostic is None:
            continue
        if diagnostic.message.startswith(REMOVED_HEADER):
            found.append(_removed_header(diagnostic, files))
            continue
        if _is_kernels(lib, lib.getDiagnosticLocation(handle), names):
            if in_header:
                continue
            in_header = True
            diagnostic = _at_include(diagnostic, files[main])
        found.append(diagnostic)
    return found


def _removed_header(found: Diagnostic, files: dict[str, str]) -> Diagnostic:
    """The #include of a header that is no more: only where the preprocessor came by."""
    path = found.message.removeprefix(REMOVED_HEADER)
    for name, text in files.items():
        include = re.search(rf'^[ \t]*#[ \t]*include[ \t]*([<"]{re.escape(path)}[>"])', text, re.M)
        if include:
            line, col = (
                text.count("\n", 0, include.start(1)) + 1,
                include.start(1) - text.rfind("\n", 0, include.start(1)),
            )
            end = col + len(include[1])
            instead = _INSTEAD.search(REMOVED_PATHS[path])
            return Diagnostic(
                name, line, col, "error", "removed", REMOVED_PATHS[path], "", end, instead[1] if instead else None
            )
    return Diagnostic(found.file, found.line, found.col, "error", "removed", REMOVED_PATHS[path])


def _is_kernels(lib: clang.Library, location: clang.Location, names: list[str]) -> bool:
    """Whether a diagnostic is in a header that is not the module's own."""
    handle = lib.place(location)[0]
    return bool(handle) and lib.text(lib.getFileName(handle)).rpartition("/module/")[2] not in names


def _at_include(found: Diagnostic, source: str) -> Diagnostic:
    include = _INCLUDE.search(source)
    line, col = (source.count("\n", 0, include.start(1)) + 1, 1) if include else (0, 0)
    return Diagnostic(
        found.file,
        line,
        col,
        found.severity,
        found.code,
        f"in the kernel's headers, which this brings in: {found.message}",
        "what stands before this line is not complete, or uses a name of the kernel's for something else",
    )


class Hints:
    """What the kernel's API table knows about a name, for messages about a module."""

    def __init__(self, api: Api, module_name: str) -> None:
        """`api.names` are the functions and macros that exist; collected when first needed."""
        self.api, self.module_name = api, module_name

    def near(self, name: str) -> list[str]:
        """Up to three known names that look like `name`, the best first."""
        from difflib import get_close_matches  # only where there is an error: importing it takes 4 ms

        return get_close_matches(name, sorted(self.api.names - {name}), 3, 0.75)


def did_you_mean(near: list[str]) -> str:
    """The question that a compiler asks, or nothing."""
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


def _one(lib: clang.Library, handle: int, names: list[str], hints: Hints) -> Diagnostic | None:
    severity = SEVERITIES.get(lib.getDiagnosticSeverity(handle), "")
    if severity in ("", "note"):
        return None
    message = lib.text(lib.getDiagnosticSpelling(handle)).replace(MACRO_PREFIX, "")
    if message.startswith("too many errors emitted"):
        return None
    option = _OPTION.sub("", lib.text(lib.getDiagnosticOption(handle, None)))
    file, line, col = _place(lib, lib.getDiagnosticLocation(handle), names)
    end_col, replacement, rcol = _fixit(lib, handle, names, line)
    notes = [lib.text(lib.getDiagnosticSpelling(note)).replace(MACRO_PREFIX, "") for note in lib.notes(handle)]
    for note in lib.notes(handle):
        if replacement is None and "did you mean" in lib.text(lib.getDiagnosticSpelling(note)):
            end_col, replacement, rcol = _fixit(lib, note, names, line)
    if replacement is None:
        end_col = _range_end(lib, handle, names, line, col)
    elif rcol:
        col = rcol
    code, message, hint = _words(option, message, notes, hints)
    if replacement is None and hint.startswith("did you mean '") and hint.count("'") == 2:
        unknown = _QUOTED.search(message)
        if unknown:
            end_col, replacement = col + len(unknown[1]), hint.split("'")[1]
    return Diagnostic(file, line, col, severity, code, message, hint, end_col, replacement)


def _place(lib: clang.Library, location: clang.Location, names: list[str]) -> tuple[str, int, int]:
    handle, line, col, _ = lib.place(location)
    name = lib.text(lib.getFileName(handle)).rpartition("/module/")[2] if handle else ""
    return (name, line, col) if name in names else (names[0], 0 if not handle else line, col if handle else 0)


def _fixit(lib: clang.Library, handle: int, names: list[str], line: int) -> tuple[int, str | None, int]:
    """(end column, replacement, start column) of the first fix-it, if it is on the diagnostic's line."""
    if not lib.getDiagnosticNumFixIts(handle):
        return 0, None, 0
    where = clang.Range()
    text = lib.text(lib.getDiagnosticFixIt(handle, 0, byref(where)))
    _, line1, start, _ = lib.place(lib.getRangeStart(where))
    _, line2, end, _ = lib.place(lib.getRangeEnd(where))
    if line1 != line or line2 != line:
        return 0, None, 0
    return end, text.replace(MACRO_PREFIX, ""), start


def _range_end(lib: clang.Library, handle: int, names: list[str], line: int, col: int) -> int:
    """The exclusive end column of the range that starts at the caret, or covers it; 0 if there is none."""
    for i in range(lib.getDiagnosticNumRanges(handle)):
        where = lib.getDiagnosticRange(handle, i)
        _, line1, start, _ = lib.place(lib.getRangeStart(where))
        _, line2, end, _ = lib.place(lib.getRangeEnd(where))
        if line1 == line == line2 and start <= col < end:
            return end
    return 0


def _words(option: str, message: str, notes: list[str], hints: Hints) -> tuple[str, str, str]:
    """(code, message, hint), in the kernel's words where clang does not know them."""
    hint = ""
    for note in notes:
        if "did you mean" in note:
            hint = note
    if match := _REMOVED.search(message):
        text = match[2]
        if text.startswith(UNEXPORTED):
            message = f'modpost: "{match[1]}" [{hints.module_name}.ko] undefined!'
            hint = f"Linux 6.12 has the function but does not export it to modules: {text.removeprefix(UNEXPORTED)}"
            return "undefined", message, hint
        return "removed", text if match[1] in text else f"'{match[1]}': {text}", hint
    if match := _GONE_NAME.search(message):
        return "removed", f"'{match[1]}' was removed in {match[2]}.{match[3].replace('_', '.')}: use {match[4]}", ""
    if match := _ASSERTION.match(message):
        message = message[match.end() :]
        return "removed" if _GONE.search(message) else "static-assert", message, hint
    if match := _PARAM_MISMATCH.search(message):
        message = f"a module parameter of type '{match[1]}' needs a variable of type '{match[2]}', not '{match[3]}'"
        return "module-param", message, _PARAM_HELP
    if match := _PARAM_TYPE.search(message):
        return "module-param", f"unknown module parameter type '{match[1]}'", _PARAM_HELP
    if match := _INCOMPLETE.search(message):
        name = match[1] or match[2]
        if name in _OLD_TYPES:
            return "removed", f"'{name}' {_OLD_TYPES[name]}", ""
        hint = hint or missing_type(name)
    if match := _NO_FILE.search(message):
        hint = hint or missing_header(match[1])
    if (match := _CLASH.match(message)) and match[1] in hints.api.names:
        hint = hint or f"the kernel has a '{match[1]}' of its own: give yours another name"
    if match := _UNKNOWN_FUNCTION.search(message):
        include = hints.api.include_for(match[1])
        hint = (
            f"add #include <{include}>" if include else missing(match[1]) or hint or did_you_mean(hints.near(match[1]))
        )
        return ("unknown-function", f"unknown function '{match[1]}'",
                hint or "neither the module nor the simulated kernel has such a function")  # fmt: skip
    if match := _UNKNOWN_NAME.search(message):
        include = hints.api.include_for(match[1])
        if include:
            hint = f"add #include <{include}>"
        elif "did you mean" not in message:
            hint = did_you_mean(hints.near(match[1]))
        return "undeclared", message, hint
    if "__wq_initcall_" in message or "__wq_exitcall_" in message:
        which = "module_init" if "__wq_initcall_" in message else "module_exit"
        if "redefinition" in message:
            return "redefinition", f"{which}() is given twice", hint
    return option or "syntax", message, hint
