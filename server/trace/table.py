"""The facts of real runs as a table for people: which hold, which differ, and what the kernel leaves open.

`held`: every real run has it, and the candidate too. `red`: every real run has it, the candidate has not. `open`: the
real runs themselves differ, so nobody asks; with one real run nothing is known to be open yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from server.trace.compare import FACTS, Fact, Run, collect

ROWS_MAX = 400
_ITEM = re.compile(r"[\w.]+(?:\.\w+)?#\d+")


class Row(msgspec.Struct, frozen=True):
    """One kind of fact in figures, and the red ones in words."""

    fact: str
    held: int
    red: int
    open: int
    broken: list[str]


class Table(msgspec.Struct, frozen=True):
    """All kinds, and what became of each item: `held` or `red`; `references` is the number of real runs."""

    ok: bool
    references: int
    rows: list[Row]
    items: dict[str, str]


class _Told(Fact):
    """A fact that remembers each of its answers."""

    answers: list[tuple[str, bool]] = []

    def ask(self, holds: bool, what: str) -> None:
        """Counts one fact, and keeps it."""
        super().ask(holds, what)
        self.answers.append((what, holds))


def _collected(candidate: Run, references: Sequence[Run]) -> dict[str, _Told]:
    facts = {name: _Told(broken=[], answers=[]) for name in FACTS}
    collect(candidate, references, facts)
    return facts


def table(candidate: Run, references: Sequence[Run]) -> Table:
    """Holds a candidate against real runs, at least one."""
    facts = _collected(candidate, references)
    alone = _collected(references[0], references[:1])
    rows = []
    items: dict[str, str] = {}
    for name, fact in facts.items():
        left_open = max(0, alone[name].asked - fact.asked)
        broken = [what for what, holds in fact.answers if not holds]
        rows.append(Row(name, fact.held, fact.asked - fact.held, left_open, broken[:ROWS_MAX]))
        for what, holds in fact.answers:
            for item in _ITEM.findall(what):
                items[item] = "red" if not holds else items.get(item, "held")
    return Table(all(not row.red for row in rows), len(references), rows, items)
