"""Telling a loop that only waits: two equal looks at a task with no memory write between mean that nothing will change.

A snapshot is the chain of generator frames below a task with their positions and scalar locals. Lowered code keeps
the time in a local of its own, which differs from look to look and means nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable
from types import FrameType
from typing import Any

SCALARS = (int, str, bytes, type(None))
CHAIN_MAX = 512
COUNTERS = ("$t", "$n")


def frames(task: Generator[Any, Any, Any]) -> list[FrameType]:
    """The suspended frames of a task's generator, outermost first."""
    out: list[FrameType] = []
    gen: Any = task
    while gen is not None and len(out) < CHAIN_MAX:
        frame = getattr(gen, "gi_frame", None)
        if frame is None:
            break
        out.append(frame)
        gen = gen.gi_yieldfrom
    return out


Variables = list[dict[str, Any]]
PLACES_MAX = 64  # a loop that yields at more places is no simple wait


def look(task: Generator[Any, Any, Any]) -> tuple[Hashable, Variables]:
    """Where a suspended task stands: name, line and instruction of each frame; and the variables of each."""
    where: list[Hashable] = []
    variables: Variables = []
    for frame in frames(task):
        code = frame.f_code
        where += (code.co_name, code.co_firstlineno, frame.f_lasti)
        variables.append(frame.f_locals.copy())
    return tuple(where), variables


def scalars(variables: Variables) -> Hashable:
    """Of variables what tells one look from another: the values of scalars, the types of all others."""
    return tuple([
        tuple([
            (name, value if type(value) in SCALARS or isinstance(value, bool) else type(value).__name__)
            for name, value in frame.items()
            if name not in COUNTERS
        ])
        for frame in variables
    ])  # fmt: skip


class _Seen:
    """What was seen at one place. Most places are seen once: what tells looks apart is taken of a first one late."""

    __slots__ = ("first", "all")

    def __init__(self, first: Variables) -> None:
        self.first: Variables | None = first
        self.all: set[Hashable] = set()

    def again(self, variables: Variables) -> bool:
        """Whether the same was seen before; remembers it."""
        if self.first is not None:
            self.all.add(scalars(self.first))
            self.first = None
        before = len(self.all)
        self.all.add(scalars(variables))
        return len(self.all) == before


class Places:
    """Where what runs on a CPU has been since anything happened there."""

    __slots__ = ("mark", "seen", "count", "waiting")

    def __init__(self) -> None:
        self.mark: Hashable = None
        self.seen: dict[Hashable, _Seen] = {}
        self.count = 0
        self.waiting = False  # the last look found what an earlier one had

    def again(self, mark: Hashable, task: Generator[Any, Any, Any]) -> bool:
        """Whether the task was seen as it is now under the same mark; remembers it. Most looks compare places only."""
        if mark != self.mark or self.count > PLACES_MAX:
            self.mark, self.seen, self.count = mark, {}, 0
        where, variables = look(task)
        known = self.seen.get(where)
        self.waiting = known is not None and known.again(variables)
        if known is None:
            self.seen[where] = _Seen(variables)
        self.count += not self.waiting
        return self.waiting
