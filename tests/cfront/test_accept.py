"""What must compile: the recorded cases, and what C people write in modules."""

from pathlib import Path

import pytest

from server.cfront import compile_module
from server.scenario import Limits
from server.sim.cmodule import ir
from server.sim.kapi.registry import api
from tests.cfront.conftest import Compile, case_files

REPOSITORY = Path(__file__).parents[2]
RECORDED = sorted((REPOSITORY / "tests" / "fidelity" / "corpus").glob("*/module.c"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.parent.name)
def test_recorded_cases(path: Path) -> None:
    unit, found = compile_module({"module.c": path.read_text()}, path.parent.name, Limits())
    assert unit is not None and unit.init and unit.info["license"] == "GPL"
    assert not [d for d in found if d.severity == "error"]


@pytest.mark.parametrize("path", case_files("accept"), ids=lambda p: p.stem)
def test_accepted_without_a_word(path: Path, compile_text: Compile) -> None:
    unit, found = compile_text(path.read_text(), head="", foot="")
    assert unit is not None and found == []


def test_demo_facts(compile_text: Compile) -> None:
    unit, _ = compile_text((REPOSITORY / "module" / "workqueue_demo.c").read_text(), head="", foot="")
    assert unit is not None
    assert "_printk" in unit.imports and "msleep" in unit.imports
    assert all(f.file == 0 for f in unit.functions if f.name == unit.init)


def test_parameters(compile_text: Compile) -> None:
    unit, found = compile_text(
        'static int n = 3; module_param(n, int, 0644); MODULE_PARM_DESC(n, "how many");\n'
        "static int list[4]; static int count; module_param_array(list, int, &count, 0444);\n"
        "static char text[8]; module_param_string(t, text, sizeof(text), 0);\n"
    )
    assert unit is not None and found == []
    by_name = {p.name: p for p in unit.params}
    assert by_name["n"] == ir.Param("n", "int", "n", 0o644, 3, description="how many")
    assert (by_name["list"].element, by_name["list"].count_variable) == ("int", "count")
    assert (by_name["t"].kind, by_name["t"].variable, by_name["t"].maxlen) == ("string", "text", 8)


def test_several_files(compile_text: Compile) -> None:
    unit, found = compile_text(
        '#include "part.h"\nstatic int __init start(void) { return twice(LIMIT); }\nmodule_init(start);\n',
        **{
            "part.c": '#include "part.h"\nint twice(int a) { return 2 * a; }\n',
            "part.h": "#define LIMIT 4\nint twice(int a);\n",
        },
    )
    assert unit is not None and found == []
    assert [f.name for f in unit.functions] == ["start", "twice"]
    assert unit.files == ["module.c", "part.c", "part.h"]


def test_makefile_chooses_files(compile_text: Compile) -> None:
    unit, found = compile_text(
        "", **{"other.c": "syntax error", "Makefile": "obj-m += test.o\ntest-objs := module.o\n"}
    )
    assert unit is not None and found == []


def test_every_handler_has_a_sentence() -> None:
    for prototype in api().prototypes.values():
        assert prototype.doc and "\n\n" not in prototype.doc.split("Linux:")[0].strip(), prototype.name
