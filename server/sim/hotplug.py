"""CPUs go off line and come back (kernel/cpu.c; workqueue_offline_cpu and workqueue_online_cpu, model 6.1).

down   callbacks of modules; workers are unbound and their pools no longer managed; timers, tasklets, RCU callbacks and
       runnable tasks move away; the CPU is dead when the task that ran on it has reached a preemption point
up     the reverse; rebound workers count again from their next loop on (law L64)
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappush
from typing import TYPE_CHECKING, Any

from server.sim.engine import Engine
from server.sim.machine import Cpu, Gen, Task
from server.sim.sched import SPIN
from server.sim.timer import wheel_bucket
from server.sim.workqueue.bh import softirq_action
from server.sim.workqueue.pool import POOL_BH_DRAINING, POOL_DISASSOCIATED, REBOUND, UNBOUND, WorkerPool
from server.sim.workqueue.unbound import update_node_max_active, update_pod
from server.sim.workqueue.worker import create_worker, tell_worker

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

EBUSY, EINVAL = 16, 22
DYNAMIC = {200: 239, 50: 69}  # CPUHP_AP_ONLINE_DYN, CPUHP_BP_PREPARE_DYN: the last of each range
Answer = Generator[Any, Any, int]


class State:
    """A module's cpuhp state: its callbacks, 0 for none."""

    __slots__ = ("number", "startup", "teardown")

    def __init__(self, number: int, startup: int, teardown: int) -> None:
        self.number = number
        self.startup = startup
        self.teardown = teardown


class Hotplug:
    """cpu_down(), cpu_up(), and the callbacks that modules have registered."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._states: dict[int, State] = {}
        self._owner: Task | None = None
        self._waiting: list[Task] = []

    def set_online(self, cpu: int, online: bool) -> Answer:
        """Writing cpuN/online: 0 or a negative errno."""
        return (yield from (self.cpu_up(cpu) if online else self.cpu_down(cpu)))

    def _lock(self) -> Gen:
        """cpus_write_lock."""
        k = self.k
        yield from k.might_sleep("cpus_write_lock")
        while self._owner is not None:
            self._waiting.append(k.current)
            yield from k.sched.block("D", "LOCK", f"task:{self._owner.index}", "how=cpu_hotplug_lock")
        self._owner = k.current

    def _unlock(self) -> None:
        self._owner = None
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            self.k.sched.wake_up(task)

    # ---- down ------------------------------------------------------------------------------------

    def cpu_down(self, number: int) -> Answer:
        """Takes a CPU off line; -EBUSY for CPU 0, which cannot go, and for the last one."""
        k = self.k
        if not 0 < number < len(k.cpus):
            return -EBUSY
        yield from self._lock()
        cpu = k.cpus[number]
        result = 0
        if cpu.online:
            result = yield from self._down(cpu)
        self._unlock()
        return result

    def _down(self, cpu: Cpu) -> Answer:
        k = self.k
        yield from k.hrtimers.sleep(k.cost("cpu_down") * 3 // 4, "D", 0)  # sched_cpu_deactivate() waits for RCU
        error = yield from self._callbacks(cpu, up=False)
        if error:
            return error
        yield from k.hrtimers.sleep(k.cost("cpu_down") // 8, "D", 0)
        here = next(c for c in k.cpus if c.online and c is not cpu)
        cpu.online = False
        self._offline_workqueues(cpu)
        self._move_timers(cpu, here)
        k.hrtimers.move(cpu, here)
        k.rcu.move(cpu, here)
        k.softirq.take_over(cpu, here)
        while cpu.current is not cpu.idle or cpu.frames or cpu.rq or cpu.rt:
            k.sched.push_away(cpu)
            yield from k.timers.schedule_timeout(1, "D", f"how=cpu_down cpu={cpu.id}")
        Engine.cancel(cpu.tick)
        cpu.tick = None
        yield from self._drain_bh(cpu)
        yield from k.hrtimers.sleep(k.cost("cpu_down") // 8, "D", 0)
        k.printk.log(6, f"smpboot: CPU {cpu.id} is now offline")
        return 0

    def _offline_workqueues(self, cpu: Cpu) -> None:
        """workqueue_offline_cpu: unbind_workers of the CPU's two pools, then the pods of unbound workqueues."""
        s = self.k.wq
        for hi in (False, True):
            self._unbind(s.cpu_pool(cpu.id, False, hi))
        self._update_pods(cpu.id)

    def _unbind(self, pool: WorkerPool) -> None:
        """unbind_workers: from here on nobody manages the pool's concurrency; what waits starts at once."""
        s = self.k.wq
        pool.flags |= POOL_DISASSOCIATED
        for worker in pool.workers:
            worker.flags |= UNBOUND
            tell_worker(s, worker, "unbound")
        pool.nr_running = 0
        for worker in pool.workers:
            if worker.task is not None:
                self.k.sched.set_affinity(worker.task, s.worker_cpus(pool))
        s.kick(pool)
        s.waits.refresh(pool)

    def _update_pods(self, off: int) -> None:
        """unbound_wq_update_pwq for all CPUs, and the node limits; `off` is a CPU that counts as gone, or -1."""
        s = self.k.wq
        for wq in s.all:
            if wq.unbound:
                for cpu in self.k.cpus:
                    update_pod(s, wq, cpu.id, off)
                update_node_max_active(s, wq, off)

    def _move_timers(self, source: Cpu, target: Cpu) -> None:
        """timers_dead_cpu: the wheels of the dead CPU are emptied into those of another, without events."""
        timers = self.k.timers
        for old, new in zip(timers.bases[source.id], timers.bases[target.id], strict=True):
            for due in sorted(old.buckets):
                for timer in old.buckets[due]:
                    bucket, level = wheel_bucket(timer.expires, timers.jiffies + new.clk_bias)
                    timer.bucket, timer.level, timer.base, timer.cpu = bucket, level, new, target.id
                    if bucket not in new.buckets:
                        new.buckets[bucket] = []
                        heappush(new.due, bucket)
                    new.buckets[bucket].append(timer)
            old.buckets.clear()
            old.due.clear()
        timers.tick_wanted(target)

    def _drain_bh(self, cpu: Cpu) -> Gen:
        """workqueue_softirq_dead: BH items that the dead CPU left behind run here."""
        k = self.k
        task = k.current
        for hi in (True, False):
            pool = k.wq.cpu_pool(cpu.id, True, hi)
            if not pool.worklist:
                continue
            pool.flags |= POOL_BH_DRAINING
            task.bh_off += 1
            for request in softirq_action(k.wq, cpu, hi):
                yield SPIN if request == SPIN else None
            task.bh_off -= 1
            pool.flags &= ~POOL_BH_DRAINING

    # ---- up --------------------------------------------------------------------------------------

    def cpu_up(self, number: int) -> Answer:
        """Brings a CPU on line."""
        k = self.k
        if not 0 <= number < len(k.cpus):
            return -EINVAL
        yield from self._lock()
        cpu = k.cpus[number]
        if not cpu.online:
            yield from self._up(cpu)
        self._unlock()
        return 0

    def _up(self, cpu: Cpu) -> Gen:
        k = self.k
        s = k.wq
        yield from k.hrtimers.sleep(k.cost("cpu_up") * 3 // 4, "D", 0)
        for hi in (False, True):
            pool = s.cpu_pool(cpu.id, False, hi)
            if not pool.workers:
                yield from create_worker(s, pool)
        k.printk.log(6, f"smpboot: Booting Node {k.topology.node_of(cpu.id)} Processor {cpu.id} APIC 0x{cpu.id:x}")
        yield from k.hrtimers.sleep(k.cost("cpu_up") // 4, "D", 0)
        for base in k.timers.bases[cpu.id]:
            base.forget()
        cpu.online = True
        cpu.clock_ns = cpu.watchdog_ns = k.cx.now
        k.softirq.cpu_online(cpu)
        for hi in (False, True):
            self._rebind(s.cpu_pool(cpu.id, False, hi))
        self._update_pods(-1)
        yield from self._callbacks(cpu, up=True)

    def _rebind(self, pool: WorkerPool) -> None:
        """rebind_workers: back to their CPU; uncounted until their next loop."""
        s = self.k.wq
        pool.flags &= ~POOL_DISASSOCIATED
        for worker in pool.workers:
            if worker.task is not None:
                self.k.sched.set_affinity(worker.task, s.worker_cpus(pool))
                worker.task.wake_cpu = pool.cpu
        for worker in pool.workers:
            worker.flags = (worker.flags | REBOUND) & ~UNBOUND
            tell_worker(s, worker, "rebound")
        s.waits.refresh(pool)

    # ---- callbacks of modules --------------------------------------------------------------------

    def cpuhp_setup_state(self, state: int, startup: int, teardown: int, *, call: bool = True) -> Answer:
        """cpuhp_setup_state: the state's number (a free one of a dynamic range), or the errno of a startup call."""
        number = state
        if state in DYNAMIC:
            number = next((n for n in range(state, DYNAMIC[state] + 1) if n not in self._states), -1)
            if number < 0:
                return -EBUSY
        entry = State(number, startup, teardown)
        for cpu in self.k.cpus if call and startup else ():
            if cpu.online:
                error = yield from self._on(cpu, startup)
                if error:
                    yield from self._undo(entry, cpu.id)
                    return error
        self._states[number] = entry
        return number if state in DYNAMIC else 0

    def _undo(self, entry: State, before: int) -> Gen:
        for cpu in self.k.cpus[:before]:
            if cpu.online and entry.teardown:
                yield from self._on(cpu, entry.teardown)

    def cpuhp_remove_state(self, state: int, *, call: bool = True) -> Gen:
        """cpuhp_remove_state: the teardown is called for every CPU that is on line."""
        entry = self._states.pop(state, None)
        if entry is not None and call:
            yield from self._undo(entry, len(self.k.cpus))

    def _callbacks(self, cpu: Cpu, *, up: bool) -> Answer:
        """All states' callbacks for a CPU, ascending as it comes, descending as it goes."""
        for number in sorted(self._states, reverse=not up):
            entry = self._states[number]
            function = entry.startup if up else entry.teardown
            if function:
                error = yield from self._on(cpu, function)
                if error and not up:
                    yield from self._back(cpu, number)
                    return error
        return 0

    def _back(self, cpu: Cpu, failed: int) -> Gen:
        """cpuhp_reset_state: what was torn down before a state refused is started again."""
        for number in sorted(n for n in self._states if n > failed):
            if self._states[number].startup:
                yield from self._on(cpu, self._states[number].startup)

    def _on(self, cpu: Cpu, function: int) -> Answer:
        """Calls function(cpu) in the thread cpuhp/N of that CPU; what it returns."""
        k = self.k
        task = k.sched.fork(f"cpuhp/{cpu.id}", k.ccall(function, cpu.id), kind="kthread", cpu=cpu.id, pinned=True)
        code: int = yield from k.sched.wait_exit(task)
        return code - (1 << 32) if code >= 1 << 31 else code
