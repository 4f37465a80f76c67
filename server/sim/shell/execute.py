"""Runs the tree of a session: lists, pipelines and compound commands, each a generator of the shell's task."""

from __future__ import annotations

from collections.abc import Callable

from server.sim.shell.command import Steps
from server.sim.shell.expand import ShellError, fields
from server.sim.shell.process import Sink
from server.sim.shell.shell import Exit, LoopControl, Shell
from server.sim.shell.simple import count, redirect, run_simple, wait_aloud
from server.sim.shell.streams import Pipe, Stream
from server.sim.shell.syntax import (
    AndOr,
    Command as Node,
    Compound,
    For,
    Group,
    If,
    Loop,
    Pipeline,
    Script,
    Simple,
    Subshell,
)
from server.trace.events import KIND_BY_NAME

COMMAND = KIND_BY_NAME["wqp:command"]


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
    task.deaf = True
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
        sh.status = yield from wait_aloud(sh, task)
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
        sh.drop(stream)
    yield from sh.files.finish()
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
