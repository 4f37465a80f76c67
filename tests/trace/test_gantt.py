"""Drawings of what comes next: what a grid asks, how a drawing is graded, and that many seeds agree with it."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from server import gallery
from server.challenges import record
from server.scenario import Limits
from server.trace.facts import Facts
from server.trace.gantt import (
    COLUMNS_MAX,
    COLUMNS_MIN,
    GROUPS_MAX,
    ITEMS_MAX,
    LANES_MAX,
    Bar,
    Drawing,
    DrawingError,
    Sheet,
    check,
)

ENTRIES = gallery.entries()
LONG = {"busy_wait", "wrong_exit_order", "requeue_forever", "sleep_in_tasklet"}  # seconds a run, and nothing to draw
SEEDS = 100


@cache
def facts(name: str, seed: int = 0) -> Facts:
    recording, diagnostics = record(msgspec.structs.replace(ENTRIES[name].scenario, seed=seed), Limits())
    assert recording is not None, diagnostics
    return Facts(recording)


def sheet_of(name: str, *items: str) -> tuple[Drawing, Sheet]:
    """The first sheet of a scenario that asks for these items."""
    drawing = Drawing(facts(name))
    found = [sheet for seed in range(10) if (sheet := drawing.sheet(seed)) and sheet.items == list(items)]
    return drawing, found[0]


def bars(sheet: Sheet, text: str) -> list[Bar]:
    """A drawing, a line a lane: `CPU 1: w0 w0 . w1`, a cell a word."""
    made, used = [], dict.fromkeys({row.group for row in sheet.rows}, 0)
    for line in text.strip().splitlines():
        group, _, cells = line.strip().partition(": ")
        row = [i for i, r in enumerate(sheet.rows) if r.group == group][used[group]]
        used[group] += 1
        made += [Bar(sheet.items.index(w), row, n, n + 1) for n, w in enumerate(cells.split()) if w != "."]
    return made


MAX_ACTIVE = """
    CPU 1: w0 w0 w0 w0 .
    CPU 1: .  w1 w1 w1 w1
    CPU 1: .  .  .  .  w2 w2 w2
"""


def test_the_kernel_documentations_timeline_is_drawn_as_it_tells_it() -> None:
    """Documentation/core-api/workqueue.rst, example with max_active=2: w2 starts at 20 ms."""
    drawing, sheet = sheet_of("timeline_max_active", "w0", "w1", "w2")
    assert (sheet.cell_ns, sheet.unit, sheet.ticks[:3]) == (5_000_000, "ms", ["0", "5", "10"])
    grade = drawing.grade(sheet, bars(sheet, MAX_ACTIVE))
    assert (grade.right, grade.total, grade.wrong) == (6, 6, "")


def test_workers_of_a_group_are_interchangeable() -> None:
    drawing, sheet = sheet_of("timeline_max_active", "w0", "w1", "w2")
    other = "CPU 1: . w1 w1 w1 w1\nCPU 1: w0 w0 . . w2 w2 w2\nCPU 1: . . w0 w0"
    assert drawing.grade(sheet, bars(sheet, other)).right == 6


@pytest.mark.parametrize(
    ("changed", "right", "wrong", "expected", "explanation"),
    [
        (("w2 w2 w2", ". . ."), 3, "You did not draw w2.", "w2 starts on CPU 1, in the cell from 20 ms.", "max_active"),
        (
            (".  .  .  .  w2 w2 w2", ".  .  w2 w2 w2"),
            3,
            "You drew w2 on CPU 1 from 10 ms to 25 ms.",
            "w2 starts on CPU 1, in the cell from 20 ms.",
            "it waited 20 ms: max_active of q0 is 2: w0, w1 hold every slot.",
        ),
        (
            ("w0 w0 w0 w0", "w0 w0 w0 ."),
            2,
            "You drew w0 on CPU 1 from 0 ms to 15 ms.",
            "w0 ends with the cell before 20 ms.",
            "It ends at 20 ms: 10 ms on the CPU, 10 ms asleep",
        ),
        (("w1 w1 w1 w1", "w1 . w1 w1"), 4, "You drew w1 in 2 pieces: it executes once.", "w1 ends with", "It ends at"),
        (("CPU 1: w0", "CPU 0: w0"), 0, "You drew w0 on CPU 0 from 0 ms to 20 ms.", "w0 starts on CPU 1", "5 us after"),
        (("w0 w0 w0 w0 .", ".  .  .  .  ."), 0, "You did not draw w0.", "w0 starts on CPU 1", "w0 starts at 29 us"),
    ],
)
def test_credit_ends_with_the_first_wrong_step(
    changed: tuple[str, str], right: int, wrong: str, expected: str, explanation: str
) -> None:
    drawing, sheet = sheet_of("timeline_max_active", "w0", "w1", "w2")
    text = MAX_ACTIVE.replace(*changed)
    assert text != MAX_ACTIVE
    grade = drawing.grade(sheet, bars(sheet, text))
    assert (grade.right, grade.total, grade.wrong) == (right, 6, wrong)
    assert grade.expected.startswith(expected)
    assert explanation in grade.explanation
    assert sheet.items[grade.wrong_item] in grade.wrong


def test_an_item_that_never_starts_is_left_out() -> None:
    drawing, sheet = sheet_of("handshake", "ask", "reply")
    grade = drawing.grade(sheet, bars(sheet, "unbound workers: . . . . . ask ask"))
    assert (grade.right, grade.total) == (3, 3)
    more = drawing.grade(sheet, bars(sheet, "unbound workers: . . . . . ask ask\nunbound workers: . . . . . . reply"))
    assert (more.right, more.total) == (2, 3)
    assert more.expected.startswith("reply does not start before")
    assert "reply does not start" in more.explanation and "max_active" in more.explanation


@pytest.mark.parametrize(
    ("bar", "words"),
    [
        (Bar(9, 0, 0, 1), "outside the grid"),
        (Bar(0, 99, 0, 1), "outside the grid"),
        (Bar(0, 0, 3, 3), "outside the grid"),
        (Bar(0, 0, -1, 1), "outside the grid"),
        (Bar(0, 0, 0, 99), "outside the grid"),
        (Bar(1, 0, 1, 2), "lie on each other"),
    ],
)
def test_a_drawing_that_does_not_fit_is_refused(bar: Bar, words: str) -> None:
    _, sheet = sheet_of("timeline_max_active", "w0", "w1", "w2")
    with pytest.raises(DrawingError, match=words):
        check(sheet, [Bar(0, 0, 0, 4), bar])
    with pytest.raises(DrawingError, match="at most 64 bars"):
        check(sheet, [Bar(0, 0, 0, 1)] * 65)


@pytest.mark.parametrize("name", [name for name in ENTRIES if name not in LONG])
def test_a_sheet_asks_only_what_is_known_and_its_answer_is_right(name: str) -> None:
    """For every variant: the run's own drawing has full credit, and an empty one has none of it to the first start."""
    drawing = Drawing(facts(name))
    for seed in range(10):
        sheet = drawing.sheet(seed)
        if sheet is None:
            continue
        assert COLUMNS_MIN <= sheet.columns <= COLUMNS_MAX and len(sheet.ticks) == sheet.columns + 1
        assert len(set(sheet.items)) == len(sheet.items) <= ITEMS_MAX
        assert len({row.group for row in sheet.rows}) <= GROUPS_MAX
        assert max(row.number for row in sheet.rows) <= LANES_MAX
        assert sheet.from_ns <= sheet.t_ns == drawing.facts.times[sheet.seq]
        told = {life.name.removesuffix(".work") for life in drawing.facts.lives if -1 < _first(life) <= sheet.t_ns}
        assert {item.partition("#")[0] for item in sheet.items} <= {t.partition("#")[0] for t in told}
        empty = drawing.grade(sheet, [])
        check(sheet, empty.bars)
        assert empty.wrong and empty.right < empty.total
        own = drawing.grade(sheet, empty.bars)
        assert own.right == own.total == empty.total


def _first(life: object) -> int:
    times = [getattr(life, step) for step in ("armed", "queued", "activated", "started")]
    return min((t for t in times if t >= 0), default=-1)


@pytest.mark.parametrize("name", ["timeline_max_active", "timeline_cpu_intensive", "container_pattern"])
def test_a_drawing_is_right_over_many_seeds(name: str) -> None:
    """The base run's drawing has full credit beside every seed; where seeds differ, each one's own drawing has, too."""
    others = [facts(name, seed) for seed in range(1, SEEDS + 1)]
    drawing = Drawing(facts(name), others)
    for variant in range(3):
        sheet = drawing.sheet(variant)
        assert sheet is not None
        grade = drawing.grade(sheet, drawing.grade(sheet, []).bars)
        assert grade.right == grade.total
        assert grade.seeds <= SEEDS + 1 and (grade.outcomes == 1) == (grade.agreed == grade.seeds)
    sheet = drawing.sheet(0)
    assert sheet is not None
    for outcome in drawing.outcomes(sheet):
        grade = drawing.grade(sheet, outcome)
        assert grade.right == grade.total, outcome
    if name == "container_pattern":  # microseconds apart: no seed is like another
        assert len(drawing.outcomes(sheet)) > 1


def test_a_variant_is_the_same_for_everybody() -> None:
    one, two = Drawing(facts("workqueue_demo")), Drawing(Facts(facts("workqueue_demo").recording))
    assert [one.sheet(n) for n in range(5)] == [two.sheet(n) for n in range(5)]
    assert len({s.id for n in range(5) if (s := one.sheet(n))}) > 1
    assert Drawing(facts("self_flush")).sheet(0) is None
