"""Why an item waits, told whenever the answer changes (`wqp:wait`).

Each waiting item always has exactly one cause; `tell` keeps repetitions out of the trace. Culprits are task and object
indices: who holds the slots, who runs, who is woken, who creates a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.workqueue.pool import IDLE, NOT_RUNNING, POOL_BH, POOL_MANAGER_ACTIVE, Worker, WorkerPool
from server.sim.workqueue.pwq import WQ_FREEZABLE, PoolWorkqueue, node_active
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.machine import Task
    from server.sim.workqueue.system import Workqueues

WAIT = KIND_BY_NAME["wqp:wait"]
MAX_CULPRITS = 8  # a sentence with more names explains nothing

Why = tuple[str, str, str]  # cause, culprits, detail


def items(works: list[Work]) -> str:
    """A culprit list of items."""
    return ",".join([f"item:{w.obj}" for w in works[:MAX_CULPRITS]])


def tasks(members: list[Task]) -> str:
    """A culprit list of tasks."""
    return ",".join([f"task:{t.index}" for t in members[:MAX_CULPRITS]])


class Waits:
    """Emits the waits of items."""

    def __init__(self, s: Workqueues) -> None:
        self.s = s

    def tell(self, work: Work, cause: str, culprits: str, detail: str) -> None:
        """Emits the wait of an item unless it is what was told last."""
        why = (cause, culprits, detail)
        if work.told != why:
            self._tell(work, why)

    def _tell(self, work: Work, why: Why) -> None:
        """Emits the wait of an item that was told something else last."""
        if work.barrier_of is None:
            work.told = why
            cause, culprits, detail = why
            self.s.k.emit(WAIT, "item", work.obj, cause, culprits, detail)

    def forget(self, work: Work) -> None:
        """The item waits no longer: cancelled."""
        if work.told is not None:
            work.told = None
            self.s.k.emit(WAIT, "item", work.obj, "", "", "")

    def about_to_kick(self, pool: WorkerPool, work: Work) -> None:
        """Makes sure that a freshly queued item has a cause from its first moment."""
        why = self.pool_cause(pool)
        if work.told != why:
            self._tell(work, why)

    def pool_cause(self, pool: WorkerPool) -> Why:
        """Why the first item of a worklist does not run yet."""
        k = self.s.k
        if pool.nr_running > 0:
            task = k.current
            here = task.worker
            if (
                pool.nr_running > 1
                or here is None
                or here.pool is not pool
                or here.flags & NOT_RUNNING
                or here.sleeping
            ):
                running = [w.task for w in pool.workers if w.task and not w.flags & NOT_RUNNING and not w.sleeping]
                return "CONCURRENCY", tasks(running), f"cpu={pool.cpu}"
            # most often it asks itself, and the answer is the one that was given before
            index, why = pool.told_running
            if index != task.index:
                why = ("CONCURRENCY", f"task:{task.index}", f"cpu={pool.cpu}")
                pool.told_running = task.index, why
            return why
        if pool.flags & POOL_BH:
            cpu = k.cpus[pool.cpu]
            return "CPU_BUSY", f"task:{cpu.current.index}", f"cpu={pool.cpu} how=softirq"
        if pool.flags & POOL_MANAGER_ACTIVE and pool.manager is not None and pool.manager.task is not None:
            return "NO_IDLE_WORKER", f"task:{pool.manager.task.index}", f"pool={pool.id}"
        here = k.current.worker
        if here is not None and here.pool is pool and not here.flags & IDLE and pool.waking is None:
            return "WORKER_WAKING", f"task:{k.current.index}", f"cpu={k.cpu.id}"  # its loop takes it next
        woken = pool.waking or (pool.idle[-1] if pool.idle else None)
        if woken is not None and woken.task is not None:
            cpu = k.cpus[woken.task.cpu]
            if woken.task.state == "R" and not woken.task.on_cpu and cpu.current is not cpu.idle:
                cause = "HIGHER_PRIORITY" if cpu.current.prio < woken.task.prio else "CPU_BUSY"
                return cause, f"task:{cpu.current.index}", f"cpu={cpu.id}"
            return "WORKER_WAKING", f"task:{woken.task.index}", f"cpu={cpu.id}"
        busy = [w.task for w in pool.workers if w.task is not None]
        return "NO_IDLE_WORKER", tasks(busy), f"pool={pool.id}"

    def worker_on_cpu(self, worker: Worker) -> None:
        """Whoever had the CPU of a woken worker has it no more: it is on its way to its item."""
        pool = worker.pool
        if pool is not None and pool.waking is worker:
            self.refresh(pool)

    def refresh(self, pool: WorkerPool) -> None:
        """Tells the waits of a worklist anew, after anything that may have changed them.

        While the pool's cause stays what it was, only those at the end that joined since are told.
        """
        worklist = pool.worklist
        if not worklist:
            return
        why = self.pool_cause(pool)
        first = 0
        if why == pool.told:
            if worklist[-1].swept:
                return
            first = len(worklist)
            while first and not worklist[first - 1].swept:
                first -= 1
        elif why[0] == "NO_IDLE_WORKER":
            pool.told = None
            self._refresh_starved(pool, why)
            return
        pool.told = why
        for work in worklist[first:] if first else worklist:
            work.swept = True
            if work.told != why:
                self._tell(work, why)

    def _refresh_starved(self, pool: WorkerPool, why: Why) -> None:
        """No worker can be had: a rescuer is on its way to some of the items."""
        for work in pool.worklist:
            pwq = work.pwq
            if pwq is not None and pwq.mayday and pwq.wq.rescuer is not None:
                rescuer = pwq.wq.rescuer.task
                assert rescuer is not None
                self.tell(work, "RESCUER", f"task:{rescuer.index}", f"pool={pool.id}")
            elif work.told != why:
                self._tell(work, why)

    def refresh_inactive(self, pwq: PoolWorkqueue) -> None:
        """Tells why the inactive items of a pwq are that."""
        if not pwq.inactive:
            return
        wq = pwq.wq
        if wq.flags & WQ_FREEZABLE and self.s.freezing:
            for work in pwq.inactive:
                self.tell(work, "FROZEN", "", f"wq={wq.name}")
            return
        nna = node_active(pwq)
        holders = pwq.holders
        limit = wq.max_active
        if nna is not None:
            limit = nna.max
            holders = [w for p in wq.pwqs if p.pool.node == pwq.pool.node for w in p.holders]
        if wq.ordered:
            ahead = list(holders)
            for work in pwq.inactive:
                if work.barrier_of is None:
                    self.tell(work, "ORDERED", items(ahead), f"wq={wq.name}")
                    ahead.append(work)
            return
        why = ("MAX_ACTIVE", items(holders), f"wq={wq.name} max={limit}")
        for work in pwq.inactive:
            if work.told != why:
                self._tell(work, why)
