"""EEVDF, the fair scheduling class of 6.12: who runs next on one CPU (kernel/sched/fair.c). It moves no task.

Each task has a virtual runtime that grows with its CPU time over its weight, and a deadline one slice ahead. A task is
eligible while its vruntime does not exceed the weighted average V; of the eligible ones the earliest deadline runs.
A picked task is protected until its slice is used up or it is no longer eligible (RUN_TO_PARITY). A task that blocks
while it is not eligible stays in the queue (DELAY_DEQUEUE): it counts, and leaves when it would be picked; woken
before, it goes on where it stands.
"""

from __future__ import annotations

from server.sim.machine import NICE_0_WEIGHT, Cpu, Task
from server.sim.placement import PERIOD_NS, decayed


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
        since = now - cpu.util_at
        cpu.util = (decayed(cpu.util, since) if since >= PERIOD_NS else cpu.util) + delta
        cpu.util_at = now
        task.vruntime += delta * NICE_0_WEIGHT // task.weight
        if task.vruntime >= task.deadline:
            task.deadline = task.vruntime + self.slice_ns * NICE_0_WEIGHT // task.weight
            task.slice_protect = False
            if cpu.rq or cpu.delayed:
                cpu.need_resched = True

    @staticmethod
    def join(cpu: Cpu, task: Task, queue: list[Task]) -> None:
        """Puts a task into `cpu.rq` or `cpu.delayed`, where its vruntime and weight count and stay as they are."""
        queue.append(task)
        cpu.load += task.weight
        cpu.moment += task.vruntime * task.weight

    @staticmethod
    def part(cpu: Cpu, task: Task, queue: list[Task]) -> None:
        """Takes a task out of `cpu.rq` or `cpu.delayed`."""
        queue.remove(task)
        cpu.load -= task.weight
        cpu.moment -= task.vruntime * task.weight

    @staticmethod
    def _sums(cpu: Cpu) -> tuple[int, int]:
        """The weighted sum of the vruntimes of what competes on a CPU, and the load: V is their quotient.

        These are the queue, tasks whose dequeue is delayed, and the current task while it is runnable.
        """
        curr = cpu.current
        if curr.on_rq and curr.cpu == cpu.id and curr is not cpu.idle and not curr.rt_prio:
            return cpu.moment + curr.vruntime * curr.weight, cpu.load + curr.weight
        return cpu.moment, cpu.load

    def average(self, cpu: Cpu) -> tuple[int, int]:
        """V and the load behind it (avg_vruntime); without load, where V was last."""
        moment, load = self._sums(cpu)
        if load:
            cpu.min_vruntime = moment // load
        return cpu.min_vruntime, load

    def _lag(self, cpu: Cpu, task: Task) -> int:
        """entity_lag: V less its vruntime, within two slices or a tick."""
        v, _ = self.average(cpu)
        limit = self.lag_limit_ns * NICE_0_WEIGHT // task.weight
        return max(-limit, min(limit, v - task.vruntime))

    def place(self, cpu: Cpu, task: Task, *, initial: bool) -> None:
        """Gives a task that joins the queue its vruntime and deadline (place_entity): its lag is as it was."""
        v, load = self.average(cpu)
        lag = task.vlag * (load + task.weight) // load if load else 0
        task.vruntime = v - lag
        if task.rel_deadline is not None:
            task.deadline = task.vruntime + task.rel_deadline
            task.rel_deadline = None
            return
        share = self.slice_ns * NICE_0_WEIGHT // task.weight
        task.deadline = task.vruntime + (share // 2 if initial else share)

    def block(self, cpu: Cpu, task: Task) -> None:
        """The current task blocks (dequeue_entity): it leaves, or stays, delayed, while it is not eligible."""
        moment, load = self._sums(cpu)
        if moment < task.vruntime * load and task.state != "X":
            self.join(cpu, task, cpu.delayed)
            task.delayed = True
        else:
            task.vlag = self._lag(cpu, task)

    def drop(self, cpu: Cpu, task: Task) -> None:
        """A delayed task leaves after all; what it was owed meanwhile is forfeit (DELAY_ZERO)."""
        task.vlag = min(0, self._lag(cpu, task))
        self.part(cpu, task, cpu.delayed)
        task.delayed = False

    def requeue(self, cpu: Cpu, task: Task) -> None:
        """A delayed task is woken: it competes on, without what it was owed (requeue_delayed_entity)."""
        lag = self._lag(cpu, task)
        self.part(cpu, task, cpu.delayed)
        task.delayed = False
        if lag > 0:
            task.vlag = 0
            self.place(cpu, task, initial=False)
        self.join(cpu, task, cpu.rq)

    def leave(self, cpu: Cpu, task: Task) -> None:
        """A runnable task leaves for another CPU: with its lag, and what is left until its deadline."""
        task.vlag = self._lag(cpu, task)
        task.rel_deadline = task.deadline - task.vruntime

    def reweight(self, cpu: Cpu, task: Task, weight: int) -> None:
        """A task's weight changes: its lag, and what is left until its deadline, keep their worth in real time."""
        old = task.weight
        if not (task.on_rq or task.delayed) or task.rt_prio:
            task.vlag = task.vlag * old // weight
        elif task is cpu.current:  # set_user_nice takes the running task out and puts it back
            lag = self._lag(cpu, task) * old // weight
            rest = task.deadline - task.vruntime
            task.on_rq = False
            task.weight = weight
            task.vlag, task.rel_deadline = lag, rest
            self.place(cpu, task, initial=False)
            task.on_rq = True
            task.slice_protect = True
        else:
            v, _ = self.average(cpu)
            before = task.vruntime * old
            task.vruntime = v - (v - task.vruntime) * old // weight
            task.deadline = v + (task.deadline - v) * old // weight
            cpu.load += weight - old
            cpu.moment += task.vruntime * weight - before
        task.weight = weight

    def pick(self, cpu: Cpu) -> Task | None:
        """The task that should run (pick_eevdf): the current one, one of the queue, a delayed one, or None."""
        curr: Task | None = cpu.current
        assert curr is not None
        if curr is cpu.idle or not curr.on_rq or curr.rt_prio or curr.cpu != cpu.id:
            curr = None
        queue = cpu.rq + cpu.delayed if cpu.delayed else cpu.rq
        if not queue:
            return curr
        if curr is None and len(queue) == 1:
            return queue[0]
        moment, load = self._sums(cpu)
        if curr is not None:
            if moment < curr.vruntime * load:
                curr = None
            elif curr.slice_protect:
                return curr
        best = curr
        for task in queue:
            if (
                best is None or task.deadline < best.deadline or (task.deadline == best.deadline and best is curr)
            ) and moment >= task.vruntime * load:
                best = task
        return best
