"""Lockdep: what it finds, what it lets pass, and its words against those of the real kernel."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from server.sim.machine import Gen

LABEL = "(work_completion)(&(&it->dw)->work)"


@pytest.fixture
def debug(make_lab):
    return make_lab(2, "6.12-debug")


def lock_init(lab, label: str, line: int, kind: str = "mutex") -> int:
    addr = lab.memory()
    lab.k.cx.line = line
    getattr(lab.k.locks, {"mutex": "mutex_init", "spin": "spin_lock_init"}[kind])(addr, label)
    lab.k.cx.line = -1
    return addr


def take(lab, *mutexes: int) -> Gen:
    for m in mutexes:
        yield from lab.k.locks.mutex_lock(m)
    for m in reversed(mutexes):
        lab.k.locks.mutex_unlock(m)


def work(lab, call: Callable[..., Gen], label: str = LABEL, line: int = 7) -> int:
    """A work item in memory that runs `call`."""
    addr = lab.memory()
    lab.k.poke(addr + 8, 8, addr + 8)
    lab.k.poke(addr + 16, 8, addr + 8)
    lab.k.poke(addr + 24, 8, lab.function(call, "wqlab_fn"))
    lab.k.cx.line = line
    lab.k.wq.init_work(addr)
    lab.k.lockdep.name_work(addr, label)
    lab.k.cx.line = -1
    return addr


def wq(lab, name: str = "q0", flags: int = 0, limit: int = 0):
    from server.sim.workqueue.create import build

    return build(lab.k.wq, name, flags, limit)


def queue(lab, target, addr: int) -> None:
    lab.k.wq.queue_work_on(1, target.addr, addr)


def normal(lines: list[str]) -> list[str]:
    """Without what differs from kernel to kernel: addresses, pids, offsets, taints, the call traces."""
    out = []
    for line in lines:
        line = re.sub(r"\b[0-9a-f]{16}\b", "ADDR", line)
        line = re.sub(r"\b(kworker/\d+:\d+|dd)(/\d+|\[\d+\])", "TASK", line)
        line = re.sub(r"\+0x[0-9a-f]+/0x[0-9a-f]+( \[\w+\])?", "+OFF", line)
        line = re.sub(r"^6\.12\.117.*", "IDENT", line)
        out.append(line.rstrip())
    return out


def test_abba_is_reported_before_it_happens(debug) -> None:
    a, b = lock_init(debug, "&d->a", 1), lock_init(debug, "&d->b", 2)
    debug.spawn("one", take(debug, a, b))
    debug.run(5)
    assert not debug.k.printk.ring
    debug.spawn("two", take(debug, b, a))
    debug.run(5)
    log = debug.log
    assert "WARNING: possible circular locking dependency detected" in log
    i = log.index(" Possible unsafe locking scenario:")
    assert log[i : i + 10] == [
        " Possible unsafe locking scenario:", "",
        "       CPU0                    CPU1", "       ----                    ----",
        "  lock(&d->b);", "                               lock(&d->a);", "                               lock(&d->b);",
        "  lock(&d->a);", "", " *** DEADLOCK ***"]  # fmt: skip
    assert "lockdep" in debug.findings


def test_a_chain_of_three_names_the_middle(debug) -> None:
    a, b, c = (lock_init(debug, f"&d->{n}", i) for i, n in enumerate("abc"))
    for pair in ((a, b), (b, c)):
        debug.spawn("t", take(debug, *pair))
        debug.run(5)
    debug.spawn("t", take(debug, c, a))
    debug.run(5)
    assert "Chain exists of:" in debug.log
    assert "  &d->a --> &d->b --> &d->c" in debug.log


def test_it_reports_once(debug) -> None:
    a, b, c = (lock_init(debug, f"&d->{n}", i) for i, n in enumerate("abc"))
    for pair in ((a, b), (b, a), (a, c), (c, a)):
        debug.spawn("t", take(debug, *pair))
        debug.run(5)
    assert debug.findings.count("lockdep") == 1
    assert not debug.k.lockdep.on


def test_nothing_is_said_without_lockdep(lab) -> None:
    a, b = lock_init(lab, "&d->a", 1), lock_init(lab, "&d->b", 2)
    for pair in ((a, b), (b, a)):
        lab.spawn("t", take(lab, *pair))
        lab.run(5)
    assert not lab.log


def test_same_class_is_recursion_and_other_site_is_not(debug) -> None:
    a, other = lock_init(debug, "&d->lock", 5), lock_init(debug, "&d->lock", 9)
    debug.spawn("t", take(debug, a, other))
    debug.run(5)
    assert not debug.log
    same = lock_init(debug, "&d->lock", 5)
    debug.spawn("t", take(debug, a, same))
    debug.run(5)
    assert "WARNING: possible recursive locking detected" in debug.log


def test_trylock_draws_no_edge(debug) -> None:
    a, b = lock_init(debug, "&d->a", 1), lock_init(debug, "&d->b", 2)

    def polite() -> Gen:
        locks = debug.k.locks
        yield from locks.mutex_lock(a)
        assert locks.mutex_trylock(b)
        locks.mutex_unlock(b)
        locks.mutex_unlock(a)

    debug.spawn("t", polite())
    debug.spawn("t", take(debug, b, a))
    debug.run(5)
    assert not debug.log


def test_unlocking_what_is_not_held(debug) -> None:
    a = lock_init(debug, "&d->a", 1)

    def wrong() -> Gen:
        debug.k.locks.mutex_unlock(a)
        yield None

    debug.spawn("insmod", wrong())
    debug.run(5)
    i = debug.log.index("WARNING: bad unlock balance detected!")
    assert re.fullmatch(r"insmod/\d+ is trying to release lock \(&d->a\) at:", debug.log[i + 3])
    assert "but there are no more locks to release!" in debug.log


def test_flush_of_the_running_item_itself(debug, splat) -> None:
    """Splat d01: recursion on (work_completion), then a real deadlock."""
    q = wq(debug)

    def flush_self(addr: int) -> Gen:
        yield from debug.k.wq.flush_work(addr)

    queue(debug, q, work(debug, flush_self))
    debug.run(50)
    mine = normal(debug.log)
    real = normal(splat("d01"))
    end = real.index("stack backtrace:")
    assert mine[: end + 1] == real[: end + 1]
    assert any(t.state == "D" for t in debug.k.tasks.values() if t.comm.startswith("kworker/1"))


def test_flush_under_a_lock_that_the_item_takes(debug, splat) -> None:
    """Splat d03, but for sb_writers, which dd held there."""
    m, q = lock_init(debug, "mtxA", 3), wq(debug)

    def item(addr: int) -> Gen:
        del addr
        yield from debug.busy(2)
        yield from take(debug, m)

    addr = work(debug, item)
    queue(debug, q, addr)
    debug.run(20)
    assert not debug.log

    def flusher() -> Gen:
        queue(debug, q, addr)
        yield from debug.k.locks.mutex_lock(m)
        yield from debug.k.wq.flush_work(addr)

    debug.spawn("dd", flusher())
    debug.run(20)
    mine, real = normal(debug.log), normal(splat("d03"))

    def head(lines: list[str]) -> list[str]:
        kept = [t for t in lines if not t.startswith("       ") or "CPU" in t or "----" in t or "lock(" in t]
        kept = [t for t in kept if "sb_writers" not in t]
        kept = [re.sub(r"^\d locks held by.*", "HELD", re.sub(r"^ #\d", " #", t)) for t in kept]
        kept = [re.sub(r"at: (one|0x0).*", "at: MODULE", t) for t in kept]
        return kept[: kept.index("stack backtrace:")]

    assert head(mine) == head(real)


def test_flush_of_an_idle_item_is_never_reported(debug) -> None:
    m, q = lock_init(debug, "mtxA", 3), wq(debug)

    def item(addr: int) -> Gen:
        del addr
        yield from take(debug, m)

    addr = work(debug, item)
    queue(debug, q, addr)
    debug.run(20)

    def flusher() -> Gen:
        yield from debug.k.locks.mutex_lock(m)
        yield from debug.k.wq.flush_work(addr)
        debug.k.locks.mutex_unlock(m)

    debug.spawn("dd", flusher())
    debug.run(20)
    assert not debug.log


@pytest.mark.parametrize(("limit", "cancel", "reported"), [(1, False, True), (0, False, False), (1, True, False)])
def test_flush_of_another_item_of_a_single_threaded_queue(debug, limit: int, cancel: bool, reported: bool) -> None:
    q = wq(debug, "one", limit=limit)

    def sleeper(addr: int) -> Gen:
        del addr
        yield from debug.sleep(3)

    other = work(debug, sleeper, "(work_completion)(&other)", 20)

    def flusher(addr: int) -> Gen:
        del addr
        if cancel:
            yield from debug.k.wq.cancel_work_sync(other)
        else:
            yield from debug.k.wq.flush_work(other)

    queue(debug, q, work(debug, flusher))
    queue(debug, q, other)
    debug.run(50)
    assert ("WARNING: possible recursive locking detected" in debug.log) is reported


def test_flush_workqueue_from_its_own_item(debug) -> None:
    q = wq(debug)

    def item(addr: int) -> Gen:
        del addr
        yield from debug.k.wq.flush_workqueue(q.addr)

    queue(debug, q, work(debug, item))
    debug.run(20)
    assert "  lock((wq_completion)q0);" in debug.log


def test_a_leaked_mutex_is_told(debug, splat) -> None:
    """Splat d09."""
    m, q = lock_init(debug, "mtxA", 3), wq(debug)

    def item(addr: int) -> Gen:
        del addr
        yield from debug.k.locks.mutex_lock(m)

    queue(debug, q, work(debug, item))
    debug.run(20)
    mine = [re.sub(r"at: .*", "at: MODULE", t) for t in normal(debug.log)[:4]]
    real = [re.sub(r"at: .*", "at: MODULE", t) for t in normal(splat("d09"))[:4]]
    fn = re.compile(r"wqlab_fn.*")
    assert [fn.sub("FN", t) for t in mine] == [fn.sub("FN", t) for t in real]


def test_a_lock_that_interrupts_use(debug) -> None:
    s = lock_init(debug, "&d->lock", 4, "spin")

    def handler() -> Gen:
        yield from debug.k.locks.spin_lock(s)
        debug.k.locks.spin_unlock(s)

    def body() -> Gen:
        yield from debug.k.locks.spin_lock(s)
        debug.k.locks.spin_unlock(s)
        debug.k.irq.call_on(debug.k.cpu, handler)
        yield from debug.busy(1)

    debug.spawn("t", body())
    debug.run(5)
    assert "WARNING: inconsistent lock state" in debug.log
    assert "inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage." in debug.log
    assert "  <Interrupt>" in debug.log


def test_irqsave_everywhere_is_fine(debug) -> None:
    s = lock_init(debug, "&d->lock", 4, "spin")

    def body() -> Gen:
        flags = yield from debug.k.locks.spin_lock_irqsave(s)
        debug.k.locks.spin_unlock_irqrestore(s, flags)

    def both() -> Gen:
        yield from body()
        debug.k.irq.call_on(debug.k.cpu, body)
        yield from debug.busy(1)
        yield from body()

    debug.spawn("t", both())
    debug.run(5)
    assert not debug.log


def test_an_irq_safe_lock_over_an_unsafe_one(debug) -> None:
    safe, unsafe = lock_init(debug, "&d->safe", 4, "spin"), lock_init(debug, "&d->unsafe", 5, "spin")
    locks = debug.k.locks

    def handler() -> Gen:
        yield from locks.spin_lock(safe)
        locks.spin_unlock(safe)

    def body() -> Gen:
        debug.k.irq.call_on(debug.k.cpu, handler)
        yield from debug.busy(1)
        yield from locks.spin_lock(unsafe)
        locks.spin_unlock(unsafe)
        flags = yield from locks.spin_lock_irqsave(safe)
        yield from locks.spin_lock(unsafe)
        locks.spin_unlock(unsafe)
        locks.spin_unlock_irqrestore(safe, flags)

    debug.spawn("t", body())
    debug.run(5)
    assert "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected" in debug.log
    assert "    lock(&d->safe);" in debug.log


def test_deleting_a_timer_under_the_lock_that_it_takes(debug) -> None:
    s, log = lock_init(debug, "&d->lock", 4, "spin"), []
    locks, timers = debug.k.locks, debug.k.timers
    timer = debug.memory()

    def expired(_: int) -> Gen:
        yield from locks.spin_lock(s)
        log.append("expired")
        locks.spin_unlock(s)

    debug.k.cx.line = 30
    timers.init_timer(timer, debug.function(expired, "expired"), 0)
    debug.k.lockdep.name_timer(timer, "(&d->timer)")
    debug.k.cx.line = -1

    def body() -> Gen:
        timers.mod_timer(timer, timers.jiffies + 1)
        yield from debug.sleep(20)
        yield from timers.timer_delete_sync(timer)
        assert not debug.log
        yield from locks.spin_lock_bh(s)
        yield from timers.timer_delete_sync(timer)
        yield from locks.spin_unlock_bh(s)

    debug.spawn("t", body())
    debug.run(50)
    assert log == ["expired"]
    assert "WARNING: possible circular locking dependency detected" in debug.log
    assert "                               lock((&d->timer));" in debug.log
