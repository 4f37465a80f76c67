"""kthread_worker: FIFO, requeueing, flush, cancel, delay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.sim.machine import Gen


class Bench:
    """A worker and items that log."""

    def __init__(self, lab) -> None:
        self.lab = lab
        self.log: list[object] = []
        self.worker = 0
        self.w = lab.k.kthread_workers

    def item(self, name: str, body: Callable[[int], Gen] | None = None) -> int:
        addr = self.lab.memory(128)
        self.lab.k.poke(addr, 8, addr)
        self.lab.k.poke(addr + 8, 8, addr)

        def run(work: int) -> Gen:
            self.log.append(f"{name}+")
            if body is not None:
                yield from body(work)
            self.log.append(f"{name}-")

        self.lab.k.poke(addr + 16, 8, self.lab.function(run, name))
        timer_fn = self.lab.function(lambda t: self.w.kthread_delayed_work_timer_fn(t), "kthread_delayed_work_timer_fn")
        self.lab.k.timers.init_timer(addr + 40, timer_fn, 0)
        return addr

    def main(self, body: Callable[[], Gen], ms: float = 100) -> None:
        def run() -> Gen:
            self.worker = yield from self.w.kthread_create_worker(0, "kw", -1)
            yield from body()

        self.lab.spawn("main", run())
        self.lab.run(ms)


@pytest.fixture
def bench(lab) -> Bench:
    return Bench(lab)


def sleeper(bench: Bench, ms: float) -> Callable[[int], Gen]:
    def body(work: int) -> Gen:
        del work
        yield from bench.lab.sleep(ms)

    return body


def test_fifo_and_requeue_while_running(bench) -> None:
    """Trace t34: a b, a again while a runs: a b a."""
    a, b = bench.item("a", sleeper(bench, 5)), bench.item("b")

    def body() -> Gen:
        w = bench.w
        bench.log += [w.kthread_queue_work(bench.worker, a), w.kthread_queue_work(bench.worker, b),
                      w.kthread_queue_work(bench.worker, a)]  # fmt: skip
        yield from bench.lab.sleep(2)
        bench.log.append(w.kthread_queue_work(bench.worker, a))

    bench.main(body)
    assert bench.log == [True, True, False, "a+", True, "a-", "b+", "b-", "a+", "a-"]
    names = [(e.name[19:], e.args["function"]) for e in bench.lab.named("sched_kthread_work_execute_start")]
    assert names == [("execute_start", "a"), ("execute_start", "b"), ("execute_start", "a")]


def test_flush_waits_for_the_item_only(bench) -> None:
    a, b = bench.item("a", sleeper(bench, 2)), bench.item("b", sleeper(bench, 2))

    def body() -> Gen:
        bench.w.kthread_queue_work(bench.worker, a)
        bench.w.kthread_queue_work(bench.worker, b)
        yield from bench.w.kthread_flush_work(a)
        bench.log.append("flushed a")
        yield from bench.w.kthread_flush_worker(bench.worker)
        bench.log.append("flushed all")

    bench.main(body)
    assert bench.log[-1] == "flushed all"
    assert bench.log.index("flushed a") < bench.log.index("b-")
    assert bench.log.index("a-") < bench.log.index("flushed a")


def test_flush_of_an_idle_item_returns_at_once(bench) -> None:
    a = bench.item("a")

    def body() -> Gen:
        yield from bench.w.kthread_flush_work(a)
        bench.log.append("done")

    bench.main(body)
    assert bench.log == ["done"]


def test_cancel_sync(bench) -> None:
    a, b = bench.item("a", sleeper(bench, 5)), bench.item("b")

    def requeue() -> Gen:
        yield from bench.lab.sleep(3)
        bench.log.append(("requeue", bench.w.kthread_queue_work(bench.worker, a)))

    def body() -> Gen:
        bench.w.kthread_queue_work(bench.worker, a)
        bench.w.kthread_queue_work(bench.worker, b)
        yield from bench.lab.sleep(1)
        bench.lab.spawn("requeue", requeue())
        bench.log.append(("b", (yield from bench.w.kthread_cancel_work_sync(b))))
        bench.log.append(("a", (yield from bench.w.kthread_cancel_work_sync(a))))

    bench.main(body)
    assert bench.log == ["a+", ("b", 1), ("requeue", False), "a-", ("a", 0)]


def test_delayed_items_and_mod(bench) -> None:
    a = bench.item("a")
    start: list[int] = []

    def body() -> Gen:
        w = bench.w
        start.append(bench.lab.k.timers.jiffies)
        bench.log += [
            w.kthread_queue_delayed_work(bench.worker, a, 3),
            w.kthread_queue_delayed_work(bench.worker, a, 9),
        ]
        bench.log.append(w.kthread_mod_delayed_work(bench.worker, a, 6))
        yield None

    bench.main(body)
    assert bench.log == [True, False, True, "a+", "a-"]
    when = bench.lab.named("sched_kthread_work_queue_work")[0].t_ns
    assert when // 4_000_000 - (start[0] - bench.lab.k.timers.origin_jiffies) == 7  # the tick after 6 whole jiffies


def test_destroy_runs_what_is_queued(bench) -> None:
    a = bench.item("a")

    def body() -> Gen:
        bench.w.kthread_queue_work(bench.worker, a)
        yield from bench.w.kthread_destroy_worker(bench.worker)
        bench.log.append("destroyed")

    bench.main(body)
    assert bench.log == ["a+", "a-", "destroyed"]
    assert not [t for t in bench.lab.k.tasks.values() if t.comm == "kw"]
