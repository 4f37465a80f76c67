"""EEVDF, the fair scheduling class of 6.12: who runs next on one CPU (kernel/sched/fair.c). It moves no task.

Each task has a virtual runtime that grows with its CPU time over its weight, and a deadline one slice ahead. A task is
eligible while its vruntime does not exceed the weighted average V; of the eligible ones the earliest deadline runs.
A picked task is protected until its slice is used up (RUN_TO_PARITY). Delayed dequeue is reduced to what it does to
the lag: a task that slept with negative lag has worked it off as far as V moved on meanwhile.
"""

from __future__ import annotations

from server.sim.machine import NICE_0_WEIGHT, Cpu, Task


def base_slice_ns(cpus: int) -> int:
    """sysctl_sched_base_slice after scaling: 0.7 ms times 1 + log2 of the CPUs, at most 8."""
    return 700_000 * (1 + min(cpus, 8).bit_length() - 1)


class Fair:
    """The policy. Times in ns."""

    def __init__(self, cpus: int, tick_ns: int) -> None:
        self.slice_ns = base_slice_ns(cpus)
        self.lag_limit_ns = max(2 * self.slice_ns, tick_ns)

    def update_curr(self, cpu: Cpu, now: int) -> None:
        """Charges the running task up to `now`; sets need_resched where its slice is used up (update_curr)."""
        task = cpu.current
        delta = now - task.exec_start
        if delta <= 0:
            return
        task.exec_start = now
        task.sum_exec += delta
        if task is cpu.idle or task.rt_prio:
            return
        task.vruntime += delta * NICE_0_WEIGHT // task.weight
        if task.vruntime >= task.deadline:
            task.deadline = task.vruntime + self.slice_ns * NICE_0_WEIGHT // task.weight
            task.slice_protect = False
            if cpu.rq:
                cpu.need_resched = True

    def average(self, cpu: Cpu) -> tuple[int, int]:
        """V and the load behind it (avg_vruntime): the current task counts while it is runnable."""
        curr = cpu.current
        here = curr.on_rq and curr.cpu == cpu.id  # it may have moved itself away and only be on its way out
        members = [*cpu.rq, curr] if here and curr is not cpu.idle and not curr.rt_prio else cpu.rq
        if not members:
            return cpu.min_vruntime, 0
        base = members[0].vruntime
        load = total = 0
        for task in members:
            total += (task.vruntime - base) * task.weight
            load += task.weight
        cpu.min_vruntime = base + total // load
        return cpu.min_vruntime, load

    def place(self, cpu: Cpu, task: Task, *, initial: bool, same_cpu: bool) -> None:
        """Gives a task that joins the queue its vruntime and deadline (place_entity)."""
        v, load = self.average(cpu)
        lag = task.vlag
        if lag < 0 and same_cpu:
            lag = min(0, max(lag, v - task.vruntime))
        if load and lag:
            lag = lag * (load + task.weight) // load
        elif not load:
            lag = 0
        task.vruntime = v - lag
        share = self.slice_ns * NICE_0_WEIGHT // task.weight
        task.deadline = task.vruntime + (share // 2 if initial else share)

    def leave(self, cpu: Cpu, task: Task) -> None:
        """Keeps the lag of a task that leaves the queue (update_entity_lag)."""
        v, _ = self.average(cpu)
        limit = self.lag_limit_ns * NICE_0_WEIGHT // task.weight
        task.vlag = max(-limit, min(limit, v - task.vruntime))

    def pick(self, cpu: Cpu) -> Task | None:
        """The task that should run (pick_eevdf): the current one, one of the queue, or None."""
        curr: Task | None = cpu.current
        assert curr is not None
        if curr is cpu.idle or not curr.on_rq or curr.rt_prio or curr.state != "R" or curr.cpu != cpu.id:
            curr = None
        if not cpu.rq:
            return curr
        v, _ = self.average(cpu)
        if curr is not None:
            if curr.vruntime > v:
                curr = None
            elif curr.slice_protect:
                return curr
        best = None
        for task in cpu.rq:
            if task.vruntime <= v and (best is None or task.deadline < best.deadline):
                best = task
        if best is None and curr is None:
            best = min(cpu.rq, key=lambda t: t.vruntime)  # rounding left nobody eligible
        if curr is not None and (best is None or curr.deadline < best.deadline):
            return curr
        return best
