"""Lockdep (kernel/locking/lockdep.c): finds deadlocks that could happen, from the order in which locks were ever taken.

Every init site (or static lock) is a class. Each task has the stack of locks that it holds. Taking B while holding A
draws A -> B; a path back from B to A is a possible deadlock, as is taking a class that is held, and a lock that
interrupts use as well as code that interrupts can hit. The first report switches lockdep off, as in the kernel.

Workqueues take part with two maps: `(wq_completion)NAME` and `(work_completion)(&expr)` are held while an item runs,
and touched by those who wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim import lockdep_report as report
from server.sim.lockdep_graph import (
    ENABLED,
    HARDIRQ,
    SOFTIRQ,
    USED_IN,
    Graph,
    Held,
    Map,
)
from server.sim.machine import Task
from server.sim.warn import warn_at

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.workqueue.pool import Worker
    from server.sim.workqueue.pwq import Wq
    from server.sim.workqueue.work import Work

WQ_BH, WQ_MEM_RECLAIM = 1, 8
OFF_WORK_MAP, OFF_WQ_MAP = 0x20, 0x148
RCU_MAP_ADDR, KERNEL_WORK_MAP = 0xFFFFFFFF82D5E0C0, 0xFFFFFFFF82E00000
AT_WQ, AT_WORK = "process_one_work+0x38d/0x6d0", "process_one_work+0x1d4/0x6d0"
AT_FLUSH, AT_FLUSH_RCU = "__flush_work+0x277/0x5a0", "__flush_work+0x6d/0x5a0"
AT_TOUCH_WQ = "touch_wq_lockdep_map+0x6e/0x90"


class Lockdep:
    """The validator. Its methods do nothing while it is off, `work_begin` and `work_end` aside."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.on = k.profile.lockdep
        self._debug_locks = True  # debug_locks, which kernels without lockdep have too
        self.built = k.profile.lockdep
        self.graph = Graph()
        self._work_labels: dict[int, tuple[str, int]] = {}
        self._work_maps: dict[int, Map] = {}
        self._wq_maps: dict[int, Map] = {}
        self._timer_maps: dict[int, Map] = {}
        self._copies: dict[tuple[int, int], Map] = {}  # of the running items' maps: the item may be freed meanwhile
        self._rcu = self.graph.map(RCU_MAP_ADDR, "rcu_read_lock", "rcu", "1:2")

    # ---- maps ------------------------------------------------------------------------------------

    def map(self, addr: int, label: str, key: object, types: str) -> Map:
        """The lockdep_map of a lock; locks with equal keys are one class."""
        return self.graph.map(addr, label, key, types)

    def name_work(self, addr: int, label: str) -> None:
        """INIT_WORK: the text of its argument, which names the class together with the place."""
        self._work_labels[addr] = (label, self.k.cx.line)
        self._work_maps.pop(addr, None)

    def _work_map(self, work: Work) -> Map:
        key = work.addr or -work.obj
        found = self._work_maps.get(key)
        if found is None:
            label, line = self._work_labels.get(work.addr, ("", -1))
            if label:
                found = self.graph.map(work.addr + OFF_WORK_MAP, label, ("work", label, line), "0:0")
            elif work.addr:
                head, dot, last = work.name.rpartition(".")
                name = f"({head}).{last}" if dot and last == "work" else work.name
                found = self.graph.map(work.addr + OFF_WORK_MAP, name, ("work", work.addr), "0:0")
            else:
                name = f"(work_completion)(&{work.name})"
                found = self.graph.map(KERNEL_WORK_MAP, name, ("work", work.name), "0:0")
            self._work_maps[key] = found
        return found

    def _wq_map(self, wq: Wq) -> Map:
        found = self._wq_maps.get(wq.addr)
        if found is None:
            found = self.graph.map(wq.addr + OFF_WQ_MAP, f"(wq_completion){wq.name}", ("wq", wq.addr), "0:0")
            self._wq_maps[wq.addr] = found
        return found

    # ---- acquiring, releasing --------------------------------------------------------------------

    def acquire(
        self, lock: Map, *, trylock: bool = False, read: int = 0, at: str = "", bh: bool = False, check: bool = True
    ) -> None:
        """lock_acquire, before the lock is taken. `read` 1: shared, 2: recursive; `bh`: bottom halves count as off."""
        if not self.on:
            return
        k = self.k
        held = Held(lock, trylock, read, k.cx.line, at, self._context())
        if check:
            self._validate(k.current, held, bh)
        k.current.held_locks.append(held)

    def release(self, lock: Map) -> None:
        """lock_release: of any lock that the task holds, not just of the last one."""
        if not self.on:
            return
        stack = self.k.current.held_locks
        for i in range(len(stack) - 1, -1, -1):
            if stack[i].map is lock:
                del stack[i]
                return
        self._report(report.unlock_imbalance(self.k, lock))

    def _context(self) -> int:
        """2 in a hard interrupt, 1 in a softirq, 0 in a task."""
        k = self.k
        if not k.irq_depth:
            return 0
        frames = k.cpu.frames
        return 2 if frames and frames[-1].kind == "hardirq" else 1

    def _validate(self, task: Task, held: Held, bh: bool) -> None:
        """__lock_acquire: usage, recursion, then the edges that this acquisition draws."""
        if self._mark_usage(held, bh):
            return
        if held.trylock:
            return
        stack = task.held_locks
        for other in reversed(stack):
            same = other.map.cls is held.map.cls
            if same and not (held.read == 2 and other.read):
                self._report(report.recursion(self.k, held, other))
                return
        for i in range(len(stack) - 1, -1, -1):
            other = stack[i]
            if other.context != held.context:
                break
            if other.checked and other.read != 2 and self._draw(other, held):
                return
            if not other.trylock and other.checked:
                break

    def _draw(self, prev: Held, held: Held) -> bool:
        """check_prev_add: A -> B; True if that was reported as a deadlock."""
        graph = self.graph
        a, b = prev.map.cls, held.map.cls
        if a is b or graph.has_edge(a, b):
            return False
        path = graph.path(b, a)
        if path is not None:
            self._report(report.circular(self.k, held, prev, path))
            return True
        trace = report.trace(self.k, held)
        graph.add_edge(a, b, trace)
        return self._check_irq_order(prev, held)

    # ---- interrupts ------------------------------------------------------------------------------

    def _mark_usage(self, held: Held, bh: bool) -> bool:
        """mark_usage: in which contexts this class is taken; True if a conflict was reported."""
        k = self.k
        usage = held.map.cls.usage
        wanted = []
        if not held.trylock and held.context:
            wanted.append((USED_IN, HARDIRQ if held.context == 2 else SOFTIRQ))
        if not k.cpu.irqs_off and held.context != 2:
            wanted.append((ENABLED, HARDIRQ))
            if not held.context and not k.current.bh_off and not bh:
                wanted.append((ENABLED, SOFTIRQ))
        read = held.read != 0
        for direction, state in wanted:
            bit = (direction, state, read)
            if bit in usage:
                continue
            other = ENABLED if direction == USED_IN else USED_IN
            clashes = ((other, state, False), (other, state, True))
            clash = next((b for b in clashes if b in usage and not (read and b[2])), None)
            if clash is not None:
                self._report(report.inconsistent(k, held, bit, clash))
                return True
            usage[bit] = report.trace(k, held)
            if self._check_inversion(held, bit):
                return True
        return False

    def _check_irq_order(self, prev: Held, held: Held) -> bool:
        """check_irq_usage: does the edge connect a lock that interrupts take with one that is taken with them on?"""
        for state in (HARDIRQ, SOFTIRQ):
            safe = self.graph.find(prev.map.cls, (USED_IN, state), forwards=False)
            if safe is None:
                continue
            unsafe = self.graph.find(held.map.cls, (ENABLED, state), forwards=True)
            if unsafe is not None:
                self._report(report.irq_order(self.k, prev, held, safe, unsafe, state))
                return True
        return False

    def _check_inversion(self, held: Held, bit: tuple[int, int, bool]) -> bool:
        """mark_lock_irq: a class that becomes irq-safe must lead to no irq-unsafe one, and vice versa."""
        direction, state, _ = bit
        forwards = direction == USED_IN
        other = self.graph.find(held.map.cls, (ENABLED if forwards else USED_IN, state), forwards=forwards)
        if other is None or other is held.map.cls:
            return False
        self._report(report.inversion(self.k, held, other, state, forwards))
        return True

    # ---- RCU -------------------------------------------------------------------------------------

    def rcu_lock(self) -> None:
        """rcu_read_lock: shown among the held locks, never validated."""
        if self.on:
            held = Held(self._rcu, False, 2, self.k.cx.line, "", self._context())
            held.checked = False
            self.k.current.held_locks.append(held)

    def rcu_unlock(self) -> None:
        """rcu_read_unlock."""
        self.release(self._rcu)

    # ---- timers ----------------------------------------------------------------------------------

    def name_timer(self, addr: int, label: str) -> None:
        """timer_setup: the text of its argument, which names the class together with the place."""
        self._timer_maps[addr] = self.graph.map(addr, label, ("timer", label, self.k.cx.line), "0:0")

    def timer_begin(self, addr: int) -> Map | None:
        """call_timer_fn: holds the timer's map, a copy since the timer may be freed meanwhile."""
        lock = self._timer_maps.get(addr)
        if not self.on or lock is None:
            return None
        copy = Map(lock.addr, lock.label, lock.cls)
        self.acquire(copy, at="call_timer_fn+0x5/0x270")
        return copy

    def timer_end(self, copy: Map | None) -> None:
        """The callback has returned."""
        if copy is not None:
            self.release(copy)

    def timer_sync(self, addr: int) -> None:
        """timer_delete_sync: touches the map with irqs off; waiting under a lock of the callback's is a deadlock."""
        lock = self._timer_maps.get(addr)
        if self.on and lock is not None:
            was, self.k.cpu.irqs_off = self.k.cpu.irqs_off, True
            self.acquire(lock, at="__timer_delete_sync+0x5/0x120")
            self.release(lock)
            self.k.cpu.irqs_off = was

    # ---- workqueues ------------------------------------------------------------------------------

    def work_begin(self, work: Work, wq: Wq) -> None:
        """process_one_work, before the function: takes both maps. Called while lockdep is on."""
        self.acquire(self._wq_map(wq), at=AT_WQ)
        template = self._work_map(work)
        copy = Map(self.k.current.stack - 0x1B0, template.label, template.cls)
        self.acquire(copy, at=AT_WORK)
        self._copies[self.k.current.pid, self._context()] = copy

    def work_end(self, wq: Wq) -> None:
        """process_one_work, after the function: leaves both maps. Called while lockdep is on."""
        self.release(self._copies.pop((self.k.current.pid, self._context())))
        self.release(self._wq_map(wq))

    def flush_work(self, work: Work, wq: Wq, worker: Worker | None, from_cancel: bool = False) -> None:
        """start_flush_work, with a barrier inserted: touches the item's map, the queue's where that may deadlock."""
        del worker
        if not self.on:
            return
        bh = bool(wq.flags & WQ_BH)
        self.rcu_lock()
        self.k.current.held_locks[-1].at = AT_FLUSH_RCU
        lock = self._work_map(work)
        self.acquire(lock, at=AT_FLUSH, bh=bh)
        self.release(lock)
        if not from_cancel and (wq.saved_max == 1 or wq.rescuer is not None):
            self._touch_wq(wq)
        self.rcu_unlock()

    def flush_workqueue(self, wq: Wq) -> None:
        """__flush_workqueue: touches the queue's map, whether or not anything is queued."""
        if self.on:
            self._touch_wq(wq)

    def _touch_wq(self, wq: Wq) -> None:
        lock = self._wq_map(wq)
        self.acquire(lock, at=AT_TOUCH_WQ, bh=bool(wq.flags & WQ_BH))
        self.release(lock)

    # ---- telling ---------------------------------------------------------------------------------

    def locks_off(self) -> bool:
        """__debug_locks_off: no lock is checked any more; whether they were until now."""
        before, self._debug_locks, self.on = self._debug_locks, False, False
        return before

    def _report(self, lines: list[str]) -> None:
        """Prints, and switches lockdep off: what it knows is no longer sound."""
        self.locks_off()
        k = self.k
        for line in lines:
            k.printk.log(4, line)
        k.check("lockdep", next((t for t in lines if t.startswith("WARNING: ")), "WARNING: lockdep")[9:])

    def debug_warn(self, what: str, where: str, function: str) -> None:
        """DEBUG_LOCKS_WARN_ON(what) of the mutex code; switches lockdep off."""
        if self.on:
            self.locks_off()
            warn_at(self.k, function, where, f"DEBUG_LOCKS_WARN_ON({what})")

    def held_lines(self, task: Task) -> list[str]:
        """debug_show_held_locks: what a task holds; nothing on a kernel without lockdep."""
        if not self.built:
            return []
        return report.held_lines(self.k, task) if self.on else ["INFO: lockdep is turned off."]

    def depth(self, task: Task) -> int:
        """lockdep_depth: how many locks a task holds."""
        return len(task.held_locks) if self.on else 0

    def is_held(self, lock: Map) -> bool:
        """lockdep_is_held: by the current task; true while lockdep is off, as in the kernel."""
        return not self.on or any(h.map is lock for h in self.k.current.held_locks)
