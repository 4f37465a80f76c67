"""Random C against gcc -O2: the same program, the same results, and no checker says a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cmodule.fuzz import RESULTS, program
from tests.cmodule.support import loaded, run, with_gcc

SEEDS = range(24)
MAIN = 'int main(void) { run(); for (int i = 0; i < %d; i++) printf("%%ld\\n", results[i]); return 0; }\n'


@pytest.mark.parametrize("seed", SEEDS)
def test_random_c(seed: int, tmp_path: Path) -> None:
    """`python -m tests.cmodule.fuzz SEED` prints the program."""
    text = program(seed)
    source = tmp_path / "program.c"
    source.write_text("#include <stdbool.h>\n#include <stdio.h>\n" + text + MAIN % RESULTS)
    expected = [int(line) for line in with_gcc(source, tmp_path).split()]
    image, host = loaded("#include <linux/module.h>\n" + text)
    run(image, "run")
    start = image.globals["results"][0]
    got = [host.mem.load(start + 8 * i, 8, signed=True) for i in range(RESULTS)]
    wrong = [(i, g, e) for i, (g, e) in enumerate(zip(got, expected, strict=True)) if g != e]
    assert wrong == [], f"reproduce: python -m pytest tests/cmodule/test_fuzz.py -k 'random_c[{seed}]'"
    assert [(f.kind, f.message) for f in host.findings] == []
