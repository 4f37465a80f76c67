"""Where in a timeline open facts show: the spans in which their events are, and the waits whose cause rests on one.

A wait rests on a fact where, had it gone the other way, the wait would not be, or be for another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from server.trace.causes import CODES
from server.trace.rows import ITEM, RUNNING, STEPS, TASK
from server.trace.timeline import Timeline

if TYPE_CHECKING:
    from server.trace.opens import Open

_PLACES = {
    "CONCURRENCY": "cpu",
    "CPU_BUSY": "cpu",
    "HIGHER_PRIORITY": "cpu",
    "NO_IDLE_WORKER": "worker",
    "RESCUER": "worker",
}


def spans(timeline: Timeline, facts: Sequence[Open]) -> list[tuple[int, int]]:
    """Spans in which an item executes and something is open: their numbers, each with an index of `facts`."""
    rows = timeline.rows
    item_at = dict(zip(rows.steps.columns["seq"], rows.steps.columns["item"], strict=True))
    found: dict[int, list[tuple[int, int]]] = {}  # by item: event, fact
    for number, fact in enumerate(facts):
        for seq in (fact.seq, fact.other):
            if seq in item_at:
                found.setdefault(item_at[seq], []).append((seq, number))
    columns, pairs = rows.spans, list[tuple[int, int]]()
    for span, item in enumerate(columns.item):
        if item in found and columns.state[span] == RUNNING:
            first, last = columns.seq[span], columns.last[span]
            pairs += [(span, number) for seq, number in found[item] if first <= seq and (last < 0 or seq <= last)]
    return pairs


class Resting:
    """Holds the waits of a timeline against what is open: orders by their two events, all by sort and first event."""

    def __init__(
        self, timeline: Timeline, orders: Mapping[tuple[int, int], Open], facts: Mapping[tuple[str, int], Open]
    ) -> None:
        self.timeline = timeline
        self.rows = timeline.rows
        self.orders = orders
        self.facts = facts
        columns = self.rows.steps.columns
        self.steps: dict[tuple[int, str], int] = {}  # the event, by item and step
        for item, step, seq in zip(columns["item"], columns["step"], columns["seq"], strict=True):
            self.steps[item, STEPS[step]] = seq
        self.doing = self._doing()

    def waits(self) -> dict[int, Open]:
        """The fact on which a wait rests, by the wait's number."""
        waits = self.rows.waits
        found: dict[int, Open] = {}
        if not self.facts:
            return found
        for wait, item in enumerate(waits.item):
            if item < 0 or waits.end[wait] == waits.start[wait]:
                continue
            fact = self._order(wait, item)
            if fact is None and waits.task[wait] < 0:
                place = _PLACES.get(CODES[waits.cause[wait]], "")
                fact = self.facts.get((place, self.steps.get((item, "started"), -1)))
            if fact is not None:
                found[wait] = fact
        return found

    def _order(self, wait: int, item: int) -> Open | None:
        """It waits for another item, and which of the two is first to start, or to end, is open."""
        steps = ("started",) if self.rows.waits.task[wait] < 0 else ("started", "ended")  # while it executes: both
        flat = self.rows.waits.culprits[wait]
        for sort, index in zip(flat[::2], flat[1::2], strict=True):
            other = index if sort == ITEM else self._item_of(index, wait) if sort == TASK else -1
            for mine, its in product(steps, ("started", "ended")):
                a, b = self.steps.get((item, mine), -1), self.steps.get((other, its), -1)
                fact = self.orders.get((min(a, b), max(a, b)))
                if fact is not None:
                    return fact
        return None

    def _doing(self) -> dict[int, list[tuple[int, int]]]:
        """When each thread, by its PID, began to be at what: item, or -1."""
        spans, found = self.rows.spans, dict[int, list[tuple[int, int]]]()
        lanes = self.rows.current_lanes()
        for span in range(len(spans)):
            lane = lanes.get(spans.lane[span])
            if lane is not None and lane.kind in ("worker", "task") and spans.task[span] >= 0:
                pid = self.timeline.recording.tasks[spans.task[span]].pid
                found.setdefault(pid, []).append((spans.start[span], spans.item[span]))
        return {pid: sorted(entries) for pid, entries in found.items()}

    def _item_of(self, task: int, wait: int) -> int:
        """The item that a task executes when a wait begins; -1 none."""
        entries = self.doing.get(self.timeline.recording.tasks[task].pid, [])
        at = bisect_right(entries, (self.rows.waits.start[wait], 1 << 62)) - 1
        return entries[at][1] if at >= 0 else -1
