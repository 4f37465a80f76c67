"""A shell: its variables, open files and children. A fork copies it; `execute` runs trees in it."""

from __future__ import annotations

from collections.abc import Callable, Generator

from server.sim.cmodule.faults import Fault
from server.sim.machine import Task
from server.sim.shell.command import Steps
from server.sim.shell.process import HOME, Process, World, spend
from server.sim.shell.streams import Killed, Pipe, Stream
from server.sim.shell.syntax import Script
from server.sim.views.mounts import Mounts
from server.sim.views.protocol import Kernel

SIGKILL, SIGSEGV = 9, 11
OUTPUT_MAX = 64 * 1024  # of $(…)


class Exit(Exception):
    """`exit`, or a failed command under `set -e`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LoopControl(Exception):
    """`break` and `continue`: how many loops are left to leave."""

    def __init__(self, levels: int, again: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.again = again


class Shell:
    """The state of one shell. `run` is `execute.run_script`, given by whoever makes the first shell."""

    def __init__(self, k: Kernel, world: World, fds: dict[int, Stream], run: Callable[[Shell, Script], Steps]) -> None:
        self.k = k
        self.world = world
        self.fds = fds
        self.run = run
        self.files = Mounts(k)
        self.variables = {"HOME": HOME, "PATH": "/sbin:/usr/sbin:/bin:/usr/bin", "PWD": world.home, "USER": "root"}
        self.opened: list[Stream] = []  # by commands and redirections: closed with the process where nothing else does
        self.flags = {"errexit": False, "nounset": False, "xtrace": False}
        self.cwd = world.home
        self.status = 0
        self.pid = 0  # of the session's shell: $$
        self.background = 0  # $!
        self.jobs: list[Task] = []
        self.loops = 0
        self.tested = 0  # within a condition: set -e does not act
        self.substituted = False  # a $(…) of the current command set the status
        self.forked = False

    @property
    def process(self) -> Process:
        """The shell's own view of files and streams."""
        return Process(self, None, "sh", self.fds)

    def parameter(self, name: str) -> str | None:
        """The value of `$name`; None if it is not set."""
        special = {
            "?": str(self.status),
            "$": str(self.pid),
            "!": str(self.background) if self.background else "",
            "#": "0",
            "0": "sh",
            "@": "",
            "*": "",
            "-": "".join(f[0] for f in self.flags if self.flags[f]),
        }
        return special[name] if name in special else self.variables.get(name)

    def copy(self) -> Shell:
        """The child of a fork."""
        child = Shell(self.k, self.world, {fd: stream.share() for fd, stream in self.fds.items()}, self.run)
        child.files = self.files
        child.variables = dict(self.variables)
        child.flags = dict(self.flags)
        child.cwd, child.status, child.pid, child.background = self.cwd, self.status, self.pid, self.background
        child.tested = self.tested
        child.forked = True
        return child

    def close(self) -> None:
        """The process ends: its files are closed."""
        fds, self.fds = self.fds, {}
        opened, self.opened = self.opened, []
        for stream in (*fds.values(), *opened):
            stream.close()

    def drop(self, stream: Stream) -> None:
        """Closes a file that a command or a redirection of this shell opened."""
        self.opened = [other for other in self.opened if other is not stream]
        stream.close()

    def replace(self, fd: int, stream: Stream) -> None:
        """dup2: `stream`, whose holder is this shell from now on, becomes `fd`."""
        old = self.fds.get(fd)
        self.fds[fd] = stream
        if old is not None:
            old.close()

    def fork(self, child: Shell, body: Callable[[Shell], Steps]) -> Generator[None, None, Task]:
        """A child process that runs `body` in `child`, on this process's CPUs."""
        k = self.k
        yield from spend(k, k.cost("fork"))
        task = k.sched.fork("sh", life(child, body), "command", cpu=k.cpu.id)
        task.allowed = k.current.allowed
        task.deaf = k.current.deaf
        return task

    def wait(self, task: Task) -> Steps:
        """waitpid: the status of a child, 128 + signal if one killed it."""
        code: int = yield from self.k.sched.wait_exit(task)
        yield from spend(self.k, self.k.cost("waitpid"))
        return 128 + code if task.killed else code

    def substitute(self, body: Script) -> Generator[None, None, str]:
        """What the commands of `$(…)` write."""
        pipe = Pipe(self.k)
        child = self.copy()
        child.replace(1, pipe.writer)
        task = yield from self.fork(child, lambda sh: self.run(sh, body))
        text = yield from pipe.reader.everything(OUTPUT_MAX)
        pipe.reader.close()
        self.status = yield from self.wait(task)
        self.substituted = True
        return text[:OUTPUT_MAX].rstrip("\n")


def life(child: Shell, body: Callable[[Shell], Steps]) -> Steps:
    """A process from fork to exit."""
    k = child.k
    status = 0
    try:
        status = yield from body(child)
    except Exit as done:
        status = done.status
    except LoopControl:
        status = 0
    except Killed as killed:
        k.current.killed = True
        status = killed.signal
    except Fault as fault:
        k.oops.in_task(k.current, fault)
        if k.engine.stopped:
            return 0
        k.current.preempt = 0  # make_task_dead(): what follows is an exit as any, which may sleep
        status = SIGSEGV if fault.dies else SIGKILL
    yield from k.sched.user(k.cost("exit"))
    child.close()
    yield from child.files.finish()
    return status & 255
