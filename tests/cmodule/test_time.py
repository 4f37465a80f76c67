# ruff: noqa: E501  the lines of C text
"""Time, steps, lines and giving way: what the engine relies on."""

from __future__ import annotations

import traceback

import pytest

from server.sim.cmodule.faults import Fault
from server.sim.cmodule.spin import look, scalars
from tests.cmodule.support import TestHost, loaded, run

HEAD = "#include <linux/module.h>\n#include <linux/delay.h>\n"


def test_each_statement_costs() -> None:
    image, host = loaded(HEAD + "static int x; int f(int a) { a += 1; a += 2; if (a) a = 3; x = a; return a; }")
    run(image, "f", 5)
    assert host.cx.now == 6 * host.cx.stmt_ns
    host.cx.now = 0
    run(image, "f", -3)
    assert host.cx.now == 5 * host.cx.stmt_ns


def test_loops_cost_by_the_turn() -> None:
    image, host = loaded(HEAD + "int f(int n) { int i, x = 0; for (i = 0; i < n; i++) x += i; return x; }")
    run(image, "f", 10)
    ten = host.cx.now
    run(image, "f", 20)
    assert (host.cx.now - ten) - ten == 10 * 3 * host.cx.stmt_ns
    assert host.cx.steps >= 30


def test_a_generator_gives_way_before_it_touches_memory() -> None:
    source = (
        HEAD
        + "static int a, b; static int (*self)(void); int f(void) { a = 1; b = 1; return 0; } int g(void) { self = f; return 0; }"
    )
    image, host = loaded(source)
    host.cx.horizon = 1
    task = host.text.call(image.functions["f"])
    assert next(task) is None
    assert (host.mem.load(image.globals["a"][0], 4), host.mem.load(image.globals["b"][0], 4)) == (1, 0)


def test_line_of_kernel_calls() -> None:
    image, host = loaded(
        HEAD
        + """static int g(int x)
{
	printk("g");
	return x;
}
int f(void)
{
	printk("a %d",
	       g(1));
	msleep(5);
	return g(
		g(2));
}
"""
    )
    run(image, "f")
    assert [call[1] for call in host.calls] == [5, 10, 12, 5, 5]


def test_the_traceback_is_the_call_trace() -> None:
    image, host = loaded(HEAD + "static int g(int *p)\n{\n\treturn *p;\n}\nint f(void)\n{\n\treturn g(0);\n}\n")
    with pytest.raises(Fault) as raised:
        run(image, "f")
    frames = [(f.name, f.lineno) for f in traceback.extract_tb(raised.value.__traceback__) if f.filename == "module.c"]
    assert frames == [("f", 9), ("g", 5)]


def spin(source: str, turns: int = 3) -> tuple[list[object], list[int]]:
    """What `snapshot` and `mem.writes` say at successive horizons."""
    image, host = loaded(HEAD + source)
    task = host.text.call(image.functions["f"])
    marks: list[object] = []
    writes: list[int] = []
    for _ in range(turns):
        host.cx.horizon = host.cx.now + 1000
        next(task)
        where, variables = look(task)
        marks.append((where, scalars(variables)))
        writes.append(host.mem.writes)
    return marks, writes


def test_a_loop_that_only_waits_looks_the_same_each_time() -> None:
    for source in ("int f(void) { while (1); return 0; }", "static int flag; int f(void) { while (!READ_ONCE(flag)) ; return 0; }",
                   "static int flag; static int ready(void) { return flag; } int f(void) { int i = 7; do i = 8; while (!ready()); return i; }"):  # fmt: skip
        marks, writes = spin(source, 12)  # it may give way at more than one place
        assert len(set(marks)) <= 2 and len(set(writes)) == 1, source


def test_a_loop_that_counts_or_writes_does_not() -> None:
    marks, _ = spin("int f(void) { long i = 0; while (i >= 0) i++; return 0; }")
    assert len(set(marks)) == 3
    _, writes = spin("static int x; int f(void) { while (1) x = 1; return 0; }")
    assert len(set(writes)) == 3


def test_what_changed() -> None:
    image, _ = loaded(HEAD + "static int a, b = 3; static long c; int f(void) { a = -2; b = 3; c++; return 0; }")
    run(image, "f")
    assert sorted(image.changes()) == [("a", -2), ("c", 1)]
    assert image.changes() == []


def test_names_of_places() -> None:
    image, _ = loaded("#include <linux/module.h>\n#include <linux/workqueue.h>\n"
                      "static struct job { int id; struct work_struct work; } jobs[3]; static struct delayed_work late;\n"
                      "int f(void) { jobs[0].id = 1; return late.work.data.counter; }")  # fmt: skip
    jobs, late = image.globals["jobs"][0], image.globals["late"][0]
    assert image.describe(jobs + 2 * 40 + 8) == "jobs[2].work"
    assert image.describe(late) == "late"
    assert image.describe(late, "work_struct") == "late.work"
    assert image.describe(late - 8) is None


def test_init_text_goes() -> None:
    image, host = loaded(
        HEAD + 'static int __init begin(void) { return 0; }\nmodule_init(begin);\nMODULE_LICENSE("GPL");'
    )
    addr = image.functions["begin"]
    assert run(image, "begin") == 0
    image.free_init()
    assert addr not in host.text


def test_two_loads_have_their_own_data() -> None:
    image, host = loaded(HEAD + "static int x; int f(void) { return ++x; }")
    again = image.program.load(host, "module")
    assert (run(image, "f"), run(image, "f"), run(again, "f")) == (1, 2, 1)
    fresh = image.program.load(TestHost(), "module")
    assert run(fresh, "f") == 1
