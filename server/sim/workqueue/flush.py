"""Waiting for items: flush_work's barriers, flush_workqueue's colours, drain (model 2.5 to 2.7)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen, Task
from server.sim.workqueue.activate import insert_work
from server.sim.workqueue.pool import Worker
from server.sim.workqueue.pwq import (
    WQ_DRAINING,
    WQ_LEGACY,
    WQ_MEM_RECLAIM,
    PoolWorkqueue,
    Wq,
)
from server.sim.workqueue.work import NR_COLORS, Work

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues


class Done:
    """A completion of the kernel's own: who waits, and whether it happened."""

    __slots__ = ("done", "waiters")

    def __init__(self) -> None:
        self.done = False
        self.waiters: list[Task] = []

    def complete(self, s: Workqueues) -> None:
        """complete()."""
        self.done = True
        waiters, self.waiters = self.waiters, []
        for task in waiters:
            s.k.sched.wake_up(task)

    def wait(self, s: Workqueues, culprits: str, detail: str) -> Gen:
        """wait_for_completion()."""
        yield from s.k.might_sleep("wait_for_completion")
        while not self.done:
            self.waiters.append(s.k.current)
            yield from s.k.sched.block("D", "FLUSH", culprits, detail)


class Flusher:
    """wq_flusher: one flush_workqueue() under way."""

    __slots__ = ("color", "done")

    def __init__(self) -> None:
        self.color = -1
        self.done = Done()


# ---- flush_work ----------------------------------------------------------------------------------


def _insert_barrier(s: Workqueues, pwq: PoolWorkqueue, target: Work, worker: Worker | None) -> Work:
    """insert_wq_barrier: behind a queued target, or in front of what its worker will run next (law L39)."""
    done = Done()

    def wq_barrier_func(_: Work) -> None:
        done.complete(s)

    barrier = s.kernel_work(wq_barrier_func, "wq_barrier_func", kind="barrier")
    barrier.done = done
    barrier.waiter = s.k.current
    barrier.barrier_of = target
    barrier.pending = barrier.inactive = True
    if worker is not None:
        barrier.color = worker.current_color
        place, at = worker.scheduled, 0
        pwq = worker.current_pwq or pwq
    else:
        assert target.place is not None
        barrier.color = target.color
        barrier.linked = target.linked
        target.linked = True
        place, at = target.place, target.place.index(target) + 1
    pwq.nr_in_flight[barrier.color] += 1
    pwq.refs += 1
    insert_work(s, pwq, barrier, place, at)
    return barrier


def start_flush(s: Workqueues, work: Work, from_cancel: bool) -> Work | None:
    """start_flush_work: a barrier behind the last queueing instance, or None where there is nothing to wait for."""
    worker = None
    if work.pwq is not None and work.place is not None:
        pwq = work.pwq
    else:
        worker = work.last_pool.executing(work) if work.last_pool is not None else None
        if worker is None or worker.current_pwq is None:
            return None
        pwq = worker.current_pwq
    if not from_cancel:
        check_flush_dependency(s, pwq.wq, work)
    s.k.lockdep.flush_work(work, pwq.wq, worker, from_cancel)
    return _insert_barrier(s, pwq, work, worker)


def flush_work(s: Workqueues, work: Work, *, from_cancel: bool = False) -> Generator[Any, Any, bool]:
    """__flush_work: waits for the last queueing instance; False if it was idle (law L37)."""
    k = s.k
    if not from_cancel:
        yield from k.might_sleep("__flush_work")
    barrier = start_flush(s, work, from_cancel)
    k.charge("call")
    if barrier is None:
        return False
    how = "cancel" if from_cancel else "flush"
    if from_cancel and work.bh:
        while not barrier.done.done:
            yield from k.relax()
        return True
    yield from barrier.done.wait(s, f"item:{work.obj}", f"how={how} line={k.cx.line}")
    return True


def flush_delayed_work(s: Workqueues, work: Work) -> Generator[Any, Any, bool]:
    """flush_delayed_work: an armed timer is taken and the item queued at once, then flushed (law L55)."""
    deleted = False
    if work.timer is not None:
        deleted = yield from s.k.timers.delete_sync(work.timer)
    if deleted:
        assert work.wq is not None
        s.queue_now(work.cpu, work.wq, work)
    return (yield from flush_work(s, work))


def flush_rcu_work(s: Workqueues, work: Work) -> Generator[Any, Any, bool]:
    """flush_rcu_work: waits for the grace period first."""
    if work.pending and work.rcu_pending:
        yield from s.k.rcu.barrier()
        yield from flush_work(s, work)
        return True
    return (yield from flush_work(s, work))


def check_flush_dependency(s: Workqueues, target: Wq, work: Work | None) -> None:
    """check_flush_dependency: a reclaim-safe queue must not wait for one that is not (model 8.2)."""
    k = s.k
    if target.flags & WQ_MEM_RECLAIM:
        return
    worker = k.current.worker if k.current.worker is not None and not k.irq_depth else None
    if worker is None or worker.current_pwq is None:
        return
    mine = worker.current_pwq.wq
    if mine.flags & (WQ_MEM_RECLAIM | WQ_LEGACY) == WQ_MEM_RECLAIM:
        name = work.fn_name if work is not None else "0x0"
        k.oops.warn_once(
            "check_flush_dependency",
            3767,
            f"workqueue: WQ_MEM_RECLAIM {mine.name}:{worker.current_fn} is flushing "
            f"!WQ_MEM_RECLAIM {target.name}:{name}",
        )


# ---- flush_workqueue -----------------------------------------------------------------------------


def _prep(s: Workqueues, wq: Wq, flush_color: int, work_color: int) -> bool:
    """flush_workqueue_prep_pwqs: arms the flush of a colour and moves on to the next.

    Returns whether there is something to wait for.
    """
    wait = False
    if flush_color >= 0:
        wq.nr_pwqs_to_flush = 1
    for pwq in wq.pwqs:
        if flush_color >= 0 and pwq.nr_in_flight[flush_color]:
            pwq.flush_color = flush_color
            wq.nr_pwqs_to_flush += 1
            wait = True
        if work_color >= 0:
            pwq.work_color = work_color
    if flush_color >= 0:
        wq.nr_pwqs_to_flush -= 1
        if not wq.nr_pwqs_to_flush and wq.first_flusher is not None:
            wq.first_flusher.done.complete(s)
    return wait


def pwq_done(s: Workqueues, wq: Wq) -> None:
    """A pwq has no item of the flushed colour left; the last one completes the first flusher."""
    wq.nr_pwqs_to_flush -= 1
    if not wq.nr_pwqs_to_flush and wq.first_flusher is not None:
        wq.first_flusher.done.complete(s)


def flush_workqueue(s: Workqueues, wq: Wq) -> Gen:
    """__flush_workqueue: waits for every item queued before the call, no later one (law L42)."""
    k = s.k
    yield from k.might_sleep("__flush_workqueue")
    k.charge("call")
    k.lockdep.flush_workqueue(wq)
    me = Flusher()
    nxt = (wq.work_color + 1) % NR_COLORS
    if nxt != wq.flush_color:
        me.color = wq.work_color
        wq.work_color = nxt
        if wq.first_flusher is None:
            wq.first_flusher = me
            if not _prep(s, wq, me.color, nxt):
                wq.flush_color = nxt
                wq.first_flusher = None
                return
        else:
            wq.flusher_queue.append(me)
            _prep(s, wq, -1, nxt)
    else:
        wq.flusher_overflow.append(me)
    check_flush_dependency(s, wq, None)
    yield from me.done.wait(s, s.in_flight_culprits(wq, me.color), f"how=flush_workqueue line={k.cx.line}")
    if wq.first_flusher is me:
        _cascade(s, wq, me)


def _cascade(s: Workqueues, wq: Wq, me: Flusher) -> None:
    """The first flusher is through: completes those of its colour and starts the next one."""
    wq.first_flusher = None
    while True:
        same = [f for f in wq.flusher_queue if f.color == wq.flush_color]
        wq.flusher_queue = [f for f in wq.flusher_queue if f.color != wq.flush_color]
        for flusher in same:
            flusher.done.complete(s)
        wq.flush_color = (wq.flush_color + 1) % NR_COLORS
        if wq.flusher_overflow:
            for flusher in wq.flusher_overflow:
                flusher.color = wq.work_color
            wq.work_color = (wq.work_color + 1) % NR_COLORS
            wq.flusher_queue += wq.flusher_overflow
            wq.flusher_overflow = []
            _prep(s, wq, -1, wq.work_color)
        if not wq.flusher_queue:
            return
        wq.first_flusher = wq.flusher_queue.pop(0)
        if _prep(s, wq, wq.first_flusher.color, -1):
            return
        wq.first_flusher = None


def drain_workqueue(s: Workqueues, wq: Wq) -> Gen:
    """drain_workqueue: flushes until nothing is left, admitting only items that the queue's own
    work queues (law L57).
    """
    wq.nr_drainers += 1
    wq.flags |= WQ_DRAINING
    tries = 0
    while True:
        yield from flush_workqueue(s, wq)
        if not any(pwq.nr_active or pwq.inactive for pwq in wq.pwqs):
            break
        tries += 1
        if tries == 10 or (tries % 100 == 0 and tries <= 1000):
            s.k.printk.log(4, f"workqueue {wq.name}: drain_workqueue() isn't complete after {tries} tries")
    wq.nr_drainers -= 1
    if not wq.nr_drainers:
        wq.flags &= ~WQ_DRAINING
