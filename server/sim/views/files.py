"""The kernel's own files as a table: path pattern -> what reading gives, what writing does.

A pattern's `{name}` stands for one level of a path; `LEVELS` says which names exist there. Looking a path up, listing
a directory and asking whether something exists all read this one table.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from server.sim.machine import Task
from server.sim.net.sysfs import proc_net_dev
from server.sim.views import system, tasks, workqueues
from server.sim.views.fileops import writing
from server.sim.views.nodes import OpenFile
from server.sim.views.protocol import Blocking, Kernel
from server.sim.views.settings import SETTINGS, read_setting, write_setting
from server.sim.views.sysrq import sysrq

ENOENT, EISDIR, EACCES, EINVAL = 2, 21, 13, 22
Args = dict[str, str]
Read = Callable[[Kernel, Args], "str | Blocking"]
Write = Callable[[Kernel, Args, str], "int | Blocking"]


class View(msgspec.Struct, frozen=True):
    """One file, or one for each value of its placeholders. `read` and `write` may be generators that sleep."""

    pattern: str
    read: Read | None = None
    write: Write | None = None


def _task(k: Kernel, args: Args) -> Task:
    return k.current if args["pid"] == "self" else k.tasks[int(args["pid"])]


def _module_parameter(k: Kernel, args: Args) -> Blocking:
    module = k.modules.list[args["module"]]
    return (yield from module.params.get(module.params.by_name[args["parameter"]]))


def _set_module_parameter(k: Kernel, args: Args, text: str) -> Blocking:
    module = k.modules.list[args["module"]]
    return (yield from module.params.set(module.params.by_name[args["parameter"]], text))


VIEWS: tuple[View, ...] = (
    View("/proc/{pid}/comm", lambda k, a: tasks.name(_task(k, a)) + "\n"),
    View(
        "/proc/{pid}/cmdline",
        lambda k, a: "" if tasks.is_kernel_thread(_task(k, a)) else tasks.command_line(_task(k, a)) + "\0",
    ),
    View("/proc/{pid}/stat", lambda k, a: tasks.stat(k, _task(k, a))),
    View("/proc/{pid}/status", lambda k, a: tasks.status(k, _task(k, a))),
    View("/proc/{pid}/stack", lambda k, a: tasks.stack(k, _task(k, a))),
    View("/proc/{pid}/wchan", lambda k, a: tasks.wchan(_task(k, a)) or "0"),
    View("/proc/devices", lambda k, a: k.fs.devices() + k.block.disks.devices()),
    View("/proc/misc", lambda k, a: k.fs.misc_list()),
    View("/proc/version", lambda k, a: system.version(k)),
    View("/proc/uptime", lambda k, a: system.uptime(k)),
    View("/proc/loadavg", lambda k, a: system.loadavg(k)),
    View("/proc/cpuinfo", lambda k, a: system.cpuinfo(k)),
    View("/proc/modules", lambda k, a: system.modules(k)),
    View("/proc/interrupts", lambda k, a: system.interrupts(k)),
    View("/proc/softirqs", lambda k, a: system.softirqs(k)),
    View("/proc/cmdline", lambda k, a: "console=ttyS0 quiet\n"),
    View("/proc/net/dev", lambda k, a: proc_net_dev(k.net)),
    View("/proc/partitions", lambda k, a: k.block.disks.partitions()),
    View("/proc/sysrq-trigger", None, lambda k, a, text: sysrq(k, text)),
    View(
        "/proc/sys/kernel/{setting}",
        lambda k, a: read_setting(k, a["setting"]),
        lambda k, a, text: write_setting(k, a["setting"], text),
    ),
    View(
        "/sys/module/workqueue/parameters/{wq_parameter}",
        lambda k, a: workqueues.parameter(k, a["wq_parameter"]),
        lambda k, a, text: workqueues.set_parameter(k, a["wq_parameter"], text),
    ),
    View("/sys/module/{module}/parameters/{parameter}", _module_parameter, _set_module_parameter),
    View("/sys/module/{module}/refcnt", lambda k, a: f"{k.modules.list[a['module']].refcount}\n"),
    View("/sys/module/{module}/initstate", lambda k, a: f"{k.modules.list[a['module']].state}\n"),
    View("/sys/module/{module}/coresize", lambda k, a: f"{k.modules.list[a['module']].size}\n"),
    View("/sys/module/{module}/taint", lambda k, a: "OE\n"),
    View(
        "/sys/devices/virtual/workqueue/cpumask",
        lambda k, a: workqueues.global_mask(k, "cpumask"),
        lambda k, a, text: workqueues.set_global_mask(k, text),
    ),
    View(
        "/sys/devices/virtual/workqueue/cpumask_requested", lambda k, a: workqueues.global_mask(k, "cpumask_requested")
    ),
    View("/sys/devices/virtual/workqueue/cpumask_isolated", lambda k, a: workqueues.global_mask(k, "cpumask_isolated")),
    View("/sys/devices/virtual/workqueue/uevent", lambda k, a: ""),
    View(
        "/sys/devices/virtual/workqueue/{wq}/{wq_file}",
        lambda k, a: workqueues.read(k, workqueues.exported(k)[a["wq"]], a["wq_file"]),
        lambda k, a, text: workqueues.write(k, workqueues.exported(k)[a["wq"]], a["wq_file"], text),
    ),
    View(
        "/sys/power/pm_test",
        lambda k, a: k.freezer.pm_test_text(),
        lambda k, a, text: k.freezer.store_pm_test(text),
    ),
    View("/sys/power/state", lambda k, a: "freeze mem\n", lambda k, a, text: k.freezer.store_state(text)),
    View("/sys/devices/system/cpu/online", lambda k, a: system.online(k)),
    View("/sys/devices/system/cpu/offline", lambda k, a: system.offline(k)),
    View("/sys/devices/system/cpu/possible", lambda k, a: system.possible(k)),
    View("/sys/devices/system/cpu/present", lambda k, a: system.possible(k)),
    View(
        "/sys/devices/system/cpu/{cpu}/online",
        lambda k, a: f"{int(k.cpus[int(a['cpu'][3:])].online)}\n",
        lambda k, a, text: system.set_online(k, int(a["cpu"][3:]), text),
    ),
)

# Directories that exist without a file of ours in them.
EMPTY = (
    *(f"/sys/devices/virtual/workqueue/{name}" for name in workqueues.OTHERS),
    "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/class", "/sys/bus/platform/devices", "/sys/bus/platform/drivers",
    "/dev",
)  # fmt: skip


def _parameters_of_module(k: Kernel, args: Args) -> list[str]:
    if args["module"] == "workqueue":
        return []
    return [name for name, param in k.modules.list[args["module"]].params.by_name.items() if param.perm]


LEVELS: dict[str, Callable[[Kernel, Args], list[str]]] = {
    "pid": lambda k, a: [*(str(pid) for pid in sorted(k.tasks)), "self"],
    "cpu": lambda k, a: [f"cpu{cpu.id}" for cpu in k.cpus if cpu.id],  # CPU 0 of an x86 machine stays on line
    "module": lambda k, a: list(k.modules.list),
    "parameter": _parameters_of_module,
    "setting": lambda k, a: list(SETTINGS),
    "wq": lambda k, a: list(workqueues.exported(k)),
    "wq_file": lambda k, a: workqueues.names(workqueues.exported(k)[a["wq"]]),
    "wq_parameter": lambda k, a: workqueues.parameters(k),
}


def _matches(k: Kernel, pattern: list[str], path: list[str]) -> Args | None:
    """The placeholders' values where `path` fits the first levels of `pattern`."""
    args: Args = {}
    for wanted, level in zip(pattern, path, strict=False):
        if wanted.startswith("{"):
            if level not in LEVELS[wanted[1:-1]](k, args):
                return None
            args[wanted[1:-1]] = level
        elif wanted != level:
            return None
    return args


class Views:
    """The table over one kernel: the operations of a file system."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.patterns = [(view, view.pattern.strip("/").split("/")) for view in VIEWS]

    def find(self, path: str) -> tuple[View, Args] | None:
        """The file at a path."""
        levels = path.strip("/").split("/")
        for view, pattern in self.patterns:
            if len(pattern) == len(levels):
                args = _matches(self.k, pattern, levels)
                if args is not None:
                    return view, args
        return None

    def is_dir(self, path: str) -> bool:
        """Whether files lie below a path."""
        if path.startswith("/sys/module/") and path.count("/") == 3:
            return path[12:] in (*self.k.modules.list, "workqueue")
        levels = [level for level in path.split("/") if level]
        if any((empty + "/").startswith(path.rstrip("/") + "/") for empty in EMPTY):
            return True
        return any(
            len(pattern) > len(levels) and _matches(self.k, pattern, levels) is not None for _, pattern in self.patterns
        )

    def exists(self, path: str) -> bool:
        """A file or a directory."""
        return self.find(path) is not None or self.is_dir(path)

    def listdir(self, path: str) -> list[str]:
        """Names in a directory."""
        levels = [level for level in path.split("/") if level]
        found = []
        for _, pattern in self.patterns:
            args = _matches(self.k, pattern, levels) if len(pattern) > len(levels) else None
            if args is None:
                continue
            name = pattern[len(levels)]
            found += LEVELS[name[1:-1]](self.k, args) if name.startswith("{") else [name]
        prefix = path.rstrip("/") + "/"
        found += [empty[len(prefix) :].split("/")[0] for empty in EMPTY if empty.startswith(prefix)]
        return sorted(dict.fromkeys(found))

    def mode(self, path: str) -> int:
        """Permission bits."""
        found = self.find(path)
        if found is None:
            return 0o755
        view, args = found
        if "parameter" in args:
            perm: int = self.k.modules.list[args["module"]].params.by_name[args["parameter"]].perm
            return perm
        if args.get("wq_file") in workqueues.READ_ONLY or args.get("wq_parameter") == "power_efficient":
            return 0o444
        return (0o444 if view.read else 0) | (0o200 if view.write else 0)

    def open(self, path: str, flags: int) -> Blocking:
        """open(2): an OpenFile, or -errno."""
        found = self.find(path)
        if found is None:
            return -EISDIR if self.is_dir(path) else -ENOENT
        if writing(flags) and (found[0].write is None or not self.mode(path) & 0o222):
            return -EACCES
        return ViewFile(self.k, *found)
        yield


class ViewFile(OpenFile):
    """An open file of the kernel's own: made at the first read."""

    def __init__(self, k: Kernel, view: View, args: Args) -> None:
        self.k = k
        self.view = view
        self.args = args
        self.data: bytes | None = None
        self.at = 0

    def read(self, size: int) -> Blocking:
        """The next piece, or -errno."""
        if self.view.read is None:
            return -EINVAL
        if self.data is None:
            result = self.view.read(self.k, self.args)
            text = result if isinstance(result, str) else (yield from result)
            if isinstance(text, int):
                return text
            self.data = text.encode()
        piece = self.data[self.at : self.at + size]
        self.at += len(piece)
        return piece

    def write(self, data: bytes) -> Blocking:
        """Writes the file: how many bytes, or -errno."""
        if self.view.write is None:
            return -EACCES
        result = self.view.write(self.k, self.args, data.decode("utf-8", "replace"))
        error = result if isinstance(result, int) else (yield from result)
        return error if error < 0 else len(data)

    def seek(self, offset: int, whence: int) -> Blocking:
        """Another place of the text."""
        if whence == 2 or offset < 0:
            return -EINVAL
        self.at = offset + (self.at if whence else 0)
        return self.at
        yield
