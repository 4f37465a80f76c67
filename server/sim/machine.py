"""The parts of the machine: CPUs with their run queues, the topology, and tasks. Data only; `sched` moves it."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.sim.cmodule.spin import Places

if TYPE_CHECKING:
    from server.sim.cmodule.faults import Fault
    from server.sim.engine import Entry
    from server.sim.timer import Timer
    from server.sim.workqueue.pool import Worker

Gen = Generator[Any, Any, Any]
NICE_0_WEIGHT = 1024
# sched_prio_to_weight, nice -20 … 19 (kernel/sched/core.c)
WEIGHTS = (
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501,
    1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
)  # fmt: skip


class Task:
    """A thread. `state` is R, S, D, I (TASK_IDLE), Z or X; `on_rq` says whether a run queue holds it.

    `gen` runs it; `preempt` counts preempt_disable and held spinlocks, `bh_off` local_bh_disable.
    `vruntime`, `deadline`, `vlag` are EEVDF's (ns of weight 1024), `rel_deadline` while it moves between CPUs.
    `delayed`: it has blocked, and its CPU's fair class has not let it go yet. `prio` is the kernel's priority number,
    as traces print it; `prioritise()` keeps it.
    """

    __slots__ = (
        "pid",
        "comm",
        "kind",
        "index",
        "gen",
        "state",
        "cpu",
        "allowed",
        "nice",
        "prio",
        "weight",
        "rt_prio",
        "on_rq",
        "on_cpu",
        "vruntime",
        "deadline",
        "vlag",
        "rel_deadline",
        "delayed",
        "exec_start",
        "sum_exec",
        "slice_protect",
        "parent",
        "exit_code",
        "exit_waiters",
        "preempt",
        "bh_off",
        "line",
        "sp",
        "stack",
        "worker",
        "sleep_cause",
        "blocked_at",
        "killed",
        "pending_signal",
        "wake_cpu",
        "recent_cpu",
        "desc",
        "is_user",
        "data",
        "waiting_lock",
        "depth",
        "irq_gen",
        "frozen",
        "rcu_depth",
        "flags",
        "journal",
        "timeout",
        "wait_key",
        "wake_seq",
        "started_ns",
        "held_locks",
        "killed_by",
        "doom",
        "uncounted",
        "deaf",
        "fatal",
        "signals",
        "stacked",
    )

    def __init__(self, pid: int, comm: str, kind: str, gen: Gen | None, cpu: int, nice: int) -> None:
        self.pid = pid
        self.comm = comm[:15]
        self.kind = kind
        self.index = -1
        self.gen = gen
        self.state = "R"
        self.cpu = cpu
        self.allowed: frozenset[int] | None = None  # None: any CPU
        self.prioritise(nice, 0)
        self.on_rq = False
        self.on_cpu = False
        self.vruntime = 0
        self.deadline = 0
        self.vlag = 0
        self.rel_deadline: int | None = None
        self.delayed = False
        self.exec_start = 0
        self.sum_exec = 0
        self.slice_protect = False
        self.parent: Task | None = None
        self.exit_code = 0
        self.exit_waiters: list[Task] = []
        self.preempt = 0
        self.bh_off = 0
        self.line = -1
        self.sp = 0
        self.stack = 0
        self.worker: Worker | None = None
        self.sleep_cause: tuple[str, str, str] = ("", "", "")
        self.blocked_at = 0
        self.killed = False
        self.pending_signal = 0
        self.fatal = False  # asleep in a state that SIGKILL ends (TASK_WAKEKILL)
        self.signals = 0  # a kernel thread's allow_signal(), a bit each: it ignores all others
        self.deaf = False  # ignores SIGINT and SIGQUIT, as do its children
        self.wake_cpu = cpu
        self.recent_cpu = cpu  # where it was before: recent_used_cpu
        self.desc = ""
        self.is_user = False
        self.data = 0  # address of its task_struct, for C
        self.waiting_lock: Any = None
        self.depth = 0
        self.frozen = False
        self.rcu_depth = 0
        self.flags = 0
        self.wake_seq = 0
        self.started_ns = 0
        self.held_locks: list[Any] = []
        self.wait_key: Any = None
        self.killed_by = ""
        self.doom: Fault | None = None  # thrown into it when it goes on: its code is gone
        self.uncounted = False  # it slept in a softirq on its stack: the count that says so is lost
        self.stacked: list[Frame] = []  # interrupt contexts on its stack while it sleeps in one
        self.journal: Any = None
        self.timeout: Timer | None = None  # of schedule_timeout()
        self.irq_gen: Any = None

    def prioritise(self, nice: int, rt_prio: int) -> None:
        """Another nice value or real-time priority (0: none), and the weight and priority number that follow."""
        self.nice = nice
        self.weight = WEIGHTS[nice + 20]
        self.rt_prio = rt_prio
        self.prio = 99 - rt_prio if rt_prio else 120 + nice

    def __repr__(self) -> str:
        return f"<{self.comm}-{self.pid} {self.state} cpu{self.cpu}>"


@dataclass(slots=True, eq=False)
class Cpu:
    """A CPU. `frames` are interrupt contexts on top of the current task, innermost last."""

    id: int
    idle: Task
    online: bool = True
    current: Task = field(init=False)
    rq: list[Task] = field(default_factory=list)  # runnable fair tasks, the current one not among them
    delayed: list[Task] = field(default_factory=list)  # blocked ones that the fair class still counts
    load: int = 0  # the sum of the weights in `rq` and `delayed`
    moment: int = 0  # the sum of their vruntimes, each times its weight
    rt: deque[Task] = field(default_factory=deque)
    need_resched: bool = False
    frames: list[Frame] = field(default_factory=list)
    resume: Entry | None = None  # the queued step of what runs here
    resume_at: int = 0
    resume_wall: bool = False  # it waits, busily, for that very time
    irqs_off: bool = False
    pending_irqs: list[Any] = field(default_factory=list)  # generator functions held back while irqs_off
    softirq_pending: int = 0
    in_softirq: bool = False
    vector: int = 1  # the softirq that runs, or ran last
    min_vruntime: int = 0
    warm: set[str] = field(default_factory=set)  # what it has done since it was idle: costs less again
    util: int = 0  # decayed ns that fair tasks have run here, as of util_at
    util_at: int = 0
    tick: Entry | None = None
    switching: bool = False
    spinning: bool = False  # what runs here waits, busily, for unspin(): it has no step queued
    clock_ns: int = 0  # jiffy of the last tick handled, as a time
    last_switch_ns: int = 0
    spin_places: Places = field(default_factory=Places)
    watchdog_ns: int = 0  # when another task last ran here: soft lockup detection
    lockup_told: bool = False

    def __post_init__(self) -> None:
        self.current = self.idle

    @property
    def is_idle(self) -> bool:
        """Nothing to run: the tick is stopped."""
        return self.current is self.idle and not self.rq and not self.rt

    @property
    def nr_running(self) -> int:
        """Runnable tasks, the current one included."""
        return len(self.rq) + len(self.rt) + (self.current is not self.idle and self.current.on_rq)


@dataclass(slots=True, eq=False)
class Frame:
    """An interrupt context on a CPU: `kind` is hardirq or softirq.

    `rest_ns` is the time still due to what it interrupted, or `until_ns` when that waits for, if it waits busily.
    """

    kind: str
    gen: Gen
    rest_ns: int
    line: int
    irqs_off: bool
    sp: int = 0
    until_ns: int = -1


@dataclass(frozen=True, slots=True)
class Topology:
    """Which CPUs share a core, a last-level cache, a node."""

    cores: tuple[tuple[int, ...], ...]
    caches: tuple[tuple[int, ...], ...]
    nodes: tuple[tuple[int, ...], ...]

    @property
    def cpus(self) -> tuple[int, ...]:
        """All CPU numbers, ascending."""
        return tuple(sorted(c for node in self.nodes for c in node))

    def node_of(self, cpu: int) -> int:
        """The node of a CPU."""
        return next(i for i, node in enumerate(self.nodes) if cpu in node)

    def pods(self, scope: str) -> tuple[tuple[int, ...], ...]:
        """The pods of an affinity scope (cpu, smt, cache, numa, system), ordered by lowest CPU."""
        groups = {
            "cpu": tuple((c,) for c in self.cpus),
            "smt": self.cores,
            "cache": self.caches,
            "numa": self.nodes,
            "system": (self.cpus,),
        }[scope]
        return tuple(sorted(groups))


def topology(cpus: int, nested: list[list[list[list[int]]]]) -> Topology:
    """The topology of a scenario's machine: `nested` is node > cache > core > CPU; empty means one cache of `cpus`
    cores.
    """
    if not nested:
        nested = [[[[c] for c in range(cpus)]]]
    cores = tuple(tuple(core) for node in nested for cache in node for core in cache)
    caches = tuple(tuple(sorted(c for core in cache for c in core)) for node in nested for cache in node)
    nodes = tuple(tuple(sorted(c for cache in node for core in cache for c in core)) for node in nested)
    return Topology(cores, caches, nodes)
