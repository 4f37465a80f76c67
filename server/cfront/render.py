"""Diagnostics as text, in the form that compilers use."""

from __future__ import annotations

from server.scenario import Diagnostic

WIDTH_MAX = 240


def render(diagnostic: Diagnostic, files: dict[str, str]) -> str:
    """`file:line:col: error: message [code]`, the source line, a caret under the place, and `help:` with the hint."""
    d = diagnostic
    place = f"{d.file}:{d.line}:{d.col}" if d.line else d.file
    out = [f"{place}: {d.severity}: {d.message} [{d.code}]"]
    lines = files.get(d.file, "").split("\n")
    if 0 < d.line <= len(lines) and len(lines[d.line - 1]) <= WIDTH_MAX:
        text = lines[d.line - 1]
        before = text.encode()[: max(d.col - 1, 0)].decode("utf-8", "ignore")
        margin = "".join("\t" if char == "\t" else " " for char in before)
        width = max(d.end_col - d.col, 1)
        out.append(f"    {text}")
        out.append(f"    {margin}^{'~' * (width - 1)}")
    if d.replacement is not None and d.end_col > d.col:
        out.append(f"help: write '{d.replacement}'" if d.replacement else "help: remove this")
    elif d.replacement:
        out.append(f"help: insert '{d.replacement}'")
    if d.hint and not (d.replacement is not None and d.hint.startswith("did you mean")):
        out.append(f"help: {d.hint}")
    return "\n".join(out)
