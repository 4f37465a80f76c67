"""Small stories, and what the lanes show of them; and laws that hold of every real trace."""

from __future__ import annotations

import pytest

from server.trace import ftrace_in, infer
from server.trace.rows import Rows
from server.trace.timeline import Timeline
from tests.trace.builder import RECORDED, Scene, imported, picture, real, reasons, timeline_of
from tests.trace.invariants import faults


def test_an_item_is_queued_runs_and_ends() -> None:
    s = Scene()
    job = s.work("job")
    s.switch(1, s.insmod)
    s.queue(2, job, line=63)
    s.wake(2.1, s.worker)
    s.switch(3, s.worker)
    s.start(3, job)
    s.end(4, job)
    s.switch(5, s.idle, "I")
    timeline = s.timeline()
    assert picture(timeline) == [
        "CPU 0: running - 1-3",
        "commands: running - 1-3",
        "worklist: queued job 2-3",
        "kworker/0:1: runnable - 2.1-3",
        "commands: sleeping - 3-",
        "kworker/0:1: running job 3-4",
        "CPU 0: running job 3-4",
        "kworker/0:1: running - 4-5",
        "CPU 0: running - 4-5",
    ]
    assert faults(timeline) == []
    assert timeline.rows.spans.line[2] == 63


def test_an_item_without_activate_is_held_with_its_culprit() -> None:
    s = Scene()
    first, second = s.work("first"), s.work("second")
    s.switch(1, s.worker)
    s.queue(1, first, "q")
    s.start(1, first)
    s.queue(2, second, "q", active=False)
    s.wait(2, "item", second, "MAX_ACTIVE", f"item:{first}")
    s.at(2, "wqp:depth", "q", s.pool, 1, 1, 1)
    s.end(5, first)
    s.activate(5, second)
    s.start(6, second)
    timeline = s.timeline()
    assert "held: held second 2-5" in picture(timeline)
    assert "worklist: queued second 5-6" in picture(timeline)
    assert reasons(timeline, "second")[0] == "2-5 max_active of q is reached: first holds every slot"
    assert faults(timeline) == []


def test_a_changed_cause_splits_the_wait_not_the_span() -> None:
    s = Scene()
    a, b, c = (s.work(n) for n in "abc")
    s.switch(1, s.worker)
    s.start(1, a)
    s.queue(2, b, "q", active=False)
    s.queue(2, c, "q", active=False)
    s.wait(2, "item", c, "ORDERED", f"item:{a},item:{b}")
    s.end(3, a)
    s.activate(3, b)
    s.start(3, b)
    s.wait(3, "item", c, "ORDERED", f"item:{b}")
    timeline = s.timeline()
    assert reasons(timeline, "c") == ["2-3 q is ordered: behind a, b", "3- q is ordered: behind b"]
    assert [p for p in picture(timeline) if " c " in p] == ["held: held c 2-"]


def test_a_cause_told_before_the_switch_explains_the_sleep() -> None:
    s = Scene()
    job, lock = s.work("job"), s.recording.obj("mutex", 1, "door", "")
    s.switch(1, s.worker)
    s.start(1, job)
    s.wait(2, "task", s.worker, "LOCK", f"mutex:{lock},task:{s.insmod}")
    s.switch(2.5, s.idle, "D")
    s.wake(4, s.worker)
    s.switch(5, s.worker)
    timeline = s.timeline()
    assert "kworker/0:1: blocked job 2.5-4" in picture(timeline)
    assert reasons(timeline, "job")[0] == "2.5-4 door is held by insmod"
    assert faults(timeline) == []


def test_a_delayed_work_is_armed_then_queued_as_one_life() -> None:
    s = Scene()
    work = s.work("later", "delayed_work")
    addr = s.recording.objects[work].addr
    timer = s.recording.obj("timer", addr + 32, "later", "delayed_work_timer_fn")
    s.switch(1, s.insmod)
    s.at(2, "timer_start", timer, "delayed_work_timer_fn", 500, 500, 500, 0, 1, "D")
    s.wait(2, "item", work, "TIMER", f"timer:{timer}", "until_ns=10000000")
    s.switch(3, s.idle)
    s.at(10, "timer_expire_entry", timer, "delayed_work_timer_fn", 500, 500)
    s.queue(10, work)
    s.switch(11, s.worker)
    s.start(11, work)
    timeline = s.timeline()
    assert "later: armed later 2-10" in picture(timeline)
    assert reasons(timeline, "later")[0] == "2-10 waits until its timer expires, after 8 ms"
    assert len(timeline.rows.items) == 1
    assert faults(timeline) == []


def test_a_cancelled_item_leaves_a_mark_and_no_open_wait() -> None:
    s = Scene()
    job = s.work("job")
    s.switch(1, s.insmod)
    s.queue(2, job)
    s.at(4, "wqp:cancelled", job, "job_fn", "grabbed")
    s.wait(4, "item", job, "")
    s.queue(6, job)
    timeline = s.timeline()
    assert [p for p in picture(timeline) if " job " in p] == [
        "worklist: queued job 2-4",
        "worklist: cancelled job 4-4",
        "worklist: queued job 6-",
    ]
    assert list(timeline.rows.items.nth) == [0, 1]
    assert faults(timeline) == []


def test_interrupts_lie_over_the_task_that_they_interrupt() -> None:
    s = Scene()
    s.switch(1, s.insmod)
    s.at(2, "local_timer_entry", 236)
    s.at(3, "local_timer_exit", 236)
    s.at(3, "softirq_entry", 1, "TIMER")
    s.at(4, "softirq_exit", 1, "TIMER")
    s.at(9, "console", "x", 6)
    assert [p for p in picture(s.timeline()) if p.startswith("CPU")] == [
        "CPU 0: running - 1-2",
        "CPU 0: hardirq - 2-3",
        "CPU 0: softirq - 3-4",
        "CPU 0: running - 4-",
    ]


def test_commands_share_a_lane_where_they_do_not_overlap() -> None:
    s = Scene()
    other = s.recording.task(61, "rmmod", "command")
    s.switch(1, s.insmod)
    s.switch(2, s.idle, "X")
    s.switch(3, other)
    s.switch(4, s.idle, "X")
    assert [p for p in picture(s.timeline()) if p.startswith("commands")] == [
        "commands: running - 1-2",
        "commands: running - 3-4",
    ]
    assert sum(lane.name == "commands" for lane in s.timeline().rows.lanes) == 1


@pytest.mark.parametrize("name", ["sched.1", "trace.2"])
@pytest.mark.parametrize("case", RECORDED)
def test_real_traces_keep_the_laws(case: str, name: str) -> None:
    assert faults(timeline_of(imported(case, name))) == []


def test_the_laws_are_seen_to_be_broken() -> None:
    timeline = timeline_of(imported("workqueue_demo"))
    wait = next(w for w in range(len(timeline.rows.waits)) if timeline.rows.waits.item[w] >= 0)
    timeline.rows.waits.end[wait] += 1000
    assert faults(timeline)


def _columns(rows: Rows) -> list[object]:
    spans, waits = rows.spans, rows.waits
    return [list(spans.lane), list(spans.start), list(spans.end), list(spans.state), list(waits.end), waits.text]


@pytest.mark.parametrize("step", [1, 7, 50])
def test_feeding_in_pieces_gives_the_same(step: int) -> None:
    recording, _ = ftrace_in.read(real("mutex_contention"))
    recording = infer.explained(recording)
    whole, pieces = timeline_of(recording), Timeline(recording)
    for last in range(0, recording.rows + step, step):
        pieces.feed(last)
    assert _columns(pieces.rows) == _columns(whole.rows)


def test_the_demo_reads_as_on_the_real_kernel() -> None:
    timeline = timeline_of(imported("workqueue_demo"))
    assert reasons(timeline, "dedicated_fn#2")[:2] == [
        "4689.86-5191.4 max_active of demo_wq is reached: dedicated_fn#0 holds every slot",
        "5191.4-5703.46 max_active of demo_wq is reached: dedicated_fn#1 holds every slot",
    ]
