"""Random C against gcc -O2: the same program, the same results, and no checker says a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.sim.cmodule.image import Image
from tests.cmodule.fuzz import RESULTS, program
from tests.cmodule.support import TestHost, loaded, run, with_gcc

SEEDS = range(24)


def results(image: Image, host: TestHost) -> list[int]:
    """Run it; what it leaves."""
    run(image, "run")
    start = image.globals["results"][0]
    return [host.mem.load(start + 8 * i, 8, signed=True) for i in range(RESULTS)]


MAIN = 'int main(void) { run(); for (int i = 0; i < %d; i++) printf("%%ld\\n", results[i]); return 0; }\n'


@pytest.mark.parametrize("seed", SEEDS)
def test_random_c(seed: int, tmp_path: Path) -> None:
    """`python -m tests.cmodule.fuzz SEED` prints the program."""
    text = program(seed)
    source = tmp_path / "program.c"
    source.write_text("#include <stdbool.h>\n#include <stdio.h>\n" + text + MAIN % RESULTS)
    expected = [int(line) for line in with_gcc(source, tmp_path).split()]
    image, host = loaded("#include <linux/module.h>\n" + text)
    got = results(image, host)
    wrong = [(i, g, e) for i, (g, e) in enumerate(zip(got, expected, strict=True)) if g != e]
    assert wrong == [], f"reproduce: python -m pytest tests/cmodule/test_fuzz.py -k 'random_c[{seed}]'"
    assert [(f.kind, f.message) for f in host.findings] == []
    other = TestHost()
    other.cx.horizon = 0  # give way wherever that is possible: nothing may change but who runs meanwhile
    assert results(image.program.load(other), other) == got
    assert (other.cx.now, other.cx.steps) == (host.cx.now, host.cx.steps)
