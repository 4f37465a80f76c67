"""The scheduler: tasks block, are woken, forked, preempted and end (kernel/sched/core.c, 6.12).

Tasks are generators. They yield None (go on at `cx.now`, the horizon is reached), SWITCH (call the scheduler on my
CPU), or what the constants below say. `cpuexec` resumes them; this file decides who runs where.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from server.sim.fair import Fair
from server.sim.machine import WEIGHTS, Cpu, Gen, Task
from server.sim.placement import Placement
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.workqueue.pool import Worker

SWITCH = "switch"
UNTIL = "until"  # busy until cx.now, which interrupts do not put off: nothing is looked at before
PAUSE = "pause"  # as None, but no loop comes back here without an event: cpuexec need not look for a spin
SPIN = "spin"  # keep the CPU busy until unspin(), an interrupt, or need_resched set by another CPU
SCHED_SWITCH = KIND_BY_NAME["sched_switch"]
SCHED_WAKEUP = KIND_BY_NAME["sched_wakeup"]
SCHED_WAKEUP_NEW = KIND_BY_NAME["sched_wakeup_new"]
SCHED_MIGRATE = KIND_BY_NAME["sched_migrate_task"]
SCHED_FORK = KIND_BY_NAME["sched_process_fork"]
SCHED_EXIT = KIND_BY_NAME["sched_process_exit"]
WAIT = KIND_BY_NAME["wqp:wait"]
HOT_NS = 500_000  # sysctl_sched_migration_cost: a task that ran within it is cache-hot

Blocking = Generator[Any, Any, Any]


def _nothing(worker: Worker) -> None:
    return None


class Scheduler:
    """Run queues and transitions of all CPUs. The `worker_` ones are workqueue's hooks."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.fair = Fair(len(k.topology.cpus), k.profile.tick_ns)
        self.placement = Placement(k)
        self.worker_sleeping: Callable[[Worker], None] = _nothing
        self.worker_running: Callable[[Worker], None] = _nothing
        self.worker_on_cpu: Callable[[Worker], None] = _nothing
        self.off_cpu: Callable[[Task], None] | None = None  # set while somebody spins on a running lock holder
        self.full = k.profile.preempt == "full"

    # ---- blocking ------------------------------------------------------------------------------

    def set_state(self, state: str) -> None:
        """set_current_state: R, S, D or I; takes effect at the next schedule()."""
        self.k.current.state = state

    def schedule(self, cause: str = "CONDITION", culprits: str = "", detail: str = "") -> Blocking:
        """schedule(): gives up the CPU, for good if the state is not R; the cause is told where it blocks."""
        k = self.k
        task = k.current
        cx = k.cx
        if k.irq_depth > 0 or task.preempt or task.bh_off > 0:
            k.oops.scheduling_while_atomic(task, detail)
        blocks = task.state != "R" and task.pid > 0
        if blocks:
            task.sleep_cause = (cause, culprits or (task.wait_key or "" if cause == "CONDITION" else ""), detail)
            if task.worker is not None:
                self.worker_sleeping(task.worker)
            self.tell_wait(task)
        cx.now += k.cost("schedule")
        line = cx.line
        yield SWITCH
        cx.line = line
        if blocks:
            task.fatal = False
            k.charge_cold("resume")
            if task.worker is not None:
                self.worker_running(task.worker)

    def block(self, state: str, cause: str, culprits: str = "", detail: str = "") -> Blocking:
        """Sets the state and sleeps until somebody wakes this task."""
        self.k.current.state = state
        yield from self.schedule(cause, culprits, detail)

    def might_resched(self) -> Blocking:
        """A voluntary preemption point: cond_resched, might_sleep. Not a block: workers stay counted (law L21)."""
        k = self.k
        if not k.current.preempt:
            k.cpu.watchdog_ns = k.cx.now  # the stopper thread of the lockup detector could run here
        if k.cpu.need_resched and not k.in_atomic():
            line = k.cx.line
            yield SWITCH
            k.cx.line = line

    def tell_wait(self, task: Task) -> None:
        """Emits why a task waits now, if anybody could care: not for idle workers and kernel threads at rest."""
        cause, culprits, detail = task.sleep_cause
        if not cause:
            return
        worker = task.worker
        if (worker is None or worker.current_work is None) and task.kind in ("kworker", "rescuer"):
            return
        self.k.emit(WAIT, "task", task.index, cause, culprits, detail)

    def wait_exit(self, task: Task) -> Blocking:
        """Sleeps until `task` has ended; its exit code."""
        while task.state != "X":
            task.exit_waiters.append(self.k.current)
            yield from self.block("S", "THREAD", f"task:{task.index}", "how=exit")
        return task.exit_code

    def user(self, ns: int) -> Blocking:
        """User-mode computation of `ns`: preemptible at every interrupt."""
        k = self.k
        cx = k.cx
        task = k.current
        self.fair.update_curr(k.cpu, max(cx.now, task.exec_start))
        until = task.sum_exec + ns
        while ns > 0:
            cx.now += ns
            task.is_user = True
            yield None  # resumed when the time is over, or after a preemption, which took what was left of it
            self.fair.update_curr(k.cpu, max(cx.now, task.exec_start))
            yield from self.might_resched()
            task.is_user = False
            ns = until - task.sum_exec

    # ---- waking --------------------------------------------------------------------------------

    def wake_up(self, task: Task, states: str = "SDI") -> bool:
        """try_to_wake_up: makes a sleeping task runnable; False if it was not in one of `states`."""
        k = self.k
        if task.state not in states:
            return False
        task.state = "R"
        if task.on_rq:  # had not scheduled yet, or is running
            return True
        if task.delayed:  # ttwu_runnable: it never left
            cpu = k.cpus[task.cpu]
            self.fair.update_curr(cpu, max(k.cx.now, cpu.current.exec_start))
            self.fair.requeue(cpu, task)
            task.on_rq = True
        else:
            cpu = k.cpus[self.placement.wakeup(task)]
            self._enqueue(cpu, task, initial=False)
        k.emit(SCHED_WAKEUP, task.comm, task.pid, task.prio, cpu.id, task.index)
        self._tell_runnable(cpu, task)
        self._reach(cpu, task)
        return True

    def _tell_runnable(self, cpu: Cpu, task: Task) -> None:
        if cpu.current is cpu.idle:
            task.sleep_cause = ("WORKER_WAKING", f"task:{task.index}", f"cpu={cpu.id}")
        else:
            task.sleep_cause = ("CPU_BUSY", f"task:{cpu.current.index}", f"cpu={cpu.id}")
        self.tell_wait(task)

    def _reach(self, cpu: Cpu, task: Task) -> None:
        """What a wake-up does to its CPU: an idle one is brought to schedule, a busy one may be told to."""
        k = self.k
        here = cpu is k.cpu
        if cpu.current is cpu.idle:
            if not here:
                k.exec.ipi(cpu, k.cx.now + k.cost("wake_remote"))
            elif not cpu.frames:
                k.exec.ipi(cpu, k.cx.now + k.cost("wake_local"))
            # else: the interrupt's exit will see it
        else:
            self.check_preempt(cpu, task)
        if here:
            k.cx.now += k.cost("wake_local")
        k.timers.tick_wanted(cpu)

    def check_preempt(self, cpu: Cpu, task: Task) -> None:
        """wakeup_preempt: need_resched if the woken task should run instead of the current one."""
        k = self.k
        if cpu.need_resched:
            return
        curr = cpu.current
        self.fair.update_curr(cpu, k.cx.now)
        if task.rt_prio > curr.rt_prio or not task.rt_prio and not curr.rt_prio and self.fair.pick(cpu) is task:
            self.resched(cpu)

    def resched(self, cpu: Cpu) -> None:
        """resched_curr: a preemptible kernel acts on it at once, a voluntary one at the next preemption point."""
        cpu.need_resched = True
        if cpu.spinning:
            self.k.exec.unspin(cpu)
        if self.full:
            if cpu is self.k.cpu:
                self.k.cx.horizon = self.k.cx.now
            else:
                self.k.exec.ipi(cpu, self.k.cx.now + self.k.cost("wake_remote"))

    def _enqueue(self, cpu: Cpu, task: Task, *, initial: bool) -> None:
        k = self.k
        if not task.rt_prio:
            if cpu.current is not cpu.idle:
                self.fair.update_curr(cpu, k.cx.now)
            self.fair.place(cpu, task, initial=initial)
        task.on_rq = True
        task.cpu = task.wake_cpu = cpu.id
        self._add(cpu, task)

    def _add(self, cpu: Cpu, task: Task) -> None:
        """Into the queue of its class."""
        if task.rt_prio:
            cpu.rt.append(task)
        else:
            self.fair.join(cpu, task, cpu.rq)

    def _take(self, cpu: Cpu, task: Task) -> None:
        """Out of it."""
        if task.rt_prio:
            cpu.rt.remove(task)
        else:
            self.fair.part(cpu, task, cpu.rq)

    # ---- birth and death -----------------------------------------------------------------------

    def fork(
        self,
        comm: str,
        gen: Gen,
        kind: str = "command",
        cpu: int | None = None,
        nice: int = 0,
        *,
        pinned: bool = False,
        sleeping: bool = False,
    ) -> Task:
        """A new task, runnable at once unless `sleeping`; on `cpu`, else where it is quietest (kernel_clone)."""
        k = self.k
        parent = k.current
        task = k.new_task(comm, kind, gen, cpu if cpu is not None else k.cpu.id, nice)
        task.parent = parent
        task.started_ns = k.cx.now
        if cpu is not None and pinned:
            task.allowed = frozenset((cpu,))
        k.emit(SCHED_FORK, parent.comm, parent.pid, comm[:15], task.pid)
        if sleeping:
            task.state = "D"
            return task
        target = k.cpus[cpu if cpu is not None else self.placement.birth(task)]
        self._enqueue(target, task, initial=True)
        k.emit(SCHED_WAKEUP_NEW, task.comm, task.pid, task.prio, target.id, task.index)
        self._tell_runnable(target, task)
        self._reach(target, task)
        return task

    def set_affinity(self, task: Task, cpus: frozenset[int] | None) -> None:
        """set_cpus_allowed_ptr: a runnable task that may not stay is moved; a running one at its next switch."""
        task.allowed = cpus
        if cpus is None or task.cpu in cpus:
            return
        here = self.k.cpus[task.cpu]
        if task.delayed:
            self.fair.drop(here, task)
        if not task.on_rq:
            return
        if here.current is task:
            here.need_resched = True
            return
        self._move(here, task, self.k.cpus[self.placement.wakeup(task)])

    def settle(self, task: Task) -> None:
        """wait_task_inactive, as kthread_bind() calls it: a blocked task leaves the queue for good."""
        if task.delayed:
            cpu = self.k.cpus[task.cpu]
            self.fair.update_curr(cpu, max(self.k.cx.now, cpu.current.exec_start))
            self.fair.drop(cpu, task)

    def set_nice(self, task: Task, nice: int) -> None:
        """set_user_nice: the lag keeps its worth in real time (reweight_entity)."""
        cpu = self.k.cpus[task.cpu]
        if cpu.current is task:
            self.fair.update_curr(cpu, self.k.cx.now)
        self.fair.reweight(cpu, task, WEIGHTS[nice + 20])
        task.prioritise(nice, task.rt_prio)

    def set_rt(self, task: Task, prio: int) -> None:
        """sched_setscheduler: SCHED_FIFO of a priority (1 to 99), or 0 for SCHED_OTHER; a queued
        task changes queues.
        """
        cpu = self.k.cpus[task.cpu]
        queued = task in cpu.rq or task in cpu.rt
        if queued:
            self._take(cpu, task)
        task.prioritise(task.nice, prio)
        if queued:
            self._add(cpu, task)

    @staticmethod
    def is_bound(task: Task) -> bool:
        """Whether a task can run on one CPU only."""
        return task.allowed is not None and len(task.allowed) == 1

    def _move(self, source: Cpu, task: Task, target: Cpu) -> None:
        self.k.emit(SCHED_MIGRATE, task.comm, task.pid, task.prio, source.id, target.id)
        if not task.rt_prio:
            self.fair.leave(source, task)
        self._take(source, task)
        task.on_rq = False
        self._enqueue(target, task, initial=False)
        self._reach(target, task)

    def push_away(self, cpu: Cpu) -> None:
        """balance_push: a CPU that goes off line sends its runnable tasks elsewhere, the current
        one at its next switch.
        """
        for task in list(cpu.delayed):
            self.fair.drop(cpu, task)
        for task in [*cpu.rt, *cpu.rq]:
            self._move(cpu, task, self.k.cpus[self.placement.wakeup(task)])
        if cpu.current is not cpu.idle:
            cpu.need_resched = True

    def finish(self, task: Task, code: int) -> None:
        """do_exit, on the task's own CPU: tells the waiters; the caller schedules."""
        k = self.k
        k.emit(SCHED_EXIT, task.comm, task.pid, task.prio)
        task.exit_code = code
        task.state = "X"
        k.task_gone(task)
        waiters, task.exit_waiters = task.exit_waiters, []
        for waiter in waiters:
            self.wake_up(waiter)

    # ---- switching -----------------------------------------------------------------------------

    def switch(self, cpu: Cpu) -> None:
        """__schedule on `cpu` at cx.now: picks the next task and starts its step."""
        k = self.k
        cx = k.cx
        prev, idle = cpu.current, cpu.idle
        self.fair.update_curr(cpu, cx.now)
        cpu.need_resched = False
        if prev is not idle and prev.on_rq:
            self._put_prev(cpu, prev)
        nxt = self._pick(cpu)
        if nxt is prev:
            if prev is not idle:
                k.exec.resume(cpu, cx.now)
            return
        state = "R"
        if prev is not idle:
            cx.now += k.cost("context_switch")
            state = "R+" if prev.state == "R" else prev.state
        k.emit(SCHED_SWITCH, prev.comm, prev.pid, prev.prio, state, nxt.comm, nxt.pid, nxt.prio, nxt.index)
        prev.on_cpu = False
        if self.off_cpu is not None:
            self.off_cpu(prev)
        cpu.current = nxt
        nxt.on_cpu = True
        nxt.exec_start = cpu.last_switch_ns = cpu.watchdog_ns = cx.now
        nxt.slice_protect = True
        nxt.cpu = nxt.wake_cpu = cpu.id
        cpu.lockup_told = False
        if nxt.worker is not None:
            teller, k.current = k.current, nxt
            self.worker_on_cpu(nxt.worker)
            k.current = teller
        if nxt.stacked:
            cpu.frames, nxt.stacked = nxt.stacked, []
        k.timers.tick_wanted(cpu)
        if nxt is not idle or cpu.frames:
            k.exec.resume(cpu, cx.now)
        else:
            cpu.warm.clear()

    def _put_prev(self, cpu: Cpu, prev: Task) -> None:
        """The current task leaves the CPU: back into the queue if runnable, to sleep otherwise."""
        k = self.k
        if prev.state == "R":
            prev.sleep_cause = ("CPU_BUSY", "", f"cpu={cpu.id}")
            if not cpu.online or (prev.allowed is not None and cpu.id not in prev.allowed):
                prev.on_rq = False
                target = k.cpus[self.placement.wakeup(prev)]
                self._enqueue(target, prev, initial=False)
                self._reach(target, prev)
            return
        if not prev.rt_prio:
            self.fair.block(cpu, prev)
        prev.on_rq = False
        prev.blocked_at = k.cx.now

    def _pick(self, cpu: Cpu) -> Task:
        prev = cpu.current
        stays = prev is not cpu.idle and prev.on_rq and prev.cpu == cpu.id
        if cpu.rt and not (stays and prev.rt_prio > max(t.rt_prio for t in cpu.rt)):
            nxt = max(cpu.rt, key=lambda t: t.rt_prio)
            cpu.rt.remove(nxt)
        elif stays and prev.rt_prio:
            return prev
        else:
            picked = self.fair.pick(cpu)
            while picked is not None and picked.delayed:
                self.fair.drop(cpu, picked)
                picked = self.fair.pick(cpu)
            if picked is prev and stays:
                return prev
            if picked is None:
                picked = self._pull(cpu)
            if picked is None:
                return cpu.idle
            self.fair.part(cpu, picked, cpu.rq)
            nxt = picked
        if stays:
            self.tell_wait_culprit(prev, nxt)
            self._add(cpu, prev)
        return nxt

    def tell_wait_culprit(self, prev: Task, nxt: Task) -> None:
        """A preempted task waits for the CPU, which `nxt` has."""
        cause = "HIGHER_PRIORITY" if nxt.prio < prev.prio else "CPU_BUSY"
        prev.sleep_cause = (cause, f"task:{nxt.index}", f"cpu={prev.cpu}")
        self.tell_wait(prev)

    def _pull(self, cpu: Cpu) -> Task | None:
        """sched_balance_newidle: a CPU about to idle takes a waiting task that may move and is not cache-hot."""
        k = self.k
        if not cpu.online:
            return None
        for other in k.cpus:
            if other is cpu or other.current is other.idle:
                continue
            for task in other.rq:
                movable = task.allowed is None or cpu.id in task.allowed
                if movable and k.cx.now - task.exec_start > HOT_NS:
                    k.emit(SCHED_MIGRATE, task.comm, task.pid, task.prio, other.id, cpu.id)
                    self.fair.leave(other, task)
                    self.fair.part(other, task, other.rq)
                    task.on_rq = False
                    self._enqueue(cpu, task, initial=False)
                    return task
        return None

    def balance(self, cpu: Cpu) -> None:
        """Nohz idle balancing, from a busy CPU's tick: a waiting task that is not hot goes to an idle CPU."""
        if not cpu.rq:
            return
        for other in self.k.cpus:
            if other is cpu or not other.online or not other.is_idle:
                continue
            for task in cpu.rq:
                if (task.allowed is None or other.id in task.allowed) and self.k.cx.now - task.exec_start > HOT_NS:
                    self._move(cpu, task, other)
                    return
