"""A little kernel for the shell's tests: an event loop, tasks that sleep and wake, modules in Python, files in a dict.

Each task has a CPU to itself; everything else that the shell can see behaves like the kernel's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import SimpleNamespace
from typing import Any

from server.scenario import Action, Limits, Scenario
from server.sim.engine import TASK, Context, Engine
from server.sim.machine import Cpu, Task, topology
from server.sim.profile import profile
from server.sim.shell.session import Prepared, action_task, at_origin, prepare, session
from server.sim.views.nodes import OpenFile

Gen = Generator[Any, Any, Any]
COSTS = {"fork": 1000, "exec": 5000, "exit": 500, "shell": 100, "syscall": 50, "console_read": 200}


class FakeSched:
    """Tasks as steps of the engine."""

    def __init__(self, k: FakeKernel) -> None:
        self.k = k

    def user(self, ns: int) -> Gen:
        self.k.cx.now += ns
        yield None

    def block(self, state: str, cause: str, culprits: str = "", detail: str = "") -> Gen:
        task = self.k.current
        task.state = state
        task.sleep_cause = (cause, culprits, detail)
        yield "switch"

    def might_resched(self) -> Gen:
        yield None

    def wake_up(self, task: Task, states: str = "SDI") -> bool:
        if task.state not in states:
            return False
        task.state = "R"
        self.k.queue(task)
        return True

    def fork(
        self, comm: str, gen: Gen, kind: str = "command", cpu: int | None = None, nice: int = 0, *, pinned: bool = False
    ) -> Task:
        task = Task(self.k.next_pid, comm, kind, gen, cpu or 0, nice)
        self.k.next_pid += 1
        task.parent = self.k.current
        task.started_ns = self.k.cx.now
        self.k.tasks[task.pid] = task
        self.k.queue(task)
        return task

    def wait_exit(self, task: Task) -> Gen:
        while task.state != "X":
            task.exit_waiters.append(self.k.current)
            yield from self.block("S", "THREAD")
        return task.exit_code

    def set_affinity(self, task: Task, cpus: frozenset[int] | None) -> None:
        task.allowed = cpus


class FakeModules:
    """Modules as Python generators: `init` and `exit` by name."""

    def __init__(self, k: FakeKernel) -> None:
        self.k = k
        self.list: dict[str, Any] = {}
        self.inits: dict[str, Callable[[str], Gen]] = {}
        self.exits: dict[str, Callable[[], Gen]] = {}
        self.loaded: list[str] = []

    def init_module(self, name: str, params: str, path: str = "") -> Gen:
        self.loaded.append(f"{name} {params}".strip())
        if name in self.list:
            return -17
        if self.k.origin_ns < 0:
            self.k.origin_ns = self.k.cx.now
            assert self.k.actions is not None
            at_origin(self.k, self.k.prepared, self.k.actions)  # type: ignore[arg-type]
        error = yield from self.inits[name](params) if name in self.inits else iter(())
        if error:
            return error
        values = {"job": 0, "name": "world"}
        parameters = FakeParameters(values)
        self.list[name] = SimpleNamespace(
            name=name, size=16384, refcount=0, users=[], state="live", addr=0xFFFFFFFFC0200000, params=parameters
        )
        return 0

    def delete_module(self, name: str) -> Gen:
        if name in self.exits:
            yield from self.exits[name]()
        del self.list[name]
        return 0

    @property
    def available(self) -> dict[str, Any]:
        params = [SimpleNamespace(name="job", kind="int", element="", description="starts a job")]
        info = {"license": "GPL", "author": "me"}
        return {"demo": (None, SimpleNamespace(info=info, params=params, externs=[], exports={}))}


class FakeParameters:
    """Parameters `job` (an int) and `name` (read-only text)."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.by_name = {
            "job": SimpleNamespace(name="job", perm=0o644),
            "name": SimpleNamespace(name="name", perm=0o444),
        }

    def get(self, param: Any) -> Gen:
        return f"{self.values[param.name]}\n"
        yield

    def set(self, param: Any, value: str) -> Gen:
        if not value.strip().isdigit():
            return -22
        self.values[param.name] = int(value)
        return 0
        yield


class FakeOpenFile(OpenFile):
    """What reading gives, once; what is written."""

    def __init__(self, read: Callable[[], str], write: Callable[[str], int]) -> None:
        self.text: Callable[[], str] | None = read
        self.taken = write

    def read(self, size: int) -> Gen:
        text, self.text = self.text, None
        return text().encode() if text is not None else b""
        yield

    def write(self, data: bytes) -> Gen:
        return self.taken(data.decode()) or len(data)
        yield


class FakeFiles:
    """Files that a module made: path -> [read, write]."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[Callable[[], str], Callable[[str], int]]] = {}

    def exists(self, path: str) -> bool:
        return path in self.files

    def is_dir(self, path: str) -> bool:
        return False

    def listdir(self, path: str) -> list[str]:
        return []

    def mode(self, path: str) -> int:
        return 0o644

    def device(self, path: str) -> int:
        return -1

    def open(self, path: str, flags: int) -> Gen:
        return FakeOpenFile(*self.files[path])
        yield


class FakeLog:
    """The ring."""

    def __init__(self, k: FakeKernel) -> None:
        self.k = k
        self.ring: list[Any] = []
        self.cleared = 0
        self.console_level = 7
        self.listeners: list[Task] = []

    def log(self, level: int, text: str) -> None:
        self.ring.append(SimpleNamespace(t_ns=self.k.cx.now, level=level, text=text))
        listeners, self.listeners = self.listeners, []
        for task in listeners:
            self.k.sched.wake_up(task)


class FakeKernel:
    """What `server.sim.views.protocol.Kernel` asks for."""

    def __init__(self, scenario: Scenario, limits: Limits | None = None) -> None:
        self.cx = Context(2, 10**6)
        self.engine = Engine(self.cx)
        self.profile = profile("6.12", {})
        self.engine.time = self.cx.now = self.profile.boot_ns
        self.topology = topology(2, [])
        self.cpus = [Cpu(c, Task(0, f"swapper/{c}", "idle", None, c, 0)) for c in (0, 1)]
        self.cpu = self.cpus[0]
        self.current = self.cpu.idle
        self.tasks: dict[int, Task] = {1: Task(1, "init", "kthread", None, 0, 0)}
        self.next_pid = 100
        self.progress = 0
        self.origin_ns = -1
        self.sched = FakeSched(self)
        self.modules = FakeModules(self)
        self.fs = FakeFiles()
        self.printk = FakeLog(self)
        self.hrtimers = SimpleNamespace(sleep=self._sleep)
        self.exec = SimpleNamespace(interrupt_at=self._interrupt_at)
        self.raised: list[int] = []
        self.irq = SimpleNamespace(raise_line=self._irq, lines=lambda: [(17, "button", {0: 3})])
        self.softirq = SimpleNamespace(counts={(0, 1): 7})
        self.hotplug = SimpleNamespace(set_online=self._online)
        self.busybox_rmmod = False
        self.oops = SimpleNamespace(tainted={"O": True, "E": True, "W": False})
        everywhere = frozenset({0, 1})
        self.wq = SimpleNamespace(
            k=self,
            sysfs=[],
            all=[],
            pools=[],
            unbound_cpumask=everywhere,
            possible=everywhere,
            default_scope="cache",
            force_rr=False,
            power_efficient=False,
            cpu_intensive_thresh_ns=10_000_000,
        )
        self.net = SimpleNamespace(by_name={}, flags=lambda device: 0, k=SimpleNamespace(mem=None))
        self.shown: dict[str, list[str]] = {"1": [], "2": []}
        self.events: list[tuple[int, tuple[int | str, ...]]] = []
        self.prepared: Prepared = prepare(scenario, limits or Limits())
        self.actions: Task | None = None

    def _interrupt_at(self, cpu: Cpu, t_ns: int, handler: Callable[[], Gen]) -> None:
        self.engine.at(t_ns, TASK, cpu.id, lambda: [None for _ in handler()] and None)

    def _irq(self, line: int) -> bool:
        self.raised.append(line)
        return line == 17

    def _online(self, cpu: int, online: bool) -> Gen:
        yield from self.sched.user(1000)
        self.cpus[cpu].online = online
        return 0

    def _sleep(self, ns: int, state: str = "S") -> Gen:
        task = self.current
        self.engine.at(self.cx.now + ns, TASK, 0, lambda: self.sched.wake_up(task))
        yield from self.sched.block(state, "TIMER")

    def cost(self, name: str) -> int:
        return COSTS.get(name, 10)

    def emit(self, kind: int, *args: int | str) -> None:
        self.events.append((kind, args))

    def tty(self, text: str, terminal: str = "1") -> None:
        self.shown[terminal].append(text)

    def rename(self, task: Task, comm: str, kind: str | None = None) -> None:
        task.comm = comm[:15]

    def queue(self, task: Task) -> None:
        self.engine.at(self.cx.now, TASK, 0, lambda: self.step(task))

    def step(self, task: Task) -> None:
        self.current = task
        try:
            request = task.gen.send(None) if task.gen else None
        except StopIteration as done:
            task.state = "X"
            task.exit_code = done.value or 0
            self.tasks.pop(task.pid, None)
            for waiter in task.exit_waiters:
                self.sched.wake_up(waiter)
            return
        if request != "switch":
            self.queue(task)

    def run(self, until_ns: int = 700_000_000_000) -> str:
        """Runs the session to its end; terminal 1."""
        shell = self.sched.fork("sh", session(self, self.prepared), "session")  # type: ignore[arg-type]
        self.actions = self.sched.fork("action", action_task(self, self.prepared), "action")  # type: ignore[arg-type]
        self.engine.run(until_ns)
        self.ended = shell.state == "X"
        return "".join(self.shown["1"])


def scenario(text: str, actions: list[Action] | None = None, **more: Any) -> Scenario:
    """A scenario with module `demo` and a session."""
    return Scenario(module_name="demo", files={"module.c": "int x;\n"}, session_sh=text, actions=actions or [], **more)


def terminal(text: str, prepare_kernel: Callable[[FakeKernel], None] | None = None) -> str:
    """What a session shows."""
    k = FakeKernel(scenario(text))
    assert all(d.severity == "note" for d in k.prepared.diagnostics), k.prepared.diagnostics
    if prepare_kernel is not None:
        prepare_kernel(k)
    shown = k.run()
    assert k.ended
    return shown
