"""What Linux leaves open in a run: held against the recorded runs themselves, and against seeds one by one."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path

import pytest

from server import explore, gallery, recorded, worker
from server.__main__ import main
from server.prepare import compile_scenario, header
from server.scenario import Limits, Machine, Scenario
from server.sim import simulate
from server.trace import compare, exports, ftrace, ftrace_in, logs, why
from server.trace.opens import Opens, opens, turned
from server.trace.recording import Recording
from server.trace.timeline import Timeline

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SEEDS = 24
# Each takes one mutex and then the other's; whether the second is fast enough for a deadlock depends on the machine.
RACE = """
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/mutex.h>
#include <linux/delay.h>
static DEFINE_MUTEX(left);
static DEFINE_MUTEX(right);
static void both(struct mutex *first, struct mutex *second, const char *who)
{
	mutex_lock(first);
	udelay(20);
	mutex_lock(second);
	pr_info("%s has both\\n", who);
	mutex_unlock(second);
	mutex_unlock(first);
}
static void one_fn(struct work_struct *work) { both(&left, &right, "one"); }
static void two_fn(struct work_struct *work) { udelay(22); both(&right, &left, "two"); }
static DECLARE_WORK(one, one_fn);
static DECLARE_WORK(two, two_fn);
static int __init race_init(void)
{
	schedule_work_on(1, &one);
	schedule_work_on(0, &two);
	return 0;
}
static void __exit race_exit(void)
{
	flush_work(&one);
	flush_work(&two);
}
module_init(race_init);
module_exit(race_exit);
MODULE_LICENSE("GPL");
"""


@cache
def run_of(name: str, seeds: int = SEEDS, real: bool = True) -> tuple[Recording, Opens]:
    """A gallery scenario's run, and what is open in it."""
    scenario = gallery.entries()[name].scenario
    return run(scenario, seeds, recorded.traces(scenario) if real else [])


def run(scenario: Scenario, seeds: int, traces: list[str]) -> tuple[Recording, Opens]:
    unit, faults = compile_scenario(scenario, Limits())
    assert unit is not None, faults
    recording = Recording(header(scenario))
    recording.outcome = simulate(scenario, unit, Limits(), recording)
    recording.opens = opens(recording, explore.beside(recording, scenario, unit, Limits(), seeds - 1), traces)
    return recording, recording.opens


def texts(found: Opens, fact: str) -> list[str]:
    return [each.text for each in found.facts if each.fact == fact]


def test_pairs_that_another_run_has_the_other_way_round() -> None:
    here, there = compare.Run(), compare.Run()
    keys = [("start", name, 0) for name in "abcd"]
    for i, key in enumerate(keys):
        here.note(key, i, i)
    for i, name in enumerate("cad"):  # b is not there
        there.note(("start", name, 0), i, i)
    assert turned(keys, here) == []
    assert turned(keys, there) == [(0, 2)]


def test_the_counts_are_those_of_the_recorded_runs() -> None:
    """Order, CPU and presence, counted here by themselves from the recorded traces' own lines."""
    _, found = run_of("unbound_one", seeds=1)
    traces = recorded.traces(gallery.entries()["unbound_one"].scenario)
    assert len(traces) == found.recorded == 6
    starts = []
    for trace in traces:
        lines = [line for line in trace.splitlines() if "execute_start" in line]
        addresses = list(dict.fromkeys(re.findall(r"queue_work: work struct=(\S+) function=item_fn", trace)))
        starts.append(
            [addresses.index(m[1]) for line in lines if (m := re.search(r"struct (\S+): function item_fn", line))]
        )
    turned_runs = sum(order.index(0) > order.index(2) for order in starts)
    assert 0 < turned_runs < 6
    told = [text for text in texts(found, "order") if "items[0] and items[2] starts first" in text]
    assert told == [
        "Linux leaves open which of items[0] and items[2] starts first: "
        f"{turned_runs} of 6 recorded real runs had it the other way."
    ]
    cpus = [re.findall(r"\[(\d+)\].*execute_start.*item_fn", trace) for trace in traces]
    others = sum(int(run[order.index(2)]) != 2 for run, order in zip(cpus, starts, strict=True))
    assert any(f"on which CPU items[2] starts: {others} of 6 recorded" in text for text in texts(found, "cpu"))


def trace(*steps: str) -> str:
    """Text of ftrace, of two items of one function, `queue a`, `start b` and so on, on one worker each."""
    lines = []
    for number, (step, item) in enumerate(text.split() for text in steps):
        work, worker = {"a": ("ffffffffc0001000", 1), "b": ("ffffffffc0002000", 2)}[item]
        function = "function=fn [m]" if step == "queue" else "function fn [m]"
        event = {
            "queue": f"workqueue_queue_work: work struct={work} {function} workqueue=events req_cpu=64 cpu=0",
            "start": f"workqueue_execute_start: work struct {work}: {function}",
            "end": f"workqueue_execute_end: work struct {work}: {function}",
        }[step]
        comm, pid = ("insmod", 9) if step == "queue" else (f"kworker/0:{worker}", 10 + worker)
        lines.append(f"{comm:>16}-{pid:<7} [000] d..1. {1 + number / 1000:12.6f}: {event}")
    return "\n".join(lines) + "\n"


FIRST_A = trace("queue a", "queue b", "start a", "end a", "start b", "end b")
FIRST_B = trace("queue a", "queue b", "start b", "end b", "start a", "end a")
QUEUED_B = trace("queue b", "queue a", "start b", "end b", "start a", "end a")


def read(text: str) -> Recording:
    """A trace as if the simulator had written it."""
    recording, skipped = ftrace_in.read(text.splitlines(), "m")
    assert skipped == 0
    recording.header.producer = "simulator"
    return recording


def orders(seeds: list[str], traces: list[str]) -> list[str]:
    found = opens(read(FIRST_A), map(read, seeds), traces)
    return [text.partition(": ")[2] for text in texts(found, "order") if "starts first" in text]


def test_what_all_real_runs_have_otherwise_is_no_open_fact() -> None:
    """That is a fault of the simulator's or of its costs, which a comparison shows."""
    assert orders([], [FIRST_B] * 3) == []
    assert orders([], [FIRST_B, FIRST_A, FIRST_B]) == ["2 of 3 recorded real runs had it the other way."]
    assert orders([FIRST_B], [FIRST_B] * 3) == ["1 of 2 seeds, 3 of 3 recorded real runs had it the other way."]
    assert orders([FIRST_A], [FIRST_A] * 3) == []


def test_seeds_name_items_alike_whichever_comes_first() -> None:
    assert orders([QUEUED_B, FIRST_A], []) == ["1 of 3 seeds had it the other way."]


def test_seeds_are_counted_one_by_one() -> None:
    recording, found = run_of("create_pair", real=False)
    assert (found.seeds, found.recorded) == (SEEDS, 0)
    entry = gallery.entries()["create_pair"]
    unit, _ = compile_scenario(entry.scenario, Limits())
    assert unit is not None
    lines = [r.lines for r in explore.results(entry.scenario, unit, Limits(), range(SEEDS), 1)]
    first, second = (next(x for x in lines[0] if x.endswith(text)) for text in ("item 2 on CPU 0", "item 3 on CPU 1"))
    other = sum(run.index(first) > run.index(second) for run in lines)
    own = lines[0].index(first) < lines[0].index(second)
    count = other if own else SEEDS - other
    assert 0 < count < SEEDS
    assert any("item 2 on CPU 0" in t and f": {count} of {SEEDS} seeds had it" in t for t in texts(found, "order"))
    assert recording.opens is found


def test_where_nothing_is_open_nothing_is_marked() -> None:
    recording, found = run_of("debounce")
    assert found.facts == found.spans == found.waits == []
    assert found.summary == "Linux leaves nothing of this run open, as far as 24 seeds and 6 recorded real runs show."
    assert "open" not in why.report(recording).replace(found.summary, "")


def test_without_other_runs_nothing_is_known() -> None:
    _, found = run_of("debounce", seeds=1, real=False)
    assert "is not known" in found.summary and found.facts == []


def test_causes_rest_on_the_order_of_who_had_the_lock() -> None:
    recording, found = run_of("mutex_contention")
    timeline = Timeline(recording)
    timeline.feed()
    locks = [w for w in range(len(timeline.rows.waits)) if "is held by" in timeline.lives.explainer.sentence(w)]
    rests = found.by_wait()
    assert locks and all(rests[w].fact == "order" for w in locks)
    report = why.report(recording)
    assert re.search(r"device_lock is held by \S+, module.c:\d+  \[__mutex_lock\]; in this run, open \[\d\]\n", report)
    assert all(f"] {rests[w].text}\n" in report for w in locks)


def test_every_marked_span_has_the_event() -> None:
    recording, found = run_of("unbound_one")
    timeline = Timeline(recording)
    timeline.feed()
    spans = timeline.rows.spans
    assert found.spans
    for span, number in found.spans:
        fact = found.facts[number]
        assert any(spans.seq[span] <= seq <= spans.last[span] for seq in (fact.seq, fact.other))


def test_a_verdict_that_not_all_seeds_reach_says_so() -> None:
    machine = Machine(cpus=2, kernel="6.12")
    scenario = Scenario("race", {"module.c": RACE}, "insmod race.ko\nsleep 1\nrmmod race\n", machine=machine)
    recording, found = run(scenario, SEEDS, [])
    unit, _ = compile_scenario(scenario, Limits())
    assert unit is not None
    ends = [r.verdict for r in explore.results(scenario, unit, Limits(), range(SEEDS), 1)]
    assert set(ends) == {"completed", "deadlock"}
    assert recording.outcome is not None
    assert found.verdict == f"in {ends.count(recording.outcome.kind)} of {SEEDS} seeds"
    assert f"{ends.count('deadlock')} ended in a deadlock" in found.ends
    assert f"{ends.count('completed')} completed" in found.ends


def export(format_: str) -> tuple[str, Opens]:
    recording, found = run_of("unbound_one")
    return b"".join(exports.write(format_, recording)).decode(), found


def test_ftrace_says_it_in_comments_above_the_events() -> None:
    text, found = export("ftrace")
    head, _, rest = text.partition("\n   ")
    assert found.summary in head and all(fact.text in head for fact in found.facts)
    assert not any(line.startswith("#") for line in rest.splitlines())
    again, skipped = ftrace_in.read(text.splitlines())
    plain = ftrace.kernel_rows(run_of("unbound_one")[0])
    assert (again.rows, skipped) == (len(plain), 0)


def test_csv_has_a_column_and_text_has_notes() -> None:
    text, found = export("csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    marked = {int(row["seq"]): row["open"] for row in rows if row["open"]}
    assert set(marked) == set(found.by_event())
    assert all(fact.text in marked[seq] for seq, facts in found.by_event().items() for fact in facts)
    table, _ = export("text")
    assert re.search(r"items\[0\] starts on \S+, CPU \d \[1\]\n", table)
    assert found.summary in table and "\n[1] Linux leaves open " in table


def test_perfetto_json_and_svg_have_it_with_the_spans() -> None:
    text, found = export("perfetto")
    events = json.loads(text)["traceEvents"]
    assert sum("open" in e.get("args", {}) for e in events if e["ph"] == "X") == len(found.by_span())
    assert any(e["args"]["open"].startswith("Linux leaves open") for e in events if e["ph"] == "i" and "args" in e)
    whole = json.loads(export("json")[0])
    assert whole["open"]["summary"] == found.summary and len(whole["open"]["facts"]) == len(found.facts)
    svg, _ = export("svg")
    assert svg.count('<rect class="open" x=') >= len(found.by_span()) and "left open by Linux" in svg
    assert found.facts[0].text in svg


def test_dmesg_is_marked_where_it_is_asked_for() -> None:
    recording, found = run_of("unbound_one")
    assert "Linux leaves" not in logs.dmesg(recording)
    marked = logs.dmesg(recording, marked=True).splitlines()
    line = next(i for i, text in enumerate(marked) if text.endswith("item 0 starts"))
    assert marked[line + 1].startswith("# Linux leaves open which is printed first, “item 0 starts” or “item 2 starts”")


def test_the_command_line_takes_recorded_runs_by_itself_and_seeds_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = str(SCENARIOS / "unbound_one"), tmp_path / "run.txt"
    assert main(["run", case, "--format", "text", "--output", str(out)]) == 0
    assert "as far as 6 recorded real runs show" in out.read_text()
    assert main(["run", case, "--format", "text", "--output", str(out), "--open", "8"]) == 0
    assert "as far as 8 seeds and 6 recorded real runs show" in out.read_text()
    assert main(["run", case, "--session", "/dev/null", "--why"]) == 0  # of that nothing was recorded
    assert "Linux leaves" not in capsys.readouterr().out
    assert main(["run", case, "--open", "0"]) == 2
    assert "--open takes 1 to" in capsys.readouterr().err


def test_a_recorded_trace_is_held_against_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = SCENARIOS / "unbound_one/real"
    others = [str(real / f"trace.{n}.txt") for n in range(2, 7)]
    out = tmp_path / "real.csv"
    command = ["export", str(real / "sched.1.txt"), "--format", "csv", "--output", str(out), "--open"]
    assert main([*command, *others]) == 0
    assert " of 6 recorded real runs had it the other way." in out.read_text()
    assert main([*command, str(tmp_path / "none.txt")]) == 2
    assert "none.txt: error: no such file" in capsys.readouterr().err


def test_the_gallery_s_recorded_runs_come_with_what_is_open_in_them() -> None:
    entry = gallery.entries()["unbound_one"]
    found = recorded.of(entry)
    assert found is not None
    last = json.loads(recorded.messages(found, entry)[-1])
    assert (last["type"], last["seeds"], last["recorded"]) == ("open", 0, 6)
    assert last["facts"] and last["spans"]


def test_a_server_looks_no_longer_than_it_may() -> None:
    made = [Recording() for _ in range(9)]
    assert list(worker._within(iter(made), 0.0)) == made[:1]
    assert list(worker._within(iter(made), 60.0)) == made
