"""EEVDF, rule by rule, on one CPU without a kernel around it (kernel/sched/fair.c of 6.12)."""

from __future__ import annotations

import pytest

from server.sim.fair import Fair, base_slice_ns
from server.sim.machine import NICE_0_WEIGHT, Cpu, Task

SLICE_NS = base_slice_ns(2)


def task(name: str, vruntime: int = 0, deadline: int = 0, nice: int = 0) -> Task:
    made = Task(1, name, "kworker", None, 0, nice)
    made.vruntime, made.deadline = vruntime, deadline
    return made


@pytest.fixture
def fair() -> Fair:
    return Fair(2, 4_000_000)


def cpu(current: Task | None, *queue: Task) -> Cpu:
    made = Cpu(0, Task(0, "swapper/0", "idle", None, 0, 0))
    if current is not None:
        current.on_rq = True
        made.current = current
    for waiting in queue:
        waiting.on_rq = True
        Fair.join(made, waiting, made.rq)
    return made


def test_the_slice_grows_with_the_cpus() -> None:
    assert [base_slice_ns(n) for n in (1, 2, 4, 8, 64)] == [700_000, 1_400_000, 2_100_000, 2_800_000, 2_800_000]


def test_of_the_eligible_the_earliest_deadline_runs(fair: Fair) -> None:
    early_but_ahead = task("ahead", vruntime=3_000, deadline=10)
    later, last = task("later", vruntime=1_000, deadline=20), task("last", vruntime=0, deadline=30)
    assert fair.pick(cpu(None, last, early_but_ahead, later)) is later


def test_who_was_picked_runs_to_parity(fair: Fair) -> None:
    running, other = task("running", vruntime=0, deadline=50), task("other", vruntime=1_000, deadline=10)
    other.vruntime = 0
    here = cpu(running, other)
    running.slice_protect = True
    assert fair.pick(here) is running
    running.slice_protect = False
    assert fair.pick(here) is other
    running.slice_protect, running.vruntime = True, 1_000  # no longer eligible: the protection is gone
    assert fair.pick(here) is other


def test_time_counts_by_weight_and_ends_a_slice(fair: Fair) -> None:
    plain, heavy = task("plain", deadline=SLICE_NS), task("heavy", deadline=SLICE_NS, nice=-20)
    for who in (plain, heavy):
        here = cpu(who, task("other"))
        who.slice_protect = True
        fair.update_curr(here, SLICE_NS)
        assert who.vruntime == SLICE_NS * NICE_0_WEIGHT // who.weight
        assert here.need_resched == (who is plain)
        assert who.slice_protect == (who is heavy)
    assert plain.deadline == 2 * SLICE_NS


def test_lag_comes_back_with_the_task_and_is_bounded(fair: Fair) -> None:
    sleeper, other = task("sleeper", vruntime=1_000), task("other", vruntime=3_000)
    here = cpu(sleeper, other)
    fair.block(here, sleeper)
    assert not sleeper.delayed and sleeper.vlag == 1_000  # V is 2,000
    sleeper.on_rq = False
    here.current = here.idle
    fair.place(here, sleeper, initial=False)
    assert sleeper.vruntime == 3_000 - 2 * 1_000  # inflated by (load + weight) / load, for its coming moves V
    assert sleeper.deadline == sleeper.vruntime + SLICE_NS
    other.vruntime, here.moment = 10**9, 10**9 * other.weight
    late = task("late")
    late.on_rq = True
    here.current = late
    fair.block(here, late)
    assert late.vlag == fair.lag_limit_ns == 4_000_000


def test_who_ran_ahead_stays_and_what_it_is_owed_meanwhile_is_forfeit(fair: Fair) -> None:
    """DELAY_DEQUEUE and DELAY_ZERO."""
    ahead, other = task("ahead", vruntime=3_000, deadline=9_000), task("other", vruntime=1_000, deadline=9_000)
    here = cpu(ahead, other)
    ahead.state = "D"
    fair.block(here, ahead)
    ahead.on_rq = False
    here.current = here.idle
    assert ahead.delayed and here.delayed == [ahead] and here.load == 2 * NICE_0_WEIGHT
    other.vruntime = 7_000
    here.moment += 6_000 * other.weight
    fair.drop(here, ahead)
    assert ahead.vlag == 0 and not ahead.delayed and here.delayed == [] and here.load == NICE_0_WEIGHT


def test_a_delayed_task_that_is_woken_goes_on_where_it_stands(fair: Fair) -> None:
    for vruntime, moved in ((3_000, False), (500, True)):
        delayed, other = task("delayed", vruntime=vruntime, deadline=9_000), task("other", vruntime=1_000)
        here = cpu(None, other)
        Fair.join(here, delayed, here.delayed)
        delayed.delayed = True
        fair.requeue(here, delayed)
        assert here.rq == [other, delayed] and here.delayed == []
        assert (delayed.vruntime != vruntime) == moved
        if moved:
            assert delayed.vruntime == 1_000  # V of those that it joins: it is owed nothing


def test_a_dying_task_does_not_stay(fair: Fair) -> None:
    ahead = task("ahead", vruntime=3_000)
    here = cpu(ahead, task("other", vruntime=1_000))
    ahead.state = "X"
    fair.block(here, ahead)
    assert here.delayed == []


def test_a_new_task_gets_half_a_slice(fair: Fair) -> None:
    new = task("new")
    fair.place(cpu(None, task("other", vruntime=1_000)), new, initial=True)
    assert (new.vruntime, new.deadline) == (1_000, 1_000 + SLICE_NS // 2)


def test_a_task_that_moves_keeps_what_is_left_until_its_deadline(fair: Fair) -> None:
    mover = task("mover", vruntime=1_000, deadline=5_000)
    fair.leave(cpu(None, mover, task("other", vruntime=1_000)), mover)
    there = cpu(None, task("busy", vruntime=100_000))
    fair.place(there, mover, initial=False)
    assert mover.deadline - mover.vruntime == 4_000
    assert mover.rel_deadline is None
