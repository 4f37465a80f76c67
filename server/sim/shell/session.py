"""The two shell tasks of a run: the session itself, and the one that carries out a person's later actions."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from server.scenario import Diagnostic, Limits, Scenario
from server.sim.machine import Task
from server.sim.shell.command import Steps
from server.sim.shell.execute import run_script
from server.sim.shell.parser import parse
from server.sim.shell.process import World
from server.sim.shell.shell import Shell, life
from server.sim.shell.streams import Stream, Terminal
from server.sim.shell.syntax import Script
from server.sim.views.protocol import Blocking, Kernel

SESSION, ACTIONS = "1", "2"  # their terminals


class Prepared(msgspec.Struct):
    """A scenario's commands, parsed. `actions` are (ns after the origin, commands), in order of time."""

    script: Script
    actions: list[tuple[int, Script]]
    diagnostics: list[Diagnostic]
    world: World


def default_session(module: str) -> str:
    """What runs where a scenario has no session of its own."""
    return f"insmod {module}.ko\nsleep 10\nrmmod {module}\n"


def prepare(scenario: Scenario, limits: Limits) -> Prepared:
    """Parses session and actions. With an error among the diagnostics the run must not start. For one run only."""
    text = scenario.session_sh if scenario.session_sh.strip() else default_session(scenario.module_name)
    script, diagnostics = parse(text, limits)
    actions = []
    for number, action in enumerate(sorted(scenario.actions, key=lambda a: a.at_ns), 1):
        commands, faults = parse(action.command, limits, f"action {number}")
        actions.append((action.at_ns, commands))
        diagnostics += faults
    world = World(scenario.module_name, dict(scenario.params), {**scenario.files, "session.sh": scenario.session_sh})
    return Prepared(script, actions, diagnostics, world)


def _shell(k: Kernel, prepared: Prepared, terminal: str) -> Shell:
    fds: dict[int, Stream] = {0: Stream(), 1: Terminal(k, terminal), 2: Terminal(k, terminal)}
    sh = Shell(k, prepared.world, fds, run_script)
    sh.pid = k.current.pid
    return sh


def session(k: Kernel, prepared: Prepared) -> Steps:
    """The body of the session's task, comm `sh`: runs the script on terminal 1 and returns its status."""
    script = prepared.script
    return (yield from life(_shell(k, prepared, SESSION), lambda sh: run_script(sh, script)))


def action_task(k: Kernel, prepared: Prepared) -> Steps:
    """The body of the actions' task: sleeps, and starts each action in a child of its own when its time comes.

    The clock of actions starts at the origin (`at_origin`); until the first action's time nothing of them can be seen,
    so that runs which differ in later actions only have the same events up to there.
    """
    sh = _shell(k, prepared, ACTIONS)
    pending = list(prepared.actions)
    while True:
        while pending and k.origin_ns >= 0 and k.origin_ns + pending[0][0] <= k.cx.now:
            _, script = pending.pop(0)
            own = sh.copy()
            yield from sh.fork(own, _body(script))
        yield from k.sched.block("S", "TIMER", "", "what=action")


def _body(script: Script) -> Callable[[Shell], Steps]:
    return lambda own: run_script(own, script)


def at_origin(k: Kernel, prepared: Prepared, task: Task) -> None:
    """Called when the first module_init is entered: sets alarms that wake the actions' `task`, on CPU 0."""
    for at_ns, _ in prepared.actions:
        k.exec.interrupt_at(k.cpus[0], k.origin_ns + at_ns, lambda: _alarm(k, task))


def _alarm(k: Kernel, task: Task) -> Blocking:
    """The interrupt that a person's click is."""
    k.cx.now += k.cost("irq")
    if k.cx.now >= k.cx.horizon:
        yield None
    k.sched.wake_up(task)
