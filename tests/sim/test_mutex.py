"""Mutexes: order, stealing, handoff, spinning, misuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.sim.machine import Gen


def holder(lab, m: int, ms: float, log: list[str], name: str) -> Gen:
    yield from lab.k.locks.mutex_lock(m)
    log.append(name)
    yield from lab.sleep(ms)
    lab.k.locks.mutex_unlock(m)


def test_waiters_are_served_in_their_order(lab) -> None:
    m, log = lab.memory(), []
    tasks = [lab.spawn(n, holder(lab, m, 5, log, n)) for n in "abc"]
    lab.run(50)
    assert log == ["a", "b", "c"]
    assert all(t.state == "X" for t in tasks)
    lock = lab.k.locks.find(m)
    assert ("LOCK", f"lock:{lock.obj},task:{tasks[0].index}") in lab.waits(tasks[1])
    assert ("LOCK", f"lock:{lock.obj},task:{tasks[1].index}") in lab.waits(
        tasks[2]
    )  # told anew when the holder changed


def test_a_running_locker_steals_but_only_once(lab) -> None:
    """The unlocker takes it again before the woken waiter runs; then HANDOFF gives it to the waiter."""
    m, log = lab.memory(), []

    def greedy() -> Gen:
        for i in range(4):
            yield from lab.k.locks.mutex_lock(m)
            log.append(f"greedy{i}")
            yield from lab.sleep(2)
            lab.k.locks.mutex_unlock(m)

    lab.spawn("greedy", greedy())
    lab.spawn("patient", holder(lab, m, 1, log, "patient"))
    lab.run(50)
    assert log == ["greedy0", "greedy1", "patient", "greedy2", "greedy3"]
    assert [e for e in lab.named("wqp:lock") if e.args["op"] == "handed_over"]


def test_spins_while_the_owner_runs_elsewhere(lab) -> None:
    m, got = lab.memory(), []

    def owner() -> Gen:
        yield from lab.k.locks.mutex_lock(m)
        yield from lab.busy(2)
        lab.k.locks.mutex_unlock(m)
        got.append(("unlocked", lab.k.cx.now))

    def spinner() -> Gen:
        yield from lab.busy(1)
        yield from lab.k.locks.mutex_lock(m)
        got.append(("locked", lab.k.cx.now))
        lab.k.locks.mutex_unlock(m)

    lab.spawn("owner", owner(), 0)
    task = lab.spawn("spinner", spinner(), 1)
    lab.run(10)
    (_, unlocked), (_, locked) = got
    assert 0 <= locked - unlocked < 1000
    assert "LOCK" not in [c for c, _ in lab.waits(task)]


def test_the_spinner_sleeps_when_the_owner_does(lab) -> None:
    m, log = lab.memory(), []

    def owner() -> Gen:
        yield from lab.k.locks.mutex_lock(m)
        yield from lab.busy(2)
        yield from lab.sleep(2)
        log.append("unlock")
        lab.k.locks.mutex_unlock(m)

    def spinner() -> Gen:
        yield from lab.busy(1)
        yield from holder(lab, m, 0, log, "got")

    lab.spawn("owner", owner(), 0)
    task = lab.spawn("spinner", spinner(), 1)
    lab.run(10)
    assert log == ["unlock", "got"]
    assert "LOCK" in [c for c, _ in lab.waits(task)]


def test_two_spinners_on_two_locks_do_not_stop_time(make_lab: Callable[..., object]) -> None:
    lab = make_lab(cpus=4)
    a, b, log = lab.memory(), lab.memory(), []

    def owner(m: int) -> Gen:
        yield from lab.k.locks.mutex_lock(m)
        yield from lab.busy(30)
        lab.k.locks.mutex_unlock(m)

    def spinner(m: int, name: str) -> Gen:
        yield from lab.busy(1)
        yield from holder(lab, m, 0, log, name)

    lab.spawn("oa", owner(a), 0)
    lab.spawn("ob", owner(b), 1)
    lab.spawn("sa", spinner(a, "sa"), 2)
    lab.spawn("sb", spinner(b, "sb"), 3)
    lab.run(50)
    assert sorted(log) == ["sa", "sb"]


def test_trylock_and_is_locked(lab) -> None:
    m, seen = lab.memory(), []

    def body() -> Gen:
        locks = lab.k.locks
        seen.append((locks.mutex_trylock(m), locks.mutex_is_locked(m), locks.mutex_trylock(m)))
        locks.mutex_unlock(m)
        seen.append(locks.mutex_is_locked(m))
        yield None

    lab.spawn("t", body())
    lab.run(1)
    assert seen == [(True, True, False), False]


def test_a_signal_ends_an_interruptible_wait(lab) -> None:
    m, seen = lab.memory(), []

    def waiter() -> Gen:
        seen.append((yield from lab.k.locks.mutex_lock_interruptible(m)))

    lab.spawn("holder", holder(lab, m, 50, [], ""))
    task = lab.spawn("waiter", waiter())
    lab.run(5)
    task.pending_signal = 2
    lab.k.sched.wake_up(task, "S")
    lab.run(5)
    assert seen == [-4]
    assert not lab.k.locks.find(m).waiters


def test_self_deadlock_sleeps_for_ever(lab) -> None:
    m = lab.memory()

    def body() -> Gen:
        yield from lab.k.locks.mutex_lock(m)
        yield from lab.k.locks.mutex_lock(m)

    task = lab.spawn("t", body())
    lab.run(100)
    assert task.state == "D"
    assert "self-deadlock" in lab.findings


@pytest.mark.parametrize(("held", "code"), [(True, "unlock-by-other"), (False, "unlock-unlocked")])
def test_bad_unlocks_are_found(lab, held: bool, code: str) -> None:
    m = lab.memory()

    def wrong() -> Gen:
        yield from lab.sleep(1)
        lab.k.locks.mutex_unlock(m)

    if held:
        lab.spawn("holder", holder(lab, m, 5, [], ""))
    lab.spawn("wrong", wrong())
    lab.run(3)
    assert code in lab.findings
    assert not lab.k.locks.mutex_is_locked(m)


def test_a_loop_of_locking_does_not_use_up_the_events(lab) -> None:
    m = lab.memory()

    def loop() -> Gen:
        for _ in range(2000):
            yield from lab.k.locks.mutex_lock(m)
            lab.k.locks.mutex_unlock(m)

    lab.spawn("loop", loop())
    lab.run(100)
    told = [e.args["op"] for e in lab.named("wqp:lock")]
    assert told == ["acquired", "released"] * 500
    lab.spawn("a", holder(lab, m, 2, [], "a"))
    lab.spawn("b", holder(lab, m, 2, [], "b"))
    lab.run(100)
    assert [e.args["op"] for e in lab.named("wqp:lock")][1000:] == ["contended", "released", "acquired", "released"]
