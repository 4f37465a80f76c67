"""The self-checking C of tests/c: the C compiler says that a test is right, then our pipeline must agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cmodule.support import TESTS, loaded, run, with_gcc

FILES = sorted((TESTS / "c").glob("*.c"))
CHECK = (TESTS / "c" / "check.h").read_text()


def names_in(path: Path) -> list[str]:
    return re.findall(r"^int (test_\w+)\(void\)$", path.read_text(), re.M)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_c_compiler_agrees(path: Path, tmp_path: Path) -> None:
    """The oracle first: each function returns 0 when the C compiler compiles it."""
    calls = "".join(f'printf("{name} %d\\n", {name}());' for name in names_in(path))
    main = tmp_path / "main.c"
    main.write_text(f'#include "{path}"\n#include <stdio.h>\nint main(void) {{ {calls} return 0; }}\n')
    assert with_gcc(main, tmp_path, f"-I{path.parent}") == "".join(f"{name} 0\n" for name in names_in(path))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_simulator_agrees(path: Path) -> None:
    """Each function returns 0 here too, and no checker has anything to say."""
    image, host = loaded(path.read_text(), **{"check.h": CHECK})
    got = {name: run(image, name) for name in names_in(path)}
    assert got == dict.fromkeys(got, 0)
    assert [(f.kind, f.message, f.at.line) for f in host.findings] == []
