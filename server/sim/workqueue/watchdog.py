"""The workqueue watchdog: pools whose items do not move for too long (CONFIG_WQ_WATCHDOG, model 8.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim import splat
from server.sim.timer import Timer
from server.sim.workqueue.pool import NOT_RUNNING, WorkerPool
from server.sim.workqueue.show import pool_info, show_all

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

SECOND = 1_000_000_000


class Watchdog:
    """wq_watchdog_timer: looks every `wq_watchdog_s`; `touched_ns` is when it last reset all stamps."""

    def __init__(self, s: Workqueues) -> None:
        self.s = s
        self.touched_ns = s.k.cx.now
        obj = s.k.obj("timer", 0, "wq_watchdog_timer", "wq_watchdog_timer_fn")
        self.timer = Timer(lambda _: self._look(), "wq_watchdog_timer_fn", obj, deferrable=True)
        self._arm()

    def _arm(self) -> None:
        k = self.s.k
        k.timers.mod(self.timer, k.timers.jiffies + k.profile.wq_watchdog_s * k.profile.hz)

    def _look(self) -> None:
        k = self.s.k
        limit_ns = k.profile.wq_watchdog_s * SECOND
        stalled = []
        for pool in self.s.pools:
            since = max(pool.watchdog_ns, self.touched_ns)
            if pool.worklist and k.cx.now - since > limit_ns:
                stalled.append(pool)
                stuck = (k.cx.now - pool.watchdog_ns) // SECOND
                k.printk.log(0, f"BUG: workqueue lockup - pool{pool_info(pool)} stuck for {stuck}s!")
        if stalled:
            show_all(self.s)
            self._backtraces(stalled)
            k.check("workqueue-lockup", f"items of {len(stalled)} pools have waited for {k.profile.wq_watchdog_s} s")
        self.touched_ns = k.cx.now
        self._arm()

    def _backtraces(self, stalled: list[WorkerPool]) -> None:
        """show_cpu_pools_hogs: what the counted workers of stalled per-CPU pools run."""
        k = self.s.k
        k.printk.log(6, "Showing backtraces of running workers in stalled CPU-bound worker pools:")
        for pool in stalled:
            hogs = [w for w in pool.busy if w.task is not None and w.task.state == "R" and not w.flags & NOT_RUNNING]
            if pool.cpu < 0 or not hogs:
                continue
            k.printk.log(6, f"pool {pool.id}:")
            for worker in hogs:
                task = worker.task
                assert task is not None and worker.current_pwq is not None
                k.printk.log(6, f"task:{task.comm:<15} state:R  running task     stack:0     pid:{task.pid:<5} "
                                f"tgid:{task.pid:<5} ppid:2      flags:0x00004008")  # fmt: skip
                k.printk.log(6, f"Workqueue: {worker.current_pwq.wq.name} {worker.current_fn}")
                k.printk.log(6, "Call Trace:")
                k.printk.log(6, " <TASK>")
                for symbol in splat.WORKER_TAIL:
                    k.printk.log(6, f" ? {symbol}")
                k.printk.log(6, " </TASK>")
