"""Spinlocks and rwlocks (kernel/locking/spinlock.c): a busy CPU per waiter, preemption off, irqs off on request.

Waiters take the lock in the order in which they came (queued spinlocks); a writer of an rwlock waits for all readers,
and readers that come after a waiting writer queue behind it, unless they are in an interrupt.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from server.sim.lockbase import Lock, LockTable
from server.sim.machine import Gen, Task
from server.sim.sched import SPIN

FLAGS_ON, FLAGS_OFF = 0x246, 0x46  # eflags with interrupts enabled and disabled
Flags = Generator[Any, Any, int]


class Spinlocks(LockTable):
    """spin_*(), read_*(), write_*(), local_irq_*(); addresses in. irqsave variants return the flags."""

    # ---- interrupts of this CPU ------------------------------------------------------------------

    def local_irq_save(self) -> int:
        """local_irq_save: the flags as they were; interrupts are held back from here."""
        cpu = self.k.cpu
        flags = FLAGS_OFF if cpu.irqs_off else FLAGS_ON
        cpu.irqs_off = True
        return flags

    def local_irq_restore(self, flags: int) -> None:
        """local_irq_restore: interrupts that were held back arrive now, if the flags enable them."""
        if flags & 0x200:
            self.k.exec.irqs_on(self.k.cpu)
        else:
            self.k.cpu.irqs_off = True

    def local_irq_disable(self) -> None:
        """local_irq_disable."""
        self.k.cpu.irqs_off = True

    def local_irq_enable(self) -> None:
        """local_irq_enable."""
        self.k.exec.irqs_on(self.k.cpu)

    def irqs_disabled(self) -> bool:
        """irqs_disabled: on this CPU."""
        return self.k.cpu.irqs_off

    # ---- taking and leaving ----------------------------------------------------------------------

    def _spinlock(self, addr: int) -> Lock:
        return self.lock_at(addr, "spinlock", spins=True)

    def _take(self, lock: Lock) -> Gen:
        """Spins until the lock is free and this CPU the first in line. Preemption is off already."""
        k = self.k
        k.charge("spinlock")
        k.lockdep.acquire(lock.map)
        self._check_recursion(lock)
        if lock.busy or lock.spinners:
            self.tell("contended", lock, lock.owner)
            yield from self._queue(lock, lambda: not lock.busy)
        self._hold(lock)

    def _queue(self, lock: Lock, free: Any) -> Gen:
        cpu = self.k.cpu
        lock.spinners.append(cpu)
        try:
            while lock.spinners[0] is not cpu or not free():
                yield SPIN
        finally:
            lock.spinners.remove(cpu)

    def _hold(self, lock: Lock) -> None:
        k = self.k
        lock.busy = True
        lock.owner, lock.owner_cpu = k.current, k.cpu.id
        self.tell("acquired", lock, k.current)

    def _check_recursion(self, lock: Lock) -> None:
        """The CPU that waits holds the lock itself, and will spin for ever; lockdep, if there, has said so already."""
        k = self.k
        if lock.busy and lock.owner_cpu == k.cpu.id:
            self.finding("spinlock-recursion", lock, "takes again, on the CPU that holds it, the")

    def _leave(self, lock: Lock) -> None:
        k = self.k
        k.charge("spinlock")
        if not lock.busy:
            self.finding("unlock-unlocked", lock, "unlocks, though nobody holds it, the")
        elif lock.owner is not k.current:
            self.finding("unlock-by-other", lock, "unlocks, though another holds it, the")
        k.lockdep.release(lock.map)
        lock.busy = False
        lock.owner, lock.owner_cpu = None, -1
        self.tell("released", lock, None)
        if lock.spinners:
            k.exec.unspin(lock.spinners[0])

    # ---- spinlock_t ------------------------------------------------------------------------------

    def spin_lock_init(self, addr: int, name: str = "") -> None:
        """spin_lock_init: free."""
        self.k.mem.load(addr, 1)
        self.make(addr, "spinlock", name, spins=True)

    def spin_lock(self, addr: int) -> Gen:
        """spin_lock."""
        yield from self._step()
        self.preempt_disable()
        yield from self._take(self._spinlock(addr))

    def spin_unlock(self, addr: int) -> None:
        """spin_unlock."""
        self._leave(self._spinlock(addr))
        self.preempt_enable()

    def spin_trylock(self, addr: int) -> bool:
        """spin_trylock: whether it was free and is held now."""
        lock = self._spinlock(addr)
        self.k.charge("spinlock")
        if lock.busy or lock.spinners:
            return False
        self.preempt_disable()
        self.k.lockdep.acquire(lock.map, trylock=True)
        self._hold(lock)
        return True

    def spin_is_locked(self, addr: int) -> bool:
        """spin_is_locked."""
        return self._spinlock(addr).busy

    def spin_lock_irq(self, addr: int) -> Gen:
        """spin_lock_irq: interrupts of this CPU off first."""
        yield from self._step()
        self.local_irq_disable()
        self.preempt_disable()
        yield from self._take(self._spinlock(addr))

    def spin_unlock_irq(self, addr: int) -> None:
        """spin_unlock_irq: interrupts on, whatever they were."""
        self._leave(self._spinlock(addr))
        self.local_irq_enable()
        self.preempt_enable()

    def spin_lock_irqsave(self, addr: int) -> Flags:
        """spin_lock_irqsave: returns the flags."""
        yield from self._step()
        flags = self.local_irq_save()
        self.preempt_disable()
        yield from self._take(self._spinlock(addr))
        return flags

    def spin_unlock_irqrestore(self, addr: int, flags: int) -> None:
        """spin_unlock_irqrestore."""
        self._leave(self._spinlock(addr))
        self.local_irq_restore(flags)
        self.preempt_enable()

    def spin_trylock_irqsave(self, addr: int) -> tuple[bool, int]:
        """spin_trylock_irqsave: (got it, flags)."""
        flags = self.local_irq_save()
        if self.spin_trylock(addr):
            return True, flags
        self.local_irq_restore(flags)
        return False, flags

    def spin_trylock_irq(self, addr: int) -> bool:
        """spin_trylock_irq."""
        got, flags = self.spin_trylock_irqsave(addr)
        del flags
        return got

    def spin_lock_bh(self, addr: int) -> Gen:
        """spin_lock_bh: bottom halves of this CPU off first."""
        yield from self._step()
        self.k.softirq.local_bh_disable()
        self.preempt_disable()
        yield from self._take(self._spinlock(addr))

    def spin_unlock_bh(self, addr: int) -> Gen:
        """spin_unlock_bh: softirqs raised meanwhile run here."""
        self._leave(self._spinlock(addr))
        self.preempt_enable()
        yield from self.k.softirq.local_bh_enable()

    def spin_trylock_bh(self, addr: int) -> Flags:
        """spin_trylock_bh: 1 if it is held now."""
        self.k.softirq.local_bh_disable()
        if self.spin_trylock(addr):
            return 1
        yield from self.k.softirq.local_bh_enable()
        return 0

    def _step(self) -> Gen:
        """What another CPU did before this moment comes first."""
        if self.k.cx.now >= self.k.cx.horizon:
            yield None

    # ---- rwlock_t --------------------------------------------------------------------------------

    def _rwlock(self, addr: int) -> Lock:
        return self.lock_at(addr, "rwlock", spins=True)

    def rwlock_init(self, addr: int, name: str = "") -> None:
        """rwlock_init: free."""
        self.k.mem.load(addr, 1)
        self.make(addr, "rwlock", name, spins=True)

    def _read(self, lock: Lock) -> Gen:
        k = self.k
        k.charge("spinlock")
        k.lockdep.acquire(lock.map, read=2 if k.irq_depth else 1)
        waits_behind = bool(lock.spinners) and not k.irq_depth
        if lock.busy or waits_behind:
            self.tell("contended", lock, lock.owner)
            yield from self._queue(lock, lambda: not lock.busy)
            if lock.spinners:
                k.exec.unspin(lock.spinners[0])  # the next reader may come in as well
        lock.readers.append(k.current)
        self.tell("acquired", lock, k.current)

    def _write(self, lock: Lock) -> Gen:
        k = self.k
        k.charge("spinlock")
        k.lockdep.acquire(lock.map)
        self._check_recursion(lock)
        if lock.busy or lock.readers or lock.spinners:
            self.tell("contended", lock, lock.owner)
            yield from self._queue(lock, lambda: not lock.busy and not lock.readers)
        self._hold(lock)

    def _read_done(self, lock: Lock) -> None:
        k = self.k
        k.charge("spinlock")
        me: Task = k.current
        if me in lock.readers:
            lock.readers.remove(me)
        elif lock.readers:
            lock.readers.pop()
        else:
            self.finding("unlock-unlocked", lock, "read-unlocks, though no reader holds it, the")
        k.lockdep.release(lock.map)
        if not lock.readers:
            self.tell("released", lock, None)
        if lock.spinners and not lock.readers:
            k.exec.unspin(lock.spinners[0])

    def read_lock(self, addr: int) -> Gen:
        """read_lock: shared with other readers."""
        yield from self._step()
        self.preempt_disable()
        yield from self._read(self._rwlock(addr))

    def read_unlock(self, addr: int) -> None:
        """read_unlock."""
        self._read_done(self._rwlock(addr))
        self.preempt_enable()

    def write_lock(self, addr: int) -> Gen:
        """write_lock: alone."""
        yield from self._step()
        self.preempt_disable()
        yield from self._write(self._rwlock(addr))

    def write_unlock(self, addr: int) -> None:
        """write_unlock."""
        self._leave(self._rwlock(addr))
        self.preempt_enable()

    def read_trylock(self, addr: int) -> bool:
        """read_trylock: 1 if it is held now."""
        lock = self._rwlock(addr)
        self.k.charge("spinlock")
        if lock.busy:
            return False
        self.preempt_disable()
        self.k.lockdep.acquire(lock.map, trylock=True, read=1)
        lock.readers.append(self.k.current)
        return True

    def write_trylock(self, addr: int) -> bool:
        """write_trylock: 1 if it is held now."""
        lock = self._rwlock(addr)
        self.k.charge("spinlock")
        if lock.busy or lock.readers:
            return False
        self.preempt_disable()
        self.k.lockdep.acquire(lock.map, trylock=True)
        self._hold(lock)
        return True

    def read_lock_irqsave(self, addr: int) -> Flags:
        """read_lock_irqsave: returns the flags."""
        yield from self._step()
        flags = self.local_irq_save()
        yield from self.read_lock(addr)
        return flags

    def read_unlock_irqrestore(self, addr: int, flags: int) -> None:
        """read_unlock_irqrestore."""
        self._read_done(self._rwlock(addr))
        self.local_irq_restore(flags)
        self.preempt_enable()

    def write_lock_irqsave(self, addr: int) -> Flags:
        """write_lock_irqsave: returns the flags."""
        yield from self._step()
        flags = self.local_irq_save()
        yield from self.write_lock(addr)
        return flags

    def write_unlock_irqrestore(self, addr: int, flags: int) -> None:
        """write_unlock_irqrestore."""
        self._leave(self._rwlock(addr))
        self.local_irq_restore(flags)
        self.preempt_enable()

    def read_lock_irq(self, addr: int) -> Gen:
        """read_lock_irq."""
        yield from self._step()
        self.local_irq_disable()
        yield from self.read_lock(addr)

    def read_unlock_irq(self, addr: int) -> None:
        """read_unlock_irq."""
        self.read_unlock_irqrestore(addr, FLAGS_ON)

    def write_lock_irq(self, addr: int) -> Gen:
        """write_lock_irq."""
        yield from self._step()
        self.local_irq_disable()
        yield from self.write_lock(addr)

    def write_unlock_irq(self, addr: int) -> None:
        """write_unlock_irq."""
        self.write_unlock_irqrestore(addr, FLAGS_ON)

    def read_lock_bh(self, addr: int) -> Gen:
        """read_lock_bh."""
        yield from self._step()
        self.k.softirq.local_bh_disable()
        yield from self.read_lock(addr)

    def read_unlock_bh(self, addr: int) -> Gen:
        """read_unlock_bh."""
        self.read_unlock(addr)
        yield from self.k.softirq.local_bh_enable()

    def write_lock_bh(self, addr: int) -> Gen:
        """write_lock_bh."""
        yield from self._step()
        self.k.softirq.local_bh_disable()
        yield from self.write_lock(addr)

    def write_unlock_bh(self, addr: int) -> Gen:
        """write_unlock_bh."""
        self.write_unlock(addr)
        yield from self.k.softirq.local_bh_enable()
