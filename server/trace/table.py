"""The facts of real runs as a table for people: which hold, which differ, and what the kernel leaves open.

`held`: every real run has it, and the candidate too. `red`: every real run has it, the candidate has not. `open`: the
real runs themselves differ, so nobody asks; with one real run nothing is known to be open yet.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.trace.compare import FACTS, Fact, Key, Run, Value, answer, collect, sentence

STATES = ("red", "open", "held")  # of one item several facts speak: what weighs most comes first
TOLD = {"red": 200, "open": 100, "held": 60}  # so many of a kind are told in words; all are counted
_AT = {"latency": "queue", "duration": "start"}  # where a stretch of an item's life begins


class Told(msgspec.Struct, frozen=True):
    """One fact in words: what the real runs say, and the candidate where it says something else.

    `items` are the lives that it speaks of, as `FUNCTION#n` and the number of the run. `real_us` and `here_us` are the
    first moment that it speaks of, in the first real run and in the candidate, since boot; -1 where there is none.
    """

    state: str
    real: str
    here: str
    items: list[tuple[str, int]]
    real_us: int
    here_us: int


class Row(msgspec.Struct, frozen=True):
    """One kind of fact in figures, and its facts, the red ones first."""

    fact: str
    held: int
    red: int
    open: int
    facts: list[Told]


class Life(msgspec.Struct, frozen=True, array_like=True):
    """What became of one run of an item."""

    item: str
    run: int
    state: str


class Table(msgspec.Struct, frozen=True):
    """All kinds, and what became of each item; `references` is the number of real runs."""

    ok: bool
    references: int
    rows: list[Row]
    items: list[Life]


class _Kept(Fact):
    """A fact that remembers its answers."""

    answers: dict[str, list[tuple[tuple[Key, ...], Value, Value]]] = {}
    lives: dict[str, set[tuple[str, int]]] = {}
    left: int = 0

    def _keep(self, state: str, about: tuple[Key, ...], want: Value, got: Value) -> None:
        kept = self.answers.setdefault(state, [])
        if len(kept) < TOLD[state]:
            kept.append((about, want, got))
        self.lives.setdefault(state, set()).update(_lives(about))

    def ask(self, holds: bool, about: tuple[Key, ...], want: Value, got: Value) -> None:
        """Counts one fact, and keeps it."""
        self.asked += 1
        self.held += holds
        self._keep("held" if holds else "red", about, want, got)

    def leave(self, about: tuple[Key, ...], want: Value) -> None:
        """Counts one that is open, and keeps it."""
        self.left += 1
        self._keep("open", about, want, want)


def _lives(about: tuple[Key, ...]) -> list[tuple[str, int]]:
    return [(item, n) for kind, item, n in about if kind != "console"]


def _moment(run: Run, about: tuple[Key, ...]) -> int:
    times = [run.times[key] for kind, item, n in about if (key := (_AT.get(kind, kind), item, n)) in run.times]
    return min(times, default=-1)


def table(candidate: Run, references: Sequence[Run]) -> Table:
    """Holds a candidate against real runs, at least one."""
    facts = {name: _Kept(answers={}, lives={}) for name in FACTS}
    collect(candidate, references, facts)
    rows = []
    lives: dict[tuple[str, int], str] = {}
    for name, fact in facts.items():
        told = [
            Told(
                state,
                sentence(about, want),
                answer(got) if state == "red" else "",
                _lives(about),
                _moment(references[0], about),
                _moment(candidate, about),
            )
            for state in STATES
            for about, want, got in fact.answers.get(state, ())
        ]
        rows.append(Row(name, fact.held, fact.asked - fact.held, fact.left, told))
    for state in reversed(STATES):  # an item of which something holds is not open; one that differs anywhere is red
        for fact in facts.values():
            for life in fact.lives.get(state, ()):
                if state != "open" or life not in lives:
                    lives[life] = state
    items = [Life(item, n, state) for (item, n), state in sorted(lives.items())]
    return Table(all(not row.red for row in rows), len(references), rows, items)
