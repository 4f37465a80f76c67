"""Spinlocks and rwlocks: contention, order, interrupts, deadlock."""

from __future__ import annotations

from server.sim.machine import Gen


def test_the_waiter_spins_until_the_unlock(lab) -> None:
    s, log = lab.memory(), []

    def first() -> Gen:
        yield from lab.k.locks.spin_lock(s)
        yield from lab.busy(20)
        lab.k.locks.spin_unlock(s)
        log.append(("unlocked", lab.k.cx.now))

    def second() -> Gen:
        yield from lab.busy(1)
        yield from lab.k.locks.spin_lock(s)
        log.append(("locked", lab.k.cx.now))
        lab.k.locks.spin_unlock(s)

    lab.spawn("first", first(), 0)
    task = lab.spawn("second", second(), 1)
    lab.run(30)
    assert [name for name, _ in log] == ["unlocked", "locked"]
    assert log[1][1] - log[0][1] < 1000
    assert task.sum_exec > 19_000_000  # the CPU was busy all the while
    assert task.preempt == 0
    assert [e.args["op"] for e in lab.named("wqp:lock")] == ["contended", "released", "acquired", "released"]


def test_waiters_come_in_their_order(make_lab) -> None:
    lab = make_lab(cpus=4)
    s, log = lab.memory(), []

    def body(name: str, delay: float) -> Gen:
        yield from lab.busy(delay)
        yield from lab.k.locks.spin_lock(s)
        log.append(name)
        yield from lab.busy(1)
        lab.k.locks.spin_unlock(s)

    for cpu, name in enumerate("abcd"):
        lab.spawn(name, body(name, 0.1 * (cpu + 1)), cpu)
    lab.run(20)
    assert log == ["a", "b", "c", "d"]


def test_interrupts_wait_for_the_restore(lab) -> None:
    s, log = lab.memory(), []

    def timer() -> Gen:
        log.append("irq")
        return
        yield

    def body() -> Gen:
        flags = yield from lab.k.locks.spin_lock_irqsave(s)
        assert lab.k.locks.irqs_disabled()
        lab.k.irq.call_on(lab.k.cpu, timer)
        yield from lab.busy(1)
        log.append("unlock")
        lab.k.locks.spin_unlock_irqrestore(s, flags)
        yield from lab.busy(1)
        log.append("end")
        assert not lab.k.locks.irqs_disabled()

    lab.spawn("t", body())
    lab.run(10)
    assert log == ["unlock", "irq", "end"]


def test_nested_irqsave_keeps_interrupts_off(lab) -> None:
    a, b, seen = lab.memory(), lab.memory(), []

    def body() -> Gen:
        outer = yield from lab.k.locks.spin_lock_irqsave(a)
        inner = yield from lab.k.locks.spin_lock_irqsave(b)
        lab.k.locks.spin_unlock_irqrestore(b, inner)
        seen.append(lab.k.locks.irqs_disabled())
        lab.k.locks.spin_unlock_irqrestore(a, outer)
        seen.append(lab.k.locks.irqs_disabled())

    lab.spawn("t", body())
    lab.run(10)
    assert seen == [True, False]


def test_softirqs_wait_for_bh_enable(lab) -> None:
    s, log = lab.memory(), []

    def body() -> Gen:
        yield from lab.k.locks.spin_lock_bh(s)
        lab.k.rcu.call_rcu(lambda: log.append("never"))
        timer = lab.k.waits  # nothing to do with it: the tick's softirq is held back
        del timer
        yield from lab.busy(30)
        log.append("unlock")
        yield from lab.k.locks.spin_unlock_bh(s)
        assert not lab.k.current.bh_off

    lab.spawn("t", body())
    lab.run(20)
    assert not [e for e in lab.named("softirq_entry") if e.cpu == 0]
    lab.run(80)
    assert log == ["unlock", "never"]


def test_an_abba_deadlock_keeps_both_cpus_busy(lab) -> None:
    a, b = lab.memory(), lab.memory()

    def body(x: int, y: int) -> Gen:
        yield from lab.k.locks.spin_lock(x)
        yield from lab.busy(1)
        yield from lab.k.locks.spin_lock(y)

    tasks = [lab.spawn("ab", body(a, b), 0), lab.spawn("ba", body(b, a), 1)]
    lab.run(2000)
    assert [t.on_cpu for t in tasks] == [True, True]


def test_recursion_is_found(lab) -> None:
    s = lab.memory()

    def body() -> Gen:
        yield from lab.k.locks.spin_lock(s)
        yield from lab.k.locks.spin_lock(s)

    task = lab.spawn("t", body())
    lab.run(100)
    assert "spinlock-recursion" in lab.findings
    assert task.on_cpu


def test_unlocking_a_free_lock_is_found(lab) -> None:
    s = lab.memory()

    def body() -> Gen:
        lab.k.locks.spin_unlock(s)
        yield None

    lab.spawn("t", body())
    lab.run(1)
    assert "unlock-unlocked" in lab.findings


def test_readers_share_and_a_writer_waits(make_lab) -> None:
    lab = make_lab(cpus=4)
    s, log = lab.memory(), []

    def reader(name: str, delay: float) -> Gen:
        yield from lab.busy(delay)
        yield from lab.k.locks.read_lock(s)
        log.append(f"{name}+")
        yield from lab.busy(2)
        log.append(f"{name}-")
        lab.k.locks.read_unlock(s)

    def writer() -> Gen:
        yield from lab.busy(1)
        yield from lab.k.locks.write_lock(s)
        log.append("w")
        lab.k.locks.write_unlock(s)

    lab.spawn("r1", reader("r1", 0.1), 0)
    lab.spawn("r2", reader("r2", 0.2), 1)
    lab.spawn("w", writer(), 2)
    lab.spawn("r3", reader("r3", 1.5), 3)
    lab.run(20)
    assert log == ["r1+", "r2+", "r1-", "r2-", "w", "r3+", "r3-"]
