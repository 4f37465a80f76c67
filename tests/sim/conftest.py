"""A small kernel without C: tests drive it with tasks that are Python generators."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from server.scenario import Limits, Machine
from server.sim.cmodule.faults import LimitReached
from server.sim.cmodule.host import Entry
from server.sim.kernel import Kernel
from server.sim.machine import Gen, Task
from server.trace.events import KINDS


class Seen(NamedTuple):
    """An event: its name, when, where, by whom, and its fields."""

    t_ns: int
    cpu: int
    name: str
    task: str
    args: dict[str, int | str]


class Lab:
    """A booted kernel, its events and its log."""

    def __init__(self, cpus: int = 2, kernel: str = "6.12", **config: str) -> None:
        self.tasks: list[str] = []
        self.objects: list[tuple[str, str]] = []
        self.events: list[Seen] = []
        self.k = Kernel(Machine(cpus=cpus, kernel=kernel, config=config), Limits(), 0, self, lambda name: None)
        self.boot_ns = self.k.cx.now

    def task(self, pid: int, comm: str, kind: str) -> int:
        """Sink."""
        del pid, kind
        self.tasks.append(comm)
        return len(self.tasks) - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """Sink."""
        del addr, info
        self.objects.append((kind, name))
        return len(self.objects) - 1

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        """Sink."""
        del line
        schema = KINDS[kind]
        name = schema.name if schema.system != "wqp" else f"wqp:{schema.name}"
        self.events.append(Seen(t_ns, cpu, name, self.tasks[task], dict(zip(schema.fields, args, strict=True))))

    def spawn(self, comm: str, gen: Gen, cpu: int = 0, nice: int = 0) -> Task:
        """A task on a CPU, runnable at once."""
        return self.k.sched.fork(comm, gen, kind="kthread", cpu=cpu, nice=nice, pinned=True)

    def run(self, ms: float = 1000) -> None:
        """Lets so many ms pass."""
        try:
            self.k.engine.run(self.k.engine.time + int(ms * 1_000_000))
        except LimitReached as limit:
            assert limit.name == "until"
        self.k.flush_events(1 << 62)

    def memory(self, size: int = 64) -> int:
        """Zeroed memory of the module's."""
        return self.k.mem.alloc(size, True)

    def named(self, *names: str) -> list[Seen]:
        """The events of these names."""
        return [e for e in self.events if e.name in names]

    @property
    def log(self) -> list[str]:
        """The kernel log's lines."""
        return [r.text for r in self.k.printk.ring]

    @property
    def findings(self) -> list[str]:
        """The codes of what the simulator found."""
        return [str(e.args["code"]) for e in self.named("wqp:check")]

    def waits(self, task: Task) -> list[tuple[str, str]]:
        """(cause, culprits) of a task's waits."""
        return [(str(e.args["cause"]), str(e.args["culprits"])) for e in self.named("wqp:wait")
                if e.args["subject"] == "task" and e.args["id"] == task.index]  # fmt: skip

    # ---- what tasks are made of ------------------------------------------------------------------

    def busy(self, ms: float) -> Gen:
        """Computes in the kernel: no preemption point."""
        self.k.cx.now += int(ms * 1_000_000)
        yield None

    def sleep(self, ms: float) -> Gen:
        """Sleeps, to the ns."""
        yield from self.k.hrtimers.sleep(int(ms * 1_000_000), "S", 0)

    def function(self, call: Callable[..., Any], name: str = "fn") -> int:
        """An address that C could call; `call` may be a generator function."""
        addr = 0xFFFFFFFFA0000000 + 0x40 * len(self.k.text)
        self.k.text[addr] = Entry(call, isgeneratorfunction(call), name)
        return addr


@pytest.fixture
def lab() -> Lab:
    """Two CPUs, Debian's configuration."""
    return Lab()


@pytest.fixture
def make_lab() -> Callable[..., Lab]:
    """Makes kernels: make_lab(cpus, profile, setting=value…)."""
    return Lab


@pytest.fixture
def splat() -> Callable[[str], list[str]]:
    """Lines of a report that the real kernel printed (debug build of 6.12.117, a probe module)."""

    def read(name: str) -> list[str]:
        path = Path(__file__).parent.parent / "fixtures" / "lockdep" / f"{name}.txt"
        return path.read_text().splitlines()

    return read
