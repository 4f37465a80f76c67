"""k.locks: every lock of the kernel, by address (see mutex, spinlock, semaphore)."""

from __future__ import annotations

from server.sim.lockbase import Lock
from server.sim.mutex import Mutexes
from server.sim.semaphore import Semaphores
from server.sim.spinlock import Spinlocks


class Locks(Mutexes, Spinlocks, Semaphores):
    """mutex_*, spin_*, read_*, write_*, down*, up*, named as in the kernel."""

    def find(self, addr: int) -> Lock | None:
        """The lock at an address, if it was ever used."""
        return self._locks.get(addr)

    def all(self) -> list[Lock]:
        """All locks that were used, in order of first use; for views and the search for deadlocks."""
        return list(self._locks.values())

    def lockdep_is_held(self, addr: int) -> bool:
        """lockdep_is_held: by the current task; true while lockdep is off."""
        lock = self._locks.get(addr)
        return self.k.lockdep.is_held(lock.map) if lock is not None else not self.k.lockdep.on

    # ---- seqlock_t: a sequence counter at offset 0, its spinlock behind it ---------------------------

    def write_seqcount_begin(self, addr: int) -> None:
        """write_seqcount_begin: the count is odd while a writer works."""
        self.k.mem.store(addr, 4, self.k.mem.load(addr, 4) + 1)

    def write_seqcount_end(self, addr: int) -> None:
        """write_seqcount_end."""
        self.k.mem.store(addr, 4, self.k.mem.load(addr, 4) + 1)
