"""Runs the tree of a session: lists, pipelines, compound and simple commands, each a generator of the shell's task."""

from __future__ import annotations

from collections.abc import Callable, Generator

from server.sim.cmodule.faults import LimitReached
from server.sim.shell.command import Command, Steps, find
from server.sim.shell.expand import ShellError, fields, single
from server.sim.shell.process import EACCES, ENOENT, Process, Sink, spend, strerror
from server.sim.shell.shell import Exit, LoopControl, Shell
from server.sim.shell.streams import EISDIR, Pipe, Stream
from server.sim.shell.syntax import (
    AndOr,
    Compound,
    For,
    Group,
    If,
    Loop,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Subshell,
)
from server.sim.shell.syntax import Command as Node
from server.trace.events import KIND_BY_NAME

COMMANDS_MAX = 20_000
RedirectSteps = Generator[None, None, list[Stream] | None]
COMMAND = KIND_BY_NAME["wqp:command"]
EXEC = KIND_BY_NAME["sched_process_exec"]
SIGNALS = {
    4: "Illegal instruction",
    6: "Aborted",
    7: "Bus error",
    8: "Floating point exception",
    9: "Killed",
    11: "Segmentation fault",
    15: "Terminated",
}


def run_script(sh: Shell, script: Script) -> Steps:
    """All commands of a list; the last one's status."""
    for item in script.items:
        if item.background:
            yield from run_background(sh, item)
        else:
            yield from run_and_or(sh, item)
    return sh.status


def run_background(sh: Shell, item: AndOr) -> Steps:
    """`command &`: a child that nobody waits for yet."""
    child = sh.copy()
    child.replace(0, Sink())

    def body(own: Shell) -> Steps:
        if len(item.pipelines) == 1 and len(item.pipelines[0][1].commands) == 1:
            return run_command(own, item.pipelines[0][1].commands[0], child=True)
        return run_and_or(own, item)

    sh.k.emit(COMMAND, f"{item.text} &", -1)
    task = yield from sh.fork(child, body)
    sh.background = task.pid
    sh.jobs = [job for job in sh.jobs if job.state != "X"]
    sh.jobs.append(task)
    sh.status = 0
    sh.k.emit(COMMAND, f"{item.text} &", 0)
    return 0


def run_and_or(sh: Shell, item: AndOr) -> Steps:
    """Pipelines joined by `&&` and `||`."""
    last = len(item.pipelines) - 1
    for index, (op, pipeline) in enumerate(item.pipelines):
        if (op == "&&" and sh.status) or (op == "||" and not sh.status):
            continue
        sh.tested += index < last
        try:
            yield from run_pipeline(sh, pipeline)
        finally:
            sh.tested -= index < last
    return sh.status


def run_pipeline(sh: Shell, pipeline: Pipeline) -> Steps:
    """Commands joined by pipes, each in a child of its own; one alone runs in this shell."""
    told = any(isinstance(c, Simple) and c.words for c in pipeline.commands)
    if told:
        sh.k.emit(COMMAND, pipeline.text, -1)
    sh.tested += pipeline.negated
    try:
        if len(pipeline.commands) == 1:
            yield from run_command(sh, pipeline.commands[0])
        else:
            yield from run_pipes(sh, pipeline)
    finally:
        sh.tested -= pipeline.negated
    if pipeline.negated:
        sh.status = int(not sh.status)
    if told:
        sh.k.emit(COMMAND, pipeline.text, sh.status)
    if sh.status and sh.flags["errexit"] and not sh.tested and not pipeline.negated:
        raise Exit(sh.status)
    return sh.status


def run_pipes(sh: Shell, pipeline: Pipeline) -> Steps:
    """`a | b | c`: children connected by pipes; the status of the last."""
    tasks = []
    source: Stream | None = None
    for index, command in enumerate(pipeline.commands):
        child = sh.copy()
        if source is not None:
            child.replace(0, source)
        if index < len(pipeline.commands) - 1:
            pipe = Pipe(sh.k)
            child.replace(1, pipe.writer)
            source = pipe.reader
        tasks.append((yield from sh.fork(child, _child_body(command))))
    for task in tasks:
        sh.status = yield from sh.wait(task)
    return sh.status


def _child_body(command: Node) -> Callable[[Shell], Steps]:
    return lambda own: run_command(own, command, child=True)


def run_command(sh: Shell, command: Node, child: bool = False) -> Steps:
    """A simple or compound command. `child`: this process exists for it alone, so that it execs instead of forking."""
    try:
        if isinstance(command, Simple):
            sh.status = yield from run_simple(sh, command, child)
        else:
            sh.status = yield from run_compound(sh, command, child)
    except ShellError as error:
        yield from sh.process.err(f"sh: {error}\n")
        sh.status = 2
        if sh.forked:
            raise Exit(2) from None
    return sh.status


def run_compound(sh: Shell, command: Compound, child: bool) -> Steps:
    """A compound command within its redirections."""
    fds = dict(sh.fds)
    opened = yield from redirect(sh, command.redirects, fds)
    if opened is None:
        return 1
    kept, sh.fds = sh.fds, fds
    try:
        status = yield from run_body(sh, command, child)
    finally:
        sh.fds = kept
    for stream in opened:
        stream.close()
    return status


def run_body(sh: Shell, command: Compound, child: bool) -> Steps:
    """What is within a compound command."""
    body = command.body
    if isinstance(body, Group):
        return (yield from run_script(sh, body.body))
    if isinstance(body, Subshell):
        inner = body.body
        if child:
            return (yield from run_script(sh, inner))
        task = yield from sh.fork(sh.copy(), lambda own: run_script(own, inner))
        return (yield from sh.wait(task))
    if isinstance(body, If):
        return (yield from run_if(sh, body))
    if isinstance(body, For):
        words = yield from fields(sh, body.words)
        return (yield from run_for(sh, body, words))
    return (yield from run_loop(sh, body))


def condition(sh: Shell, script: Script) -> Steps:
    """A list whose status decides: set -e does not act in it."""
    sh.tested += 1
    try:
        return (yield from run_script(sh, script))
    finally:
        sh.tested -= 1


def run_if(sh: Shell, body: If) -> Steps:
    """if, elif, else."""
    for test, then in body.branches:
        if not (yield from condition(sh, test)):
            return (yield from run_script(sh, then))
    return (yield from run_script(sh, body.otherwise)) if body.otherwise is not None else 0


def run_for(sh: Shell, body: For, words: list[str]) -> Steps:
    """for: one round for each word."""
    status = 0
    for word in words:
        yield from count(sh)
        sh.variables[body.name] = word
        try:
            status = yield from _round(sh, body.body)
        except LoopControl as control:
            if _leaves(control):
                break
    return status


def run_loop(sh: Shell, body: Loop) -> Steps:
    """While and until."""
    status = 0
    while True:
        yield from count(sh)
        try:
            tested = yield from _tested(sh, body.condition)
            if bool(tested) != body.until:
                break
            status = yield from _round(sh, body.body)
        except LoopControl as control:
            if _leaves(control):
                break
    return status


def _round(sh: Shell, script: Script) -> Steps:
    sh.loops += 1
    try:
        return (yield from run_script(sh, script))
    finally:
        sh.loops -= 1


def _tested(sh: Shell, script: Script) -> Steps:
    sh.loops += 1
    try:
        return (yield from condition(sh, script))
    finally:
        sh.loops -= 1


def _leaves(control: LoopControl) -> bool:
    """Whether this loop ends; goes further up where more than one does."""
    if control.levels > 1:
        raise LoopControl(control.levels - 1, control.again)
    return not control.again


def count(sh: Shell) -> Steps:
    """One more command or round. Raises LimitReached."""
    sh.world.commands += 1
    if sh.world.commands > COMMANDS_MAX:
        raise LimitReached("commands", f"the session ran {COMMANDS_MAX} commands")
    yield from spend(sh.k, sh.k.cost("shell"))
    return 0


# ---- simple commands ------------------------------------------------------------------------------------------------


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
        stream.close()
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
    status = yield from sh.wait(task)
    if task.killed and status - 128 in SIGNALS:
        yield from sh.process.err(SIGNALS[status - 128] + "\n")
    return status


def _cat_inside(process: Process, words: list[str]) -> bool:
    """One readable file: the session's shell copies it itself, as the recorded sessions did."""
    return len(words) == 2 and not words[1].startswith("-") and not isinstance(process.open(words[1], "r"), int)


def exec_command(process: Process, command: Command, words: list[str]) -> Steps:
    """Execve in this process, then the program."""
    k = process.k
    task = k.current
    path = f"{command.path}/{process.name}"
    k.rename(task, process.name)
    k.emit(EXEC, path, task.pid, task.pid)
    yield from spend(k, k.cost("exec"))
    return (yield from command.run(process, words))


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
        mode = {"<": "r", ">": "w", ">>": "a", "<>": "a"}[one.op]
        found = sh.process.open(name, mode)
        if isinstance(found, int):
            yield from sh.process.err(f"sh: {_refusal(name, mode, -found)}\n")
            for stream in opened:
                stream.close()
            return None
        opened.append(found)
        fds[one.fd] = found
    return opened


def _refusal(name: str, mode: str, error: int) -> str:
    if mode == "r":
        return f"can't open {name}: " + ("no such file" if error == ENOENT else strerror(error))
    words = {ENOENT: "nonexistent directory", EISDIR: "Is a directory", EACCES: "Permission denied"}
    return f"can't create {name}: {words.get(error, strerror(error))}"
