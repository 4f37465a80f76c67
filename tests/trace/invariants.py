"""What must hold of every timeline; each check returns what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator

from server.trace.rows import ARMED, CANCELLED, RUNNING, STEPS
from server.trace.timeline import Timeline


def faults(timeline: Timeline) -> list[str]:
    """All that is wrong with a timeline."""
    return [*overlaps(timeline), *gaps(timeline), *order(timeline)]


def overlaps(timeline: Timeline) -> Iterator[str]:
    """Spans of one lane never overlap, and none ends before it starts."""
    spans, ends = timeline.rows.spans, dict[int, int]()
    names = {lane.id: lane.name for lane in timeline.rows.lanes}
    for span in sorted(range(len(spans)), key=lambda s: (spans.start[s], s)):
        lane, start, end = spans.lane[span], spans.start[span], spans.end[span]
        if lane < 0 or spans.state[span] == CANCELLED:
            continue
        if start < ends.get(lane, 0):
            yield f"{names[lane]}: span {span} starts at {start}, before {ends[lane]}"
        if 0 <= end < start:
            yield f"{names[lane]}: span {span} ends before it starts"
        ends[lane] = end if end >= 0 else timeline.t_ns


def gaps(timeline: Timeline) -> Iterator[str]:
    """The waits and running spans of an item cover its life, from its first step to its last, each moment once."""
    rows = timeline.rows
    steps: dict[int, list[tuple[int, str]]] = {}
    columns = rows.steps.columns
    for item, step, seq in zip(columns["item"], columns["step"], columns["seq"], strict=True):
        t_ns = next(timeline.recording.packed(seq, seq + 1))[0]
        steps.setdefault(item, []).append((t_ns, STEPS[step]))
    pieces: dict[int, list[tuple[int, int, str]]] = {}
    lanes = {lane.id: lane.kind for lane in rows.lanes}
    for span in range(len(rows.spans)):
        if rows.spans.item[span] >= 0 and rows.spans.state[span] == RUNNING and lanes[rows.spans.lane[span]] != "cpu":
            end = rows.spans.end[span]
            piece = (rows.spans.start[span], end if end >= 0 else timeline.t_ns, "running")
            pieces.setdefault(rows.spans.item[span], []).append(piece)
    for wait in range(len(rows.waits)):
        if rows.waits.item[wait] >= 0:
            end = rows.waits.end[wait]
            piece = (rows.waits.start[wait], end if end >= 0 else timeline.t_ns, f"wait {wait}")
            pieces.setdefault(rows.waits.item[wait], []).append(piece)
    for item, marks in steps.items():
        at, last = marks[0][0], marks[-1]
        for start, end, what in sorted(pieces.get(item, [])):
            if start != at:
                yield f"item {item}: {what} starts at {start}, where {at} was reached"
            at = end
        if last[1] in ("ended", "cancelled") and at != last[0]:
            yield f"item {item}: covered to {at}, but {last[1]} at {last[0]}"


def order(timeline: Timeline) -> Iterator[str]:
    """A life's steps come in the order of `STEPS`, and it ends once."""
    columns = timeline.rows.steps.columns
    seen: dict[int, list[int]] = {}
    for item, step in zip(columns["item"], columns["step"], strict=True):
        seen.setdefault(item, []).append(step)
    for item, steps in seen.items():
        if steps != sorted(steps) or len(set(steps)) != len(steps):
            yield f"item {item}: steps {[STEPS[s] for s in steps]}"
    spans = timeline.rows.spans
    for span in range(len(spans)):
        if spans.state[span] == ARMED and spans.lane[span] < 0:
            yield f"span {span}: armed on no lane"
