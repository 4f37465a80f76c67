"""SRCU (kernel/rcu/srcutree.c): read-side sections that may sleep, one domain a srcu_struct.

Readers count in one of two slots; a grace period turns to the other slot and waits until the old one is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.machine import Gen, Task
from server.sim.warn import warn_at

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.workqueue.work import Work


class Domain:
    """A srcu_struct: readers by slot, tasks that wait for a slot to empty, callbacks."""

    __slots__ = ("slot", "readers", "waiters", "callbacks", "work", "owner")

    def __init__(self) -> None:
        self.slot = 0
        self.readers = [0, 0]
        self.waiters: list[Task] = []
        self.callbacks: list[Callable[[], Gen]] = []
        self.work: Work | None = None
        self.owner: Task | None = None  # who turns the slots


class Srcu:
    """srcu_read_lock() and its kin; addresses in."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._domains: dict[int, Domain] = {}

    def _domain(self, addr: int) -> Domain:
        self.k.mem.load(addr, 4)
        found = self._domains.get(addr)
        if found is None:
            found = self._domains[addr] = Domain()
        return found

    def init_srcu_struct(self, addr: int) -> None:
        """init_srcu_struct: no readers."""
        self.k.mem.load(addr, 1)
        self._domains[addr] = Domain()

    def cleanup_srcu_struct(self, addr: int) -> None:
        """cleanup_srcu_struct: warns, and leaks, if there are readers or callbacks."""
        domain = self._domain(addr)
        if any(domain.readers) or domain.callbacks:
            warn_at(self.k, "cleanup_srcu_struct", "kernel/rcu/srcutree.c:662", "readers or callbacks are left")
            return
        del self._domains[addr]

    def srcu_read_lock(self, addr: int) -> int:
        """srcu_read_lock: the slot, for srcu_read_unlock()."""
        domain = self._domain(addr)
        self.k.charge("call")
        domain.readers[domain.slot] += 1
        return domain.slot

    def srcu_read_unlock(self, addr: int, slot: int) -> None:
        """srcu_read_unlock."""
        domain = self._domain(addr)
        self.k.charge("call")
        if slot not in (0, 1) or not domain.readers[slot]:
            self.k.check(
                "rcu-unbalanced", f"{self.k.current.comm} leaves an SRCU read-side section that it did not enter"
            )
            return
        domain.readers[slot] -= 1
        if not domain.readers[slot]:
            waiters, domain.waiters = domain.waiters, []
            for task in waiters:
                self.k.sched.wake_up(task)

    def synchronize_srcu(self, addr: int) -> Gen:
        """synchronize_srcu: sleeps until all readers of now have left; later ones use the other slot."""
        k = self.k
        yield from k.might_sleep("synchronize_srcu")
        domain = self._domain(addr)
        while domain.owner is not None:
            yield from self._sleep(domain)
        domain.owner = k.current
        k.charge("wake_remote")
        while domain.readers[1 - domain.slot]:  # who still counts in the slot of the last grace period
            yield from self._sleep(domain)
        domain.slot = 1 - domain.slot
        while domain.readers[1 - domain.slot]:
            yield from self._sleep(domain)
        domain.owner = None
        waiters, domain.waiters = domain.waiters, []
        for task in waiters:
            k.sched.wake_up(task)

    def _sleep(self, domain: Domain) -> Gen:
        domain.waiters.append(self.k.current)
        yield from self.k.sched.block("D", "GRACE_PERIOD", "", f"how=srcu line={self.k.cx.line}")

    def call_srcu(self, addr: int, head: int, func: int) -> None:
        """call_srcu: func(head) in process context, after a grace period."""
        k = self.k
        domain = self._domain(addr)
        k.mem.store(head + 8, 8, func)
        domain.callbacks.append(lambda: k.ccall(func, head))
        if domain.work is None:
            domain.work = k.wq.kernel_work(lambda _: self._invoke(addr, domain), "srcu_invoke_callbacks")
        if not domain.work.pending:
            domain.work.pending = True
            k.wq.queue_now(k.wq.cpu_unbound, k.wq.system_unbound, domain.work)

    def _invoke(self, addr: int, domain: Domain) -> Gen:
        """srcu_invoke_callbacks: those that were there when the grace period began."""
        batch = list(domain.callbacks)
        yield from self.synchronize_srcu(addr)
        for call in batch:
            self.k.softirq.local_bh_disable()
            yield from call()
            yield from self.k.softirq.local_bh_enable()
            domain.callbacks.remove(call)

    def srcu_barrier(self, addr: int) -> Gen:
        """srcu_barrier: sleeps until every callback that is queued now has run."""
        domain = self._domain(addr)
        left = list(domain.callbacks)
        while any(call in domain.callbacks for call in left):
            yield from self.k.timers.schedule_timeout(1, "D", "how=srcu_barrier")
