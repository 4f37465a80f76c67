"""Which CPU a task gets when it is woken or born (select_task_rq_fair and its helpers, kernel/sched/fair.c, 6.12)."""

from __future__ import annotations

from collections.abc import Iterable
from math import isqrt
from typing import TYPE_CHECKING

from server.sim.machine import Cpu, Task

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

PERIOD_NS = 1 << 20  # utilisation decays once in so long, and halves in 32 of them (kernel/sched/pelt.c)
ONE = 1 << 32


def _thirty_seconds_of_a_half_life() -> tuple[int, ...]:
    """What is left of ONE after 0 to 31 thirty-seconds of a half-life."""
    step = ONE // 2
    for _ in range(5):
        step = isqrt(step * ONE)
    left = [ONE]
    while len(left) < 32:
        left.append(left[-1] * step // ONE)
    return tuple(left)


_LEFT = _thirty_seconds_of_a_half_life()


def decayed(value: int, ns: int) -> int:
    """What `ns` leave of a sum whose half-life is 32 ms (decay_load); CPUs' clocks differ by what a step takes."""
    periods = max(0, ns) >> 20
    if periods >= 32 * 64:
        return 0
    return (value * _LEFT[periods & 31] // ONE) >> (periods >> 5)


class Placement:
    """CPUs for tasks. `wakeup` remembers what it chose from."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        caches = k.topology.caches
        self._cache = {cpu: next(cache for cache in caches if cpu in cache) for cpu in k.topology.cpus}
        self._core = {cpu: next(core for core in k.topology.cores if cpu in core) for cpu in k.topology.cpus}
        self._smt = any(len(core) > 1 for core in k.topology.cores)

    def utilisation(self, cpu: Cpu) -> int:
        """How busy a CPU has been of late, in ns that have decayed."""
        return decayed(cpu.util, self.k.cx.now - cpu.util_at)

    def wakeup(self, task: Task) -> int:
        """select_task_rq for a woken task: where it was, if that is idle, else an idle CPU that shares a cache."""
        allowed = self._allowed(task)
        if len(allowed) == 1:
            return allowed[0]
        prev = task.wake_cpu
        if not self.k.cpus[prev].online:
            return allowed[0]  # it counts as idle, and is chosen; select_fallback_rq() takes the first that is on line
        chosen = self._idle_sibling(task, prev, self._affine(task, prev))
        return chosen if chosen in allowed else prev if prev in allowed else allowed[0]

    def birth(self, task: Task) -> int:
        """select_task_rq for a new task: of the idle CPUs the one that has done least of late, from the parent's on
        (sched_balance_find_dst_group); the parent's own where none is idle.
        """
        allowed = self._allowed(task)
        here = self.k.cpu.id
        idle = [c for c in self._from(here + 1, allowed) if self.k.cpus[c].is_idle]
        if not idle:
            return here if here in allowed else allowed[0]
        return min(idle, key=lambda c: self.utilisation(self.k.cpus[c]))

    def _allowed(self, task: Task) -> list[int]:
        """The CPUs on line that a task may use: any, where it would be left without (select_fallback_rq)."""
        cpus = self.k.cpus
        allowed = [c.id for c in cpus if c.online and (task.allowed is None or c.id in task.allowed)]
        if not allowed:
            task.allowed = None
            allowed = [c.id for c in cpus if c.online]
        return allowed

    def _affine(self, task: Task, prev: int) -> int:
        """wake_affine: the waker's CPU where an interrupt found that idle and the task's own is not, else its own."""
        here = self.k.cpu
        if here.id == prev or not here.is_idle or (task.allowed is not None and here.id not in task.allowed):
            return prev
        return here.id if prev in self._cache[here.id] and not self.k.cpus[prev].is_idle else prev

    def _idle_sibling(self, task: Task, prev: int, target: int) -> int:
        """select_idle_sibling."""
        cpus = self.k.cpus
        if cpus[target].is_idle:
            return target
        near = self._cache[target]
        if prev in near and cpus[prev].is_idle:
            return prev
        here = self.k.cpu
        waker = here.current
        if prev == here.id and not here.frames and here.nr_running + len(here.delayed) <= 1 and self._is_bound(waker):
            return prev  # a per-CPU kthread that is about to sleep: they share the CPU
        recent, task.recent_cpu = task.recent_cpu, prev
        if recent not in (prev, target) and recent in near and self._can(task, recent):
            return recent
        order = [c for c in self._from(target + 1, near) if self._can(task, c)]
        if self._smt:
            whole = [c for c in order if all(cpus[s].is_idle for s in self._core[c])]
            beside = [c for c in self._core[prev] if c in order] if prev in near else []
            order = whole or beside or order
        return order[0] if order else target

    def _can(self, task: Task, cpu: int) -> bool:
        """Whether a CPU is idle and the task's to use."""
        return self.k.cpus[cpu].is_idle and (task.allowed is None or cpu in task.allowed) and self.k.cpus[cpu].online

    @staticmethod
    def _is_bound(task: Task) -> bool:
        """is_per_cpu_kthread."""
        return task.kind in ("kworker", "kthread", "ksoftirqd") and task.allowed is not None and len(task.allowed) == 1

    @staticmethod
    def _from(first: int, cpus: Iterable[int]) -> list[int]:
        """CPUs in their order, from `first` on and around."""
        return sorted(cpus, key=lambda c: (c < first, c))
