"""Softirqs, ksoftirqd, tasklets, local_bh_disable (kernel/softirq.c)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.engine import HARDIRQ
from server.sim.machine import Cpu, Gen, Task
from server.sim.sched import SWITCH
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

VECTORS = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
HI, TIMER, NET_TX, NET_RX, BLOCK, TASKLET, HRTIMER, RCU = 0, 1, 2, 3, 4, 6, 8, 9
MAX_RESTART = 10
ACTION = "000000009256a844"  # %p of softirq_vec's action, hashed
RAISE = KIND_BY_NAME["softirq_raise"]
ENTRY = KIND_BY_NAME["softirq_entry"]
EXIT = KIND_BY_NAME["softirq_exit"]
TASKLET_ENTRY = KIND_BY_NAME["tasklet_entry"]
TASKLET_EXIT = KIND_BY_NAME["tasklet_exit"]
# struct tasklet_struct: next 0, state 8, count 16, use_callback 20, func/callback 24, data 32
OFF_STATE, OFF_COUNT, OFF_USE_CALLBACK, OFF_FUNC, OFF_DATA = 8, 16, 20, 24, 32


class Tasklet:
    """A tasklet: `scheduled` and `running` are its SCHED and RUN bits, `disabled` its count."""

    __slots__ = ("addr", "obj", "name", "scheduled", "running", "disabled", "hi", "killed_by")

    def __init__(self, addr: int, obj: int, name: str) -> None:
        self.addr = addr
        self.obj = obj
        self.name = name
        self.scheduled = False
        self.running = False
        self.disabled = 0
        self.hi = False
        self.killed_by: list[Task] = []


class Softirqs:
    """Pending vectors of each CPU are in `Cpu.softirq_pending`; tasklets queue per CPU."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.ksoftirqd: dict[int, Task] = {}
        self.tasklets: dict[int, Tasklet] = {}
        self._queues: dict[tuple[int, bool], deque[Tasklet]] = {}
        self._waiting: list[tuple[int, int]] = []  # CPU that was off line, and vector
        self._actions: dict[int, Callable[[Cpu], Gen]] = {}  # open_softirq()
        self.counts: dict[tuple[int, int], int] = {}  # by (cpu, vector), for /proc/softirqs

    def boot(self) -> None:
        """ksoftirqd/N of each CPU, asleep."""
        for cpu in self.k.cpus:
            self._queues[cpu.id, False] = deque()
            self._queues[cpu.id, True] = deque()
            task = self.k.new_task(f"ksoftirqd/{cpu.id}", "ksoftirqd", self._ksoftirqd(cpu), cpu.id, 0)
            task.allowed = frozenset((cpu.id,))
            task.state = "S"
            self.ksoftirqd[cpu.id] = task

    def open_softirq(self, vector: int, action: Callable[[Cpu], Gen]) -> None:
        """open_softirq: what runs for a vector."""
        self._actions[vector] = action

    # ---- raising -------------------------------------------------------------------------------

    def raise_softirq(self, vector: int) -> None:
        """raise_softirq: runs at the end of this interrupt or BH-off section, else ksoftirqd is woken."""
        k = self.k
        cpu = k.cpu
        if not cpu.softirq_pending >> vector & 1:
            k.emit(RAISE, vector, VECTORS[vector])
        cpu.softirq_pending |= 1 << vector
        if not k.irq_depth and not k.current.bh_off:
            k.sched.wake_up(self.ksoftirqd[cpu.id])

    def raise_remote(self, cpu: Cpu, vector: int) -> None:
        """An irq_work on another CPU raises the vector there; it runs inline at that interrupt's exit."""
        k = self.k
        if not cpu.online:  # irq_work_queue_on() complains; the work stays queued until the CPU is there
            k.oops.warn_once("irq_work_queue_on", 144, f"CPU {cpu.id} is off line", file="kernel/irq_work.c")
            self._waiting.append((cpu.id, vector))
            return

        def arrive() -> None:
            k.exec.interrupt(cpu, lambda: self._irq_work(cpu, vector))

        k.engine.at(k.cx.now + k.cost("wake_remote"), HARDIRQ, cpu.id, arrive)

    def cpu_online(self, cpu: Cpu) -> None:
        """What was raised for a CPU while it was off line arrives."""
        mine = [vector for number, vector in self._waiting if number == cpu.id]
        self._waiting = [entry for entry in self._waiting if entry[0] != cpu.id]
        for vector in mine:
            self.raise_remote(cpu, vector)

    def _irq_work(self, cpu: Cpu, vector: int) -> Gen:
        k = self.k
        k.cx.now += k.cost("irq")
        k.emit(RAISE, vector, VECTORS[vector])
        cpu.softirq_pending |= 1 << vector
        return
        yield

    # ---- running -------------------------------------------------------------------------------

    def run(self, cpu: Cpu) -> Gen:
        """__do_softirq: pending vectors in ascending order, up to ten rounds, then ksoftirqd."""
        k = self.k
        end = k.timers.jiffies + 1
        restarts = MAX_RESTART
        while cpu.softirq_pending:
            pending, cpu.softirq_pending = cpu.softirq_pending, 0
            for vector in range(len(VECTORS)):
                if pending >> vector & 1:
                    yield from self._vector(cpu, vector)
            restarts -= 1
            if cpu.softirq_pending and (restarts <= 0 or k.timers.jiffies > end or cpu.need_resched):
                k.sched.wake_up(self.ksoftirqd[cpu.id])
                return

    def _vector(self, cpu: Cpu, vector: int) -> Gen:
        k = self.k
        if k.cx.now >= k.cx.horizon:
            yield None
        cpu.vector = vector
        entered = k.preempt_count()
        k.emit(ENTRY, vector, VECTORS[vector])
        self.counts[cpu.id, vector] = self.counts.get((cpu.id, vector), 0) + 1
        k.cx.now += k.cost("softirq")
        if k.cx.now >= k.cx.horizon:
            yield None
        if vector == TIMER:
            yield from k.timers.run_softirq(cpu)
        elif vector in (HI, TASKLET):
            yield from k.wq.softirq(cpu, vector == HI)
            yield from self._tasklet_action(cpu, vector == HI)
        elif vector == HRTIMER:
            yield from k.hrtimers.run_softirq(cpu)
        elif vector == RCU:
            yield from k.rcu.run_softirq(cpu)
        elif vector in self._actions:
            yield from self._actions[vector](cpu)
        k.emit(EXIT, vector, VECTORS[vector])
        if k.preempt_count() != entered:
            k.printk.log(
                3,
                f"softirq: huh, entered softirq {vector} {VECTORS[vector]} {ACTION} with preempt_count "
                f"{entered:08x}, exited with {k.preempt_count():08x}?",
            )
            k.set_preempt_count(entered)

    def _ksoftirqd(self, cpu: Cpu) -> Gen:
        """run_ksoftirqd: what could not run at an interrupt's exit."""
        k = self.k
        while True:
            if cpu.softirq_pending:
                yield from self.serve(cpu)
                yield from k.sched.might_resched()
            else:
                yield from k.sched.block("S", "")

    def serve(self, cpu: Cpu) -> Gen:
        """Softirqs on the current task's stack: in ksoftirqd, in local_bh_enable()."""
        k = self.k
        task, depth = k.current, k.irq_depth
        cpu.in_softirq = True
        k.irq_depth = depth + 1
        try:
            for request in self.run(cpu):
                k.irq_depth = depth
                cpu.in_softirq = cpu.in_softirq and request != SWITCH
                yield request
                k.irq_depth = depth + (not task.uncounted)
        finally:
            k.irq_depth = depth
            cpu.in_softirq = False

    def local_bh_disable(self) -> None:
        """local_bh_disable."""
        self.k.current.bh_off += 1

    def local_bh_enable(self) -> Gen:
        """local_bh_enable: softirqs raised meanwhile run here and now."""
        k = self.k
        task = k.current
        task.bh_off = max(0, task.bh_off - 1)
        if not task.bh_off and not k.irq_depth and k.cpu.softirq_pending and not k.cpu.irqs_off:
            yield from self.serve(k.cpu)
        if not k.in_atomic() and k.sched.full:
            yield from k.sched.might_resched()

    # ---- tasklets ------------------------------------------------------------------------------

    def tasklet(self, addr: int) -> Tasklet:
        """The tasklet at an address, made when first seen."""
        found = self.tasklets.get(addr)
        if found is None:
            k = self.k
            name = k.function_name(k.peek(addr + OFF_FUNC, 8))
            found = Tasklet(addr, k.obj("tasklet", addr, k.object_name(addr, name), name), name)
            found.disabled = k.peek(addr + OFF_COUNT, 4)
            self.tasklets[addr] = found
        return found

    def tasklet_setup(self, addr: int) -> None:
        """tasklet_setup, tasklet_init: a fresh one."""
        self.tasklets.pop(addr, None)
        self.tasklet(addr)

    def tasklet_schedule(self, addr: int, *, hi: bool = False) -> None:
        """tasklet_schedule: queued on this CPU unless it is scheduled already (law L68)."""
        t = self.tasklet(addr)
        if t.scheduled:
            return
        self._mark(t, True, t.running)
        t.hi = hi
        self._queues[self.k.cpu.id, hi].append(t)
        self.raise_softirq(HI if hi else TASKLET)
        self.k.charge("call")

    def _mark(self, t: Tasklet, scheduled: bool, running: bool) -> None:
        """Sets SCHED and RUN, which C may read; who waits in tasklet_kill() looks again."""
        t.scheduled, t.running = scheduled, running
        self.k.poke(t.addr + OFF_STATE, 8, scheduled | running << 1)
        waiting, t.killed_by = t.killed_by, []
        for task in waiting:
            self.k.sched.wake_up(task)

    def tasklet_hi_schedule(self, addr: int) -> None:
        """tasklet_hi_schedule: the HI vector's queue."""
        self.tasklet_schedule(addr, hi=True)

    def tasklet_disable(self, addr: int) -> Gen:
        """tasklet_disable: counted; waits for a run in progress."""
        t = self.tasklet(addr)
        t.disabled += 1
        self.k.poke(addr + OFF_COUNT, 4, t.disabled)
        while t.running:
            yield from self.k.relax()

    def take_over(self, dead: Cpu, here: Cpu) -> None:
        """takeover_tasklets: those of a CPU that went off line run on another one."""
        for hi in (False, True):
            queue = self._queues[dead.id, hi]
            if queue:
                self._queues[here.id, hi].extend(queue)
                queue.clear()
                here.softirq_pending |= 1 << (HI if hi else TASKLET)
                self.k.sched.wake_up(self.ksoftirqd[here.id])
        dead.softirq_pending = 0

    def tasklet_enable(self, addr: int) -> None:
        """tasklet_enable."""
        t = self.tasklet(addr)
        t.disabled = max(0, t.disabled - 1)
        self.k.poke(addr + OFF_COUNT, 4, t.disabled)

    def tasklet_kill(self, addr: int) -> Gen:
        """tasklet_kill: waits until it is neither scheduled nor running."""
        t = self.tasklet(addr)
        while t.scheduled or t.running:
            t.killed_by.append(self.k.current)
            yield from self.k.sched.block("D", "CONDITION", "", "on=tasklet_kill")

    def _tasklet_action(self, cpu: Cpu, hi: bool) -> Gen:
        """tasklet_action_common: the list as it stands; the SCHED bit goes before the callback."""
        k = self.k
        queue = self._queues[cpu.id, hi]
        batch = [queue.popleft() for _ in range(len(queue))]
        for t in batch:
            if t.running or t.disabled:
                queue.append(t)
                cpu.softirq_pending |= 1 << (HI if hi else TASKLET)
                continue
            self._mark(t, False, True)
            func = k.peek(t.addr + OFF_FUNC, 8)
            arg = t.addr if k.peek(t.addr + OFF_USE_CALLBACK, 1) else k.peek(t.addr + OFF_DATA, 8)
            k.emit(TASKLET_ENTRY, t.obj, t.name)
            yield from k.ccall(func, arg)
            k.emit(TASKLET_EXIT, t.obj, t.name)
            self._mark(t, t.scheduled, False)
