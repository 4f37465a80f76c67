"""What a child of the zygote does: one job, from its bytes to its answer.

Compile, simulate, cut into messages; or only compile; or write another format. It runs in a process of its own with
limits of its own, and may be killed at any moment.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator

import msgspec

from server import coursework, explore, imports
from server.cfront.compile import library, overlay
from server.jobs import (
    DONE,
    Checked,
    CheckJob,
    CompareJob,
    CourseJob,
    DrawJob,
    ExportJob,
    ImportJob,
    Job,
    JudgeJob,
    ModuleParam,
    OpenJob,
    PictureJob,
    QuizJob,
    RunJob,
    failed,
)
from server.prepare import compile_scenario, header
from server.scenario import Limits, Scenario
from server.sim import (
    InputError,
    run as _run_module,  # noqa: F401  loaded here, see warm()
    simulate,
)
from server.sim.cmodule.ir import AddrOf, GlobalDef, Init, Int, Str, Unit
from server.sim.kapi.registry import api
from server.sim.shell.session import prepare
from server.trace import compare, exports, ftrace, opens, table
from server.trace.expect import ExpectError
from server.trace.frames import Frames
from server.trace.gantt import DrawingError
from server.trace.recording import Recording

OPEN_NICE = 15  # what is open is looked for while no run wants the processor
OPEN_STEPS_MAX = 150_000  # of each seed, for that
OPEN_SECONDS = 6.0  # of processor time, for all

Write = Callable[[bytes], None]
_job = msgspec.json.Decoder(Job)


WARM = """#include <linux/module.h>
#include <linux/workqueue.h>
static void fn(struct work_struct *work) { pr_info("%d\\n", 1); }
static DECLARE_WORK(item, fn);
static int __init in(void) { schedule_work(&item); return 0; }
static void __exit out(void) { cancel_work_sync(&item); }
module_init(in);
module_exit(out);
MODULE_LICENSE("GPL");
"""


def warm() -> None:
    """Loads and does once what every job needs, in the process that the workers are forked from."""
    library()
    overlay()
    api()
    scenario = Scenario("warm", {"module.c": WARM}, "insmod warm.ko\nrmmod warm\ndmesg | tail -1\n")
    handle(msgspec.json.encode(RunJob(scenario, Limits(), "")), lambda message: None)


def handle(job: bytes, write: Write) -> None:
    """Does the job; whatever happens inside is told in the answer."""
    try:
        match _job.decode(job):
            case RunJob() as run:
                _run(run, write)
            case CheckJob() as check:
                write(msgspec.json.encode(_check(check)))
            case CompareJob() as comparison:
                _compare(comparison, write)
            case ImportJob() as trace:
                imports.import_trace(trace, write)
            case ExportJob() as export:
                _export(export, write)
            case OpenJob() as open_:
                _open(open_, write)
            case QuizJob() | DrawJob() | JudgeJob() | PictureJob() as course:
                _course(course, write)
        write(DONE)
    except MemoryError:
        write(failed("killed", "the run was ended: it ran out of memory"))
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # ours: told as such, with its place in the log
        traceback.print_exc(file=sys.stderr)
        write(
            failed(
                "internal", f"this is a fault of the playground, not of your module: {type(error).__name__}: {error}"
            )
        )


def _run(job: RunJob, write: Write) -> None:
    recording = Recording()
    frames = Frames(recording, job.run, job.limits, write)
    unit, diagnostics = compile_scenario(job.scenario, job.limits)
    for diagnostic in diagnostics:
        frames.diagnostic(diagnostic)
    if unit is None:
        frames.error("input", "the module does not compile")
        return
    recording.header = header(job.scenario)
    try:
        outcome = simulate(job.scenario, unit, job.limits, recording)
    except InputError as error:
        for diagnostic in error.diagnostics:
            frames.diagnostic(diagnostic)
        frames.error("input", "the session cannot run")
        return
    recording.outcome = outcome
    frames.end(outcome)


def _check(job: CheckJob) -> Checked:
    unit, diagnostics = compile_scenario(job.scenario, job.limits)
    session = prepare(job.scenario, job.limits).diagnostics
    return Checked(diagnostics + session, [] if unit is None else module_params(unit))


def _recorded(scenario: Scenario, limits: Limits, write: Write) -> tuple[Recording, Unit] | None:
    """The recording of a run, and its compiled module; None, and a Failure written, where there is none."""
    unit, diagnostics = compile_scenario(scenario, limits)
    if unit is None:
        write(failed("input", diagnostics[0].message if diagnostics else "the module does not compile"))
        return None
    recording = Recording(header(scenario))
    recording.diagnostics = diagnostics
    try:
        recording.outcome = simulate(scenario, unit, limits, recording)
    except InputError as error:
        write(failed("input", error.diagnostics[0].message))
        return None
    return recording, unit


def _export(job: ExportJob, write: Write) -> None:
    made = _recorded(job.scenario, job.limits, write)
    if made is not None:
        made[0].opens = job.open
        for part in exports.write(job.format, made[0]):
            write(part)


def _open(job: OpenJob, write: Write) -> None:
    os.nice(OPEN_NICE)
    made = _recorded(job.scenario, job.limits, write)
    if made is None:
        return
    recording, unit = made
    limits = explore.bounded(recording, job.limits, OPEN_STEPS_MAX)
    others = explore.beside(recording, job.scenario, unit, limits, explore.enough(recording, job.seeds - 1))
    write(msgspec.json.encode(opens.opens(recording, _within(others, OPEN_SECONDS), job.recorded)))


def _within(recordings: Iterator[Recording], seconds: float) -> Iterator[Recording]:
    """As many as come in so much processor time: a run of few events may take long, too."""
    ends = time.process_time() + seconds
    for recording in recordings:
        yield recording
        if time.process_time() > ends:
            return


def _compare(job: CompareJob, write: Write) -> None:
    made = _recorded(job.scenario, job.limits, write)
    if made is None:
        return
    recording, _ = made
    try:
        references = [compare.read(text.splitlines()) for text in job.references]
        candidate = compare.read(ftrace.lines(recording, ftrace.own_rows(recording)))
    except ValueError:  # a run in which the module never got to queue anything
        write(msgspec.json.encode(table.Table(True, len(job.references), [], [])))
        return
    write(msgspec.json.encode(table.table(candidate, references)))


def _course(job: CourseJob, write: Write) -> None:
    made = _recorded(job.scenario, job.limits, write)
    if made is None:
        return
    try:
        write(coursework.answer(job, *made))
    except (ExpectError, DrawingError) as error:
        write(failed("input", str(error)))


def module_params(unit: Unit) -> list[ModuleParam]:
    """The module's parameters with the values that its C gives them."""
    variables = {g.name: g for g in unit.globals}
    return [
        ModuleParam(p.name, p.kind, _initial(p.kind, variables.get(p.variable)), p.description, p.line, p.element)
        for p in unit.params
    ]


def _initial(kind: str, variable: GlobalDef | None) -> str:
    """The text that would set a parameter to its first value; "" where there is none to tell."""
    zero = {"charp": "", "string": "", "cb": "", "array": "", "bool": "N"}.get(kind, "0")
    if variable is None or not variable.inits:
        return zero
    return _text(kind, variable.inits[0]) or zero


def _text(kind: str, init: Init) -> str:
    value = init.value
    while isinstance(value, AddrOf):
        value = value.of
    if isinstance(value, Str):
        return value.data.rstrip(b"\0").decode("latin-1")
    if isinstance(value, Int) and kind == "bool":
        return "Y" if value.value else "N"
    return str(value.value) if isinstance(value, Int) and kind not in ("array", "cb", "charp") else ""
