"""RCU (kernel/rcu/tree.c): grace periods, callbacks, readers.

    call_rcu()  callback on this CPU's list; the next tick asks for a grace period
    rcu_preempt the grace-period kthread: starts one, looks each jiffy which CPUs have been quiescent, ends it
    tick        a CPU is quiescent in user mode, idle, after a switch, and where neither a reader nor a lock is at work
    RCU softirq calls what has waited long enough, at the first tick after the end

A reader that was preempted or sleeps inside its section holds the grace period up as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from server.sim.engine import HARDIRQ, Engine, Entry
from server.sim.machine import Cpu, Gen, Task
from server.sim.srcu import Srcu
from server.sim.timer import Timer

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

RCU_SOFTIRQ = 9
STALL_S = 21  # CONFIG_RCU_CPU_STALL_TIMEOUT
KFREE_DRAIN_S = 5  # KFREE_DRAIN_JIFFIES
BATCH_MAX = 10_000
Callback = Callable[[], "Gen | None"]


class Pending:
    """A callback and the grace period that it waits for (0: not asked for yet)."""

    __slots__ = ("callback", "target")

    def __init__(self, callback: Callback) -> None:
        self.callback = callback
        self.target = 0


class Rcu:
    """Grace periods count up from 1; `completed` is the last one that has ended."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.srcu = Srcu(k)
        self.current_gp = 0
        self.completed = 0
        self.kthread: Task | None = None
        self._requested = 0  # the grace period that somebody needs
        self._lists: list[list[Pending]] = [[] for _ in k.cpus]
        self._need_qs: list[bool] = [False for _ in k.cpus]
        self._ticks: list[Entry | None] = [None for _ in k.cpus]
        self._readers: dict[int, tuple[Task, int]] = {}  # by pid: since when, ns
        self._started_ns = 0
        self._stall_told_ns = 0
        self._free_batch: list[int] = []
        self._free_timer: Timer | None = None
        self.to_free: dict[int, bool] = {}  # kfree_rcu'd and not freed yet

    def boot(self) -> None:
        """The grace-period kthread, asleep."""
        self.kthread = self.k.new_task("rcu_preempt", "kthread", self._gp_kthread(), 0, 0)
        self.kthread.state = "I"

    # ---- callbacks -----------------------------------------------------------------------------

    def call_rcu(self, callback: Callback | int, func: int = 0, hurry: bool = False) -> None:
        """call_rcu: `callback` is called in softirq context of this CPU after a grace period; it may give a generator.

        C gives the address of a rcu_head, and a function that is called with it.
        """
        del hurry  # nothing is lazy in this configuration
        k = self.k
        if isinstance(callback, int):
            head = callback
            k.mem.store(head + 8, 8, func)
            callback = partial(k.ccall, func, head)
        self._lists[k.cpu.id].append(Pending(callback))
        k.charge("call")
        self._want_tick(k.cpu)

    def _want_tick(self, cpu: Cpu) -> None:
        """rcu_needs_cpu: a CPU with RCU's business keeps its tick, idle or not."""
        event = self._ticks[cpu.id]
        if event is not None and event[4] is not None:
            return
        tick = self.k.timers.tick_ns
        now = max(self.k.engine.time, self.k.cx.now if self.k.cpu is cpu else 0)
        at = (now // tick + 1) * tick
        self._ticks[cpu.id] = self.k.engine.at(at, HARDIRQ, cpu.id, lambda: self._tick_due(cpu))

    def _tick_due(self, cpu: Cpu) -> None:
        self._ticks[cpu.id] = None
        self.k.exec.interrupt(cpu, lambda: self._tick(cpu))

    def _tick(self, cpu: Cpu) -> Gen:
        """rcu_sched_clock_irq: notes a quiescent state, and raises the softirq where there is something to do."""
        k = self.k
        if cpu.current is cpu.idle:
            k.cx.now += k.cost("irq")
        self._note_quiescent(cpu)
        pending = self._lists[cpu.id]
        if any(not p.target or p.target <= self.completed for p in pending):
            k.softirq.raise_softirq(RCU_SOFTIRQ)
        if pending or self._need_qs[cpu.id]:
            self._want_tick(cpu)
        return
        yield

    def _note_quiescent(self, cpu: Cpu) -> None:
        if not self._need_qs[cpu.id]:
            return
        task = cpu.current
        if task is cpu.idle or task.is_user or cpu.last_switch_ns > self._started_ns:
            quiescent = True
        else:
            quiescent = not (task.rcu_depth or task.preempt or task.bh_off)
        if quiescent and not (task.rcu_depth and self._readers.get(task.pid, (task, 0))[1] <= self._started_ns):
            self._report(cpu)

    def _report(self, cpu: Cpu) -> None:
        self._need_qs[cpu.id] = False
        if not self._held_up() and self.kthread is not None:
            self.k.sched.wake_up(self.kthread)

    def run_softirq(self, cpu: Cpu) -> Gen:
        """rcu_core: asks for the grace period that new callbacks need, calls those whose period has ended."""
        k = self.k
        mine = self._lists[cpu.id]
        for pending in mine:
            if not pending.target:
                pending.target = self.current_gp + 1 if self.current_gp > self.completed else self.completed + 1
                self._request(pending.target)
        ready = [p for p in mine if p.target and p.target <= self.completed][:BATCH_MAX]
        for pending in ready:
            mine.remove(pending)
            if k.cx.now >= k.cx.horizon:
                yield None
            k.charge("timer_callback")
            made = pending.callback()
            if made is not None:
                yield from made

    def _request(self, gp: int) -> None:
        if gp > self._requested:
            self._requested = gp
            if self.kthread is not None and self.current_gp == self.completed:
                self.k.sched.wake_up(self.kthread)

    # ---- grace periods ---------------------------------------------------------------------------

    def _gp_kthread(self) -> Gen:
        """rcu_gp_kthread: one grace period after the other as long as one is asked for."""
        k = self.k
        while True:
            while self._requested <= self.completed:
                yield from k.sched.block("I", "")
            self._start()
            k.charge("call")
            while True:
                yield from k.timers.schedule_timeout(1, "I", "how=rcu")
                self._force()
                if not self._held_up():
                    break
                self._check_stall()
            self.completed = self.current_gp
            k.charge("call")
            for cpu in k.cpus:
                if self._lists[cpu.id]:
                    self._want_tick(cpu)
            yield from k.sched.might_resched()

    def _start(self) -> None:
        """rcu_gp_init."""
        k = self.k
        self.current_gp += 1
        self._started_ns = self._stall_told_ns = k.cx.now
        for cpu in k.cpus:
            self._need_qs[cpu.id] = cpu.online
            if cpu.online and cpu.current is not cpu.idle:
                self._want_tick(cpu)

    def _force(self) -> None:
        """rcu_gp_fqs: idle and offline CPUs are quiescent; busy ones get their tick."""
        for cpu in self.k.cpus:
            if not self._need_qs[cpu.id]:
                continue
            if cpu.current is cpu.idle and not cpu.frames or not cpu.online or cpu is self.k.cpu:
                self._need_qs[cpu.id] = False
            else:
                self._want_tick(cpu)

    def _held_up(self) -> bool:
        """Whether a CPU or a reader that left its CPU still keeps the grace period open."""
        if any(self._need_qs):
            return True
        return any(since <= self._started_ns and task.state != "X" for task, since in self._readers.values())

    def _check_stall(self) -> None:
        """rcu_check_gp_kthread… print_other_cpu_stall: after 21 s, then each 63 s more."""
        k = self.k
        waited = k.cx.now - self._stall_told_ns
        limit = STALL_S if self._stall_told_ns == self._started_ns else 3 * STALL_S
        if waited < limit * 1_000_000_000:
            return
        self._stall_told_ns = k.cx.now
        jiffies = (k.cx.now - self._started_ns) // k.timers.tick_ns
        k.printk.log(3, "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:")
        for cpu in k.cpus:
            if self._need_qs[cpu.id]:
                state = f"({jiffies} ticks this GP) idle=0000/1/0x4000000000000000 softirq=0/0 fqs={jiffies // 2}"
                k.printk.log(3, f"rcu: \t{cpu.id}-....: {state}")
        tasks = [t for t, since in self._readers.values() if since <= self._started_ns]
        if tasks:
            names = " ".join(f"P{t.pid}" for t in tasks)
            k.printk.log(3, f"rcu: \tTasks blocked on level-0 rcu_node (CPUs 0-{len(k.cpus) - 1}): {names}")
        queued = sum(map(len, self._lists))
        k.printk.log(3, f"rcu: \t(detected by {k.cpu.id}, t={jiffies} jiffies, g={self.current_gp * 4 - 1}, "
                        f"q={queued} ncpus={len(k.cpus)})")  # fmt: skip

    # ---- polling ---------------------------------------------------------------------------------

    def state(self) -> int:
        """get_state_synchronize_rcu: the grace period whose end says that one has passed since now."""
        return 1 + (self.current_gp if self.current_gp > self.completed else self.completed)

    def start_poll(self) -> int:
        """start_poll_synchronize_rcu: also asks for it."""
        state = self.state()
        self._request(state)
        return state

    def passed(self, state: int) -> bool:
        """poll_state_synchronize_rcu."""
        return state <= self.completed

    # ---- waiting ---------------------------------------------------------------------------------

    def synchronize(self) -> Gen:
        """synchronize_rcu: sleeps until every reader of now has left."""
        k = self.k
        yield from k.might_sleep("synchronize_rcu")
        if k.current.rcu_depth:
            k.check("rcu-deadlock", f"{k.current.comm} waits for a grace period inside its own RCU read-side section")
        yield from self._wait_callback([k.cpu.id])

    def synchronize_rcu(self) -> Gen:
        """synchronize_rcu."""
        yield from self.synchronize()

    def rcu_barrier(self) -> Gen:
        """rcu_barrier."""
        yield from self.barrier()

    def synchronize_rcu_expedited(self) -> Gen:
        """synchronize_rcu_expedited: interrupts all other CPUs instead of waiting for their ticks."""
        k = self.k
        yield from k.might_sleep("synchronize_rcu")
        while any(t.rcu_depth for t, _ in self._readers.values()):
            yield from k.timers.schedule_timeout(1, "D", "how=expedited")
        k.charge("wake_remote")

    def barrier(self) -> Gen:
        """rcu_barrier: sleeps until every callback that is queued now has run."""
        k = self.k
        yield from k.might_sleep("rcu_barrier")
        busy = [c.id for c in k.cpus if self._lists[c.id]]
        if busy:
            yield from self._wait_callback(busy)

    def _wait_callback(self, cpus: list[int]) -> Gen:
        k = self.k
        me = k.current
        left = len(cpus)

        def done() -> None:
            nonlocal left
            left -= 1
            if not left:
                k.sched.wake_up(me, "D")

        for cpu in cpus:
            self._lists[cpu].append(Pending(done))
            self._want_tick(k.cpus[cpu])
        while left:
            culprit = f"task:{self.kthread.index}" if self.kthread else ""
            yield from k.sched.block("D", "GRACE_PERIOD", culprit, f"line={k.cx.line}")

    # ---- readers ---------------------------------------------------------------------------------

    def rcu_read_lock(self) -> None:
        """rcu_read_lock: nests."""
        task = self.k.current
        task.rcu_depth += 1
        if task.rcu_depth == 1:
            self._readers[task.pid] = (task, self.k.cx.now)
        self.k.lockdep.rcu_lock()

    def rcu_read_unlock(self) -> None:
        """rcu_read_unlock: the outermost one ends the section."""
        k = self.k
        task = k.current
        if not task.rcu_depth:
            k.check("rcu-unbalanced", f"{task.comm} leaves an RCU read-side section that it did not enter")
            return
        k.lockdep.rcu_unlock()
        task.rcu_depth -= 1
        if not task.rcu_depth:
            self._readers.pop(task.pid, None)
            if self.current_gp > self.completed and not self._held_up() and self.kthread is not None:
                k.sched.wake_up(self.kthread)

    def rcu_read_lock_held(self) -> bool:
        """rcu_read_lock_held."""
        return self.k.current.rcu_depth > 0

    # ---- kfree_rcu -------------------------------------------------------------------------------

    def kfree_rcu(self, addr: int) -> None:
        """kfree_rcu: freed after a grace period; batches are handed over every five seconds."""
        k = self.k
        k.charge("call")
        self.to_free[addr] = True
        self._free_batch.append(addr)
        if self._free_timer is None:
            obj = k.obj("timer", 0, "kfree_rcu", "kfree_rcu_monitor")
            self._free_timer = Timer(lambda _: self._drain(), "kfree_rcu_monitor", obj)
        if not self._free_timer.pending:
            k.timers.mod(self._free_timer, k.timers.jiffies + KFREE_DRAIN_S * k.profile.hz)

    def kfree_rcu_mightsleep(self, addr: int) -> Gen:
        """kfree_rcu_mightsleep: waits for the grace period and frees."""
        yield from self.synchronize()
        self.k.mem.free(addr)

    def _drain(self) -> None:
        batch, self._free_batch = self._free_batch, []

        def free() -> None:
            for addr in batch:
                self.to_free.pop(addr, None)
                self.k.mem.free(addr)

        self.call_rcu(free)

    def move(self, source: Cpu, target: Cpu) -> None:
        """rcutree_migrate_callbacks: those of a CPU that goes off line."""
        self._lists[target.id] += self._lists[source.id]
        self._lists[source.id] = []
        self._need_qs[source.id] = False
        Engine.cancel(self._ticks[source.id])
        self._ticks[source.id] = None
        if self._lists[target.id]:
            self._want_tick(target)
