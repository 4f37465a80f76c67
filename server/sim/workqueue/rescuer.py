"""Rescuers and maydays: progress while no worker can be made (model 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.machine import Gen
from server.sim.timer import Timer
from server.sim.workqueue.activate import move_linked
from server.sim.workqueue.pool import PREP, Worker, WorkerPool
from server.sim.workqueue.pwq import PoolWorkqueue, Wq
from server.sim.workqueue.work import Work
from server.sim.workqueue.worker import attach, process_scheduled, tell_worker

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

RESCUER_BATCH = 16
RESCUER_NICE_LEVEL = -20
MAYDAY_INTERVAL_J = 25


def init_rescuer(s: Workqueues, wq: Wq) -> Gen:
    """init_rescuer: one thread `kworker/R-<name>`, nice -20, for a WQ_MEM_RECLAIM workqueue."""
    k = s.k
    rescuer = Worker(-1, None, f"kworker/R-{wq.name}")
    rescuer.rescue_wq = wq
    task = yield from k.kthreads.create(rescuer_thread(s, rescuer, wq), rescuer.name, kind="rescuer")
    rescuer.task = task
    task.worker = rescuer
    wq.rescuer = rescuer
    k.sched.settle(task)
    k.sched.wake_up(task)


def mayday_timeout(s: Workqueues, pool: WorkerPool) -> None:
    """pool_mayday_timeout: while no worker can be had, calls the rescuers of what waits, in
    worklist order (law L60).
    """
    k = s.k
    if pool.need_to_create_worker():
        for work in pool.worklist:
            pwq = work.pwq
            if pwq is None or pwq.wq.rescuer is None or pwq in pwq.wq.maydays:
                continue
            pwq.mayday = True
            pwq.refs += 1
            pwq.wq.maydays.append(pwq)
            pwq.stats["mayday"] += 1
            assert pwq.wq.rescuer.task is not None
            k.sched.wake_up(pwq.wq.rescuer.task)
    if pool.mayday_timer is not None:
        k.timers.mod(pool.mayday_timer, k.timers.jiffies + MAYDAY_INTERVAL_J)
    s.waits.refresh(pool)


def make_mayday_timer(s: Workqueues, pool: WorkerPool) -> Timer:
    """The mayday timer of a pool."""
    return Timer(
        lambda _: mayday_timeout(s, pool), "pool_mayday_timeout", s.k.obj("timer", 0, "mayday", "pool_mayday_timeout")
    )


def _next_for(pool: WorkerPool, pwq: PoolWorkqueue) -> Work | None:
    """The next item of `pwq` on the worklist, if the pool still needs help right now (assign_rescuer_work)."""
    if not pwq.nr_active or not pool.need_to_create_worker():
        return None
    return next((w for w in pool.worklist if w.pwq is pwq), None)


def rescuer_thread(s: Workqueues, rescuer: Worker, wq: Wq) -> Gen:
    """rescuer_thread: takes single items of the pwqs that called, as long as their pool needs a worker (law L61)."""
    k = s.k
    task = k.current
    k.sched.set_nice(task, RESCUER_NICE_LEVEL)  # itself: until it has run it competes as the others do
    while True:
        stop = k.kthreads.should_stop(task)
        while wq.maydays:
            pwq = wq.maydays.popleft()
            pwq.mayday = False
            yield from _rescue(s, rescuer, wq, pwq)
        if stop:
            return 0
        rescuer.last_active_ns = k.cx.now
        yield from k.sched.block("I", "CONDITION")


def _rescue(s: Workqueues, rescuer: Worker, wq: Wq, pwq: PoolWorkqueue) -> Gen:
    k = s.k
    pool = pwq.pool
    task = k.current
    attach(s, rescuer, pool, task)
    tell_worker(s, rescuer, "rescuer")
    yield from k.sched.might_resched()
    if task.allowed is not None and k.cpu.id not in task.allowed:
        k.cpu.need_resched = True
        yield from k.sched.might_resched()
    rescuer.flags |= PREP
    count = 0
    while (work := _next_for(pool, pwq)) is not None:
        move_linked(s, work, rescuer.scheduled)
        yield from process_scheduled(s, rescuer)
        pwq.stats["rescued"] += 1
        count += 1
        if count > RESCUER_BATCH and wq.maydays and pwq.nr_active and pool.need_to_create_worker():
            wq.maydays.append(pwq)
            pwq.refs += 1
            break
    s.put_pwq(pwq)
    s.kick(pool)
    pool.workers.remove(rescuer)
    rescuer.pool = None
    k.sched.set_affinity(task, None)
