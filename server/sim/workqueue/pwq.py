"""Workqueues, pool_workqueues, and what limits active items (model 1.4, 1.5, 5)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from server.sim.workqueue.work import IS_PWQ, PENDING

if TYPE_CHECKING:
    from server.sim.machine import Task
    from server.sim.workqueue.flush import Flusher
    from server.sim.workqueue.pool import Worker, WorkerPool
    from server.sim.workqueue.work import Work

# include/linux/workqueue.h
WQ_BH, WQ_UNBOUND, WQ_FREEZABLE, WQ_MEM_RECLAIM, WQ_HIGHPRI = 1, 2, 4, 8, 0x10
WQ_CPU_INTENSIVE, WQ_SYSFS, WQ_POWER_EFFICIENT, WQ_PERCPU = 0x20, 0x40, 0x80, 0x100
WQ_DESTROYING, WQ_DRAINING, WQ_ORDERED, WQ_LEGACY = 0x8000, 0x10000, 0x20000, 0x40000
WQ_MAX_ACTIVE, WQ_DFL_ACTIVE, WQ_DFL_MIN_ACTIVE, BH_MAX_ACTIVE = 512, 256, 8, 2**31 - 1


class NodeActive:
    """wq_node_nr_active: how many items of an unbound workqueue may be active on a node, and which pwqs wait for it."""

    __slots__ = ("max", "nr", "pending")

    def __init__(self) -> None:
        self.max = WQ_DFL_MIN_ACTIVE
        self.nr = 0
        self.pending: deque[PoolWorkqueue] = deque()


class PoolWorkqueue:
    """A pwq: one workqueue on one pool. `number` tells pwqs apart (also in works' data words)."""

    __slots__ = ("wq", "pool", "number", "work_color", "flush_color", "refs", "nr_in_flight", "plugged", "nr_active",
                 "inactive", "stats", "mayday", "holders", "released", "cursor", "node_active",
                 "word")  # fmt: skip

    def __init__(self, wq: Wq, pool: WorkerPool, number: int) -> None:
        self.wq = wq
        self.pool = pool
        self.number = number
        self.word = 0xFFFF888003000000 + number * 0x200 | IS_PWQ | PENDING  # of its items' data, colour and flags aside
        self.work_color = wq.work_color
        self.flush_color = -1
        self.refs = 1
        self.nr_in_flight = [0] * 16
        self.plugged = False
        self.nr_active = 0
        self.inactive: list[Work] = []
        self.mayday = False
        self.holders: list[Work] = []  # active items, oldest first: who holds the slots
        self.released = False
        self.node_active = wq.nodes[pool.node] if wq.flags & WQ_UNBOUND else None
        self.stats = {"started": 0, "completed": 0, "cpu_time": 0, "cpu_intensive": 0, "cm_wakeup": 0, "repatriated": 0,
                      "mayday": 0, "rescued": 0}  # fmt: skip


class Wq:
    """A workqueue_struct."""

    __slots__ = (
        "addr",
        "name",
        "flags",
        "max_active",
        "min_active",
        "saved_max",
        "saved_min",
        "pwqs",
        "work_color",
        "flush_color",
        "first_flusher",
        "flusher_queue",
        "flusher_overflow",
        "nr_pwqs_to_flush",
        "maydays",
        "rescuer",
        "nr_drainers",
        "cpu_pwq",
        "dfl_pwq",
        "nodes",
        "cpumask",
        "nice",
        "scope",
        "strict",
        "obj",
        "owner",
        "number",
        "destroyed",
        "mutex_owner",
    )

    def __init__(self, addr: int, name: str, flags: int, obj: int) -> None:
        self.addr = addr
        self.name = name
        self.flags = flags
        self.obj = obj
        self.max_active = self.saved_max = WQ_DFL_ACTIVE
        self.min_active = self.saved_min = 0
        self.pwqs: list[PoolWorkqueue] = []
        self.work_color = 0
        self.flush_color = 0
        self.first_flusher: Flusher | None = None
        self.flusher_queue: list[Flusher] = []
        self.flusher_overflow: list[Flusher] = []
        self.nr_pwqs_to_flush = 0
        self.maydays: deque[PoolWorkqueue] = deque()
        self.rescuer: Worker | None = None
        self.nr_drainers = 0
        self.cpu_pwq: dict[int, PoolWorkqueue] = {}
        self.dfl_pwq: PoolWorkqueue | None = None
        self.nodes: dict[int, NodeActive] = {}  # unbound: by node, -1 for none
        self.cpumask: frozenset[int] = frozenset()
        self.nice = 0
        self.scope = "default"
        self.strict = False
        self.owner = ""  # module that made it
        self.destroyed = False
        self.mutex_owner: Task | None = None
        self.number = 0

    @property
    def unbound(self) -> bool:
        """WQ_UNBOUND."""
        return bool(self.flags & WQ_UNBOUND)

    @property
    def ordered(self) -> bool:
        """Made by alloc_ordered_workqueue and its kin."""
        return bool(self.flags & WQ_ORDERED)


def node_active(pwq: PoolWorkqueue) -> NodeActive | None:
    """wq_node_nr_active of a pwq; None for per-CPU workqueues."""
    return pwq.node_active


def tryinc_nr_active(pwq: PoolWorkqueue, fill: bool) -> bool:
    """pwq_tryinc_nr_active: takes a slot for one more active item, or queues the pwq for one."""
    wq = pwq.wq
    nna = pwq.node_active
    if nna is None:
        if not (wq.flags & WQ_BH or pwq.nr_active < wq.max_active):
            return False
        pwq.nr_active += 1
        return True
    if pwq.plugged:
        return False
    if pwq in nna.pending and not fill:
        return False
    if nna.nr >= nna.max:
        if pwq not in nna.pending:
            nna.pending.append(pwq)
        return False
    nna.nr += 1
    pwq.nr_active += 1
    return True
