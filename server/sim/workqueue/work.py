"""Work items, as their queues see them (model 1.1, 1.2). What C can read of one is mirrored in its memory.

IDLE --queue--> QUEUED (active or inactive) --start--> IDLE (running is the worker's property)
IDLE --delay--> TIMER --expiry--> QUEUED       IDLE --rcu--> RCU --grace period--> QUEUED
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.sim.cmodule.shadow import Region
    from server.sim.machine import Gen, Task
    from server.sim.timer import Timer
    from server.sim.workqueue.pool import Worker, WorkerPool
    from server.sim.workqueue.pwq import PoolWorkqueue, Wq

# struct work_struct: data at 0, entry at 8 (next, prev), func at 24. Bits of data: include/linux/workqueue.h.
OFF_ENTRY, OFF_FUNC = 8, 24
OFF_TIMER = 32  # struct delayed_work: the timer behind the work
PENDING, INACTIVE, IS_PWQ, LINKED = 1, 2, 4, 8
OFFQ_BH = 1 << 4
OFFQ_POOL_SHIFT = 21
NO_POOL = (1 << 31) - 1
DISABLE_SHIFT, DISABLE_MAX = 5, 65535
NR_COLORS = 16
NO_COLOR = -1


class Work:
    """A work_struct. `fn` is its function when that is the simulator's own, else it is C, found by `func` in memory.

    `inactive`, `linked`, `color` change in insert, activation and grab; `last_pool` at execution start and grab.
    """

    __slots__ = ("addr", "fn", "fn_name", "obj", "name", "pending", "pwq", "inactive", "linked", "color", "last_pool",
                 "disable", "bh", "place", "timer", "wq", "cpu", "rcu", "barrier_of", "done", "told", "runs", "waiter",
                 "queued_ns", "rcu_pending", "kind", "swept", "memory", "func", "text_version")  # fmt: skip

    def __init__(self, addr: int, fn: Callable[[Work], Gen | None] | None, fn_name: str, obj: int, name: str) -> None:
        self.addr = addr
        self.fn = fn
        self.fn_name = fn_name
        self.obj = obj
        self.name = name
        self.kind = "work"
        self.pending = False
        self.pwq: PoolWorkqueue | None = None
        self.inactive = False
        self.linked = False
        self.color = 0
        self.last_pool: WorkerPool | None = None
        self.disable = 0
        self.bh = False
        self.place: list[Work] | None = None  # the list that holds it: worklist, inactive_works or scheduled
        self.timer: Timer | None = None
        self.wq: Wq | None = None  # delayed and rcu work: where it will go
        self.cpu = 0  # delayed work: the CPU argument
        self.rcu_pending = False
        self.barrier_of: Work | Worker | None = None
        self.done: Any = None  # barrier: the completion
        self.waiter: Task | None = None
        self.told: tuple[str, str, str] | None = None  # the wait cause that was emitted last
        self.swept = False  # `place` is a worklist all of whose items were told the pool's cause, this one included
        self.memory: tuple[Region, int] | None = None  # the region that holds it, and the number of its first word
        self.func, self.text_version = 0, -1  # what `fn_name` names, and when
        self.runs = 0
        self.queued_ns = 0

    def __repr__(self) -> str:
        return f"<work {self.name}>"


def data_word(work: Work) -> int:
    """The `data` member as the kernel encodes it, pool_workqueue addresses aside."""
    pwq = work.pwq
    if pwq is not None:
        return pwq.word | INACTIVE * work.inactive | LINKED * work.linked | work.color << 4
    pool = NO_POOL if work.last_pool is None else work.last_pool.id
    return (pool << OFFQ_POOL_SHIFT) | (work.disable << DISABLE_SHIFT) | OFFQ_BH * work.bh | PENDING * work.pending
