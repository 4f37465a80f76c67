"""A diagnostic as text: the place, the source line, a caret, and help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.scenario import Diagnostic

LINE_MAX = 200  # characters of a source line; of a longer one those around the caret are shown


def lines(diagnostic: Diagnostic, texts: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    r"""The lines for stderr; `texts` are the files by name, `names` what the user calls them.

    module.c:12:9: error: call to unknown function 'foo' [unknown-function]
       12 |         foo();
          |         ^~~
          = help: …
    """
    d = diagnostic
    file = names.get(d.file, d.file)
    place = f"{file}:{d.line}:{max(d.col, 1)}" if d.line else file
    out = [f"{place}: {d.severity}: {d.message}" + (f" [{d.code}]" if d.code else "")]
    source = texts.get(d.file, "").splitlines()
    if 0 < d.line <= len(source):
        text = source[d.line - 1]
        start = max(d.col - LINE_MAX // 2, 0) if len(text) > LINE_MAX else 0
        before, after = "…" if start else "", "…" if len(text) > start + LINE_MAX else ""
        shown = text[start : start + LINE_MAX]
        out.append(f"{d.line:5} | {before}{shown}{after}")
        if d.col > 0:
            col = d.col - start
            indent = " " * len(before) + "".join("\t" if c == "\t" else " " for c in shown[: col - 1])
            length = max(min(d.end_col - start, len(shown) + 1) - col, 1)
            out.append(f"      | {indent}^{'~' * (length - 1)}")
    if d.hint:
        out.append(f"      = help: {d.hint}")
    return out


def report(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    """The lines of all, in order."""
    return [line for diagnostic in diagnostics for line in lines(diagnostic, texts, names)]
