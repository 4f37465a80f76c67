"""Runs of the gallery's scenarios that were recorded on a real kernel: what there is of it without a lab.

scenarios/NAME/real/real.json       kernel, date, of what (`server/vm/keep.py: Meta`)
                    trace.K.txt     the module's own lines of run K: what a comparison reads
                    sched.1.txt     run 1 with the scheduler's lines: what the lanes show
                    dmesg.K.txt     the kernel log      output.K.txt  what the session printed
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import msgspec

from server import gallery
from server.gallery import ROOT
from server.scenario import Limits, Machine, Scenario
from server.trace import ftrace_in, infer
from server.trace.frames import Frames
from server.trace.opens import opens
from server.vm.keep import Meta, subject

KEPT = 32  # scenarios whose messages are kept


class Recorded(msgspec.Struct, frozen=True):
    """What was recorded of one scenario. `stale`: the scenario has changed since."""

    meta: Meta
    stale: bool
    traces: list[str]
    folder: Path


def load(folder: Path, entry: gallery.Entry) -> Recorded | None:
    """The recorded runs below a scenario's folder, or None. Raises OSError or DecodeError where they are damaged."""
    real = folder / "real"
    if not (real / "real.json").exists():
        return None
    meta = msgspec.json.decode((real / "real.json").read_bytes(), type=Meta)
    texts = [path.read_text() for path in sorted(real.glob("trace.*.txt"))]
    return Recorded(meta, meta.of != subject(entry.scenario), texts, real)


@cache
def _all() -> dict[str, Recorded | None]:
    return {name: load(ROOT / "scenarios" / name, entry) for name, entry in gallery.entries().items()}


@cache
def _by_subject() -> dict[str, list[str]]:
    return {r.meta.of: r.traces for r in _all().values() if r is not None and not r.stale}


def traces(scenario: Scenario) -> list[str]:
    """The traces of what a real kernel did with a scenario, as far as the gallery has them."""
    return [] if scenario.actions else _by_subject().get(subject(scenario), [])


def of(entry: gallery.Entry) -> Recorded | None:
    """The recorded runs of a scenario of the gallery; read once."""
    return _all()[entry.name]


@lru_cache(KEPT)
def _messages(name: str, folder: Path, kernel: str, cpus: int, title: str) -> tuple[bytes, ...]:
    lines = (folder / "sched.1.txt").read_text().splitlines()
    recording, _ = ftrace_in.read(lines, name)
    header = recording.header
    header.producer, header.title, header.machine = "vm", title, Machine(cpus=cpus, kernel="6.12")
    header.kernel = kernel
    out: list[bytes] = []
    told = infer.explained(recording)
    Frames.replay(told, "", Limits(), out.append)
    others = [path.read_text() for path in sorted(folder.glob("trace.*.txt")) if path.name != "trace.1.txt"]
    return (*out, msgspec.json.encode(opens(told, (), others)))


def messages(recorded: Recorded, entry: gallery.Entry) -> tuple[bytes, ...]:
    """Run 1 as the messages of docs/protocol.md, and what the other runs have otherwise.

    Raises TraceTextError where nothing was recorded that has lanes.
    """
    scenario = entry.scenario
    kernel, cpus = recorded.meta.kernel, scenario.machine.cpus
    return _messages(scenario.module_name, recorded.folder, kernel, cpus, scenario.title)


def text(recorded: Recorded, name: str) -> str:
    """A file of run 1: `dmesg` or `output`."""
    path = recorded.folder / f"{name}.1.txt"
    return path.read_text() if path.exists() else ""
