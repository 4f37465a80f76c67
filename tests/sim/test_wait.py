"""Wait queues and completions."""

from __future__ import annotations

from server.sim.machine import Gen

INTERRUPTIBLE, UNINTERRUPTIBLE = 1, 2


def waiter(lab, q: int, name: str, log: list[str], exclusive: int = 0, state: int = UNINTERRUPTIBLE) -> Gen:
    """wait_event(), one round: the wake-up is the condition."""
    entry = lab.memory()
    waits = lab.k.waits
    waits.init_wait_entry(entry, exclusive)
    if waits.prepare_to_wait_event(q, entry, state):
        log.append(f"{name} interrupted")
        return
    yield from lab.k.sched.schedule()
    waits.finish_wait(q, entry)
    log.append(name)


def waker(lab, q: int, delay: float, nr: int, mode: int = 3) -> Gen:
    yield from lab.sleep(delay)
    yield from lab.k.waits.wake_up(q, mode, nr)


def start(lab, q: int, log: list[str], **flags: int) -> None:
    for name, exclusive in flags.items():
        lab.spawn(name, waiter(lab, q, name, log, exclusive))


def test_wake_up_wakes_the_others_and_one_exclusive(lab) -> None:
    q, log = lab.memory(), []
    start(lab, q, log, e1=1, n1=0, e2=1, n2=0)
    lab.spawn("waker", waker(lab, q, 1, 1))
    lab.run(10)
    assert log == ["n2", "n1", "e1"]  # not exclusive: the last one in first; exclusive ones in order
    assert lab.k.waits.waitqueue_active(q)


def test_wake_up_nr_and_all(lab) -> None:
    q, log = lab.memory(), []
    start(lab, q, log, a=1, b=1, c=1, d=1)
    lab.spawn("w1", waker(lab, q, 1, 2))
    lab.spawn("w2", waker(lab, q, 5, 0))
    lab.run(3)
    assert log == ["a", "b"]
    lab.run(10)
    assert log == ["a", "b", "c", "d"]
    assert not lab.k.waits.waitqueue_active(q)


def test_wake_up_interruptible_leaves_uninterruptible_sleepers(lab) -> None:
    q, log = lab.memory(), []
    lab.spawn("d", waiter(lab, q, "d", log))
    lab.spawn("s", waiter(lab, q, "s", log, state=INTERRUPTIBLE))
    lab.spawn("waker", waker(lab, q, 1, 0, INTERRUPTIBLE))
    lab.run(10)
    assert log == ["s"]


def test_a_wake_up_between_prepare_and_schedule_is_not_lost(lab) -> None:
    q, log = lab.memory(), []

    def slow() -> Gen:
        entry = lab.memory()
        lab.k.waits.init_wait_entry(entry)
        lab.k.waits.prepare_to_wait(q, entry, UNINTERRUPTIBLE)
        yield from lab.busy(3)
        yield from lab.k.sched.schedule()
        lab.k.waits.finish_wait(q, entry)
        log.append("through")

    lab.spawn("slow", slow(), 0)
    lab.spawn("waker", waker(lab, q, 1, 1), 1)
    lab.run(10)
    assert log == ["through"]


def test_the_cause_names_the_queue(lab) -> None:
    q, log = lab.memory(), []
    task = lab.spawn("t", waiter(lab, q, "t", log))
    lab.run(2)
    obj = lab.objects.index(("waitqueue", "waitqueue#0"))
    assert ("CONDITION", f"lock:{obj}") in lab.waits(task)


def test_a_pending_signal_refuses_the_wait(lab) -> None:
    q, log = lab.memory(), []
    task = lab.spawn("t", waiter(lab, q, "t", log, state=INTERRUPTIBLE))
    task.pending_signal = 2
    lab.run(2)
    assert log == ["t interrupted"]
    assert not lab.k.waits.waitqueue_active(q)


def completion_body(lab, c: int, name: str, log: list[object], call: str, *args: int) -> Gen:
    log.append((name, (yield from getattr(lab.k.waits, call)(c, *args))))


def test_complete_lets_the_longest_waiter_go(lab) -> None:
    c, log = lab.memory(), []
    lab.k.waits.init_completion(c)
    for name in "ab":
        lab.spawn(name, completion_body(lab, c, name, log, "wait_for_completion"))
    lab.run(1)
    lab.k.waits.complete(c)
    lab.run(5)
    assert [n for n, _ in log] == ["a"]
    lab.k.waits.complete(c)
    lab.k.waits.complete(c)
    lab.run(5)
    assert [n for n, _ in log] == ["a", "b"]
    assert lab.k.waits.completion_done(c)
    assert lab.k.waits.try_wait_for_completion(c)
    assert not lab.k.waits.completion_done(c)


def test_complete_all_is_for_ever(lab) -> None:
    c, log = lab.memory(), []
    lab.k.waits.init_completion(c)
    for name in "ab":
        lab.spawn(name, completion_body(lab, c, name, log, "wait_for_completion"))
    lab.run(1)
    lab.k.waits.complete_all(c)
    lab.run(5)
    assert [n for n, _ in log] == ["a", "b"]
    assert lab.k.waits.completion_done(c)
    lab.k.waits.reinit_completion(c)
    assert not lab.k.waits.completion_done(c)


def test_timeouts_and_signals(lab) -> None:
    c, log = lab.memory(), []
    lab.k.waits.init_completion(c)
    lab.spawn("t", completion_body(lab, c, "t", log, "wait_for_completion_timeout", 3))
    task = lab.spawn("s", completion_body(lab, c, "s", log, "wait_for_completion_interruptible"))
    lab.spawn("ok", completion_body(lab, c, "ok", log, "wait_for_completion_timeout", 50))
    lab.run(30)
    task.pending_signal = 2
    lab.k.sched.wake_up(task, "S")
    lab.run(10)
    lab.k.waits.complete(c)
    lab.run(10)
    assert log[:2] == [("t", 0), ("s", -512)]
    assert log[2][0] == "ok"
    assert 30 < log[2][1] < 50
