"""How far inferred causes agree with the engine's: a simulated recording, without its own events, is inferred anew."""

from __future__ import annotations

import msgspec

from server.trace import infer
from server.trace.causes import CODES
from server.trace.events import KINDS
from server.trace.recording import Recording
from server.trace.timeline import Timeline

# Pairs of which a trace cannot tell one from the other, and both are true.
SAME = {
    frozenset(("CPU_BUSY", "HIGHER_PRIORITY")),
    frozenset(("MAX_ACTIVE", "ORDERED")),
    frozenset(("CPU_BUSY", "WORKER_WAKING")),  # a worker that has the CPU and not yet its item
}


def stripped(recording: Recording) -> Recording:
    """The recording as a real kernel's trace would have it."""
    copy = Recording(msgspec.structs.replace(recording.header, producer="import"))
    for task in recording.tasks:
        copy.task(task.pid, task.comm, task.kind)
    for row in recording.objects:
        copy.obj(row.kind, row.addr, row.name, row.info)
    for event in recording.events():
        if KINDS[event.kind].system != "wqp":
            copy.event(event.t_ns, event.cpu, event.kind, event.task, event.line, event.args)
    return copy


def _waits(recording: Recording) -> dict[tuple[int, bool], list[tuple[int, int, str]]]:
    """By object, and whether it waited while it executed: start, end, cause.

    Not by life: one that was cancelled before it ran leaves no mark in a trace, so that the numbers differ.
    """
    timeline = Timeline(recording)
    timeline.feed()
    rows = timeline.rows
    out: dict[tuple[int, bool], list[tuple[int, int, str]]] = {}
    for wait in range(len(rows.waits)):
        item = rows.waits.item[wait]
        if item >= 0:
            end = rows.waits.end[wait] if rows.waits.end[wait] >= 0 else timeline.t_ns
            if end > rows.waits.start[wait]:
                key = (rows.items.object[item], rows.waits.task[wait] >= 0)
                out.setdefault(key, []).append((rows.waits.start[wait], end, CODES[rows.waits.cause[wait]]))
    return out


def compare(recording: Recording) -> tuple[int, int, int, list[str]]:
    """Waits that agree, that differ, that inference left open; and the differing ones in words."""
    engine, inferred = _waits(recording), _waits(infer.explained(stripped(recording)))
    agree = differ = unknown = 0
    words: list[str] = []
    for key, waits in inferred.items():
        for start, end, cause in waits:
            said: dict[str, int] = {}
            for a, b, other in engine.get(key, []):
                said[other] = said.get(other, 0) + max(min(b, end) - max(a, start), 0)
            truth = max(said, key=lambda c: said[c], default="")
            if cause == "UNKNOWN" or not truth or not said[truth]:
                unknown += 1
            elif cause == truth or frozenset((cause, truth)) in SAME:
                agree += 1
            else:
                differ += 1
                name = recording.objects[key[0]].name
                words.append(f"{name} {start / 1e6:.3f}-{end / 1e6:.3f}: {cause}, the engine said {truth}")
    return agree, differ, unknown, words
