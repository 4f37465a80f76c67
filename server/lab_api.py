"""The routes of the real kernel: the lab's state, recorded runs of the gallery, comparison with the simulator."""

from __future__ import annotations

import asyncio

import msgspec
from fastapi import APIRouter, Request, Response, WebSocket
from starlette.exceptions import HTTPException

from server import gallery, recorded
from server.lab_socket import LabSession
from server.labs import Lab, LabStatus
from server.runs import Refusal, Runs
from server.scenario import Machine, Scenario
from server.schemas import Answer, answers, body
from server.trace.ftrace_in import TraceTextError
from server.trace.table import Table
from server.validate import read
from server.vm.keep import subject
from server.vm.worker import Kept

router = APIRouter(prefix="/api", default_response_class=Answer)
RUNS_MAX = 12
REAL_PROFILE = "6.12"  # what Debian's kernel is
SOCKETS = "connections"
CHANGED = "the real runs are of another scenario: it was changed since"


class RealRuns(msgspec.Struct, frozen=True):
    """Recorded runs of a scenario: run 1 as messages of docs/protocol.md, its log, terminal; how many there are."""

    kernel: str
    accelerator: str
    date: str
    runs: int
    stale: bool
    dmesg: str
    output: str
    messages: list[msgspec.Raw]


class CompareRequest(msgspec.Struct, frozen=True):
    """Hold this scenario's simulated run against `runs` of the lab, the recorded ones of the gallery's `name`, or both.

    Recorded ones count beside runs of the lab only where they are of the same scenario.

    Moments are told of the first: of the first of `runs` where there are any.
    """

    scenario: msgspec.Raw
    name: str = ""
    runs: list[str] = []


class Compared(msgspec.Struct, frozen=True):
    """The facts, and what they were taken from.

    `runs` are of this lab, `recorded` of the gallery, on `date`. `machine` is what was simulated: the lab's, with
    as many CPUs as the scenario asks for, a plain 6.12, and what things cost where the real runs were made.
    """

    kernel: str
    runs: int
    recorded: int
    date: str
    machine: Machine
    table: Table


def lab_of(connection: Request | WebSocket) -> Lab:
    """The lab of the application behind a request."""
    lab = connection.app.state.lab
    assert isinstance(lab, Lab)
    return lab


def client_of(connection: Request | WebSocket) -> str:
    """Who asks, as far as limits go."""
    return connection.client.host if connection.client else "?"


@router.get("/lab", responses=answers(LabStatus))
async def lab(request: Request) -> Response:
    """Whether the real kernel can be run here, and what to do where it cannot."""
    return Answer(lab_of(request).status())


def recorded_of(name: str) -> tuple[gallery.Entry, recorded.Recorded]:
    """A scenario and its recorded runs. Raises 404."""
    entry = gallery.entries().get(name)
    if entry is None:
        raise HTTPException(404, f"no scenario '{name[:64]}' in the gallery: GET /api/scenarios lists them")
    found = recorded.of(entry)
    if found is None:
        raise HTTPException(404, f"nothing was recorded of '{name}' on a real kernel")
    return entry, found


@router.get("/scenarios/{name}/real", responses=answers(RealRuns, 404))
async def real(name: str) -> Response:
    """What was recorded of a scenario on a real kernel: to see and to compare where there is no lab."""
    entry, found = recorded_of(name)
    try:
        messages = await asyncio.to_thread(recorded.messages, found, entry)
    except TraceTextError:
        messages = ()
    return Answer(
        RealRuns(
            kernel=found.meta.kernel,
            accelerator=found.meta.accelerator,
            date=found.meta.date,
            runs=len(found.traces),
            stale=found.stale,
            dmesg=recorded.text(found, "dmesg"),
            output=recorded.text(found, "output"),
            messages=[msgspec.Raw(message) for message in messages],
        )
    )


@router.post("/compare", responses=answers(Compared, 404, 413, 422, 429, 503), openapi_extra=body(CompareRequest))
async def compare(request: Request) -> Response:
    """The facts of real runs, asked of the simulated one: held, red, or left open by the kernel itself."""
    runs = request.app.state.runs
    assert isinstance(runs, Runs)
    try:
        asked = msgspec.json.decode(await request.body(), type=CompareRequest)
    except msgspec.DecodeError as error:
        raise Refusal("input", f"not a comparison: {error}") from None
    limits = runs.cap(None)
    scenario, faults = read(bytes(asked.scenario), limits)
    if scenario is None:
        raise Refusal("input", faults[0].message)
    kernel, date, accelerator, references = "", "", "", []
    for run in [await finished_run(request, id_, scenario) for id_ in asked.runs[:RUNS_MAX]]:
        kernel, accelerator = run.kernel, run.accelerator
        references.append(run.trace)
    ran = len(references)
    entry = gallery.entries().get(asked.name)
    there = recorded_of(asked.name)[1] if not ran else recorded.of(entry) if entry else None
    if there is not None and there.meta.of == subject(scenario) and not scenario.actions:
        kernel, date = kernel or there.meta.kernel, there.meta.date
        accelerator = accelerator or there.meta.accelerator
        references += there.traces
    elif not ran:
        raise Refusal("input", CHANGED)
    machine = Machine(scenario.machine.cpus, kernel=REAL_PROFILE, costs="tcg" if accelerator == "tcg" else "hardware")
    scenario = msgspec.structs.replace(scenario, machine=machine)
    with runs.turn(client_of(request), "checks", runs.settings.checks_per_client):
        table = msgspec.json.decode(await runs.compare(scenario, limits, references), type=Table)
    return Answer(Compared(kernel, ran, len(references) - ran, date, machine, table))


async def finished_run(request: Request, id_: str, scenario: Scenario) -> Kept:
    """What is kept of a run of the lab, once it is over. Raises 404, or Refusal where it is of another scenario."""
    run = lab_of(request).known(id_)
    if run is not None:
        await run.done()
    if run is None or run.trace is None:
        raise HTTPException(404, "one of these runs is not kept (any more), or not finished")
    if subject(run.scenario) != subject(scenario) or run.scenario.actions != scenario.actions:
        raise Refusal("input", CHANGED)
    return run.trace


async def lab_socket(socket: WebSocket) -> None:
    """`/ws/vm`: real runs, for this server's own pages."""
    lab = lab_of(socket)
    try:
        with lab.runs.turn(client_of(socket), SOCKETS, lab.settings.sockets_per_client):
            await LabSession(socket, lab, client_of(socket)).serve()
    except Refusal:
        await socket.close(1013)
