"""A simulated process as its command sees it: arguments in, streams, files, time."""

from __future__ import annotations

import posixpath
from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.shell.command import Command, Options, Steps, UsageError, getopt
from server.sim.shell.streams import (
    EISDIR,
    Content,
    KernelFile,
    MemoryFile,
    Stream,
    check_signal,
)
from server.sim.views.openfiles import told
from server.sim.views.protocol import Kernel

if TYPE_CHECKING:
    from server.sim.shell.shell import Shell

ENOENT, EACCES = 2, 13
FLAGS = {"r": 0, "w": 0o1101, "a": 0o2101, "rw": 0o102}
STRERROR = {
    1: "Operation not permitted",
    2: "No such file or directory",
    3: "No such process",
    4: "Interrupted system call",
    5: "Input/output error",
    6: "No such device or address",
    7: "Argument list too long",
    8: "Exec format error",
    9: "Bad file descriptor",
    11: "Resource temporarily unavailable",
    12: "Cannot allocate memory",
    13: "Permission denied",
    14: "Bad address",
    16: "Device or resource busy",
    17: "File exists",
    19: "No such device",
    24: "Too many open files",
    29: "Illegal seek",
    20: "Not a directory",
    21: "Is a directory",
    22: "Invalid argument",
    25: "Inappropriate ioctl for device",
    27: "File too large",
    28: "No space left on device",
    30: "Read-only file system",
    32: "Broken pipe",
    33: "Numerical argument out of domain",
    34: "Numerical result out of range",
    38: "Function not implemented",
    61: "No data available",
    62: "Timer expired",
    71: "Protocol error",
    75: "Value too large for defined data type",
    84: "Invalid or incomplete multibyte or wide character",
    90: "Message too long",
    95: "Operation not supported",
    104: "Connection reset by peer",
    105: "No buffer space available",
    110: "Connection timed out",
    114: "Operation already in progress",
    115: "Operation now in progress",
    125: "Operation canceled",
}
HOME = "/root"
READ_MAX = 4 * 1024 * 1024  # what a command reads in all


def strerror(error: int) -> str:
    """The C library's words for an errno."""
    return STRERROR.get(error, f"Unknown error {error}")


class World:
    """What all shells of a run share: the files in memory and how many commands ran.

    `module` is the scenario's module name, `params` what each insmod of it gets that does not say otherwise.
    """

    def __init__(self, module: str, params: dict[str, str], files: dict[str, str]) -> None:
        self.module = module
        self.params = params
        self.room = [1024 * 1024]
        self.commands = 0
        self.killed = False  # whether `kill` has been used
        self.home = f"{HOME}/{module}"
        self.files: dict[str, Content] = {}
        for name in sorted(files):
            shown = f"{module}.c" if name == "module.c" else name
            self.files[f"{self.home}/{shown}"] = Content(files[name])
        self.files.setdefault(f"{self.home}/Makefile", Content(_MAKEFILE.format(module=module)))
        self.add_module(module)

    def add_module(self, name: str) -> None:
        """NAME.ko of another module of the scenario."""
        self.files[f"{self.home}/{name}.ko"] = Content("\x7fELF", 0o644)

    def is_dir(self, path: str) -> bool:
        """A directory that exists because a file in memory is in it, or one of the system's."""
        return path in _SYSTEM_DIRS or any(name.startswith(path.rstrip("/") + "/") for name in self.files)

    def listdir(self, path: str) -> list[str]:
        """Names of the files in memory and the directories below `path`."""
        prefix = path.rstrip("/") + "/"
        paths = (*self.files, *_SYSTEM_DIRS)
        return sorted(
            {name[len(prefix) :].split("/")[0] for name in paths if name.startswith(prefix) and name != prefix}
        )


_SYSTEM_DIRS = ("/", "/bin", "/dev", "/etc", "/proc", "/root", "/sbin", "/sys", "/tmp", "/lib/modules")
_MAKEFILE = """obj-m := {module}.o

KDIR ?= /lib/modules/$(shell uname -r)/build

all:
\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules

clean:
\t$(MAKE) -C $(KDIR) M=$(CURDIR) clean
"""


class Process:
    """One running command. `name` stands before its messages; a builtin runs in its shell's own task."""

    def __init__(self, shell: Shell, command: Command | None, name: str, fds: dict[int, Stream]) -> None:
        self.shell = shell
        self.k: Kernel = shell.k
        self.command = command
        self.name = name
        self.fds = fds
        self.files = shell.files

    # ---- output and input

    def out(self, text: str) -> Steps:
        """Writes to standard output; 0, or 1 after saying what went wrong. Costs a system call."""
        stream = self.fds.get(1)
        yield from self.spend(self.k.cost("syscall"))
        error = 0 if not text else (-9 if stream is None else (yield from stream.write(text)))
        if error < 0:
            yield from self.err(f"{self.title}: write error: {strerror(-error)}\n")
            return 1
        return 0

    def err(self, text: str) -> Steps:
        """Writes to standard error."""
        stream = self.fds.get(2)
        if stream is not None:
            yield from stream.write(text)
        return 1

    def complain(self, message: str, status: int = 1) -> Steps:
        """`name: message` on standard error; returns `status`."""
        yield from self.err(f"{self.name}: {message}\n")
        return status

    @property
    def title(self) -> str:
        """What busybox calls the program that a builtin runs in: sh."""
        return "sh" if self.command is not None and self.command.inside else self.name

    @property
    def stdin(self) -> Stream:
        """Standard input; an empty one if it is closed."""
        return self.fds.get(0) or Stream()

    def options(self, words: list[str]) -> Generator[None, None, Options | None]:
        """Options of the command line; None after a message about a wrong one."""
        assert self.command is not None
        try:
            return getopt(self.command, words)
        except UsageError as error:
            yield from self.err(f"{self.name}: {error.message}\nUsage: {self.command.usage}\n")
            return None

    # ---- time

    def spend(self, ns: int) -> Generator[None, None, None]:
        """Computes for `ns`; a pending signal ends the process here. Raises Killed."""
        yield from spend(self.k, ns)

    # ---- files

    def path(self, name: str) -> str:
        """A name as an absolute path."""
        return posixpath.normpath(posixpath.join(self.shell.cwd, name)).replace("//", "/")

    def exists(self, path: str) -> bool:
        """Whether an absolute path names anything."""
        world = self.shell.world
        return path == "/dev/null" or path in world.files or world.is_dir(path) or self.files.exists(path)

    def is_dir(self, path: str) -> bool:
        """Whether an absolute path names a directory."""
        return self.shell.world.is_dir(path) or (self.files.exists(path) and self.files.is_dir(path))

    def readable(self, path: str) -> bool:
        """Whether an absolute path names a file that the shell's own `cat` copies: not a device, which may sleep."""
        if self.is_dir(path) or self.files.device(path) >= 0:
            return False
        return self.exists(path) and (path in self.shell.world.files or bool(self.files.mode(path) & 0o444))

    def listdir(self, path: str) -> list[str]:
        """Names in a directory, sorted."""
        names = self.shell.world.listdir(path)
        if self.files.exists(path) and self.files.is_dir(path):
            names += self.files.listdir(path)
        return sorted(dict.fromkeys(names))

    def open(self, name: str, mode: str, more: int = 0) -> Generator[None, None, Stream | int]:
        """Opens a file: mode `r`, `w` (empties it), `a`, `rw`; `more` are flags of open(2). -errno where it cannot be.

        To be closed by `close`.
        """
        found = yield from self._open(name, mode, more)
        if not isinstance(found, int):
            self.shell.opened.append(found)
        return found

    def close(self, stream: Stream) -> Generator[None, None, None]:
        """Closes what `open` gave; a module's file is released at once."""
        self.shell.drop(stream)
        yield from self.files.finish()

    def _open(self, name: str, mode: str, more: int) -> Generator[None, None, Stream | int]:
        world = self.shell.world
        path = self.path(name)
        if path == "/dev/null":
            return Sink()
        if self.is_dir(path):
            return -EISDIR if mode != "r" else -EISDIR
        content = world.files.get(path)
        if content is None and self.files.exists(path):
            opened = yield from self.files.open(path, FLAGS[mode] | more)
            return -told(-opened) if isinstance(opened, int) else KernelFile(self.k, self.files, opened)
        if content is None:
            parent = posixpath.dirname(path)
            if mode == "r" or not world.is_dir(parent) or parent.startswith(("/proc", "/sys")):
                return -ENOENT
            content = world.files[path] = Content()
        if mode == "w":
            world.room[0] += len(content.text)
            content.text = ""
        return MemoryFile(content, world.room)

    def read_file(self, name: str) -> Generator[None, None, str | int]:
        """A file's text, or -errno."""
        yield from self.spend(3 * self.k.cost("syscall"))
        stream = yield from self.open(name, "r")
        if isinstance(stream, int):
            return stream
        text = yield from stream.everything(READ_MAX)
        yield from self.close(stream)
        if isinstance(stream, KernelFile) and stream.error:
            return -stream.error
        return text

    def inputs(self, files: list[str], message: str) -> Generator[None, None, list[tuple[str, str]]]:
        """(name, text) of each file, or of standard input; `message` takes {name} and {error} for one that fails."""
        out = []
        for name in files or ["-"]:
            if name == "-":
                out.append(("-", (yield from self.stdin.everything(READ_MAX))))
                continue
            text = yield from self.read_file(name)
            if isinstance(text, int):
                yield from self.err(f"{self.name}: {message.format(name=name, error=strerror(-text))}\n")
            else:
                out.append((name, text))
        return out


class Sink(Stream):
    """/dev/null."""

    def write(self, text: str) -> Steps:
        """Forgets."""
        return 0
        yield


def spend(k: Kernel, ns: int) -> Generator[None, None, None]:
    """User-mode time of the current task; a pending signal ends it afterwards. Raises Killed."""
    k.progress += 1
    yield from k.sched.user(ns)
    check_signal(k)
