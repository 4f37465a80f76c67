"""One run from boot to outcome: the session's task, the person's actions, limits, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.scenario import Diagnostic, Limits, Outcome, Scenario
from server.sim import Ends, InputError
from server.sim.cmodule.faults import LimitReached
from server.sim.cmodule.image import lower
from server.sim.cmodule.lower_base import LowerError
from server.sim.kapi.registry import handler
from server.sim.kernel import Kernel
from server.sim.machine import Gen, Task
from server.sim.shell.session import Prepared, action_task, at_origin, prepare, session
from server.sim.stall import Watch, verdict, whereabouts

if TYPE_CHECKING:
    from server.sim.cmodule.ir import Unit
    from server.trace.events import Sink


def build(scenario: Scenario, unit: Unit, limits: Limits, sink: Sink, ends: tuple[Ends, ...] = ()) -> Kernel:
    """A booted kernel that can load the scenario's module. Raises InputError for an unknown profile or setting."""
    kernel = Kernel(scenario.machine, limits, scenario.seed, sink, handler, ends)
    for name, each in {scenario.module_name: unit, **unit.others}.items():
        kernel.modules.available[name] = (lower(each), each)
    return kernel


def _start(k: Kernel, comm: str, gen: Gen) -> Task:
    """A user task of the booted machine, runnable on CPU 0."""
    k.cpu = k.cpus[0]
    k.current = k.cpu.idle
    task = k.sched.fork(comm, gen, "session" if comm == "sh" else "action", cpu=0, pinned=True)
    return task


def run(scenario: Scenario, unit: Unit, limits: Limits, sink: Sink, ends: tuple[Ends, ...] = ()) -> Outcome:
    """See `server.sim.simulate`."""
    prepared = prepare(scenario, limits)
    if any(d.severity == "error" for d in prepared.diagnostics):
        raise InputError(prepared.diagnostics)
    try:
        return _run(build(scenario, unit, limits, sink, ends), unit, limits, prepared)
    except LowerError as error:  # C that the front end let through and that cannot be simulated
        raise InputError([Diagnostic(unit.files[0], error.line, 1, "error", "lower", error.message)]) from error


def _run(k: Kernel, unit: Unit, limits: Limits, prepared: Prepared) -> Outcome:
    for name in unit.others:
        prepared.world.add_module(name)
    shell = _start(k, "sh", session(k, prepared))
    actor = _start(k, "action", action_task(k, prepared))
    k.engine.until_ns = k.profile.boot_ns + limits.until_ns

    def origin_known() -> None:
        k.engine.until_ns = k.origin_ns + limits.until_ns
        at_origin(k, prepared, actor)

    k.at_origin = origin_known
    watch = Watch(k, shell, [at_ns for at_ns, _ in prepared.actions])
    try:
        k.engine.run()
        outcome = verdict(k, shell, watch)
    except LimitReached as limit:
        k.engine.stopped = True
        kind = "completed" if limit.name == "until" and shell.state == "X" else "limit"
        outcome = Outcome(kind, k.engine.time, "" if kind == "completed" else limit.message + whereabouts(k, limit))
    k.flush_events(1 << 62)
    return outcome
