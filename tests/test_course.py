"""The course is whole: docs/course.md against the gallery."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import gallery

ROOT = Path(__file__).parents[1]
ROW = re.compile(
    r"^\| (?P<says>.+?) \| \[(?P<name>\w+)\]\(\.\./scenarios/(?P=name)/notes\.md\) \| (?P<verdict>.+?) \|$"
)
ROWS = [match for line in (ROOT / "docs/course.md").read_text().splitlines() if (match := ROW.match(line))]
NAMES = sorted({row["name"] for row in ROWS})
TIMELINES = ("timeline_single", "timeline_cmwq", "timeline_max_active", "timeline_cpu_intensive")


def of_concept(concept: str) -> list[str]:
    return [name for name, entry in gallery.entries().items() if concept in entry.card.concepts]


def test_no_row_is_left_out_or_misread() -> None:
    lines = [line for line in (ROOT / "docs/course.md").read_text().splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(lines) - 1 >= 40  # less the head


@pytest.mark.parametrize("name", [*NAMES, *TIMELINES])
def test_each_scenario_that_it_points_at_says_what_it_shows_and_ran_on_a_kernel(name: str) -> None:
    entry = gallery.entries()[name]
    assert entry.card.expect, "the run's claims are assertions, which tests/test_gallery.py asks"
    assert entry.notes.strip()
    assert (ROOT / "scenarios" / name / "real/trace.1.txt").is_file(), "recorded on a real kernel"


@pytest.mark.parametrize("name", ["shared_queue", "delay_precision", "queues_and_threads", "four_mechanisms"])
def test_verdicts_on_the_claims_have_figures_of_the_run(name: str) -> None:
    from server import markdown

    assert all(value for _, value in markdown.figures(gallery.entries()[name].notes))
    assert markdown.figures(gallery.entries()[name].notes)


def test_the_latency_column_is_measured() -> None:
    from server import markdown

    notes = gallery.entries()["four_mechanisms"].notes
    measured = [expression for expression, _ in markdown.figures(notes)]
    assert measured == [f'number("{what}:")' for what in ("interrupt", "tasklet", "work queue", "kernel thread")]


def test_myths_are_refuted_by_assertions() -> None:
    myths = of_concept("myth")
    assert len(myths) >= 6
    assert {"queues_and_threads", "max_active_one", "delay_precision"} <= set(myths)
    assert all(gallery.entries()[name].card.expect for name in myths)
