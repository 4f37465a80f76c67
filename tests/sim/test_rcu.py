"""RCU: grace periods."""

from __future__ import annotations

from server.sim.machine import Gen

MS = 1_000_000


def test_a_callback_runs_in_the_rcu_softirq_after_some_jiffies(lab) -> None:
    ran: list[tuple[int, int]] = []

    def body() -> Gen:
        lab.k.rcu.call_rcu(lambda: ran.append((lab.k.cx.now, lab.k.irq_depth)))
        yield from lab.sleep(0.1)

    lab.spawn("t", body())
    lab.run(100)
    ((when, depth),) = ran
    assert depth == 1
    assert 8 * MS < when - lab.boot_ns < 30 * MS
    assert [e.args["action"] for e in lab.named("softirq_entry") if e.args["vec"] == 9]


def test_synchronize_waits_for_a_reader_that_sleeps_not_for_a_later_one(lab) -> None:
    log: list[str] = []

    def reader(name: str, start: float, ms: float) -> Gen:
        yield from lab.sleep(start)
        lab.k.rcu.rcu_read_lock()
        yield from lab.busy(ms)
        lab.k.rcu.rcu_read_unlock()
        log.append(name)

    def updater() -> Gen:
        yield from lab.sleep(1)
        yield from lab.k.rcu.synchronize_rcu()
        log.append("synchronized")

    lab.spawn("early", reader("early", 0.1, 50), 1)
    task = lab.spawn("updater", updater(), 0)
    lab.run(200)
    assert log == ["early", "synchronized"]
    assert "GRACE_PERIOD" in [c for c, _ in lab.waits(task)]


def test_nesting_counts(lab) -> None:
    log: list[str] = []

    def reader() -> Gen:
        rcu = lab.k.rcu
        rcu.rcu_read_lock()
        rcu.rcu_read_lock()
        rcu.rcu_read_unlock()
        yield from lab.busy(40)
        log.append("unlock")
        rcu.rcu_read_unlock()

    def updater() -> Gen:
        yield from lab.sleep(1)
        yield from lab.k.rcu.synchronize_rcu()
        log.append("synchronized")

    lab.spawn("r", reader(), 1)
    lab.spawn("u", updater(), 0)
    lab.run(200)
    assert log == ["unlock", "synchronized"]


def test_a_preempted_reader_holds_it_up(make_lab) -> None:
    lab, log = make_lab(2, preempt="full"), []

    def reader() -> Gen:
        lab.k.rcu.rcu_read_lock()
        for _ in range(30):
            yield from lab.busy(1)
        log.append("unlock")
        lab.k.rcu.rcu_read_unlock()

    def other() -> Gen:
        for _ in range(30):
            yield from lab.busy(1)

    def updater() -> Gen:
        yield from lab.busy(0.5)
        yield from lab.k.rcu.synchronize_rcu()
        log.append("synchronized")

    lab.spawn("reader", reader(), 1)
    lab.spawn("other", other(), 1)
    lab.spawn("updater", updater(), 0)
    lab.run(300)
    assert log == ["unlock", "synchronized"]


def test_barrier_waits_for_all_callbacks(lab) -> None:
    log: list[str] = []

    def body() -> Gen:
        for i in range(3):
            lab.k.rcu.call_rcu(lambda i=i: log.append(f"cb{i}"))
        yield from lab.k.rcu.rcu_barrier()
        log.append("barrier")

    lab.spawn("t", body())
    lab.run(100)
    assert log == ["cb0", "cb1", "cb2", "barrier"]


def test_kfree_rcu_frees_late(lab) -> None:
    addr = lab.memory()

    def body() -> Gen:
        lab.k.rcu.kfree_rcu(addr)
        yield None

    lab.spawn("t", body())
    lab.run(4900)
    assert lab.k.mem.size_of(addr)
    lab.run(1500)
    assert not lab.k.mem.size_of(addr)


def test_a_stall_is_told_after_21_seconds(lab) -> None:
    def reader() -> Gen:
        lab.k.rcu.rcu_read_lock()
        yield from lab.busy(25_000)

    def updater() -> Gen:
        yield from lab.sleep(1)
        yield from lab.k.rcu.synchronize_rcu()

    lab.spawn("r", reader(), 1)
    lab.spawn("u", updater(), 0)
    lab.run(20_000)
    assert not lab.log
    lab.run(3_000)
    assert "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:" in lab.log


def test_nothing_ticks_when_nobody_asks(lab) -> None:
    lab.run(1000)
    assert not [e for e in lab.named("sched_switch") if "rcu" in str(e.args["next_comm"])]
