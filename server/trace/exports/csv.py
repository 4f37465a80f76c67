"""Events as comma-separated values, one row each (RFC 4180); the last column says what Linux leaves open of it."""

from __future__ import annotations

from collections.abc import Iterator

from server.trace import ftrace
from server.trace.events import KINDS
from server.trace.recording import Recording

COLUMNS = ("seq", "time_ns", "since_init_ns", "cpu", "comm", "pid", "line", "system", "event", "details", "open")


def write(recording: Recording) -> Iterator[bytes]:
    """A header row, then the events."""
    yield (",".join(COLUMNS) + "\r\n").encode()
    origin_ns = recording.origin()
    opens = recording.opens.by_event() if recording.opens else {}
    for event in recording.events():
        task, kind = recording.tasks[event.task], KINDS[event.kind]
        details = ftrace.event_text(recording, event).partition(": ")[2].strip()
        line = event.line if event.line >= 0 else ""
        row = (event.seq, event.t_ns, event.t_ns - origin_ns, event.cpu, task.comm, task.pid, line)
        left = " ".join(fact.text for fact in opens.get(event.seq, ()))
        yield (",".join(map(_quoted, (*row, kind.system, kind.name, details, left))) + "\r\n").encode()


def _quoted(value: object) -> str:
    text = str(value)
    if any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
