"""A run of the lab in a process of its own, so that the server can end it at any moment and never parses a trace.

In: a line of JSON, a Job; then a line for each command that a person gives meanwhile. Out: length (4 bytes,
little-endian) and a packet, whose first byte says what it is:

    m  a message of docs/protocol.md, while the machine runs
    x  the same run once it is over, with its waits explained; from the first message, with what is open
    r  a Kept: the module's lines, for comparisons
    s  what it is at, a word of STAGES
    f  a Failure: the lab is at fault
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import msgspec

from server.jobs import Failure
from server.scenario import Diagnostic, Limits, Scenario
from server.trace import infer
from server.trace.frames import Frames
from server.trace.opens import opens
from server.trace.recording import Recording
from server.vm import kbuild, keep, packages, session, warm
from server.vm.channel import Channel
from server.vm.lab import LabError
from server.vm.machine import accelerator

LENGTH = struct.Struct("<I")
STAGES = ("boot", "build", "session")  # the kernel boots for the first time; kbuild is at work; the session runs
COMMAND_BYTES_MAX = 4096


class Job(msgspec.Struct, frozen=True):
    """What to run; `recorded` are the traces that there are of the same, to see what Linux leaves open."""

    scenario: Scenario
    limits: Limits
    run: str
    recorded: list[str] = []


class Kept(msgspec.Struct, frozen=True):
    """What a comparison needs of a finished run."""

    kernel: str
    accelerator: str
    trace: str


def packet(kind: bytes, content: bytes) -> None:
    """Writes one packet; a server that has gone ends this process."""
    try:
        data = LENGTH.pack(len(content) + 1) + kind + content
        while data:
            data = data[os.write(1, data) :]
    except OSError:
        os._exit(1)


def main() -> None:
    """One job, to its end."""
    try:
        _run(msgspec.json.decode(sys.stdin.buffer.readline(), type=Job))
    except LabError as error:
        packet(b"f", msgspec.json.encode(Failure("lab", str(error))))
    except Exception as error:  # ours: told as such
        traceback.print_exc(file=sys.stderr)
        text = f"this is a fault of the playground, not of your module: {type(error).__name__}: {error}"
        packet(b"f", msgspec.json.encode(Failure("internal", text)))
    os._exit(0)  # a thread still reads


def _run(job: Job) -> None:
    release = packages.kernel().release
    recording = Recording(session.header(job.scenario, release))
    frames = Frames(recording, job.run, job.limits, lambda message: packet(b"m", message))
    cpus = session.cpus_of(job.scenario)
    packet(b"s", b"build" if warm.ready(cpus) else b"boot")
    with ThreadPoolExecutor(1) as pool, _building(pool, job.scenario) as building, warm.machine(cpus) as machine:
        assert machine.port is not None
        Channel(machine.port).send("W", b"")
        if not building.done():
            packet(b"s", b"build")
        built = building.result()
        for diagnostic in built.diagnostics:
            frames.diagnostic(diagnostic)
        if built.ko is None:
            frames.error("input", "the module does not build")
            return
        packet(b"s", b"session")
        frames.timeline.has_sched = True
        run = session.Run(job.scenario, built.ko, job.limits, recording, lambda: _tick(frames))
        threading.Thread(target=_listen, args=(run,), daemon=True).start()
        result = run.execute_in(machine)
    frames.end(result.outcome)
    _after(job, recording, built.diagnostics, result)


@contextmanager
def _building(pool: ThreadPoolExecutor, scenario: Scenario) -> Iterator[Future[kbuild.Built]]:
    """The module is built while the machine starts and warms up."""
    yield pool.submit(session.build, scenario)


def _tick(frames: Frames) -> None:
    """Sends what there is: a measured run may cut by the clock."""
    if frames.recording.rows > frames.seq and frames.recording.header.origin_ns >= 0:
        frames.timeline.lives.pool_of_wq.update(infer.pools(frames.recording))
        frames.cut()


def _listen(run: session.Run) -> None:
    """Commands of a person beside the session; when the server closes its end, so do we."""
    while line := sys.stdin.buffer.readline(COMMAND_BYTES_MAX):
        try:
            run.act(msgspec.json.decode(line, type=str))
        except (msgspec.DecodeError, LabError):
            continue
    run.stop()


def _after(job: Job, recording: Recording, diagnostics: list[Diagnostic], result: session.Result) -> None:
    recording.diagnostics = diagnostics
    explained = infer.explained(recording)

    def tell(message: bytes) -> None:
        if job.recorded and message.startswith(b'{"type":"end"'):
            packet(b"x", msgspec.json.encode(opens(explained, (), job.recorded)))
        packet(b"x", message)

    Frames.replay(explained, job.run, job.limits, tell)
    lines = keep.own_lines(recording, result.lines)
    kept = Kept(recording.header.kernel, accelerator(), "\n".join(lines) + "\n")
    packet(b"r", msgspec.json.encode(kept))


if __name__ == "__main__":
    main()
