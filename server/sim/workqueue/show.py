"""show_all_workqueues and its parts: what sysrq-t and a lockup print (model 8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.workqueue.pool import POOL_BH, Worker, WorkerPool
from server.sim.workqueue.pwq import PoolWorkqueue, Wq
from server.sim.workqueue.work import Work

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues


def cpu_list(cpus: list[int]) -> str:
    """The kernel's %*pbl: `0-3,5`."""
    runs: list[list[int]] = []
    for cpu in sorted(cpus):
        if runs and cpu == runs[-1][1] + 1:
            runs[-1][1] = cpu
        else:
            runs.append([cpu, cpu])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def pool_info(pool: WorkerPool) -> str:
    """pr_cont_pool_info: ` cpus=1 node=0 flags=0x0 nice=0`."""
    node = f" node={pool.node}" if pool.node >= 0 else ""
    if pool.flags & POOL_BH:
        kind = f" bh{'-hi' if pool.bh_hi else ''}"
    else:
        kind = f" nice={pool.nice}"
    return f" cpus={cpu_list(list(pool.cpumask))}{node} flags=0x{pool.flags:x}{kind}"


def _works(works: list[Work]) -> str:
    """pr_cont_work over a list: equal neighbours collapse to `2*fn`, barriers show their flusher."""
    out: list[tuple[int, str]] = []
    for work in works:
        name = work.fn_name
        if work.barrier_of is not None:
            name = f"BAR({work.waiter.pid if work.waiter else 0})"
        if out and out[-1][1] == name and work.barrier_of is None:
            out[-1] = (out[-1][0] + 1, name)
        else:
            out.append((1, name))
    return ", ".join(name if n == 1 else f"{n}*{name}" for n, name in out)


def _in_flight(worker: Worker) -> str:
    pid = worker.task.pid if worker.task else 0
    text = f"{pid}{'(RESCUER)' if worker.rescue_wq is not None else ''}:{worker.current_fn}"
    queued = _works(worker.scheduled)
    return f"{text} {queued}" if queued else text


def show_pwq(s: Workqueues, pwq: PoolWorkqueue) -> None:
    """show_pwq: one pwq with its running, pending and inactive items."""
    log = s.k.printk.log
    pool = pwq.pool
    mayday = " MAYDAY" if pwq.mayday else ""
    log(6, f"  pwq {pool.id}:{pool_info(pool)} active={pwq.nr_active} refcnt={pwq.refs}{mayday}")
    running = [w for w in pool.busy if w.current_pwq is pwq]
    if running:
        log(6, "    in-flight: " + " , ".join(_in_flight(w) for w in running))
    pending = [w for w in pool.worklist if w.pwq is pwq]
    if pending:
        log(6, "    pending: " + _works(pending))
    if pwq.inactive:
        log(6, "    inactive: " + _works(pwq.inactive))


def show_workqueue(s: Workqueues, wq: Wq) -> None:
    """show_one_workqueue: only if something is active or inactive."""
    if not any(p.nr_active or p.inactive for p in wq.pwqs):
        return
    s.k.printk.log(6, f"workqueue {wq.name}: flags=0x{wq.flags:x}")
    for pwq in wq.pwqs:
        if pwq.nr_active or pwq.inactive:
            show_pwq(s, pwq)


def show_pool(s: Workqueues, pool: WorkerPool) -> None:
    """show_one_worker_pool: only if it has busy workers."""
    if len(pool.workers) == len(pool.idle):
        return
    hung = (s.k.cx.now - pool.watchdog_ns) // 1_000_000_000 if pool.worklist else 0
    text = f"pool {pool.id}:{pool_info(pool)} hung={hung}s workers={len(pool.workers)}"
    if pool.manager is not None and pool.manager.task is not None:
        text += f" manager: {pool.manager.task.pid}"
    if pool.idle:
        text += " idle: " + " ".join(str(w.task.pid) for w in reversed(pool.idle) if w.task)
    s.k.printk.log(6, text)


def show_all(s: Workqueues) -> None:
    """show_all_workqueues."""
    s.k.printk.log(6, "Showing busy workqueues and worker pools:")
    for wq in s.all:
        show_workqueue(s, wq)
    for pool in s.pools:
        show_pool(s, pool)
