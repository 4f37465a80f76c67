"""Mutexes (kernel/locking/mutex.c, 6.12): stealing, handoff, optimistic spinning.

unlock    frees the mutex and wakes the first waiter, who still has to take it: a task that runs may be faster
first     a waiter that was woken and lost sets HANDOFF: the next unlock makes it the owner
spinning  who finds the owner running on a CPU does not sleep but waits busily, until the owner leaves its CPU
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from server.sim.lockbase import EINTR, Lock, LockTable, Waiter
from server.sim.machine import Gen, Task
from server.sim.sched import SPIN

Answer = Generator[Any, Any, int]


class Mutexes(LockTable):
    """mutex_*(), named as in the kernel; addresses in."""

    def mutex_init(self, addr: int, name: str = "") -> None:
        """mutex_init: unlocked; `name` is the text of the macro's argument."""
        self.k.mem.load(addr, 1)
        self.make(addr, "mutex", name)
        self.k.charge("call")

    def mutex_lock(self, addr: int) -> Gen:
        """mutex_lock: sleeps in state D until it is held."""
        yield from self._mutex_lock(addr, "D")

    def mutex_lock_interruptible(self, addr: int) -> Answer:
        """mutex_lock_interruptible: 0, or -EINTR where a signal came first."""
        return (yield from self._mutex_lock(addr, "S"))

    def mutex_lock_killable(self, addr: int) -> Answer:
        """mutex_lock_killable: 0, or -EINTR where a fatal signal came first."""
        return (yield from self._mutex_lock(addr, "D", killable=True))

    def mutex_trylock(self, addr: int) -> bool:
        """mutex_trylock: whether it was free and is held now."""
        m = self.lock_at(addr, "mutex")
        self.k.charge("mutex")
        if m.owner is not None:
            return False
        self.k.lockdep.acquire(m.map, trylock=True)
        self._own(m, self.k.current)
        return True

    def mutex_is_locked(self, addr: int) -> bool:
        """mutex_is_locked: by anybody."""
        return self.lock_at(addr, "mutex").owner is not None

    def mutex_destroy(self, addr: int) -> None:
        """mutex_destroy: nothing but a check that it is free (CONFIG_DEBUG_MUTEXES)."""
        m = self.lock_at(addr, "mutex")
        if m.owner is not None:
            self.k.lockdep.debug_warn("mutex_is_locked(lock)", "kernel/locking/mutex-debug.c:114", "mutex_destroy")
            self.finding("lock-destroyed-held", m, "destroys the held")
        self._locks.pop(addr, None)

    def _own(self, m: Lock, task: Task) -> None:
        m.owner = task
        self.tell("acquired", m, task)
        self.retell(m)

    def _mutex_lock(self, addr: int, state: str, *, killable: bool = False) -> Answer:
        k = self.k
        yield from k.might_sleep("mutex_lock")
        m = self.lock_at(addr, "mutex")
        k.charge("mutex")
        me = k.current
        k.lockdep.acquire(m.map)
        if m.owner is None:
            self._own(m, me)
            return 0
        if m.owner is me:
            self.finding("self-deadlock", m, "takes, while holding it, the")
        self.tell("contended", m, m.owner)
        if (yield from self._optimistic_spin(m)):
            return 0
        return (yield from self._wait(m, state, killable))

    def _wait(self, m: Lock, state: str, killable: bool) -> Answer:
        """The slow path: in the list, asleep until the mutex can be had."""
        k = self.k
        me = k.current
        waiter = Waiter(me)
        m.waiters.append(waiter)
        me.waiting_lock = m
        result = 0
        while not self._try_or_take(m, me):
            if (state == "S" and me.pending_signal) or (killable and me.pending_signal == 9):
                result = -EINTR
                k.lockdep.release(m.map)
                break
            me.fatal = killable
            yield from k.sched.block(state, "LOCK", self.culprits(m), f"line={k.cx.line}")
            first = m.waiters[0] is waiter
            if self._try_or_take(m, me):
                break
            if first:
                m.handoff = True
                if (yield from self._optimistic_spin(m)):
                    break
        m.waiters.remove(waiter)
        if not m.waiters:
            m.handoff = False
        me.waiting_lock = None
        return result

    def _try_or_take(self, m: Lock, me: Task) -> bool:
        """__mutex_trylock: takes a free mutex, or one that was handed to this task."""
        if m.owner is None:
            self._own(m, me)
            return True
        if m.owner is me and m.count == me.pid:
            m.count = 0
            return True
        return False

    def _optimistic_spin(self, m: Lock) -> Generator[Any, Any, bool]:
        """mutex_optimistic_spin: whether it was had without sleeping. Spinners queue; the first watches the owner."""
        k = self.k
        me, cpu = k.current, k.cpu
        if m.owner is me or k.irq_depth or cpu.need_resched or not self._owner_runs(m):
            return self._try_or_take(m, me)
        self.preempt_disable()
        m.spinners.append(cpu)
        self.watch_holders(1)
        got = False
        try:
            while not cpu.need_resched:
                if m.spinners[0] is cpu:
                    if self._try_or_take(m, me):
                        got = True
                        break
                    if not self._owner_runs(m):
                        break
                yield SPIN
        finally:
            m.spinners.remove(cpu)
            self.watch_holders(-1)
            me.preempt -= 1
        if m.spinners:
            k.exec.unspin(m.spinners[0])
        if not got:
            yield from k.sched.might_resched()
        return got

    @staticmethod
    def _owner_runs(m: Lock) -> bool:
        return m.owner is None or (m.owner.on_cpu and m.owner.state != "X")

    def mutex_unlock(self, addr: int) -> None:
        """mutex_unlock: hands over to a waiter that insists, else frees it and wakes the first waiter."""
        k = self.k
        m = self.lock_at(addr, "mutex")
        me = k.current
        k.charge("mutex")
        if m.owner is not me:
            self._bad_unlock(m)
        k.lockdep.release(m.map)
        m.count = 0
        first = m.waiters[0].task if m.waiters else None
        if first is not None and m.handoff and m.owner is not None:
            m.handoff = False
            m.owner = first
            m.count = first.pid  # stands for MUTEX_FLAG_PICKUP
            self.tell("handed_over", m, first)
            self.retell(m)
        elif m.owner is not None:
            m.owner = None
            self.tell("released", m, None)
        if first is not None:
            k.sched.wake_up(first)
        if m.spinners:
            k.exec.unspin(m.spinners[0])

    def _bad_unlock(self, m: Lock) -> None:
        """An unlock by somebody else than the owner: it works, and is wrong."""
        if m.owner is None:
            self.finding("unlock-unlocked", m, "unlocks, though nobody holds it, the")
        else:
            self.finding("unlock-by-other", m, f"unlocks, though {m.owner.comm}/{m.owner.pid} holds it, the")
