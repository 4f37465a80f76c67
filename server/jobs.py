"""What the server asks of a worker process, and what comes back: plain data, as JSON over a pipe.

An answer is a series of frames: protocol messages or parts of a file; `!` and a Failure where the job cannot be done;
an empty frame closes it. Whoever dies before has not finished.
"""

from __future__ import annotations

import msgspec

from server.scenario import Diagnostic, Limits, Scenario
from server.trace.gantt import Bar
from server.trace.opens import Opens

DONE = b""


class RunJob(msgspec.Struct, frozen=True, tag="run"):
    """Compile and simulate, writing the messages of the protocol."""

    scenario: Scenario
    limits: Limits
    run: str


class CheckJob(msgspec.Struct, frozen=True, tag="check"):
    """Compile and read the session; the answer is a Checked."""

    scenario: Scenario
    limits: Limits


class ExportJob(msgspec.Struct, frozen=True, tag="export"):
    """Compile and simulate, then write the recording in another format; `open` is the answer to an OpenJob about it."""

    scenario: Scenario
    limits: Limits
    format: str
    open: Opens | None = None


class OpenJob(msgspec.Struct, frozen=True, tag="open"):
    """Compile and simulate, then see what is open in the run, from `seeds` seeds and the recorded traces: an Opens."""

    scenario: Scenario
    limits: Limits
    seeds: int
    recorded: list[str]


class CompareJob(msgspec.Struct, frozen=True, tag="compare"):
    """Compile and simulate, then hold the run against traces of the real kernel; the answer is a Table."""

    scenario: Scenario
    limits: Limits
    references: list[str]


class QuizJob(msgspec.Struct, frozen=True, tag="quiz"):
    """Compile and simulate, then ask about the run; `answers` are those given so far. The answer is a QuizState."""

    scenario: Scenario
    limits: Limits
    seed: int
    count: int
    answers: list[int]
    kinds: list[str] = []


class DrawJob(msgspec.Struct, frozen=True, tag="draw"):
    """Compile and simulate, then have drawn what comes next; `bars` is the drawing, None before. A DrawState."""

    scenario: Scenario
    limits: Limits
    seed: int
    bars: list[Bar] | None = None


class JudgeJob(msgspec.Struct, frozen=True, tag="judge"):
    """Compile and simulate, then ask a goal of the run; the answer is a Judgement."""

    scenario: Scenario
    limits: Limits
    goal: list[str]


class PictureJob(msgspec.Struct, frozen=True, tag="picture"):
    """Compile and simulate, then draw the lanes, with the playhead `t_ns` after the origin (-1: without)."""

    scenario: Scenario
    limits: Limits
    t_ns: int
    format: str  # svg | png


class ImportJob(msgspec.Struct, frozen=True, tag="import"):
    """The messages of a recorded trace, from its text."""

    text: str
    limits: Limits


CourseJob = QuizJob | DrawJob | JudgeJob | PictureJob
Job = ImportJob | RunJob | CheckJob | ExportJob | OpenJob | CompareJob | QuizJob | DrawJob | JudgeJob | PictureJob


class ModuleParam(msgspec.Struct, frozen=True):
    """A `module_param` as a control of the page: `kind` as in the macro (`int`, `bool`, `charp`, …, `array`, `cb`)."""

    name: str
    kind: str
    default: str
    description: str
    line: int
    element: str = ""


class Checked(msgspec.Struct, frozen=True):
    """The answer to a check: no errors among the diagnostics means that the scenario would run."""

    diagnostics: list[Diagnostic]
    params: list[ModuleParam]


class Failure(msgspec.Struct, frozen=True):
    """Why a job could not be done; `code` as in the protocol's `error`."""

    code: str
    message: str


def failed(code: str, message: str) -> bytes:
    """The frame of a Failure."""
    return b"!" + msgspec.json.encode(Failure(code, message))
