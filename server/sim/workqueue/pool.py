"""Worker pools and workers: state, predicates, kicking (model 1.3, 1.6, 4.1, 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.sim.engine import Entry
    from server.sim.machine import Task
    from server.sim.timer import Timer
    from server.sim.workqueue.pwq import PoolWorkqueue
    from server.sim.workqueue.work import Work

# worker flags (kernel/workqueue.c): with any of them a worker is not counted in nr_running
DIE, IDLE, PREP, CPU_INTENSIVE, UNBOUND, REBOUND = 2, 4, 8, 64, 128, 256
NOT_RUNNING = PREP | CPU_INTENSIVE | UNBOUND | REBOUND
# pool flags
POOL_BH, POOL_MANAGER_ACTIVE, POOL_DISASSOCIATED, POOL_BH_DRAINING = 1, 2, 4, 8


class Worker:
    """A worker: a kworker, a rescuer, or the pseudo worker of a BH pool (no task)."""

    __slots__ = (
        "id",
        "task",
        "pool",
        "flags",
        "sleeping",
        "current_work",
        "current_fn",
        "current_pwq",
        "current_color",
        "current_at",
        "scheduled",
        "last_active_ns",
        "desc",
        "rescue_wq",
        "name",
        "entry_started_ns",
        "current_func",
        "hog_ns",
    )

    def __init__(self, ident: int, pool: WorkerPool | None, name: str) -> None:
        self.id = ident
        self.name = name
        self.task: Task | None = None
        self.pool = pool
        self.flags = PREP
        self.sleeping = False
        self.current_work: Work | None = None
        self.current_fn = ""
        self.current_func = 0
        self.current_pwq: PoolWorkqueue | None = None
        self.current_color = 0
        self.current_at = 0  # task CPU time when the item started or the worker last came back from sleep, ns
        self.scheduled: list[Work] = []
        self.last_active_ns = 0
        self.desc = ""
        self.rescue_wq: object = None
        self.entry_started_ns = 0
        self.hog_ns = 0


class WorkerPool:
    """A worker_pool. `cpu` -1: unbound. `idle` is LIFO: the most recently idled worker is last."""

    __slots__ = (
        "id",
        "cpu",
        "node",
        "flags",
        "nice",
        "watchdog_ns",
        "nr_running",
        "worklist",
        "workers",
        "idle",
        "manager",
        "idle_timer",
        "mayday_timer",
        "busy",
        "cpumask",
        "pod",
        "strict",
        "refs",
        "obj",
        "bh_hi",
        "waking",
        "idle_cull",
        "cull_work",
        "label",
        "ids",
        "told",
        "told_running",
        "hung_told_ns",
    )

    def __init__(self, ident: int, cpu: int, nice: int, node: int, obj: int, cpumask: frozenset[int]) -> None:
        self.id = ident
        self.cpu = cpu
        self.nice = nice
        self.node = node
        self.obj = obj
        self.flags = POOL_DISASSOCIATED
        self.watchdog_ns = 0
        self.nr_running = 0
        self.worklist: list[Work] = []
        self.workers: list[Worker] = []
        self.idle: list[Worker] = []
        self.manager: Worker | None = None
        self.idle_timer: Timer | None = None
        self.mayday_timer: Timer | None = None
        self.busy: list[Worker] = []  # stands for busy_hash: workers with a current item
        self.cpumask = cpumask
        self.pod = cpumask
        self.strict = True
        self.refs = 1
        self.bh_hi = nice < 0
        self.waking: Worker | None = None
        self.cull_work: Work | None = None
        self.idle_cull: Entry | None = None
        self.label = ""
        self.hung_told_ns = 0
        self.told: tuple[str, str, str] | None = None  # the cause that the items of the worklist were told last
        self.told_running: tuple[int, tuple[str, str, str]] = (-1, ("", "", ""))  # task index: CONCURRENCY with it
        self.ids: set[int] = set()  # worker_ida; asked for membership only

    @property
    def is_bh(self) -> bool:
        """A pool of softirq context."""
        return bool(self.flags & POOL_BH)

    def need_more_worker(self) -> bool:
        """Items wait and no counted worker runs (law L19)."""
        return self.nr_running == 0 and bool(self.worklist)

    def keep_working(self) -> bool:
        """A worker that finished an item takes the next (law L23)."""
        return bool(self.worklist) and self.nr_running <= 1

    def need_to_create_worker(self) -> bool:
        """Items wait, nobody runs, nobody idles."""
        return self.need_more_worker() and not self.idle

    def too_many_workers(self) -> bool:
        """More idle workers than a quarter of the busy ones, and more than two (MAX_IDLE_WORKERS_RATIO)."""
        managing = bool(self.flags & POOL_MANAGER_ACTIVE)
        nr_idle = len(self.idle) + managing
        nr_busy = len(self.workers) - nr_idle
        return nr_idle > 2 and (nr_idle - 2) * 4 >= nr_busy

    def executing(self, work: Work) -> Worker | None:
        """The worker of this pool that runs an item of this address and function (find_worker_executing_work).

        INIT_WORK makes an item new, but not to the pool that runs it.
        """
        addr = work.addr
        for worker in self.busy:
            current = worker.current_work
            if (
                (current is work or (current is not None and addr and current.addr == addr))
                and worker.current_fn == work.fn_name
            ):  # fmt: skip
                return worker
        return None

    def free_id(self) -> int:
        """The smallest free worker id (law L28)."""
        ident = 0
        while ident in self.ids:
            ident += 1
        return ident


def set_flags(worker: Worker, flags: int) -> None:
    """worker_set_flags: a worker that gets its first NOT_RUNNING flag leaves nr_running."""
    pool = worker.pool
    if pool is not None and flags & NOT_RUNNING and not worker.flags & NOT_RUNNING:
        pool.nr_running -= 1
    worker.flags |= flags


def clear_flags(worker: Worker, flags: int) -> None:
    """worker_clr_flags: a worker that loses its last NOT_RUNNING flag joins nr_running."""
    had = worker.flags
    worker.flags &= ~flags
    pool = worker.pool
    if pool is not None and flags & NOT_RUNNING and had & NOT_RUNNING and not worker.flags & NOT_RUNNING:
        pool.nr_running += 1
