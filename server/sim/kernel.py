"""One simulated kernel: builds its parts in the order of booting, connects their hooks, and holds what they share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from server.scenario import Limits, Machine
from server.sim import JITTER, Ends
from server.sim.block.core import Block
from server.sim.cmodule.faults import LimitReached
from server.sim.cmodule.host import MODULE_TEXT, Text
from server.sim.cmodule.memory import Memory
from server.sim.cpuexec import Exec
from server.sim.engine import Context, Engine
from server.sim.freezer import Freezer
from server.sim.hotplug import Hotplug
from server.sim.hrtimer import Hrtimers
from server.sim.irq import Irqs
from server.sim.kapi.format import Arguments, format_bytes
from server.sim.kthread import Kthreads
from server.sim.kthread_worker import KthreadWorkers
from server.sim.lockdep import Lockdep
from server.sim.locks import Locks
from server.sim.machine import Cpu, Gen, Task, topology
from server.sim.modules import Modules
from server.sim.net.devices import NetDevices
from server.sim.oops import Oops
from server.sim.pids import FIRST_OTHER, FIRST_SESSION, boot_pids
from server.sim.printk import Printk
from server.sim.profile import BUILD_DIRS, BUSYBOX_RMMOD, COST_SETS, Profile, profile
from server.sim.rcu import Rcu
from server.sim.reader import MachineReader
from server.sim.sched import UNTIL, Scheduler
from server.sim.softirq import Softirqs
from server.sim.timer_api import TimerApi
from server.sim.views.modfiles import ModuleFiles
from server.sim.wait import Waits
from server.sim.workqueue.api import WorkqueueApi
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.trace.events import Sink

_TTY = KIND_BY_NAME["wqp:tty"]
_CHECK = KIND_BY_NAME["wqp:check"]
POLL_TURNS = 256
FLUSH_ROWS = 256

Row = tuple[int, int, int, int, int, tuple[int | str, ...]]  # an event, as `Sink.event` takes it
_TIME = itemgetter(0)


class Emit(Protocol):
    """`Kernel.emit`."""

    def __call__(self, kind: int, *args: int | str) -> None:
        """An event of this CPU and task, at local time. Raises LimitReached at the limit of events."""


class Costs(dict[str, int]):
    """A cost set; what has no row of its own takes as long as a call."""

    def __missing__(self, name: str) -> int:
        return self["call"]


class Kernel:
    """The shared state. `cpu` and `current` say where and on whose behalf the running step runs.

    `emit` puts an event, of this CPU and task at local time, among those to hand out. `cost` says what a name of the
    cost table takes, ns; jittered for seeds other than 0.
    """

    __slots__ = (
        "limits", "sink", "_hand_out", "profile", "costs", "cost", "build_dir", "seed", "ends", "_jitter", "random",
        "cx", "engine", "k", "events", "event_count", "emit", "progress", "origin_ns", "at_origin", "irq_depth",
        "own_addresses", "tasks", "task_rows", "task_count", "_next_pid", "_names", "panicked", "kernel_masks",
        "_poll_mark", "_poll_turns", "_poll_since", "topology", "mem", "kernel_function", "reader", "text", "cpus",
        "cpu", "current", "irq_stacks", "sched", "exec", "timers", "hrtimers", "printk", "oops", "lockdep", "locks",
        "waits", "softirq", "irq", "rcu", "kthreads", "kthread_workers", "modules", "fs", "wq", "hotplug", "freezer",
        "_net", "_block", "_boot_pids", "busybox_rmmod", "clock_reads",
    )  # fmt: skip

    def __init__(
        self,
        machine: Machine,
        limits: Limits,
        seed: int,
        sink: Sink,
        kernel_function: Callable[[str], Callable[..., Any] | None],
        ends: tuple[Ends, ...] = (),
    ) -> None:
        self.limits = limits
        self.sink = sink
        self._hand_out: Callable[[list[Row]], None] = getattr(sink, "extend", self._one_by_one)
        self.profile = profile(machine.kernel, machine.config)
        self.costs = Costs(COST_SETS[machine.costs])
        self.build_dir = BUILD_DIRS[machine.costs]
        self.busybox_rmmod = BUSYBOX_RMMOD[machine.costs]
        self.seed = seed
        self._jitter = Random(f"{seed}:costs")
        self.ends = ends
        self.cost: Callable[[str], int] = self.costs.__getitem__
        if seed or ends:
            self.cost = self._at_end if ends else self._jittered
        self.random = Random(f"{seed}:random")  # the kernel's own random numbers
        self.cx = Context(self.costs["statement"], limits.steps)
        self.cx.now = self.profile.boot_ns
        self.engine = Engine(self.cx)
        self.engine.time = self.cx.now
        self.k = self
        self.events: list[Row] = []
        self.event_count = 0  # handed out
        self.progress = 0  # counts, besides the events, what a spinning task could have changed
        self.emit = self._emitter()
        self.origin_ns = -1
        self.at_origin: Callable[[], None] = lambda: None  # called when the origin is known
        self.irq_depth = 0
        self.own_addresses = 0
        self.tasks: dict[int, Task] = {}
        self.task_rows: dict[int, Task] = {}  # by index in the task table: a task has one for each comm
        self.task_count = 0
        self._next_pid = 1
        self._boot_pids: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self.panicked = ""
        self.kernel_masks: dict[str, int] = {}  # cpumasks that C asked for, by kind
        self.clock_reads = 0  # of clocks finer than the jiffy: what a loop reads there differs each time
        self._poll_mark = (-1, -1, -1)
        self._poll_turns = 0
        self._poll_since = 0
        self._make_machine(machine, kernel_function)
        self._make_parts()
        self.boot()

    def _make_machine(self, machine: Machine, kernel_function: Callable[[str], Callable[..., Any] | None]) -> None:
        """CPUs, memory, callable addresses."""
        limits = self.limits
        self.topology = topology(machine.cpus, machine.topology)
        self.mem = Memory(
            limits.heap_bytes, quarantine=self.profile.kasan, nr_cpus=len(self.topology.cpus), kasan=self.profile.kasan
        )
        self.kernel_function = kernel_function
        self.reader = MachineReader(self)
        self.text = Text(self, kernel_function, lambda: self.cx.line)
        self.cpus = [Cpu(c, self._idle_task(c)) for c in self.topology.cpus]
        self.cpu = self.cpus[0]
        self.current: Task = self.cpu.idle
        self.irq_stacks: dict[int, int] = {}
        self.mem.who = lambda: f"{self.current.comm}/{self.current.pid}"

    def _make_parts(self) -> None:
        """The subsystems, each of which may use those before it."""
        self.sched = Scheduler(self)
        self.exec = Exec(self)
        self.timers = TimerApi(self)
        self.hrtimers = Hrtimers(self)
        self.printk = Printk(self)
        self.oops = Oops(self)
        self.lockdep = Lockdep(self)
        self.locks = Locks(self)
        self.waits = Waits(self)
        self.softirq = Softirqs(self)
        self.irq = Irqs(self)
        self.rcu = Rcu(self)
        self.kthreads = Kthreads(self)
        self.kthread_workers = KthreadWorkers(self)
        self.modules = Modules(self)
        self.fs = ModuleFiles(self)
        self.wq = WorkqueueApi(self)
        self.hotplug = Hotplug(self)
        self.freezer = Freezer(self)
        self._net: NetDevices | None = None
        self._block: Block | None = None
        self.mem.on_finding = self.oops.finding

    @property
    def net(self) -> NetDevices:
        """Network devices; made when something first asks for them, so that other runs know nothing of them."""
        if self._net is None:
            self._net = NetDevices(self)
        return self._net

    @property
    def block(self) -> Block:
        """The block layer; made as `net` is."""
        if self._block is None:
            self._block = Block(self)
        return self._block

    # ---- booting -------------------------------------------------------------------------------

    def _idle_task(self, cpu: int) -> Task:
        task = Task(0, f"swapper/{cpu}", "idle", None, cpu, 0)
        task.index = self.sink.task(0, task.comm, "idle")
        task.on_cpu = True
        task.preempt = 1  # init_idle_preempt_count()
        return task

    def boot(self) -> None:
        """Tasks and pools as they stand when the session starts (docs/machine.md)."""
        self.new_task("init", "kthread", None, 0, 0).state = "S"
        self.kthreads.boot()
        self._boot_pids = boot_pids(len(self.cpus))
        self._next_pid = max(FIRST_OTHER, *self._boot_pids.values()) + 1
        self.wq.boot()
        self.rcu.boot()
        self.softirq.boot()
        self._boot_pids.clear()
        self._next_pid = max(self._next_pid, FIRST_SESSION)

    def set_profile(self, profile: Profile) -> None:
        """Another configuration: a session changed a setting."""
        self.profile = profile

    def new_task(self, comm: str, kind: str, gen: Gen | None, cpu: int, nice: int) -> Task:
        """A task with the next pid, in no queue yet. Raises LimitReached at the limit of tasks."""
        self.task_count += 1
        if self.task_count > self.limits.tasks:
            raise LimitReached("tasks", f"more than {self.limits.tasks} tasks were created")
        pid = self._boot_pids.pop(comm, 0)
        if not pid:
            pid, self._next_pid = self._next_pid, self._next_pid + 1
        task = Task(pid, comm, kind, gen, cpu, nice)
        task.index = self.sink.task(task.pid, task.comm, kind)
        self.task_rows[task.index] = task
        task.stack = task.sp = self.mem.stack(f"{task.comm}/{task.pid}")
        self.tasks[task.pid] = task
        return task

    def rename(self, task: Task, comm: str, kind: str | None = None) -> None:
        """Gives a task a new comm (exec, set_task_comm): a new row of the task table."""
        task.comm = comm[:15]
        if kind is not None:
            task.kind = kind
        task.index = self.sink.task(task.pid, task.comm, task.kind)
        self.task_rows[task.index] = task

    def task_gone(self, task: Task) -> None:
        """The task has ended: its pid leaves the table, its stack is free."""
        self.tasks.pop(task.pid, None)
        self.mem.stack_free(task.stack)

    def irq_stack(self, cpu: Cpu) -> int:
        """The interrupt stack of a CPU."""
        if cpu.id not in self.irq_stacks:
            self.irq_stacks[cpu.id] = self.mem.stack(f"irq/{cpu.id}")
        return self.irq_stacks[cpu.id]

    # ---- time, events --------------------------------------------------------------------------

    def _jittered(self, name: str) -> int:
        """`cost` for seeds other than 0."""
        return max(1, round(self.costs[name] * (1 + JITTER * (2 * self._jitter.random() - 1))))

    def _at_end(self, name: str) -> int:
        """`cost` at an end of its spread."""
        return max(1, round(self.costs[name] * self._jitter.choice(self.ends[self.cpu.id])))

    def charge_cold(self, name: str) -> None:
        """charge() of what is dearer the first time that a CPU does it since it was idle: its `_cold` row."""
        warm = self.cpu.warm
        if name in warm:
            self.cx.now += self.cost(name)
        else:
            warm.add(name)
            self.cx.now += self.cost(f"{name}_cold")

    def charge(self, name: str) -> None:
        """Lets the running step take what `name` costs."""
        self.cx.now += self.cost(name)

    def elapse(self, name: str) -> Gen:
        """Takes what `name` costs, where that may be more than a tick: what happens meanwhile comes first."""
        self.cx.now += self.cost(name)
        if self.cx.now >= self.cx.horizon:
            yield None

    def _emitter(self) -> Emit:
        """`emit`: a function of its own with all that stays the same at hand, for nothing is called so often."""
        k, cx, events, most = self, self.cx, self.events, self.limits.events
        append = events.append
        flush_at = FLUSH_ROWS

        def emit(kind: int, *args: int | str) -> None:
            nonlocal flush_at
            append((cx.now, k.cpu.id, kind, k.current.index, cx.line, args))
            if len(events) >= flush_at:
                k.flush_events(k.engine.time)
                flush_at = len(events) + FLUSH_ROWS
                if k.event_count + len(events) > most:
                    raise LimitReached("events", f"the run has more than {most} events")

        return emit

    def flush_events(self, before_ns: int) -> None:
        """Hands out, in time order, the events that nothing can precede any more: those up to the engine's time."""
        events = self.events
        events.sort(key=_TIME)  # stable: ties keep the order of emission
        n = bisect_right(events, before_ns, key=_TIME)
        self.event_count += n
        self._hand_out(events[:n])
        del events[:n]

    def _one_by_one(self, events: list[Row]) -> None:
        """For sinks that take no more than an event at a time."""
        sink_event = self.sink.event
        for event in events:
            sink_event(*event)

    @property
    def news(self) -> int:
        """Counts what a spinning task could have changed, or seen change: while it stands still, nothing has."""
        return self.progress + self.event_count + len(self.events)

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """A row of the object table."""
        return self.sink.obj(kind, addr, name, info)

    def tty(self, text: str, terminal: str = "1") -> None:
        """Output on a terminal."""
        self.emit(_TTY, terminal, text)

    def check(self, code: str, message: str) -> None:
        """A finding that this kernel would not print."""
        self.emit(_CHECK, code, message)

    # ---- context -------------------------------------------------------------------------------

    def in_atomic(self) -> bool:
        """Whether scheduling is forbidden here: an interrupt, a spinlock, bottom halves or preemption off."""
        task = self.current
        return self.irq_depth > 0 or task.preempt != 0 or task.bh_off > 0

    def preempt_count(self) -> int:
        """preempt_count() with its hardirq and softirq parts."""
        task, cpu = self.current, self.cpu
        hard = sum(1 for f in cpu.frames if f.kind == "hardirq") if self.irq_depth else 0
        soft = 1 if self.irq_depth and cpu.in_softirq else 0
        return task.preempt + (soft << 8) + (task.bh_off << 9) + (hard << 16)

    def set_preempt_count(self, count: int) -> None:
        """preempt_count_set() at the end of a callback that changed the count: what it was before, in a softirq."""
        task, cpu = self.current, self.cpu
        task.preempt = count & 0xFF
        if count >> 8 and task.uncounted:
            task.uncounted = False
            cpu.in_softirq = True
            self.irq_depth += 1

    def might_sleep(self, where: str = "") -> Gen:
        """might_sleep(): a preemption point, and with CONFIG_DEBUG_ATOMIC_SLEEP a check."""
        if self.profile.atomic_sleep and (self.in_atomic() or self.cpu.irqs_off or self.current.rcu_depth):
            self.oops.sleeping_in_atomic(where)
        if self.cx.now >= self.cx.horizon:
            yield None
        yield from self.sched.might_resched()

    def spinning_on(self, what: object) -> None:
        """A task spins on something that may never come; the soft lockup detector watches the CPU."""
        del what

    @property
    def jiffies(self) -> int:
        """The jiffy counter."""
        return self.timers.jiffies

    def spin(self, ns: int) -> Gen:
        """udelay, mdelay: busy for `ns` of wall time, interrupts and preemption included; no scheduling point."""
        cx = self.cx
        end = cx.now + ns
        if end <= cx.horizon:
            cx.now = end
        while cx.now < end:
            cx.now = end
            yield UNTIL

    def relax(self) -> Gen:
        """A turn of a loop that waits, busily, for what another CPU does: to the next event, and past it."""
        cx = self.cx
        cx.now = max(cx.now + self.cost("cpu_relax"), cx.horizon)
        yield None

    def clock_read(self) -> None:
        """A loop reads a clock or relaxes: jiffies, ktime_get(), cpu_relax(), cond_resched() come here.

        A loop that does nothing else for long is told in ever longer turns, 1/256 of the time it has spun already, so
        that burning a second takes thousands of turns, not millions; nothing that it could see is skipped, since a turn
        never passes the horizon.
        """
        cx = self.cx
        mark = (self.mem.writes, self.news, self.current.index)
        if mark != self._poll_mark:
            self._poll_mark, self._poll_turns, self._poll_since = mark, 0, cx.now
        self._poll_turns += 1
        if self._poll_turns > POLL_TURNS:
            cx.now += max(0, min((cx.now - self._poll_since) // POLL_TURNS, cx.horizon - cx.now))

    def format(self, fmt: int, args: Arguments) -> bytes:
        """vsnprintf() of a format in memory. Raises Fault."""
        return format_bytes(self.reader, self.mem.cstr(fmt), args)

    # ---- C -------------------------------------------------------------------------------------

    def ccall(self, addr: int, *args: int) -> Generator[Any, Any, int]:
        """Calls a function of C (or of the kernel) by address; the position is the caller's
        afterwards. Raises Fault.
        """
        line = self.cx.line
        result = yield from self.text.call(addr, *args)
        self.cx.line = line
        return result

    def peek(self, addr: int, size: int) -> int:
        """Reads memory as the simulator itself: no check but that it is mapped. Raises Fault."""
        region = self.mem.region(addr, size, "read")
        offset = addr - region.base
        return int.from_bytes(region.data[offset : offset + size], "little")

    def poke(self, addr: int, size: int, value: int) -> None:
        """Writes memory as the simulator itself. Raises Fault."""
        region = self.mem.region(addr, size, "write")
        offset = addr - region.base
        value &= (1 << 8 * size) - 1
        if size == 8 and not offset & 7 and not region.shadow[offset >> 3]:
            region.words[offset >> 3] = value
            return
        region.data[offset : offset + size] = value.to_bytes(size, "little")
        region.mark_written(offset, size)

    def function_name(self, addr: int) -> str:
        """How traces print a function: `fn [module]`, `fn`, or its address."""
        entry = self.text.get(addr)
        if entry is None:
            return self.modules.gone_function(addr) or f"0x{addr:x}"
        module = self.modules.of_text(addr) if addr >= MODULE_TEXT else ""
        return f"{entry.name} [{module}]" if module else entry.name

    def object_name(self, addr: int, fn_name: str) -> str:
        """What a person calls an object: its path if it is a global, else its function and a number."""
        path = self.modules.describe(addr)
        if path:
            head, dot, last = path.rpartition(".")
            return head if dot and last in ("work", "dwork", "timer") else path
        base = self.modules.heap_name(addr) or fn_name.split(" ")[0]
        if base not in self._names and base != fn_name.split(" ")[0]:
            self._names[base] = 1
            return base
        number = self._names.get(base, 0)
        self._names[base] = number + 1
        return f"{base}#{number}"

    def sleep_timer(self, task: Task) -> int:
        """The object of a task's on-stack timeout."""
        if task.journal is None:
            task.journal = self.obj("timer", task.stack, f"{task.comm}'s timeout", "process_timeout")
        return int(task.journal)
