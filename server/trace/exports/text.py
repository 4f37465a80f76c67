"""What each item did, as the tables in the kernel's workqueue documentation: `TIME IN MSECS` and `EVENT`.

Behind an event of which Linux leaves something open stands a number, and below the table what that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.trace.causes import CAUSES, CODES
from server.trace.infer import explained
from server.trace.recording import Recording
from server.trace.rows import BLOCKED, RUNNING, SLEEPING, STEPS
from server.trace.timeline import Timeline


def write(recording: Recording) -> Iterator[bytes]:
    """The table; times count from the module's init."""
    recording = explained(recording)
    timeline = Timeline(recording)
    timeline.feed()
    yield b" TIME IN MSECS\tEVENT\n"
    entries = sorted([*_steps(timeline), *_states(timeline)])
    opens = recording.opens.by_event() if recording.opens else {}
    notes: dict[str, int] = {}
    for t_ns, place, text in entries:
        facts = opens.get(place // 2, ()) if place % 2 == 0 else ()
        marks = "".join(f" [{notes.setdefault(fact.text, len(notes) + 1)}]" for fact in facts)
        yield f" {_time(t_ns - recording.origin())}\t{text}{marks}\n".encode()
    if recording.opens:
        yield "".join(f"\n{said}" for said in (recording.opens.summary, recording.opens.ends) if said).encode() + b"\n"
    for note, number in notes.items():
        yield f"[{number}] {note}\n".encode()


def _time(ns: int) -> str:
    sign, micros = ("-" if ns < 0 else ""), abs(ns) // 1000
    fraction = f"{micros % 1000:03d}".rstrip("0")
    return f"{sign}{micros // 1000}" + (f".{fraction}" if fraction else "")


def _name(timeline: Timeline, item: int) -> str:
    return timeline.recording.objects[timeline.rows.items.object[item]].name


def _steps(timeline: Timeline) -> Iterator[tuple[int, int, str]]:
    columns, recording = timeline.rows.steps.columns, timeline.recording
    words = {
        "armed": "is armed by {comm}",
        "queued": "is queued by {comm}",
        "started": "starts on {comm}, CPU {cpu}",
        "ended": "finishes",
        "cancelled": "is cancelled by {comm}",
    }
    for item, step, seq in zip(columns["item"], columns["step"], columns["seq"], strict=True):
        if STEPS[step] in words:
            event = next(recording.events(seq, seq + 1))
            comm = recording.tasks[event.task].comm
            yield event.t_ns, 2 * seq, f"{_name(timeline, item)} {words[STEPS[step]].format(comm=comm, cpu=event.cpu)}"


def _states(timeline: Timeline) -> Iterator[tuple[int, int, str]]:
    """Falling asleep and waking up while an item executes."""
    rows = timeline.rows
    spans, lanes = rows.spans, rows.current_lanes()
    chips = {span: CAUSES[CODES[rows.waits.cause[w]]].chip for w, span in enumerate(rows.waits.span)}
    asleep: set[int] = set()
    for span in range(len(spans)):
        item, state = spans.item[span], spans.state[span]
        lane = lanes.get(spans.lane[span])
        if item < 0 or lane is None or lane.kind not in ("worker", "task"):
            continue
        at = (spans.start[span], 2 * spans.seq[span] + 1)
        if state in (SLEEPING, BLOCKED):
            asleep.add(item)
            verb = "sleeps" if state == SLEEPING else "blocks"
            yield *at, f"{_name(timeline, item)} {verb} ({chips.get(span, 'unknown')})"
        elif state == RUNNING and item in asleep:
            asleep.discard(item)
            yield *at, f"{_name(timeline, item)} wakes up and runs"
