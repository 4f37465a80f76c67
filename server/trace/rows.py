"""The tables that a timeline consists of, as typed columns: what `docs/protocol.md` sends, before it is cut.

A row's number is its place in its table. Rows below `sent` have left in a message: they may still be closed (then they
stand in `closed`), but not changed otherwise.
"""

from __future__ import annotations

from array import array

import msgspec

STATES = (
    "running",
    "runnable",
    "sleeping",
    "blocked",
    "idle",
    "hardirq",
    "softirq",
    "held",
    "queued",
    "cancelled",
    "armed",
)
LANES = ("cpu", "pool", "worklist", "held", "worker", "timer", "task")
STEPS = ("armed", "queued", "activated", "started", "ended", "cancelled")
ARROWS = ("queued", "woke", "flushed", "handed_over")
COUNTERS = ("worklist", "held", "idle", "running", "workers")
CULPRITS = ("task", "item", "object")
VALUES = ("variable", "lock")
BASIS = ("engine", "inferred")

RUNNING, RUNNABLE, SLEEPING, BLOCKED, IDLE, HARDIRQ, SOFTIRQ, HELD, QUEUED, CANCELLED, ARMED = range(len(STATES))
TASK, ITEM, OBJECT = range(len(CULPRITS))

Culprits = tuple[int, ...]  # flat pairs: index of CULPRITS, id


class Lane(msgspec.Struct):
    """A row of the picture; see the protocol."""

    id: int
    kind: str
    name: str
    sub: str = ""
    parent: int = -1
    order: int = 0
    pid: int = -1
    cpu: int = -1
    object: int = -1


def _longs() -> array[int]:
    return array("q")


def _ints() -> array[int]:
    return array("i")


class Items:
    """Lives of work items."""

    def __init__(self) -> None:
        self.object, self.nth, self.wq = _ints(), _ints(), _ints()

    def __len__(self) -> int:
        return len(self.object)

    def add(self, obj: int, nth: int, wq: int) -> int:
        """Appends a life and returns its number."""
        self.object.append(obj)
        self.nth.append(nth)
        self.wq.append(wq)
        return len(self.object) - 1


class Spans:
    """Stretches of time on lanes. `end` and `last` are -1 while open."""

    def __init__(self) -> None:
        self.lane, self.state, self.item, self.task, self.line = _ints(), _ints(), _ints(), _ints(), _ints()
        self.start, self.end = _longs(), _longs()
        self.seq, self.last = _ints(), _ints()
        self.sent = 0
        self.closed: list[int] = []

    def __len__(self) -> int:
        return len(self.lane)

    def add(self, lane: int, state: int, start: int, seq: int, item: int, task: int, line: int) -> int:
        """Appends an open span and returns its number."""
        self.lane.append(lane)
        self.state.append(state)
        self.start.append(start)
        self.end.append(-1)
        self.item.append(item)
        self.task.append(task)
        self.line.append(line)
        self.seq.append(seq)
        self.last.append(-1)
        return len(self.lane) - 1

    def fresh(self, span: int, t_ns: int) -> bool:
        """Whether a span began just now and may still be changed."""
        return span >= self.sent and self.start[span] == t_ns

    def close(self, span: int, end: int, last: int) -> None:
        """Ends a span."""
        self.end[span] = end
        self.last[span] = last
        if span < self.sent:
            self.closed.append(span)


class Waits:
    """Why something does not go on. `end` is -1 while open."""

    def __init__(self) -> None:
        self.item, self.task, self.cause, self.basis = _ints(), _ints(), _ints(), _ints()
        self.line, self.span, self.seq = _ints(), _ints(), _ints()
        self.start, self.end = _longs(), _longs()
        self.culprits: list[Culprits] = []
        self.text: list[str] = []
        self.sent = 0
        self.closed: list[int] = []

    def __len__(self) -> int:
        return len(self.item)

    def add(self, item: int, task: int, start: int, seq: int, line: int, span: int) -> int:
        """Appends an open wait, its cause still to be said, and returns its number."""
        self.item.append(item)
        self.task.append(task)
        self.start.append(start)
        self.end.append(-1)
        self.cause.append(0)
        self.basis.append(0)
        self.line.append(line)
        self.span.append(span)
        self.seq.append(seq)
        self.culprits.append(())
        self.text.append("")
        return len(self.item) - 1

    def explain(self, wait: int, cause: int, culprits: Culprits, text: str, basis: int) -> None:
        """Says why, of a wait that has not been sent."""
        self.cause[wait] = cause
        self.culprits[wait] = culprits
        self.text[wait] = text
        self.basis[wait] = basis

    def fresh(self, wait: int, t_ns: int) -> bool:
        """Whether a wait began just now and may still be changed."""
        return wait >= self.sent and self.start[wait] == t_ns

    def close(self, wait: int, end: int) -> None:
        """Ends a wait."""
        self.end[wait] = end
        if wait < self.sent:
            self.closed.append(wait)


class Columns:
    """A table of plain integer columns, filled a row at a time."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.columns: dict[str, array[int]] = {name: _longs() for name in names}
        self._appends = [column.append for column in self.columns.values()]

    def __len__(self) -> int:
        return len(self.columns[self.names[0]])

    def add(self, *values: int) -> None:
        """Appends a row, values in the order of the names."""
        for append, value in zip(self._appends, values, strict=True):
            append(value)


class Rows:
    """All tables of one timeline."""

    def __init__(self) -> None:
        self.lanes: list[Lane] = []  # every version of a lane, in order: the last one with an id counts
        self.items = Items()
        self.spans = Spans()
        self.waits = Waits()
        self.steps = Columns("item", "step", "seq")
        self.step_causes: list[str] = []
        self.arrows = Columns("kind", "from", "to", "from_lane", "to_lane", "item")
        self.counters = Columns("lane", "name", "t", "value")
        self.values = Columns("kind", "seq")
        self.value_texts: list[tuple[str, str]] = []

    def step(self, item: int, step: str, seq: int, cause: str = "") -> None:
        """A step in the life of an item."""
        self.steps.add(item, STEPS.index(step), seq)
        self.step_causes.append(cause)

    def arrow(self, kind: str, source: int, target: int, lanes: tuple[int, int], item: int) -> None:
        """An arrow between two events."""
        self.arrows.add(ARROWS.index(kind), source, target, lanes[0], lanes[1], item)

    def value(self, kind: str, seq: int, name: str, text: str) -> None:
        """A variable or lock has a new value."""
        self.values.add(VALUES.index(kind), seq)
        self.value_texts.append((name, text))

    def current_lanes(self) -> dict[int, Lane]:
        """The lanes as they stand last, by id."""
        return {lane.id: lane for lane in self.lanes}
