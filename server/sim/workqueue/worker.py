"""A worker's life: its loop, one item, managing the pool, idling and culling (model 4.3, 4.4, 4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.machine import Gen, Task
from server.sim.sched import PAUSE
from server.sim.workqueue.activate import dec_nr_in_flight, move_linked
from server.sim.workqueue.pool import (
    CPU_INTENSIVE,
    DIE,
    IDLE,
    NOT_RUNNING,
    POOL_BH,
    POOL_DISASSOCIATED,
    POOL_MANAGER_ACTIVE,
    PREP,
    REBOUND,
    UNBOUND,
    Worker,
    WorkerPool,
    clear_flags,
    set_flags,
)
from server.sim.workqueue.pwq import WQ_CPU_INTENSIVE
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

START = KIND_BY_NAME["workqueue_execute_start"]
END = KIND_BY_NAME["workqueue_execute_end"]
WORKER = KIND_BY_NAME["wqp:worker"]
IDLE_TIMEOUT_S = 300
MAYDAY_INITIAL_J = 2


def tell_worker(s: Workqueues, worker: Worker, state: str) -> None:
    """Emits what became of a worker, with its pool's counters."""
    pool = worker.pool
    if pool is not None:
        s.k.emit(WORKER, state, pool.obj, pool.nr_running, len(pool.idle), len(pool.worklist))


def enter_idle(s: Workqueues, worker: Worker) -> None:
    """worker_enter_idle: to the front of the idle list; may arm the cull timer."""
    pool = worker.pool
    assert pool is not None
    worker.flags |= IDLE
    worker.last_active_ns = s.k.cx.now
    pool.idle.append(worker)
    if pool.too_many_workers() and pool.idle_timer is not None and not pool.idle_timer.pending:
        s.k.timers.mod(pool.idle_timer, s.k.timers.jiffies + IDLE_TIMEOUT_S * s.k.profile.hz)
    tell_worker(s, worker, "idle")


def leave_idle(s: Workqueues, worker: Worker) -> None:
    """worker_leave_idle."""
    pool = worker.pool
    assert pool is not None
    if worker.flags & IDLE:
        worker.flags &= ~IDLE
        pool.idle.remove(worker)
    if pool.waking is worker:
        pool.waking = None


def worker_thread(s: Workqueues, worker: Worker) -> Gen:
    """worker_thread: woken, it takes items while it should, then idles (model 4.3)."""
    k = s.k
    k.charge_cold("resume")
    while True:
        if k.cx.now >= k.cx.horizon:
            yield None
        pool = worker.pool
        if worker.flags & DIE or pool is None:
            return 0
        leave_idle(s, worker)
        while pool.need_more_worker():
            if not pool.idle and (yield from manage_workers(s, worker)):
                continue
            clear_flags(worker, PREP | REBOUND)
            tell_worker(s, worker, "busy")
            while True:
                if assign_work(s, pool.worklist[0], worker):
                    yield from process_scheduled(s, worker)
                if not pool.keep_working():
                    break
            set_flags(worker, PREP)
            break
        enter_idle(s, worker)
        s.waits.refresh(pool)
        yield from k.sched.block("I", "CONDITION")


def assign_work(s: Workqueues, work: Work, worker: Worker) -> bool:
    """assign_work: to the worker's own list, or to that of the worker that still runs it (then False)."""
    pool = worker.pool
    assert pool is not None
    s.touch(work)
    runner = pool.executing(work) if pool.busy else None
    if runner is not None:
        move_linked(s, work, runner.scheduled)
        assert runner.task is not None
        s.waits.tell(work, "NOT_REENTRANT", f"task:{runner.task.index}", "")
        return False
    move_linked(s, work, worker.scheduled)
    return True


def process_scheduled(s: Workqueues, worker: Worker) -> Gen:
    """process_scheduled_works: everything assigned, collided items and barriers included."""
    cx = s.k.cx
    first = True
    while worker.scheduled:
        if first and worker.pool is not None:
            worker.pool.watchdog_ns = cx.now
            first = False
        if cx.now >= cx.horizon:
            yield None
            if not worker.scheduled:
                return  # cancelled meanwhile
        yield from process_one_work(s, worker, worker.scheduled[0])


def process_one_work(s: Workqueues, worker: Worker, work: Work) -> Gen:
    """process_one_work, in its exact order (model 4.4)."""
    k = s.k
    cx = k.cx
    pool, pwq = worker.pool, work.pwq
    assert pool is not None and pwq is not None and work.place is not None
    work.place.remove(work)
    work.place = None
    s.refresh_function(work)
    wq = pwq.wq
    color, inactive = work.color, work.inactive
    worker.current_work, worker.current_fn, worker.current_pwq, worker.current_color = work, work.fn_name, pwq, color
    worker.current_at = s.cpu_time(worker)
    worker.desc = wq.name
    pool.busy.append(worker)
    if wq.flags & WQ_CPU_INTENSIVE:
        set_flags(worker, CPU_INTENSIVE)
    s.kick(pool)
    work.pwq = None
    work.last_pool = pool
    work.pending = work.linked = work.inactive = False
    s.mirror(work)
    pwq.stats["started"] += 1
    work.told = None
    work.runs += 1
    k.emit(START, work.obj, work.fn_name)
    if pool.worklist:
        s.waits.refresh(pool)
    if k.lockdep.on:
        k.lockdep.work_begin(work, wq)
    if cx.now >= cx.horizon:
        yield PAUSE
    line = cx.line
    made = s.call(work)
    if made is not None:
        yield from made
    if work.fn is None:
        cx.line = line  # as after ccall()
    if cx.now >= cx.horizon:
        yield PAUSE
    # `work` may be freed memory from here on
    k.emit(END, work.obj, worker.current_fn)
    pwq.stats["completed"] += 1
    if k.lockdep.on:
        k.lockdep.work_end(wq)
    s.leak_check(worker)
    if k.cpu.need_resched and not pool.flags & POOL_BH:
        yield from k.sched.might_resched()
    if worker.flags & CPU_INTENSIVE:
        clear_flags(worker, CPU_INTENSIVE)
    pool.busy.remove(worker)
    worker.current_work = worker.current_pwq = None
    worker.current_fn = ""
    if work in pwq.holders:
        pwq.holders.remove(work)
    if pool.worklist or pwq.inactive:
        cx.now += k.cost("next_work")
    dec_nr_in_flight(s, pwq, color, inactive)
    if pool.worklist:
        s.waits.refresh(pool)


# ---- managing ------------------------------------------------------------------------------------


def manage_workers(s: Workqueues, worker: Worker) -> Gen:
    """manage_workers: True if this worker was the manager and conditions may have changed (law L26)."""
    pool = worker.pool
    assert pool is not None
    if pool.flags & POOL_MANAGER_ACTIVE:
        return False
    pool.flags |= POOL_MANAGER_ACTIVE
    pool.manager = worker
    tell_worker(s, worker, "manager")
    s.waits.refresh(pool)
    yield from _maybe_create_worker(s, pool)
    pool.manager = None
    pool.flags &= ~POOL_MANAGER_ACTIVE
    s.waits.refresh(pool)
    return True


def _maybe_create_worker(s: Workqueues, pool: WorkerPool) -> Gen:
    k = s.k
    while True:
        if pool.mayday_timer is not None:
            k.timers.mod(pool.mayday_timer, k.timers.jiffies + MAYDAY_INITIAL_J)
        while True:
            created = yield from create_worker(s, pool)
            if created or not pool.need_to_create_worker():
                break
            yield from k.timers.schedule_timeout(k.profile.hz, "S")
            if not pool.need_to_create_worker():
                break
        if pool.mayday_timer is not None:
            k.timers.delete(pool.mayday_timer)
        if not pool.need_to_create_worker():
            return


def worker_name(pool: WorkerPool, ident: int) -> str:
    """format_worker_id: `kworker/0:1`, `kworker/0:1H`, `kworker/u8:1`."""
    if pool.cpu >= 0:
        return f"kworker/{pool.cpu}:{ident}{'H' if pool.nice < 0 else ''}"
    return f"kworker/u{pool.id}:{ident}"


def create_worker(s: Workqueues, pool: WorkerPool) -> Gen:
    """create_worker: asks kthreadd for a thread, attaches it, and wakes it as the first idle worker (law L28)."""
    k = s.k
    ident = pool.free_id()
    pool.ids.add(ident)
    worker = Worker(ident, pool, worker_name(pool, ident))
    task = yield from k.kthreads.create(worker_thread(s, worker), worker.name, kind="kworker", nice=pool.nice)
    k.sched.settle(task)
    attach(s, worker, pool, task)
    enter_idle(s, worker)
    tell_worker(s, worker, "created")
    k.sched.wake_up(task)
    return True


def attach(s: Workqueues, worker: Worker, pool: WorkerPool, task: Task) -> None:
    """worker_attach_to_pool: the thread gets the pool's CPUs."""
    worker.task = task
    task.worker = worker
    worker.pool = pool
    pool.workers.append(worker)
    if pool.flags & POOL_DISASSOCIATED:
        worker.flags |= UNBOUND
    s.k.sched.set_affinity(task, s.worker_cpus(pool))
    if pool.cpu >= 0:
        task.wake_cpu = pool.cpu


def idle_worker_timeout(s: Workqueues, pool: WorkerPool) -> None:
    """idle_worker_timeout: the oldest idle worker's time is up: hand the pool to idle_cull_fn."""
    k = s.k
    if not pool.too_many_workers():
        return
    oldest = pool.idle[0]
    expires = oldest.last_active_ns + IDLE_TIMEOUT_S * 1_000_000_000
    if k.cx.now < expires:
        assert pool.idle_timer is not None
        k.timers.mod(pool.idle_timer, k.timers.origin_jiffies + -(-expires // k.timers.tick_ns))
        return
    if pool.cull_work is None:
        pool.cull_work = s.kernel_work(lambda _: _idle_cull(s, pool), "idle_cull_fn")
    s.enqueue(s.cpu_unbound, s.system_unbound, pool.cull_work)


def _idle_cull(s: Workqueues, pool: WorkerPool) -> None:
    """idle_cull_fn: surplus workers die, oldest first, until the pool keeps two idle ones (law L65)."""
    k = s.k
    culled: list[Worker] = []
    while pool.too_many_workers():
        worker = pool.idle[0]
        if k.cx.now < worker.last_active_ns + IDLE_TIMEOUT_S * 1_000_000_000:
            assert pool.idle_timer is not None
            expires = worker.last_active_ns + IDLE_TIMEOUT_S * 1_000_000_000
            k.timers.mod(pool.idle_timer, k.timers.origin_jiffies + -(-expires // k.timers.tick_ns))
            break
        culled.append(_set_dying(pool, worker))
    _reap(s, pool, culled)


def _set_dying(pool: WorkerPool, worker: Worker) -> Worker:
    """set_worker_dying: it is in no list of the pool any more."""
    pool.idle.remove(worker)
    pool.workers.remove(worker)
    worker.flags |= DIE
    return worker


def _reap(s: Workqueues, pool: WorkerPool, dying: list[Worker]) -> None:
    """reap_dying_workers: they exit in reverse order of selection."""
    for worker in reversed(dying):
        tell_worker(s, worker, "died")
        pool.ids.discard(worker.id)
        if worker.task is not None:
            worker.task.comm = "kworker/dying"
            s.k.sched.wake_up(worker.task)


def put_unbound_pool(s: Workqueues, pool: WorkerPool) -> None:
    """put_unbound_pool: nobody refers to it: its idle workers die, most recent first, and its id is free."""
    s.unbound_pools.remove(pool)
    s.pools.remove(pool)
    if pool.idle_timer is not None:
        s.k.timers.delete(pool.idle_timer)
    _reap(s, pool, [_set_dying(pool, worker) for worker in reversed(pool.idle)])


# ---- the scheduler's hooks -----------------------------------------------------------------------


def worker_sleeping(s: Workqueues, worker: Worker) -> None:
    """wq_worker_sleeping: a counted worker blocks: the pool may need another one (law L20)."""
    if worker.flags & NOT_RUNNING or worker.sleeping:
        return
    pool = worker.pool
    assert pool is not None
    worker.sleeping = True
    pool.nr_running -= 1
    if pool.worklist:
        if s.kick(pool) and worker.current_pwq is not None:
            worker.current_pwq.stats["cm_wakeup"] += 1
        s.waits.refresh(pool)


def worker_running(s: Workqueues, worker: Worker) -> None:
    """wq_worker_running: counted again, at schedule-in, not at wake-up (law L22)."""
    if not worker.sleeping:
        return
    pool = worker.pool
    assert pool is not None
    if not worker.flags & NOT_RUNNING:
        pool.nr_running += 1
    worker.current_at = s.cpu_time(worker)
    worker.sleeping = False
    if pool.worklist:
        s.waits.refresh(pool)


def worker_tick(s: Workqueues, worker: Worker) -> None:
    """wq_worker_tick: a hog stops counting at the first tick with 10 ms of CPU time (law L31)."""
    pwq, pool, task = worker.current_pwq, worker.pool, worker.task
    if pwq is None or pool is None or task is None:
        return
    pwq.stats["cpu_time"] += s.k.profile.tick_ns // 1000
    thresh_ns = s.cpu_intensive_thresh_ns
    if not thresh_ns or worker.flags & NOT_RUNNING or worker.sleeping or task.sum_exec - worker.current_at < thresh_ns:
        return
    set_flags(worker, CPU_INTENSIVE)
    pwq.stats["cpu_intensive"] += 1
    s.report_hog(worker)
    s.kick(pool)
    s.waits.refresh(pool)
