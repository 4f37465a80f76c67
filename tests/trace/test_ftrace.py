"""ftrace text: what we write is what the kernel writes, and what we read."""

from __future__ import annotations

import re

import pytest

from server.trace import ftrace, ftrace_in
from tests.trace.builder import RECORDED, Scene, real

FLAGS = re.compile(r"\] \S{5} ")


@pytest.mark.parametrize("case", RECORDED)
def test_a_real_trace_comes_back_byte_for_byte_but_for_the_flags(case: str) -> None:
    source = real(case)
    recording, skipped = ftrace_in.read(source)
    assert skipped == 0
    assert [FLAGS.sub("] ", x) for x in ftrace.lines(recording)] == [FLAGS.sub("] ", x) for x in source]


@pytest.mark.parametrize("case", RECORDED)
def test_the_rows_of_a_comparison_are_those_of_the_reference_traces(case: str) -> None:
    recording, _ = ftrace_in.read(real(case))
    wanted = real(case, "trace.1")
    got = list(ftrace.lines(recording, ftrace.own_rows(recording)))
    assert [FLAGS.sub("] ", x) for x in got] == [FLAGS.sub("] ", x) for x in wanted]


def test_flags_are_derived_from_what_happens_around_an_event() -> None:
    s = Scene()
    job = s.work("job")
    s.switch(1, s.insmod)
    s.queue(2, job)
    s.wake(2.1, s.worker)
    s.at(2.2, "console", "hello", 6)
    s.switch(3, s.worker, "R+")
    s.start(3, job)
    s.at(4, "softirq_entry", 1, "TIMER")
    s.at(4, "timer_expire_entry", job, "process_timeout", 1, 1)
    s.at(4, "softirq_exit", 1, "TIMER")
    flags = [line.split("[000] ")[1][:5] for line in ftrace.lines(s.recording)]
    assert flags == ["d..2.", "d..1.", "d..1.", "dN.4.", "dN...", "d..2.", ".....", "..s1.", "..s1.", "..s1."]


def test_a_barrier_counts_only_behind_an_item_of_the_module() -> None:
    s = Scene()
    job, barrier, foreign = s.work("job"), s.recording.obj("barrier", 1, "b", "wq_barrier_func"), s.work("other")
    s.switch(1, s.worker)
    for obj, function in ((foreign, "other_fn"), (barrier, "wq_barrier_func")):
        s.at(2, "workqueue_execute_start", obj, function)
        s.at(3, "workqueue_execute_end", obj, function)
    s.start(4, job)
    s.end(5, job)
    s.at(6, "workqueue_execute_start", barrier, "wq_barrier_func")
    s.at(7, "console", "demo: loading out-of-tree module taints kernel.", 4)
    s.at(7, "console", "Call Trace:", 4)
    s.at(7, "console", "BUG: something", 4)
    texts = [line.partition(": ")[2] for line in ftrace.lines(s.recording, ftrace.own_rows(s.recording))]
    assert [t.partition(":")[0] for t in texts] == [
        "workqueue_execute_start",
        "workqueue_execute_end",
        "workqueue_execute_start",
        "console",
    ]
    assert texts[-1] == "console: BUG: something"


@pytest.mark.parametrize(
    "line",
    [
        "          insmod-149     [000] d..1.     3.395795: sched_switch: prev_comm=a b prev_pid=149 prev_prio=120 "
        "prev_state=R+ ==> next_comm=kworker/u8:1 next_pid=31 next_prio=120",
        "          insmod-149   [000]     3.395795: sched_switch:         a b:149 [120] R+ ==> kworker/u8:1:31 [120]",
        "insmod   149 [000]     3.395795: sched:sched_switch: prev_comm=a b prev_pid=149 prev_prio=120 "
        "prev_state=R+ ==> next_comm=kworker/u8:1 next_pid=31 next_prio=120",
        "  insmod-149 (    149) [000] d..1. 3.395795: sched_switch: prev_comm=a b prev_pid=149 prev_prio=120 "
        "prev_state=R+ ==> next_comm=kworker/u8:1 next_pid=31 next_prio=120",
    ],
    ids=["ftrace", "trace-cmd", "perf", "tgid"],
)
def test_three_tools_and_one_event(line: str) -> None:
    recording, skipped = ftrace_in.read([line])
    event = next(recording.events())
    assert skipped == 0
    assert (event.t_ns, event.cpu, recording.tasks[event.task].comm) == (3_395_795_000, 0, "insmod")
    assert event.args[:7] == ("a b", 149, 120, "R+", "kworker/u8:1", 31, 120)


@pytest.mark.parametrize("text", ["", "nothing\nhere\n", "a-1 [000] x 1.0: unknown_event: y\n", "\x00\x01: [\n"])
def test_a_text_without_events_is_refused(text: str) -> None:
    with pytest.raises(ftrace_in.TraceTextError, match="no event"):
        ftrace_in.read(text.splitlines())


@pytest.mark.parametrize(
    "line",
    [
        "a-1 [999] d.... 1.0: console: x",
        "a-1 [000] d.... 1.0: workqueue_queue_work: work struct=zz function=f workqueue=e req_cpu=1 cpu=0",
        "a-1 [000] d.... 1.0: sched_wakeup: comm=x pid=9 prio=99999 target_cpu=000",
        "a-1 [000] d.... 1.0: sched_switch: prev_comm=x",
        "a-1 [000] d.... x: console: y",
        "a-1 [000] d.... 1.0: sched_wakeup: comm=x pid=99999999999 prio=120 target_cpu=000",
        "a-1 [000] d.... 99999999999.0: console: y",
    ],
)
def test_what_does_not_parse_is_counted(line: str) -> None:
    recording, skipped = ftrace_in.read([line, "a-1 [000] d.... 2.0: console: fine"])
    assert (recording.rows, skipped) == (1, 1)
