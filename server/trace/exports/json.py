"""Everything as JSON objects, for scripts: the header, the events with their fields by name, and the timeline.

`times` are ns since boot; `origin_ns` is the module's init. Where the timeline points at something (`item`, `lane`,
`task`), that is an index of the list of this name. `open` is what Linux leaves open, where other runs were looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from server.trace import rows
from server.trace.causes import CODES
from server.trace.events import KINDS
from server.trace.infer import explained
from server.trace.recording import Event, Recording
from server.trace.stats import Stats
from server.trace.timeline import Timeline

VERSION = 1
_encode = msgspec.json.Encoder().encode


def write(recording: Recording) -> Iterator[bytes]:
    """One JSON object; an event, span or wait a line."""
    recording = explained(recording)
    timeline = Timeline(recording)
    timeline.feed()
    head: dict[str, object] = {"format": "wqplay", "version": VERSION, "header": recording.header}
    head |= {"outcome": recording.outcome, "diagnostics": recording.diagnostics, "digest": recording.digest()}
    head |= {"stats": Stats(timeline).message(), "tasks": recording.tasks}
    head["open"] = recording.opens
    head["objects"] = [
        {"kind": o.kind, "addr": f"{o.addr:x}", "name": o.name, "info": o.info} for o in recording.objects
    ]
    lanes = timeline.rows.current_lanes()
    head["lanes"] = [lanes[i] for i in sorted(lanes)]
    yield _encode(head)[:-1]
    yield from _list("events", (_event(recording, event) for event in recording.events()))
    yield from _list("items", _items(timeline))
    yield from _list("spans", _spans(timeline))
    yield from _list("waits", _waits(timeline))
    yield b"}\n"


def _list(name: str, values: Iterator[dict[str, object]]) -> Iterator[bytes]:
    yield b',\n"' + name.encode() + b'":['
    for i, value in enumerate(values):
        yield (b",\n" if i else b"\n") + _encode(value)
    yield b"]"


def _event(recording: Recording, event: Event) -> dict[str, object]:
    kind, task = KINDS[event.kind], recording.tasks[event.task]
    out: dict[str, object] = {"seq": event.seq, "t_ns": event.t_ns, "cpu": event.cpu, "task": event.task}
    out |= {"comm": task.comm, "pid": task.pid, "event": f"{kind.system}:{kind.name}"}
    if event.line >= 0:
        out["line"] = event.line
    return out | {"args": dict(zip(kind.fields, event.args, strict=True))}


def _items(timeline: Timeline) -> Iterator[dict[str, object]]:
    items, strings = timeline.rows.items, timeline.recording.strings
    for item in range(len(items)):
        wq = items.wq[item]
        row = timeline.recording.objects[items.object[item]]
        yield {
            "object": items.object[item],
            "name": row.name,
            "nth": items.nth[item],
            "workqueue": strings[wq] if wq >= 0 else None,
        }


def _spans(timeline: Timeline) -> Iterator[dict[str, object]]:
    spans = timeline.rows.spans
    for span in range(len(spans)):
        out: dict[str, object] = {"lane": spans.lane[span], "state": rows.STATES[spans.state[span]]}
        out |= {"start_ns": spans.start[span], "end_ns": spans.end[span] if spans.end[span] >= 0 else None}
        for name, column in (("item", spans.item), ("task", spans.task), ("line", spans.line)):
            if column[span] >= 0:
                out[name] = column[span]
        yield out


def _waits(timeline: Timeline) -> Iterator[dict[str, object]]:
    waits = timeline.rows.waits
    for wait in range(len(waits)):
        flat = waits.culprits[wait]
        out: dict[str, object] = {"cause": CODES[waits.cause[wait]], "why": timeline.lives.explainer.sentence(wait)}
        out |= {"start_ns": waits.start[wait], "end_ns": waits.end[wait] if waits.end[wait] >= 0 else None}
        out["culprits"] = [{rows.CULPRITS[flat[i]]: flat[i + 1]} for i in range(0, len(flat), 2)]
        out["basis"] = rows.BASIS[waits.basis[wait]]
        for name, column in (("item", waits.item), ("task", waits.task), ("line", waits.line)):
            if column[wait] >= 0:
                out[name] = column[wait]
        yield out
