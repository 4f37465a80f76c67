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


def test_statics_of_two_files_are_two_things(compile_text: Compile) -> None:
    """As in C: the second file's `helper` and `count` are its own, whatever the first has of that name."""
    text = "static int count = {}; static int helper(void) {{ return count; }}\nint {}(void) {{ return helper(); }}\n"
    unit, found = compile_text(text.format(1, "one"), **{"part.c": text.format(2, "two")})
    assert unit is not None and [d for d in found if d.severity == "error"] == []
    values = {g.name: g.inits[0].value for g in unit.globals if g.name.startswith("count")}
    assert [value.value for value in values.values() if isinstance(value, ir.Int)] == [1, 2]
    assert len({f.name for f in unit.functions}) == 4


def test_a_makefile_may_list_two_modules(compile_text: Compile) -> None:
    """What one exports the other may use; what it only defines, modpost does not find."""
    makefile = {"Makefile": "obj-m := test.o \\\n  user.o\n"}
    owner = "int shown(void) { return 1; }\nint hidden(void) { return 2; }\nEXPORT_SYMBOL_GPL(shown);\n"
    user = '#include <linux/module.h>\nint shown(void);\nint hidden(void);\nMODULE_LICENSE("{}");\n'
    user += "int use(void) {{ return {}(); }}\n"
    unit, found = compile_text(owner, **{"user.c": user.format("GPL", "shown")}, **makefile)
    assert unit is not None and found == [] and unit.exports == {"shown": True}
    assert unit.others["user"].externs == ["shown"]
    unit, found = compile_text(owner, **{"user.c": user.format("GPL", "hidden")}, **makefile)
    assert unit is None and [(d.file, d.line, d.col) for d in found] == [("user.c", 5, 24)]
    unit, found = compile_text(owner, **{"user.c": user.format("Proprietary", "shown")}, **makefile)
    assert unit is None
    assert [d.message for d in found] == ["modpost: GPL-incompatible module user.ko uses GPL-only symbol 'shown'"]


def test_makefile_chooses_files(compile_text: Compile) -> None:
    unit, found = compile_text(
        "", **{"other.c": "syntax error", "Makefile": "obj-m += test.o\ntest-objs := module.o\n"}
    )
    assert unit is not None and found == []


def test_every_handler_has_a_sentence() -> None:
    for prototype in api().prototypes.values():
        assert prototype.doc and "\n\n" not in prototype.doc.split("Linux:")[0].strip(), prototype.name
