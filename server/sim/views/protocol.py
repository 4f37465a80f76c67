"""What shell and views need of the kernel, and nothing more: the kernel satisfies these protocols."""

from __future__ import annotations

from collections.abc import Generator, Mapping, MutableSequence, Sequence
from typing import Any, Protocol

from server.sim.cmodule.faults import Fault
from server.sim.cmodule.ir import Param, Unit
from server.sim.cpuexec import Exec
from server.sim.engine import Context, Engine
from server.sim.machine import Cpu, Task, Topology
from server.sim.profile import Profile
from server.sim.sched import Scheduler
from server.sim.views.cstruct import Memory

Blocking = Generator[Any, Any, Any]


class Parameters(Protocol):
    """The parameters of a loaded module."""

    @property
    def by_name(self) -> Mapping[str, Param]:
        """Parameters by name."""
        ...

    def get(self, param: Param) -> Blocking:
        """What reading a parameter's file gives."""
        ...

    def set(self, param: Param, value: str | None) -> Blocking:
        """Writes a parameter: 0 or -errno."""
        ...


class Module(Protocol):
    """A loaded module; `state` is coming, live or going."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def size(self) -> int:
        """Bytes of text and data."""
        ...

    @property
    def refcount(self) -> int:
        """How many references there are on it."""
        ...

    @property
    def users(self) -> Sequence[str]:
        """The modules that use its symbols."""
        ...

    @property
    def state(self) -> str:
        """coming, live or going."""
        ...

    @property
    def addr(self) -> int:
        """Where its text begins."""
        ...

    @property
    def params(self) -> Parameters:
        """Its parameters."""
        ...


class Modules(Protocol):
    """Loaded modules, and the system calls that load and unload them."""

    @property
    def list(self) -> Mapping[str, Module]:
        """Modules by name, oldest first."""
        ...

    def init_module(self, name: str, params: str, path: str = "") -> Blocking:
        """finit_module: 0 or -errno."""
        ...

    def delete_module(self, name: str) -> Blocking:
        """delete_module: 0 or -errno."""
        ...

    @property
    def available(self) -> Mapping[str, tuple[object, Unit]]:
        """What insmod can find: compiled modules by name."""
        ...


class Files(Protocol):
    """The files that modules make: in /proc, debugfs, sysfs, /dev."""

    def exists(self, path: str) -> bool:
        """A file or directory is there."""
        ...

    def is_dir(self, path: str) -> bool:
        """It is a directory."""
        ...

    def listdir(self, path: str) -> list[str]:
        """The names in a directory."""
        ...

    def mode(self, path: str) -> int:
        """Permission bits."""
        ...

    def device(self, path: str) -> int:
        """The number of a device, -1 where the path names none."""
        ...

    def is_block(self, path: str) -> bool:
        """A block device."""
        ...

    def open(self, path: str, flags: int) -> Blocking:
        """open(2): an OpenFile, or -errno."""
        ...

    def devices(self) -> str:
        """What /proc/devices shows."""
        ...

    def misc_list(self) -> str:
        """What /proc/misc shows."""
        ...

    def mknod(self, path: str, devt: int) -> bool:
        """A character device's node below /dev; False if the name is taken."""
        ...

    def remove(self, path: str) -> None:
        """unlink(2)."""
        ...

    def user_buffer(self, data: bytes) -> int:
        """A buffer of the calling process."""
        ...

    def user_take(self, addr: int, size: int) -> bytes:
        """What is in a buffer now; the buffer is gone."""
        ...


class Record(Protocol):
    """One line of the log."""

    @property
    def t_ns(self) -> int:
        """When it was printed."""
        ...

    @property
    def level(self) -> int:
        """0 to 7."""
        ...

    @property
    def text(self) -> str:
        """The line."""
        ...


class Log(Protocol):
    """The kernel's ring buffer. `cleared` is where `dmesg -c` left off."""

    cleared: int
    console_level: int

    @property
    def ring(self) -> Sequence[Record]:
        """All lines, oldest first."""
        ...

    @property
    def listeners(self) -> MutableSequence[Task]:
        """Tasks to wake up (and forget) at the next line."""
        ...

    def log(self, level: int, text: str) -> None:
        """Printk."""
        ...


class HrTimers(Protocol):
    """High-resolution timers."""

    def sleep(self, ns: int, state: str = "S") -> Blocking:
        """nanosleep; returns early where the task is woken by a signal."""
        ...


class Softirqs(Protocol):
    """Softirqs."""

    @property
    def counts(self) -> Mapping[tuple[int, int], int]:
        """How often a vector ran, by (cpu, vector)."""
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


class Oopses(Protocol):
    """What went wrong in the kernel."""

    def in_task(self, task: Task, fault: Fault) -> None:
        """The oops of a task, which must end then."""

    @property
    def tainted(self) -> Mapping[str, bool]:
        """Letters of the taints that are set."""
        ...


class Caller(Protocol):
    """Memory, and the way to call C."""

    @property
    def mem(self) -> Memory:
        """The machine's memory."""
        ...

    @property
    def printk(self) -> Log:
        """The log."""
        ...

    @property
    def cx(self) -> Context:
        """Clock and counters."""
        ...

    @property
    def current(self) -> Task:
        """On whose behalf the running step runs."""
        ...

    @property
    def sched(self) -> Scheduler:
        """Blocking, waking."""
        ...

    @property
    def hrtimers(self) -> HrTimers:
        """Nanosleep."""
        ...

    @property
    def waits(self) -> Any:
        """Wait queues, `server.sim.wait.Waits`."""
        ...

    @property
    def irq(self) -> Any:
        """Interrupt lines, `server.sim.irq.Irqs`."""
        ...

    @property
    def modules(self) -> Any:
        """References of modules, `server.sim.modules.Modules`."""
        ...

    def check(self, code: str, message: str) -> None:
        """A finding that this kernel would not print."""
        ...

    def function_name(self, addr: int) -> str:
        """How the log names a function."""
        ...

    def ccall(self, addr: int, *args: int) -> Blocking:
        """Calls a function by address; its value."""
        ...


class Kernel(Protocol):
    """The simulated kernel as shell and views see it."""

    progress: int  # raised by whoever does something that a spinning task could see
    busybox_rmmod: bool  # whose words say that a loaded module cannot go

    @property
    def cx(self) -> Context:
        """Clock and counters."""
        ...

    @property
    def engine(self) -> Engine:
        """The event queue."""
        ...

    @property
    def profile(self) -> Profile:
        """The configuration."""
        ...

    def set_profile(self, profile: Profile) -> None:
        """Another one: of a setting that a session changed."""
        ...

    @property
    def topology(self) -> Topology:
        """Who shares a cache."""
        ...

    @property
    def cpus(self) -> Sequence[Cpu]:
        """The CPUs by number."""
        ...

    @property
    def cpu(self) -> Cpu:
        """Where the running step runs."""
        ...

    @property
    def current(self) -> Task:
        """On whose behalf it runs."""
        ...

    @property
    def tasks(self) -> Mapping[int, Task]:
        """Tasks by PID."""
        ...

    @property
    def sched(self) -> Scheduler:
        """Blocking, waking, forking."""
        ...

    @property
    def hrtimers(self) -> HrTimers:
        """Nanosleep."""
        ...

    @property
    def exec(self) -> Exec:
        """What runs on the CPUs."""
        ...

    @property
    def modules(self) -> Modules:
        """Loaded modules."""
        ...

    @property
    def fs(self) -> Files:
        """Files of modules."""
        ...

    @property
    def printk(self) -> Log:
        """The log."""
        ...

    @property
    def softirq(self) -> Softirqs:
        """Softirqs."""
        ...

    @property
    def irq(self) -> Irqs:
        """Interrupt lines."""
        ...

    @property
    def net(self) -> Any:
        """Network devices, `server.sim.net.devices.NetDevices`."""
        ...

    @property
    def block(self) -> Any:
        """Block devices, `server.sim.block.core.Block`."""
        ...

    @property
    def freezer(self) -> Any:
        """Freezing and suspend."""
        ...

    @property
    def hotplug(self) -> Hotplug:
        """CPUs on and off line."""
        ...

    @property
    def oops(self) -> Oopses:
        """Taints."""
        ...

    @property
    def wq(self) -> Any:
        """The workqueue subsystem, `server.sim.workqueue.system.Workqueues`."""
        ...

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

    def rename(self, task: Task, comm: str, kind: str | None = None) -> None:
        """Renames a task: exec."""
        ...
