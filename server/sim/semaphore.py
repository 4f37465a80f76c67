"""Semaphores (kernel/locking/semaphore.c) and rw_semaphores (rwsem.c): FIFO, sleeping.

A semaphore's up() gives its unit to the first waiter, who needs nothing more than to wake: nobody steals it.
A rwsem's unlock lets in the first waiter, and with a reader the readers behind it, up to the next writer's place.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from server.sim.lockbase import EINTR, ETIME, Lock, LockTable, Waiter
from server.sim.machine import Gen

OFF_COUNT = 4  # struct semaphore: raw_spinlock lock, unsigned int count
Answer = Generator[Any, Any, int]


class Semaphores(LockTable):
    """down(), up() and their kin; down_read(), down_write(); addresses in."""

    # ---- struct semaphore ------------------------------------------------------------------------

    def sema_init(self, addr: int, val: int) -> None:
        """sema_init: `val` units are free."""
        self.k.mem.load(addr, 1)
        self.make(addr, "semaphore", "").count = val
        self._mirror(addr, val)

    def _mirror(self, addr: int, count: int) -> None:
        self.k.poke(addr + OFF_COUNT, 4, count)

    def _sema(self, addr: int) -> Lock:
        fresh = addr not in self._locks or self._locks[addr].kind != "semaphore"
        sem = self.lock_at(addr, "semaphore")
        if fresh:
            sem.count = self.k.peek(addr + OFF_COUNT, 4)  # DEFINE_SEMAPHORE's initialiser
        return sem

    def down(self, addr: int) -> Gen:
        """down: sleeps until a unit is free."""
        yield from self._down(addr, "D")

    def down_interruptible(self, addr: int) -> Answer:
        """down_interruptible: 0 or -EINTR."""
        return (yield from self._down(addr, "S"))

    def down_killable(self, addr: int) -> Answer:
        """down_killable: 0 or -EINTR."""
        return (yield from self._down(addr, "D", killable=True))

    def down_timeout(self, addr: int, jiffies: int) -> Answer:
        """down_timeout: 0 or -ETIME."""
        return (yield from self._down(addr, "D", jiffies=jiffies))

    def down_trylock(self, addr: int) -> int:
        """down_trylock: 0 if a unit was free; 1 if not (the other way round than mutex_trylock)."""
        sem = self._sema(addr)
        self.k.charge("mutex")
        if sem.count <= 0:
            return 1
        self._get(sem)
        return 0

    def _get(self, sem: Lock) -> None:
        sem.count -= 1
        self._mirror(sem.addr, sem.count)
        sem.readers.append(self.k.current)
        self.tell("acquired", sem, self.k.current)

    def _down(self, addr: int, state: str, *, killable: bool = False, jiffies: int = -1) -> Answer:
        k = self.k
        yield from k.might_sleep("down")
        sem = self._sema(addr)
        k.charge("mutex")
        if sem.count > 0:
            self._get(sem)
            return 0
        me = k.current
        waiter = Waiter(me)
        sem.waiters.append(waiter)
        me.waiting_lock = sem
        self.tell("contended", sem, sem.readers[0] if sem.readers else None)
        result = 0
        while not waiter.granted:
            if (state == "S" and me.pending_signal) or (killable and me.pending_signal == 9):
                result = -EINTR
            elif jiffies == 0:
                result = -ETIME
            if result:
                sem.waiters.remove(waiter)
                break
            me.fatal = killable
            if jiffies > 0:
                jiffies = yield from k.timers.schedule_timeout(jiffies, state, f"lock:{sem.obj}")
            else:
                yield from k.sched.block(state, "LOCK", self.culprits(sem), f"line={k.cx.line}")
        me.waiting_lock = None
        if not result:
            self.tell("acquired", sem, me)
        return result

    def up(self, addr: int) -> None:
        """up: the first waiter gets the unit, else it is free. Anybody may call it."""
        k = self.k
        sem = self._sema(addr)
        k.charge("mutex")
        if k.current in sem.readers:
            sem.readers.remove(k.current)
        elif sem.readers:
            sem.readers.pop(0)
        self.tell("released", sem, None)
        if not sem.waiters:
            sem.count += 1
            self._mirror(addr, sem.count)
            return
        waiter = sem.waiters.pop(0)
        waiter.granted = True
        sem.readers.append(waiter.task)
        self.retell(sem)
        k.sched.wake_up(waiter.task)

    # ---- struct rw_semaphore ---------------------------------------------------------------------

    def init_rwsem(self, addr: int, name: str = "") -> None:
        """init_rwsem: free."""
        self.k.mem.load(addr, 1)
        self.make(addr, "rwsem", name)

    def _rwsem(self, addr: int) -> Lock:
        return self.lock_at(addr, "rwsem")

    def down_read(self, addr: int) -> Gen:
        """down_read: shared with other readers."""
        yield from self._rw_lock(addr, False, "D")

    def down_write(self, addr: int) -> Gen:
        """down_write: alone."""
        yield from self._rw_lock(addr, True, "D")

    def down_read_interruptible(self, addr: int) -> Answer:
        """down_read_interruptible: 0 or -EINTR."""
        return (yield from self._rw_lock(addr, False, "S"))

    def down_read_killable(self, addr: int) -> Answer:
        """down_read_killable: 0 or -EINTR."""
        return (yield from self._rw_lock(addr, False, "D", killable=True))

    def down_write_killable(self, addr: int) -> Answer:
        """down_write_killable: 0 or -EINTR."""
        return (yield from self._rw_lock(addr, True, "D", killable=True))

    def down_read_trylock(self, addr: int) -> bool:
        """down_read_trylock: 1 if it is held now."""
        sem = self._rwsem(addr)
        self.k.charge("mutex")
        if not self._may_enter(sem, False):
            return False
        self.k.lockdep.acquire(sem.map, trylock=True, read=1)
        self._enter(sem, Waiter(self.k.current, False))
        return True

    def down_write_trylock(self, addr: int) -> bool:
        """down_write_trylock: 1 if it is held now."""
        sem = self._rwsem(addr)
        self.k.charge("mutex")
        if sem.owner is not None or sem.readers:
            return False
        self.k.lockdep.acquire(sem.map, trylock=True)
        self._enter(sem, Waiter(self.k.current, True))
        return True

    @staticmethod
    def _may_enter(sem: Lock, write: bool) -> bool:
        if write:
            return sem.owner is None and not sem.readers and not sem.handoff
        return sem.owner is None and not sem.waiters

    def _enter(self, sem: Lock, waiter: Waiter) -> None:
        waiter.granted = True
        if waiter.write:
            sem.owner = waiter.task
        else:
            sem.readers.append(waiter.task)
        self.tell("acquired", sem, waiter.task)

    def _rw_lock(self, addr: int, write: bool, state: str, *, killable: bool = False) -> Answer:
        k = self.k
        yield from k.might_sleep("down_write" if write else "down_read")
        sem = self._rwsem(addr)
        k.charge("mutex")
        me = k.current
        k.lockdep.acquire(sem.map, read=0 if write else 1)
        waiter = Waiter(me, write)
        if self._may_enter(sem, write):
            self._enter(sem, waiter)
            return 0
        if me in sem.holders:
            self.finding("self-deadlock", sem, "takes, while holding it, the")
        self.tell("contended", sem, sem.holders[0] if sem.holders else None)
        sem.waiters.append(waiter)
        me.waiting_lock = sem
        self._wake_rwsem(sem)
        result = 0
        while not waiter.granted:
            if (state == "S" and me.pending_signal) or (killable and me.pending_signal == 9):
                result = -EINTR
                sem.waiters.remove(waiter)
                k.lockdep.release(sem.map)
                self._wake_rwsem(sem)
                break
            me.fatal = killable
            yield from k.sched.block(state, "LOCK", self.culprits(sem), f"line={k.cx.line}")
        me.waiting_lock = None
        return result

    def _wake_rwsem(self, sem: Lock) -> None:
        """rwsem_mark_wake: the first waiter; if it reads, all readers that wait (the phase is theirs)."""
        if sem.owner is not None or not sem.waiters:
            return
        if sem.waiters[0].write:
            if sem.readers:
                return
            chosen = [sem.waiters[0]]
        else:
            chosen = [w for w in sem.waiters if not w.write]
        for waiter in chosen:
            sem.waiters.remove(waiter)
            self._enter(sem, waiter)
            if waiter.task is not self.k.current:
                self.k.sched.wake_up(waiter.task)
        self.retell(sem)

    def up_read(self, addr: int) -> None:
        """up_read."""
        k = self.k
        sem = self._rwsem(addr)
        k.charge("mutex")
        k.lockdep.release(sem.map)
        if k.current in sem.readers:
            sem.readers.remove(k.current)
        elif sem.readers:
            sem.readers.pop()
        else:
            self.finding("unlock-unlocked", sem, "read-unlocks, though no reader holds it, the")
        if not sem.readers:
            self.tell("released", sem, None)
        self._wake_rwsem(sem)

    def up_write(self, addr: int) -> None:
        """up_write."""
        k = self.k
        sem = self._rwsem(addr)
        k.charge("mutex")
        k.lockdep.release(sem.map)
        if sem.owner is not k.current:
            code = "unlock-by-other" if sem.owner else "unlock-unlocked"
            self.finding(code, sem, "write-unlocks, without holding it, the")
        sem.owner = None
        self.tell("released", sem, None)
        self._wake_rwsem(sem)

    def downgrade_write(self, addr: int) -> None:
        """downgrade_write: the writer becomes a reader; readers at the head of the line come in."""
        k = self.k
        sem = self._rwsem(addr)
        k.charge("mutex")
        if sem.owner is k.current:
            sem.owner = None
            sem.readers.append(k.current)
            self.tell("acquired", sem, k.current)
            if sem.waiters and not sem.waiters[0].write:
                self._wake_rwsem(sem)

    def rwsem_is_locked(self, addr: int) -> bool:
        """rwsem_is_locked: by anybody."""
        return bool(self._rwsem(addr).holders)

    def rwsem_is_contended(self, addr: int) -> bool:
        """rwsem_is_contended: somebody waits."""
        return bool(self._rwsem(addr).waiters)
