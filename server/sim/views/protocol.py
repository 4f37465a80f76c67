"""What shell and views need of the kernel, and nothing more: the kernel satisfies these protocols."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Protocol

from server.sim.engine import Context, Engine
from server.sim.machine import Cpu, Task, Topology
from server.sim.profile import Profile
from server.sim.sched import Scheduler

Blocking = Generator[Any, Any, Any]


class Modules(Protocol):
    """Loaded modules, and the system calls that load and unload them."""

    def init_module(self, name: str, params: str, path: str) -> Blocking:
        """finit_module: 0 or -errno."""
        ...

    def delete_module(self, name: str) -> Blocking:
        """delete_module: 0 or -errno."""
        ...

    @property
    def list(self) -> Mapping[str, Module]:
        """Modules by name, oldest first."""
        ...

    def modinfo(self) -> Sequence[tuple[str, str]]:
        """The `.modinfo` of the scenario's module: (license, GPL), (parm, limit:how many), …"""
        ...

    def param_names(self, name: str) -> Sequence[tuple[str, int]]:
        """Parameters of a loaded module that sysfs shows, with their modes."""
        ...

    def param_get(self, name: str, param: str) -> Blocking:
        """What reading a parameter's file gives, or -errno."""
        ...

    def param_set(self, name: str, param: str, value: str) -> Blocking:
        """Writes a parameter: 0 or -errno."""
        ...


class Module(Protocol):
    """A loaded module."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def refcount(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def addr(self) -> int: ...


class Files(Protocol):
    """The files that modules and the kernel make: /proc, debugfs, sysfs, character devices, and `views`."""

    def exists(self, path: str) -> bool: ...
    def is_dir(self, path: str) -> bool: ...
    def listdir(self, path: str) -> list[str]: ...
    def mode(self, path: str) -> int: ...

    def read(self, path: str) -> Blocking:
        """open, read to the end, close: bytes, or -errno."""
        ...

    def write(self, path: str, data: bytes) -> Blocking:
        """open, write, close: 0 or -errno."""
        ...


class Log(Protocol):
    """The kernel's ring buffer."""

    @property
    def ring(self) -> Sequence[tuple[int, int, str, str]]:
        """Records (t_ns, level, text, caller), oldest first; never shortened."""
        ...

    @property
    def console_level(self) -> int: ...
    @console_level.setter
    def console_level(self, level: int) -> None: ...

    def log(self, level: int, text: str) -> None:
        """printk."""
        ...

    def wait_for(self, count: int) -> Blocking:
        """Sleeps until the ring holds more than `count` records or the task gets a signal."""
        ...


class HrTimers(Protocol):
    """High-resolution timers."""

    def sleep(self, ns: int, state: str = "S") -> Blocking:
        """nanosleep; returns early where a signal comes."""
        ...


class Irqs(Protocol):
    """Interrupt lines."""

    def raise_line(self, irq: int) -> bool:
        """A device pulls its line; False if nobody has requested it."""
        ...

    def lines(self) -> Sequence[tuple[int, str, Mapping[int, int]]]:
        """Requested lines: (number, name, count by CPU)."""
        ...


class Hotplug(Protocol):
    """CPUs going on and off line."""

    def set_online(self, cpu: int, online: bool) -> Blocking:
        """Brings a CPU up or down: 0 or -errno."""
        ...


class Kernel(Protocol):
    """The simulated kernel as shell and views see it."""

    progress: int  # raised by whoever does something that a spinning task could see

    @property
    def cx(self) -> Context: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def topology(self) -> Topology: ...
    @property
    def cpus(self) -> Sequence[Cpu]: ...
    @property
    def cpu(self) -> Cpu: ...
    @property
    def current(self) -> Task: ...
    @property
    def tasks(self) -> Mapping[int, Task]: ...
    @property
    def sched(self) -> Scheduler: ...
    @property
    def hrtimers(self) -> HrTimers: ...
    @property
    def modules(self) -> Modules: ...
    @property
    def fs(self) -> Files: ...
    @property
    def printk(self) -> Log: ...
    @property
    def irq(self) -> Irqs: ...
    @property
    def hotplug(self) -> Hotplug: ...
    @property
    def wq(self) -> Any: ...
    @property
    def origin_ns(self) -> int:
        """Entry of the first module_init, -1 before it."""
        ...

    def cost(self, name: str) -> int:
        """A cost of the profile's table, ns."""
        ...

    def emit(self, kind: int, *args: int | str) -> None:
        """An event of this CPU and task at cx.now."""
        ...

    def tty(self, text: str, terminal: str = "1") -> None:
        """Output on a terminal."""
        ...

    def set_comm(self, task: Task, comm: str) -> None:
        """Renames a task: exec."""
        ...
