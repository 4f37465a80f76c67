"""BH workqueues: items in softirq context, before the tasklets of the same vector (model 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.machine import Cpu, Gen
from server.sim.workqueue.pool import POOL_BH_DRAINING, Worker, WorkerPool
from server.sim.workqueue.worker import assign_work, process_scheduled

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

HI_SOFTIRQ, TASKLET_SOFTIRQ = 0, 6
BH_WORKER_RESTARTS = 10
BH_WORKER_JIFFIES = 1


def kick_bh(s: Workqueues, pool: WorkerPool) -> None:
    """kick_bh_pool: raises the pool's softirq here, or by irq_work on the pool's CPU."""
    vector = HI_SOFTIRQ if pool.bh_hi else TASKLET_SOFTIRQ
    cpu = s.k.cpus[pool.cpu]
    if cpu is s.k.cpu or pool.flags & POOL_BH_DRAINING:
        s.k.softirq.raise_softirq(vector)
    else:
        s.k.softirq.raise_remote(cpu, vector)


def softirq_action(s: Workqueues, cpu: Cpu, hi: bool) -> Gen:
    """workqueue_softirq_action, then bh_worker: up to ten pulls, not past the next jiffy (law L67)."""
    k = s.k
    pool = s.cpu_pool(cpu.id, True, hi)
    if not pool.need_more_worker():
        return
    worker: Worker = pool.workers[0]
    restarts, end = BH_WORKER_RESTARTS, k.timers.jiffies + BH_WORKER_JIFFIES
    if worker in pool.idle:
        pool.idle.remove(worker)
    while pool.worklist:
        if assign_work(s, pool.worklist[0], worker):
            yield from process_scheduled(s, worker)
        restarts -= 1
        if not pool.worklist or restarts <= 0 or k.timers.jiffies > end:
            break
    pool.idle.append(worker)
    if pool.worklist:
        kick_bh(s, pool)
