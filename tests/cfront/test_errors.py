"""Planted errors: each `.c` file in errors/ says in comments what must be found there, and nothing else may be.

`// error: COL [CODE] "words" => "replacement"` stands on the line it speaks of; several are joined by `;;`.
Columns, words and replacement may be left out. `// warning:` likewise.
"""

import re
from pathlib import Path

import pytest

from server.cfront.compile import compile_here
from server.cfront.render import render
from server.scenario import Diagnostic, Limits
from tests.cfront.conftest import case_files

MARK = re.compile(r"//\s*(error|warning): (.*)$")
PART = re.compile(r'(\d+)?\s*\[([\w-]+)\](?:\s*"(.*?)")?(?:\s*=>\s*"(.*?)")?')


def wanted(text: str) -> list[tuple[int, str, str | None, str, str | None, str | None]]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        mark = MARK.search(line)
        for part in mark[2].split(";;") if mark else []:
            match = PART.search(part)
            assert match and mark, line
            found.append((number, mark[1], match[1], match[2], match[3], match[4]))
    return found


def fits(d: Diagnostic, want: tuple[int, str, str | None, str, str | None, str | None]) -> bool:
    line, severity, col, code, words, replacement = want
    return (
        (d.line or 1, d.severity, d.code) == (line, severity, code)  # what concerns the whole file is marked in line 1
        and (col is None or d.col == int(col))
        and (words is None or words in d.message)
        and (replacement is None or d.replacement == replacement)
    )


@pytest.mark.parametrize("path", case_files("errors") + case_files("lints"), ids=lambda p: p.stem)
def test_planted(path: Path) -> None:
    text = path.read_text()
    files = {"module.c": text}
    _, found = compile_here(files, "planted", Limits())
    left = list(found)
    for want in wanted(text):
        match = next((d for d in left if fits(d, want)), None)
        assert match is not None, f"missing: {want}\nfound:\n" + "\n".join(render(d, files) for d in left)
        left.remove(match)
    assert not left, "not wanted:\n" + "\n".join(render(d, files) for d in left)
    assert found == sorted(found, key=lambda d: (d.line, d.col))
