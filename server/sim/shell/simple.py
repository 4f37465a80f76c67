"""Simple commands: words expanded, files opened, and the command run in the shell or in a process of its own."""

from __future__ import annotations

from collections.abc import Generator

from server.sim.cmodule.faults import LimitReached
from server.sim.machine import Task
from server.sim.shell.command import Command, Steps, find
from server.sim.shell.expand import fields, single
from server.sim.shell.process import EACCES, ENOENT, Process, spend, strerror
from server.sim.shell.shell import Shell
from server.sim.shell.streams import EISDIR, Stream
from server.sim.shell.syntax import Redirect, Simple
from server.trace.events import KIND_BY_NAME

COMMANDS_MAX = 20_000
COMMAND_LINE_MAX = 4096
EXEC = KIND_BY_NAME["sched_process_exec"]
SIGNALS = {
    4: "Illegal instruction",
    6: "Aborted",
    7: "Bus error",
    8: "Floating point exception",
    1: "Hangup",
    3: "Quit",
    9: "Killed",
    10: "User defined signal 1",
    11: "Segmentation fault",
    12: "User defined signal 2",
    14: "Alarm clock",
    15: "Terminated",
}
RedirectSteps = Generator[None, None, list[Stream] | None]


def count(sh: Shell) -> Steps:
    """One more command or round. Raises LimitReached."""
    sh.world.commands += 1
    if sh.world.commands > COMMANDS_MAX:
        raise LimitReached("commands", f"the session ran {COMMANDS_MAX} commands")
    yield from spend(sh.k, sh.k.cost("shell"))
    return 0


def run_simple(sh: Shell, simple: Simple, child: bool) -> Steps:
    """Expands a command's words, opens its files and runs it."""
    yield from count(sh)
    sh.substituted = False
    words = yield from fields(sh, simple.words)
    values = []
    for assignment in simple.assignments:
        values.append((assignment.name, (yield from single(sh, assignment.word))))
    while words[:1] == ["sudo"]:
        words = without_sudo(words)
    if sh.flags["xtrace"]:
        shown = [f"{name}={value}" for name, value in values] + words
        yield from sh.process.err("+ " + " ".join(shown) + "\n")
    fds = dict(sh.fds)
    opened = yield from redirect(sh, simple.redirects, fds)
    if opened is None:
        return 1
    if not words:
        sh.variables.update(values)
        status = sh.status if sh.substituted else 0
    else:
        status = yield from _run_words(sh, words, values, fds, child)
    for stream in opened:
        sh.drop(stream)
    yield from sh.files.finish()
    return status


def _run_words(
    sh: Shell, words: list[str], values: list[tuple[str, str]], fds: dict[int, Stream], child: bool
) -> Steps:
    kept = {name: sh.variables.get(name) for name, _ in values}
    sh.variables.update(values)
    try:
        return (yield from run_words(sh, words, fds, child))
    finally:
        for name, value in kept.items():
            if value is None:
                sh.variables.pop(name, None)
            else:
                sh.variables[name] = value


def without_sudo(words: list[str]) -> list[str]:
    """The command behind `sudo` and its options: the session is root's anyway."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 1
    return words[at:] or ["sudo-usage"]


def run_words(sh: Shell, words: list[str], fds: dict[int, Stream], child: bool) -> Steps:
    """A command by its fields: in the shell, or as a process of its own."""
    if words == ["sudo-usage"]:
        yield from Process(sh, None, "sudo", fds).err("usage: sudo command\n")
        return 1
    command = find(words[0])
    name = words[0].rpartition("/")[2]
    process = Process(sh, command, name, fds)
    if command is None:
        yield from process.err(f"sh: {words[0]}: not found\n")
        return 127
    if command.inside or (name == "cat" and _cat_inside(process, words)):
        return (yield from command.run(process, words))
    if child:
        return (yield from exec_command(process, command, words))
    own = sh.copy()
    for fd, stream in fds.items():
        if own.fds.get(fd) is not stream:
            own.replace(fd, stream.share())
    for fd in [fd for fd in own.fds if fd not in fds]:
        own.fds.pop(fd).close()
    task = yield from sh.fork(own, lambda it: exec_command(Process(it, command, name, it.fds), command, words))
    return (yield from wait_aloud(sh, task))


def wait_aloud(sh: Shell, task: Task) -> Steps:
    """sh.wait(), which says of which signal the child died; of SIGINT and SIGPIPE nothing."""
    status = yield from sh.wait(task)
    if task.killed and status - 128 in SIGNALS:
        yield from sh.process.err(SIGNALS[status - 128] + "\n")
    return status


def _cat_inside(process: Process, words: list[str]) -> bool:
    """One readable file: the session's shell copies it itself, as the recorded sessions did."""
    return len(words) == 2 and not words[1].startswith("-") and process.readable(process.path(words[1]))


def exec_command(process: Process, command: Command, words: list[str]) -> Steps:
    """Execve in this process, then the program."""
    k = process.k
    task = k.current
    path = f"{command.path}/{process.name}"
    k.rename(task, process.name)
    task.desc = " ".join(words)[:COMMAND_LINE_MAX]
    k.emit(EXEC, path, task.pid, task.pid)
    yield from spend(k, k.cost("exec") + (k.cost("kmod") if _is_kmod(process, words) else 0))
    return (yield from command.run(process, words))


def _is_kmod(process: Process, words: list[str]) -> bool:
    """Whether kmod runs, with its shared libraries; in the recorded sessions busybox removes a module that is there."""
    if process.name != "rmmod" or not process.k.busybox_rmmod:
        return process.name in ("insmod", "modprobe", "rmmod")
    return words[-1].removesuffix(".ko").replace("-", "_") not in process.k.modules.list


def exec_words(process: Process, words: list[str]) -> Steps:
    """A process becomes another program: `taskset`. 127 if there is none."""
    command = find(words[0])
    if command is None:
        return (yield from process.complain(f"can't execute '{words[0]}': No such file or directory", 127))
    name = words[0].rpartition("/")[2]
    return (yield from exec_command(Process(process.shell, command, name, process.fds), command, words))


# ---- redirections ---------------------------------------------------------------------------------------------------


def redirect(sh: Shell, redirects: tuple[Redirect, ...], fds: dict[int, Stream]) -> RedirectSteps:
    """Opens a command's files into `fds`; the streams to close afterwards, or None after a message."""
    opened: list[Stream] = []
    for one in redirects:
        name = yield from single(sh, one.target)
        if one.op in (">&", "<&"):
            if name == "-":
                fds.pop(one.fd, None)
                continue
            stream = fds.get(int(name)) if name.isdigit() else None
            if stream is None:
                yield from sh.process.err(f"sh: {name}: Bad file descriptor\n")
                return None
            fds[one.fd] = stream
            continue
        mode = {"<": "r", ">": "w", ">>": "a", "<>": "rw"}[one.op]
        found = yield from sh.process.open(name, mode)
        if isinstance(found, int):
            yield from sh.process.err(f"sh: {_refusal(name, mode, -found)}\n")
            for stream in opened:
                sh.drop(stream)
            yield from sh.files.finish()
            return None
        opened.append(found)
        fds[one.fd] = found
    return opened


def _refusal(name: str, mode: str, error: int) -> str:
    if mode == "r":
        return f"can't open {name}: " + ("no such file" if error == ENOENT else strerror(error))
    words = {ENOENT: "nonexistent directory", EISDIR: "Is a directory", EACCES: "Permission denied"}
    return f"can't create {name}: {words.get(error, strerror(error))}"
