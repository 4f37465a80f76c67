"""Interrupt lines, their threads, irq_work."""

from __future__ import annotations

import pytest

from server.sim.machine import Gen

ONESHOT, SHARED = 0x2000, 0x80
NONE, HANDLED, WAKE = 0, 1, 2


def request(lab, irq: int, handler: object, thread: object = None, flags: int = 0, dev: int = 1) -> Gen:
    h = lab.function(handler) if handler else 0
    t = lab.function(thread) if thread else 0
    return (yield from lab.k.irq.request_threaded_irq(irq, h, t, flags, "dev", dev))


def start(lab, *args: object, **kw: object) -> list[int]:
    result: list[int] = []

    def body() -> Gen:
        result.append((yield from request(lab, *args, **kw)))

    lab.spawn("insmod", body())
    lab.run(20)
    return result


def test_a_handler_runs_in_hard_irq_context_on_cpu_0(lab) -> None:
    seen: list[object] = []
    assert start(lab, 7, lambda irq, dev: seen.append((irq, dev, lab.k.cpu.id, lab.k.irq_depth)) or HANDLED) == [0]
    assert not lab.k.irq.raise_line(8)
    assert lab.k.irq.raise_line(7)
    lab.run(5)
    assert seen == [(7, 1, 0, 1)]
    assert [(e.name, *e.args.values()) for e in lab.named("irq_handler_entry", "irq_handler_exit")] == [
        ("irq_handler_entry", 7, "dev"), ("irq_handler_exit", 7, "handled")]  # fmt: skip
    assert lab.k.irq.lines() == [(7, "dev", {0: 1})]


def test_a_threaded_handler(lab) -> None:
    log: list[str] = []

    def thread(irq: int, dev: int) -> Gen:
        del irq, dev
        log.append(f"thread {lab.k.current.comm} {lab.k.current.rt_prio}")
        yield from lab.k.hrtimers.usleep_range(5000, 5000)  # goes back to sleep when the next edge wakes it
        log.append("done")
        return HANDLED

    assert start(lab, 7, lambda irq, dev: log.append("irq") or WAKE, thread) == [0]
    lab.k.irq.raise_line(7)
    lab.run(1)
    lab.k.irq.raise_line(7)  # while the thread runs: it runs once more
    lab.run(1)
    lab.k.irq.raise_line(7)
    lab.run(50)
    assert log == ["irq", "thread irq/7-dev 50", "irq", "irq", "done", "thread irq/7-dev 50", "done"]


def test_oneshot_masks_the_line_until_the_thread_is_done(lab) -> None:
    log: list[str] = []

    def thread(irq: int, dev: int) -> Gen:
        del irq, dev
        yield from lab.k.hrtimers.usleep_range(5000, 5000)  # goes back to sleep when the next edge wakes it
        log.append("done")
        return HANDLED

    start(lab, 7, lambda irq, dev: log.append("irq") or WAKE, thread, ONESHOT)
    for _ in range(3):
        lab.k.irq.raise_line(7)
        lab.run(1)
    lab.run(50)
    assert log == ["irq", "done", "irq", "done"]


@pytest.mark.parametrize(("handler", "thread", "flags", "dev", "error"), [
    (None, None, 0, 1, -22), (None, lambda i, d: 1, 0, 1, -22), (lambda i, d: 1, None, SHARED, 0, -22),
])  # fmt: skip
def test_bad_requests(lab, handler: object, thread: object, flags: int, dev: int, error: int) -> None:
    assert start(lab, 7, handler, thread, flags, dev) == [error]


def test_sharing_needs_both(lab) -> None:
    calls: list[int] = []
    assert start(lab, 7, lambda i, d: calls.append(d) or NONE, None, SHARED, 1) == [0]
    assert start(lab, 7, lambda i, d: calls.append(d) or HANDLED, None, SHARED, 2) == [0]
    assert start(lab, 7, lambda i, d: 1, None, 0, 3) == [-16]
    assert any(t.startswith("genirq: Flags mismatch irq 7.") for t in lab.log)
    lab.k.irq.raise_line(7)
    lab.run(1)
    assert calls == [1, 2]


def test_disable_remembers_one_edge(lab) -> None:
    log: list[str] = []
    start(lab, 7, lambda i, d: log.append("irq") or HANDLED)
    lab.k.irq.disable_irq_nosync(7)
    lab.k.irq.disable_irq_nosync(7)
    for _ in range(3):
        lab.k.irq.raise_line(7)
        lab.run(1)
    lab.k.irq.enable_irq(7)
    lab.run(1)
    assert log == []
    lab.k.irq.enable_irq(7)
    lab.run(1)
    assert log == ["irq"]
    lab.k.irq.enable_irq(7)
    assert "Unbalanced enable for IRQ 7" in lab.log


def test_free_irq_waits_for_the_thread(lab) -> None:
    log: list[str] = []

    def thread(irq: int, dev: int) -> Gen:
        del irq, dev
        yield from lab.k.hrtimers.usleep_range(5000, 5000)  # goes back to sleep when the next edge wakes it
        log.append("done")
        return HANDLED

    start(lab, 7, lambda i, d: WAKE, thread)

    def rmmod() -> Gen:
        yield from lab.k.irq.free_irq(7, 1)
        log.append("freed")

    lab.k.irq.raise_line(7)
    lab.run(1)
    lab.spawn("rmmod", rmmod())
    lab.run(50)
    assert log == ["done", "freed"]
    assert not lab.k.irq.raise_line(7)
    assert not [t for t in lab.k.tasks.values() if t.comm.startswith("irq/")]


def test_irq_work_runs_at_once_in_hard_irq(lab) -> None:
    seen: list[object] = []
    work = lab.memory()
    lab.k.poke(work + 16, 8, lab.function(lambda w: seen.append(("work", lab.k.cpu.id, lab.k.irq_depth))))

    def body() -> Gen:
        irq = lab.k.irq
        seen.append((irq.irq_work_queue(work, 0), irq.irq_work_queue(work, 0)))
        yield from lab.busy(0.01)
        seen.append(irq.irq_work_queue(work, 1))
        yield from irq.irq_work_sync(work)

    lab.spawn("t", body())
    lab.run(5)
    assert seen == [(True, False), ("work", 0, 1), True, ("work", 1, 1)]


def test_an_interrupt_preempts_a_busy_task(lab) -> None:
    log: list[str] = []
    start(lab, 7, lambda i, d: log.append("irq") or HANDLED)

    def busy() -> Gen:
        log.append("begin")
        yield from lab.busy(10)
        log.append("end")

    task = lab.spawn("busy", busy())
    lab.run(3)
    lab.k.irq.raise_line(7)
    lab.run(20)
    assert log == ["begin", "irq", "end"]
    assert task.state == "X"
