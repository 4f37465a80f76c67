"""Draw what comes next: at a moment of a run, which item executes where and when, on a coarse grid of time; graded.

    moment     columns of `cell_ns`, counted from the origin        An item belongs into a cell when it executes, asleep
      |                                                             or not, for more than half of it; one that is
    CPU 0   1 |[w0][w0][w0][w0][  ]|                                shorter than a cell into the cell where it starts.
            2 |[  ][w1][w1][w1][  ]|
    CPU 1   1 |[  ][  ][  ][  ][  ]|                                Workers of one group are interchangeable.

A drawing is graded step by step, in the order in which things happen: each start and each end is a step, and so is an
item that never starts. Credit ends with the first step that is wrong; the run tells why it was so. Where other seeds of
the scenario end otherwise, the fact is open: the outcome that the drawing agrees with most is the one it is held to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from random import Random

import msgspec

from server.trace.durations import duration, moment
from server.trace.facts import NEVER, Facts, Life, name_of, ordinals
from server.trace.rows import STEPS

COLUMNS_MIN, COLUMNS_MAX = 4, 12
ITEMS_MIN, ITEMS_MAX = 2, 6
LANES_MAX = 3  # workers of a group
GROUPS_MAX = 9
BARS_MAX = 64
UNSURE = (0.3, 0.7)  # a cell that an item fills so far may be drawn or left out
TOO_SHORT = 0.9  # of a cell
TICK_MAX = 10_000  # of a unit: more would be too long for the head of a column
MOMENTS = ("armed", "queued", "started", "ended")
_NICE = tuple(digit * 10**power for power in range(3, 12) for digit in (1, 2, 5))
_KWORKER = re.compile(r"kworker/(?P<cpu>\d+):\d+(?P<high>H?)")


class DrawingError(Exception):
    """A drawing that does not fit its sheet; the message is for people."""


class Row(msgspec.Struct, frozen=True):
    """A lane of the grid: the `number`th worker of a group."""

    group: str
    number: int


class Sheet(msgspec.Struct, frozen=True):
    """What is to be drawn: `items` by name into `columns` cells a row; column 0 begins at `from_ns` after the origin.

    `seq` is the last event that may have been seen, at `t_ns`. Nothing here tells what comes later. `ticks` are the
    times at which the columns begin, and the last one ends, in `unit`, counted from `since` (empty: the origin).
    """

    id: str
    seq: int
    t_ns: int
    from_ns: int
    cell_ns: int
    columns: int
    items: list[str]
    rows: list[Row]
    ticks: list[str]
    unit: str
    since: str


class Bar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item in a row of the grid, from column `start` up to, without, column `end`."""

    item: int
    row: int
    start: int
    end: int


class Grade(msgspec.Struct, frozen=True):
    """A drawing's grade: `right` of `total` steps before the first wrong one, what that is, and why.

    `bars` is what the run did; `outcomes` how many ways of going on there were among `seeds` seeds, of which the
    drawing was held to one that `agreed` seeds showed.
    """

    right: int
    total: int
    wrong: str
    expected: str
    explanation: str
    bars: list[Bar]
    wrong_item: int
    outcomes: int
    seeds: int
    agreed: int


class _Told(msgspec.Struct):
    """What became of one item: its group, and its bar in columns with the fractions that they were rounded from."""

    life: Life
    group: str
    start: float
    end: float

    @property
    def starts(self) -> set[int]:
        """The columns in which its bar may begin."""
        found = _near(self.start)
        return found | {int(self.start)} if self.short else found

    @property
    def ends(self) -> set[int]:
        """The columns before which it may end."""
        return _near(self.end)

    @property
    def short(self) -> bool:
        return self.end - self.start < 1

    def bar(self) -> tuple[int, int]:
        """Its columns, by the rule that the grid tells."""
        start = int(self.start) if self.short else round(self.start)
        return start, max(start + 1, round(self.end))

    def fits(self, start: int, end: int) -> bool:
        """Whether a bar that begins rightly also ends rightly."""
        return end in self.ends or (self.short and end == start + 1)


def _near(x: float) -> set[int]:
    whole = int(x)
    part = x - whole
    return {whole} if part < UNSURE[0] else {whole + 1} if part > UNSURE[1] else {whole, whole + 1}


class _Outcome(msgspec.Struct):
    """How one seed went on: the items of the sheet, None where one never started within the grid."""

    facts: Facts
    told: list[_Told | None]
    lives: list[Life]
    t_ns: int
    seeds: int = 1

    @property
    def key(self) -> tuple[tuple[str, int, int] | None, ...]:
        return tuple((t.group, *t.bar()) if t else None for t in self.told)


class Drawing:
    """What of a run may be asked to be drawn. `others` are the facts of other seeds of the same scenario."""

    def __init__(self, facts: Facts, others: Sequence[Facts] = ()) -> None:
        self.facts = facts
        self.others = others
        self._ordinal = ordinals(facts)

    def sheet(self, seed: int) -> Sheet | None:
        """The sheet of a seed: the moments with the most to tell, in turn; None where the run has none."""
        found = self._moments()
        if not found:
            return None
        most = max(count for count, _, _ in found)
        best = [(seq, lives) for count, seq, lives in found if count == most]
        best += [(seq, lives) for count, seq, lives in found if ITEMS_MIN <= count == most - 1]
        Random(f"gantt {best[0][0]}").shuffle(best)
        seq, lives = best[seed % len(best)]
        return self._sheet(seq, lives)

    def _moments(self) -> list[tuple[int, int, list[Life]]]:
        """Moments at which items are known that have not ended: how many of them are yet to start, seq, the items.

        Of moments with the same items, the one with the most to come, and of those the last: there is more to see.
        """
        found: dict[tuple[int, ...], tuple[int, int, list[Life]]] = {}
        for seq, known in _known(self.facts):
            lives = [life for life in known if life.cancelled == NEVER]  # who cancels is no question of scheduling
            waiting = sum(life.started == NEVER or life.started > self.facts.times[seq] for life in lives)
            if not (ITEMS_MIN <= len(lives) <= ITEMS_MAX and waiting) or self.facts.times[seq] < 0:
                continue
            key = tuple(life.number for life in lives)
            if waiting >= found.get(key, (0, 0, []))[0] and self._sheet(seq, lives) is not None:
                found[key] = (waiting, seq, lives)
        return list(found.values())

    def _sheet(self, seq: int, lives: list[Life]) -> Sheet | None:
        """A grid for these items, where there is one that is coarse and yet tells them apart."""
        t_ns = self.facts.times[seq]
        ends = [life.ended if life.ended != NEVER else life.started for life in lives if life.started != NEVER]
        if not ends or max(ends) <= t_ns:
            return None
        grids = []
        for cell in _NICE:
            from_ns = t_ns // cell * cell
            columns = -(-(max(ends) - from_ns) // cell) + 1  # one more: the grid does not tell when the last one ends
            if COLUMNS_MIN <= columns <= COLUMNS_MAX:
                told = [_told(life, from_ns, cell, columns) for life in lives]
                short = sum(t is not None and t.end - t.start < TOO_SHORT for t in told)
                unsure = sum(len(t.starts) + len(t.ends) - 2 for t in told if t)
                grids.append((short, unsure, columns, cell, from_ns))
        rows = _rows(self.facts, lives)
        if not grids or not rows:
            return None
        _, _, columns, cell, from_ns = min(grids)
        names = [name_of(life) for life in lives]
        again = [f"{name}#{self._ordinal[life.number][1]}" for name, life in zip(names, lives, strict=True)]
        names = [long if names.count(name) > 1 else name for name, long in zip(names, again, strict=True)]
        text = f"{seq} {cell} {columns} {names}"
        id_ = hashlib.sha256(text.encode()).hexdigest()[:12]
        sheet = Sheet(id_, seq, t_ns, from_ns, cell, columns, names, rows, *_ticks(from_ns, cell, columns))
        outcome = _outcome(self.facts, sheet, lives, t_ns)
        return sheet if len(_placed(sheet, outcome)) == sum(t is not None for t in outcome.told) else None

    def grade(self, sheet: Sheet, bars: Sequence[Bar]) -> Grade:
        """The grade of a drawing on a sheet that `sheet` gave. Raises DrawingError for one that does not fit it."""
        check(sheet, bars)
        own = self._outcomes(sheet)
        graded = [(_graded(sheet, outcome, bars), outcome) for outcome in own]
        best, outcome = max(graded, key=lambda pair: (pair[0].right / max(1, pair[0].total), pair[1].seeds))
        seeds = sum(o.seeds for o in own)
        return msgspec.structs.replace(best, outcomes=len(own), seeds=seeds, agreed=outcome.seeds)

    def outcomes(self, sheet: Sheet) -> list[list[Bar]]:
        """The drawings that are right, one for each way in which the seeds go on."""
        return [_placed(sheet, outcome) for outcome in self._outcomes(sheet)]

    def _outcomes(self, sheet: Sheet) -> list[_Outcome]:
        """The distinct ways in which the seeds go on from the moment, the asked run's first."""
        known = next(lives for seq, lives in _known(self.facts) if seq == sheet.seq)
        names = [self._ordinal[life.number] for life in known]
        by_label = {f"{name}#{n}": life for (name, n), life in zip(names, known, strict=True)}
        by_label |= {name: life for (name, _), life in zip(names, known, strict=True)}
        asked = [by_label[name] for name in sheet.items]
        first = _outcome(self.facts, sheet, asked, sheet.t_ns)
        found = {first.key: first}
        at = _anchor(self.facts, self._ordinal, sheet.seq)
        for facts in self.others:
            ordinal = ordinals(facts)
            same = {ordinal[life.number]: life for life in facts.lives}
            lives = [same.get(self._ordinal[life.number]) for life in asked]
            seq = _step_of(facts, ordinal, at)
            if seq is None or None in lives:
                continue  # it was another way before the moment
            outcome = _outcome(facts, sheet, [life for life in lives if life is not None], facts.times[seq])
            if outcome.key in found:
                found[outcome.key].seeds += 1
            elif len(_placed(sheet, outcome)) == sum(t is not None for t in outcome.told):
                found[outcome.key] = outcome
        return list(found.values())


def check(sheet: Sheet, bars: Sequence[Bar]) -> None:
    """Raises DrawingError for a drawing that does not fit its sheet; the message is for people."""
    if len(bars) > BARS_MAX:
        raise DrawingError(f"a drawing has at most {BARS_MAX} bars")
    taken: set[tuple[int, int]] = set()
    for bar in bars:
        inside = 0 <= bar.item < len(sheet.items) and 0 <= bar.row < len(sheet.rows)
        if not inside or not 0 <= bar.start < bar.end <= sheet.columns:
            raise DrawingError(f"a bar lies outside the grid: item {bar.item}, row {bar.row}, {bar.start} to {bar.end}")
        cells = {(bar.row, column) for column in range(bar.start, bar.end)}
        if cells & taken:
            raise DrawingError(f"two bars lie on each other in row {bar.row}")
        taken |= cells


def _ticks(from_ns: int, cell: int, columns: int) -> tuple[list[str], str, str]:
    """The grid's times as short numbers, their unit, and what they count from."""
    unit, size = next((u, n) for u, n in (("s", 10**9), ("ms", 10**6), ("us", 10**3)) if cell >= n or n == 10**3)
    first = from_ns if from_ns + columns * cell < TICK_MAX * size else 0
    since = "" if first == from_ns else moment(from_ns)
    return [f"{(first + n * cell) / size:.10g}" for n in range(columns + 1)], unit, since


def group_of(facts: Facts, life: Life) -> str:
    """Where a life executes, as far as it can be foretold: a CPU's workers, the unbound ones, a thread of its own."""
    if "WQ_BH" in _flags(facts).get(life.wq, ""):
        return f"CPU {life.cpu}, softirq"
    match = _KWORKER.fullmatch(life.worker)
    if match:
        return f"CPU {match['cpu']}" + (", high priority" if match["high"] else "")
    return "unbound workers" if life.worker.startswith("kworker/u") else life.worker


def _flags(facts: Facts) -> dict[str, str]:
    return {o.name: o.info for o in facts.recording.objects if o.kind == "workqueue"}


def _rows(facts: Facts, lives: list[Life]) -> list[Row]:
    """The lanes to choose from: where one CPU's workers are an answer, those of every CPU are offered."""
    groups: dict[str, None] = {}
    cpus = facts.recording.header.machine.cpus
    for life in lives:
        if life.started == NEVER:
            continue
        group = group_of(facts, life)
        cpu = re.fullmatch(r"CPU \d+(.*)", group)
        for name in [f"CPU {n}{cpu[1]}" for n in range(cpus)] if cpu else [group]:
            groups[name] = None
    if not groups or len(groups) > GROUPS_MAX:
        return []
    return [Row(group, number) for group in sorted(groups) for number in range(1, min(len(lives), LANES_MAX) + 1)]


def _known(facts: Facts) -> list[tuple[int, list[Life]]]:
    """For each step of an item: its seq, and the items that have shown up by then and not ended."""
    columns = facts.timeline.rows.steps.columns
    own = {life.number: life for life in facts.lives}
    steps = sorted(zip(columns["seq"], columns["item"], columns["step"], strict=True))
    known: dict[int, Life] = {}
    found = []
    for seq, item, step in steps:
        if item not in own:
            continue
        if STEPS[step] in ("ended", "cancelled"):
            known.pop(item, None)
        else:
            known[item] = own[item]
        if STEPS[step] in MOMENTS:
            found.append((seq, list(known.values())))
    return found


Anchor = tuple[tuple[str, int], int]  # a life as `ordinals` has it, and one of its steps


def _anchor(facts: Facts, ordinal: dict[int, tuple[str, int]], seq: int) -> Anchor:
    """The step at an event, as every seed would call it."""
    columns = facts.timeline.rows.steps.columns
    rows = zip(columns["seq"], columns["item"], columns["step"], strict=True)
    return next((ordinal[item], step) for s, item, step in rows if s == seq and item in ordinal)


def _step_of(facts: Facts, ordinal: dict[int, tuple[str, int]], anchor: Anchor) -> int | None:
    """The event of a step, found again in another seed."""
    columns = facts.timeline.rows.steps.columns
    rows = zip(columns["seq"], columns["item"], columns["step"], strict=True)
    return next((s for s, item, step in rows if (ordinal.get(item), step) == anchor), None)


def _told(life: Life, from_ns: int, cell: int, columns: int) -> _Told | None:
    """One item on the grid; None where it does not start within it."""
    start = max(0.0, (life.started - from_ns) / cell)
    if life.started == NEVER or start >= columns:
        return None
    end = (life.ended - from_ns) / cell if life.ended != NEVER else float(columns)
    return _Told(life, "", start, min(end, float(columns)))


def _outcome(facts: Facts, sheet: Sheet, lives: list[Life], t_ns: int) -> _Outcome:
    """How the items of a sheet went on in a run whose moment was at `t_ns`."""
    from_ns = sheet.from_ns + t_ns - sheet.t_ns
    told = [_told(life, from_ns, sheet.cell_ns, sheet.columns) for life in lives]
    for one in told:
        if one is not None:
            one.group = group_of(facts, one.life)
    return _Outcome(facts, told, lives, t_ns)


def _placed(sheet: Sheet, outcome: _Outcome) -> list[Bar]:
    """The bars of an outcome, each in the first row of its group that is free; without those that have no room."""
    free = [0] * len(sheet.rows)
    bars = []
    order = sorted((t.bar(), item) for item, t in enumerate(outcome.told) if t is not None)
    for (start, end), item in order:
        told = outcome.told[item]
        for number, row in enumerate(sheet.rows):
            if told is not None and row.group == told.group and free[number] <= start < end <= sheet.columns:
                bars.append(Bar(item, number, start, end))
                free[number] = end
                break
    return bars


def _drawn(sheet: Sheet, bars: Sequence[Bar]) -> list[list[tuple[int, int, str]]]:
    """For each item its bars, in order; what touches within a group is one."""
    out: list[list[tuple[int, int, str]]] = [[] for _ in sheet.items]
    for bar in sorted(bars, key=lambda b: (b.start, b.row)):
        group, own = sheet.rows[bar.row].group, out[bar.item]
        if own and own[-1][2] == group and bar.start <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], bar.end), group)
        else:
            own.append((bar.start, bar.end, group))
    return out


def _graded(sheet: Sheet, outcome: _Outcome, bars: Sequence[Bar]) -> Grade:
    drawn = _drawn(sheet, bars)
    steps: list[tuple[float, int, int, str]] = []  # time in columns, order at equal times, item, step
    for item, told in enumerate(outcome.told):
        if told is None:
            steps.append((float(sheet.columns), 2, item, "never"))
            continue
        if told.life.started > outcome.t_ns:  # where one executes already, its start is no question
            steps.append((told.start, 1, item, "start"))
        steps.append((told.end, 0, item, "end"))
    steps.sort()
    for right, (_, _, item, step) in enumerate(steps):
        if not _is_right(step, outcome.told[item], drawn[item]):
            wrong = _wrong(sheet, item, step, drawn[item])
            expected, why = _why(sheet, outcome, item, step)
            return Grade(right, len(steps), wrong, expected, why, _placed(sheet, outcome), item, 1, 1, 1)
    return Grade(len(steps), len(steps), "", "", "", _placed(sheet, outcome), -1, 1, 1, 1)


def _is_right(step: str, told: _Told | None, drawn: list[tuple[int, int, str]]) -> bool:
    if told is None or not drawn:
        return told is None and not drawn
    start, end, group = drawn[0]
    begins = group == told.group and start in told.starts
    return begins if step == "start" else begins and told.fits(start, end) and len(drawn) == 1


def _at(sheet: Sheet, column: int) -> str:
    t_ns = sheet.from_ns + column * sheet.cell_ns
    return moment(t_ns) if t_ns else f"0 {sheet.unit}"


def _wrong(sheet: Sheet, item: int, step: str, drawn: list[tuple[int, int, str]]) -> str:
    """What the drawing says of the step, as a sentence."""
    name = sheet.items[item]
    if not drawn:
        return f"You did not draw {name}."
    if step == "end" and len(drawn) > 1:
        return f"You drew {name} in {len(drawn)} pieces: it executes once."
    start, end, group = drawn[0]
    return f"You drew {name} on {group} from {_at(sheet, start)} to {_at(sheet, end)}."


def _why(sheet: Sheet, outcome: _Outcome, item: int, step: str) -> tuple[str, str]:
    """What the run did instead, in the grid's terms; and why, from the run."""
    name, life, told = sheet.items[item], outcome.lives[item], outcome.told[item]
    if told is None:
        waits = [w for w in outcome.facts.waits if w.item == life.number and not w.task]
        last = f" It waits: {waits[-1].sentence}." if waits else ""
        return f"{name} does not start before {_at(sheet, sheet.columns)}.", f"{outcome.facts.story(life)}{last}"
    start, end = told.bar()
    if step == "start":
        return f"{name} starts on {told.group}, in the cell from {_at(sheet, start)}.", outcome.facts.story(life)
    asleep = life.anatomy.sleeping + life.anatomy.blocked
    took = f"{duration(life.anatomy.running)} on the CPU" + (f", {duration(asleep)} asleep" if asleep else "")
    if life.anatomy.runnable:
        took += f", {duration(life.anatomy.runnable)} waiting for the CPU"
    ended = (
        f"It ends at {moment(life.ended)}: {took}." if life.ended != NEVER else f"It does not end in this run: {took}."
    )
    return f"{name} ends with the cell before {_at(sheet, end)}.", ended
