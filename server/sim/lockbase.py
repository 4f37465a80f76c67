"""What all locks share: the object behind an address, its owner, events, and the checks of a debug kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.lockdep_graph import Map
from server.sim.machine import Gen, Task
from server.sim.sched import SPIN
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.machine import Cpu

LOCK = KIND_BY_NAME["wqp:lock"]
EINTR, ETIME = 4, 62
SPINNING = ("spinlock", "rwlock")
TELL_MAX = 500  # uncontended acquisitions of one lock that are told: a busy loop must not use up the events of a run
# lockdep's outer and inner wait types: 2 spins, 3 sleeps
TYPES = {"mutex": "3:3", "rwsem": "3:3", "semaphore": "3:3", "spinlock": "2:2", "rwlock": "2:2"}


class Waiter:
    """Who waits on a sleeping lock. `task` None: taken off the list by the one that granted the lock."""

    __slots__ = ("task", "write", "granted")

    def __init__(self, task: Task, write: bool = True) -> None:
        self.task = task
        self.write = write
        self.granted = False


class Lock:
    """A lock: `owner` holds it alone, `readers` share it. `spinners` are CPUs that wait busily, oldest first."""

    __slots__ = (
        "addr", "obj", "kind", "name", "owner", "owner_cpu", "readers", "waiters", "spinners", "handoff", "count",
        "told", "tells", "busy", "map",
    )  # fmt: skip

    def __init__(self, addr: int, obj: int, kind: str, name: str, lockdep: Map) -> None:
        self.addr = addr
        self.obj = obj
        self.kind = kind
        self.name = name
        self.map = lockdep
        self.owner: Task | None = None
        self.owner_cpu = -1
        self.readers: list[Task] = []
        self.waiters: list[Waiter] = []
        self.spinners: list[Cpu] = []
        self.handoff = False
        self.count = 0
        self.told = False  # the acquisition that lasts, or a wait, was told: so is what follows
        self.tells = 0
        self.busy = False  # spinning locks: held, whoever holds it

    @property
    def holders(self) -> list[Task]:
        """The tasks that hold it."""
        return [self.owner] if self.owner is not None else self.readers

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class LockTable:
    """The locks of one kernel by address; made when first seen, as static ones have no init call."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._locks: dict[int, Lock] = {}
        self._watched = 0  # spinners that care whether a holder runs

    # ---- objects -------------------------------------------------------------------------------

    def make(self, addr: int, kind: str, label: str, spins: bool = False) -> Lock:
        """A fresh lock at an address, whatever was there before."""
        k = self.k
        path = k.modules.describe(addr) if addr else ""
        name = path or k.object_name(addr, label.lstrip("&*(").replace("->", ".") or kind)
        obj = k.obj("spinlock" if spins else "mutex", addr, name, kind)
        key = (kind, label, k.cx.line) if label else (kind, addr)  # an init site is a class, a static lock is its own
        lockdep = k.lockdep.map(addr, label or path or name, key, TYPES[kind])
        lock = self._locks[addr] = Lock(addr, obj, kind, name, lockdep)
        return lock

    def lock_at(self, addr: int, kind: str, spins: bool = False) -> Lock:
        """The lock at an address, after an access that KASAN and the page tables get to see. Raises Fault."""
        self.k.mem.load(addr, 4)
        lock = self._locks.get(addr)
        if lock is None or lock.kind != kind:
            lock = self.make(addr, kind, "", spins)
        return lock

    def tell(self, op: str, lock: Lock, holder: Task | None) -> None:
        """Emits what happened to a lock; of one that nobody waits for only the first times, of a spinlock none."""
        if op == "acquired" and not lock.told:
            if lock.tells >= TELL_MAX or lock.kind in SPINNING:
                return
            lock.tells += 1
        elif op == "released" and not lock.told:
            return
        lock.told = op != "released" or bool(lock.waiters or lock.spinners)
        self.k.emit(LOCK, op, lock.obj, -1 if holder is None else holder.index)

    # ---- spinning ------------------------------------------------------------------------------

    def spin(self, lock: Lock) -> Gen:
        """Keeps this CPU busy until the lock's state may have changed."""
        cpu = self.k.cpu
        lock.spinners.append(cpu)
        try:
            yield SPIN
        finally:
            lock.spinners.remove(cpu)

    def wake_spinners(self, lock: Lock) -> None:
        """All that spin look again; in their order of arrival."""
        for cpu in list(lock.spinners):
            self.k.exec.unspin(cpu)

    def watch_holders(self, on: int) -> None:
        """Has the scheduler tell when a holder leaves its CPU, as long as somebody spins for one."""
        self._watched += on
        self.k.sched.off_cpu = self._off_cpu if self._watched else None

    def _off_cpu(self, task: Task) -> None:
        for lock in self._locks.values():
            if lock.spinners and task is lock.owner:
                self.wake_spinners(lock)

    # ---- waiting -------------------------------------------------------------------------------

    @staticmethod
    def culprits(lock: Lock) -> str:
        """The lock and who holds it, as a wait's culprits."""
        tasks = "".join(f",task:{t.index}" for t in lock.holders[:8])
        return f"lock:{lock.obj}{tasks}"

    def retell(self, lock: Lock) -> None:
        """The holder has changed: those that still sleep wait for somebody else now."""
        if not lock.holders:
            return
        for waiter in lock.waiters:
            task = waiter.task
            if task.state != "R" and task not in lock.holders and task.sleep_cause[0] == "LOCK":
                told = ("LOCK", self.culprits(lock), task.sleep_cause[2])
                if told != task.sleep_cause:
                    task.sleep_cause = told
                    self.k.sched.tell_wait(task)

    def preempt_disable(self) -> None:
        """preempt_disable()."""
        self.k.current.preempt += 1

    def preempt_enable(self) -> None:
        """preempt_enable(): a preemptible kernel reschedules here if it should."""
        k = self.k
        task = k.current
        task.preempt -= 1  # below zero where nothing was held, as in the kernel
        if k.sched.full and k.cpu.need_resched and not task.preempt:
            k.cx.horizon = min(k.cx.horizon, k.cx.now)

    def finding(self, code: str, lock: Lock, what: str) -> None:
        """A misuse that no kernel without debug options would print."""
        k = self.k
        where = f"line {k.cx.line}: " if k.cx.line > 0 else ""
        k.check(code, f"{where}{k.current.comm} {what} {lock.kind} {lock.name}")
