"""The comparison: the rules, one small trace each, and real runs of the demo."""

from __future__ import annotations

import msgspec
import pytest

from server.trace import compare, table
from tests.trace.builder import real


def line(t_ms: float, event: str, comm: str = "insmod-1", cpu: int = 0) -> str:
    return f"{comm:>16} [{cpu:03d}] d....  {t_ms / 1000:.6f}: {event}"


def queue(t_ms: float, fn: str = "f", addr: str = "a1") -> str:
    return line(t_ms, f"workqueue_queue_work: work struct={addr} function={fn} [m] workqueue=e req_cpu=8192 cpu=0")


def start(t_ms: float, fn: str = "f", addr: str = "a1", comm: str = "kworker/0:1-9", cpu: int = 0) -> str:
    return line(t_ms, f"workqueue_execute_start: work struct {addr}: function {fn} [m]", comm, cpu)


def end(t_ms: float, fn: str = "f", addr: str = "a1", comm: str = "kworker/0:1-9", cpu: int = 0) -> str:
    return line(t_ms, f"workqueue_execute_end: work struct {addr}: function {fn} [m]", comm, cpu)


def said(t_ms: float, text: str) -> str:
    return line(t_ms, f"console: {text}")


def broken(candidate: list[str], *references: list[str]) -> dict[str, list[str]]:
    """The broken facts by kind."""
    runs = [compare.read(r) for r in references]
    report = compare.compare("case", compare.read(candidate), runs)
    assert report.ok == (not any(f.broken for f in report.facts.values()))
    return {name: fact.broken for name, fact in report.facts.items() if fact.broken}


def test_the_same_trace_holds() -> None:
    trace = [queue(1), start(2), end(30), said(31, "done")]
    assert broken(trace, trace, trace) == {}


def test_a_missing_event_breaks_what_speaks_of_it() -> None:
    trace = [queue(1), start(2), end(30)]
    assert list(broken(trace[:2], trace)) == ["counts", "order", "timing"]


def test_order_of_close_events_of_different_items_is_open() -> None:
    near = [queue(1, "f"), queue(2, "g", "b1")]
    far = [queue(1, "f"), queue(9, "g", "b1")]
    assert broken([queue(1, "g", "b1"), queue(2, "f")], near) == {}
    assert "order" in broken([queue(1, "g", "b1"), queue(9, "f")], far)


def test_what_differs_between_references_is_not_asked() -> None:
    assert broken([start(1, comm="kworker/1:0-5", cpu=1)], [start(1)], [start(1, comm="kworker/u8:0-5", cpu=1)]) == {}


def test_placement_and_workers() -> None:
    reference = [start(1), end(2), start(9, "g", "b1"), end(10, "g", "b1")]
    other_cpu = [start(1, comm="kworker/1:1-8", cpu=1), end(2), start(9, "g", "b1"), end(10, "g", "b1")]
    assert set(broken(other_cpu, reference)) == {"workers", "placement"}


def test_timing_within_three_jiffies() -> None:
    reference = [queue(1), start(51), end(52)]
    assert broken([queue(1), start(62), end(63)], reference) == {}
    assert broken([queue(1), start(64), end(65)], reference) == {
        "timing": ["f#0, from queueing to start: 50.0 ms; here 63.0 ms"]
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Count: 1, PID: 9", "Count: 1, PID: 66"),
        ("at 0xffff888012345678", "at 0xffff888087654321"),
        ("kworker/0:1 slept 512 ms", "kworker/u8:0 slept 508 ms"),
        ("[    4.1] hello", "hello"),
    ],
)
def test_masked_console_lines_are_the_same(one: str, other: str) -> None:
    assert broken([queue(1), said(5, one)], [queue(1), said(5, other)]) == {}


def test_a_dump_of_all_tasks_says_nothing_of_the_module() -> None:
    dump = [said(9, "sysrq: Show State"), said(9.1, "task:agent           state:S"), said(20, "Sched Debug Version")]
    after = [said(200, "b")]
    assert broken([queue(1), *after], [queue(1), *dump, *after]) == {}
    assert "console" in broken([queue(1)], [queue(1), *dump, *after])


def test_console_lines_count() -> None:
    reference = [queue(1), said(9, "a"), said(20, "b")]
    assert broken([queue(1), said(9, "b"), said(20, "a")], reference) == {"console": ["“a” before “b”; here after"]}
    assert "console" in broken([queue(1), said(9, "a")], reference)


def test_the_table_tells_held_red_and_open_facts_of_each_run_of_an_item() -> None:
    one = [queue(1), start(2), end(30), queue(40), start(41), end(42), said(50, "done")]
    other = [queue(1), start(2), end(30), queue(40), start(41, comm="kworker/1:0-5", cpu=1), end(42), said(50, "done")]
    late = [queue(1), start(2), end(70), queue(80), start(81), end(82), said(90, "done")]
    found = table.table(compare.read(late), [compare.read(one), compare.read(other)])
    assert [list(life) for life in msgspec.to_builtins(found.items)] == [["f#0", 0, "red"], ["f#0", 1, "held"]]
    rows = {row.fact: row for row in found.rows}
    assert (rows["timing"].held, rows["timing"].red, rows["timing"].open) == (0, 1, 0)
    told = rows["timing"].facts[0]
    assert (told.state, told.real, told.here) == ("red", "f#0, from start to end: 28.0 ms", "68.0 ms")
    assert (told.real_us, told.here_us) == (2000, 2000)
    left = next(fact for fact in rows["workers"].facts if fact.state == "open")
    assert left.real == "start of f#0 on the same kworker as start of f#0, run 2"
    alone = table.table(compare.read(late), [compare.read(one)])
    assert sum(row.open for row in alone.rows) == 0


def test_barriers_count_as_one_item() -> None:
    trace = [
        start(1, "wq_barrier_func", "s1").replace(" [m]", ""),
        start(9, "wq_barrier_func", "s2").replace(" [m]", ""),
    ]
    assert compare.read(trace).counts == {("start", "wq_barrier_func#0"): 2}


def test_real_runs_of_the_demo_agree() -> None:
    runs = [compare.read(real("workqueue_demo", f"trace.{k}")) for k in range(1, 7)]
    for i in range(6):
        report = compare.compare(f"demo.{i + 1}", runs[i], runs[:i] + runs[i + 1 :])
        assert report.ok, report.text()
        assert report.facts["order"].asked > 400


def test_a_trace_without_events_is_refused() -> None:
    with pytest.raises(ValueError, match="no workqueue event"):
        compare.read(["# nothing"])
