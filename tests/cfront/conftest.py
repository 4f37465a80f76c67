"""One helper for all: compile a text in this process, as the parsing child does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.cfront.compile import compile_here
from server.scenario import Diagnostic, Limits
from server.sim.cmodule.ir import Unit

HEAD = "#include <linux/module.h>\n#include <linux/workqueue.h>\n"
FOOT = 'MODULE_LICENSE("GPL");\n'
Compile = Callable[..., tuple[Unit | None, list[Diagnostic]]]


@pytest.fixture
def compile_text() -> Compile:
    def run(text: str, head: str = HEAD, foot: str = FOOT, **more: str) -> tuple[Unit | None, list[Diagnostic]]:
        return compile_here({"module.c": head + text + foot, **more}, "test", Limits())

    return run


def case_files(folder: str) -> list[Path]:
    """The C files of a folder beside the tests."""
    return sorted((Path(__file__).parent / folder).glob("*.c"))
