"""The gallery: every folder is whole, and every scenario shows what it says it shows."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path

import pytest

from server import challenges, gallery, links, markdown
from server.challenges import record
from server.cli import run
from server.cli.run import nanoseconds
from server.gallery import Change, GalleryError, apply, load
from server.scenario import Limits, Scenario
from server.trace.causes import CAUSES
from server.trace.events import KIND_BY_NAME
from server.trace.expect import check, measured, same_figure
from server.trace.facts import NEVER, Facts, Life

ENTRIES = gallery.entries()
WAIT = KIND_BY_NAME["wqp:wait"]
TIMELINES = {"timeline_single", "timeline_cmwq", "timeline_max_active", "timeline_cpu_intensive"}


@cache
def seen(scenario_of: str, tried: bool = False) -> Facts:
    """The facts of a scenario's run, or of what it asks to try."""
    entry = ENTRIES[scenario_of]
    recording, diagnostics = record(entry.tried if tried else entry.scenario, Limits())
    assert recording is not None, diagnostics
    return Facts(recording)


def test_the_demo_comes_first() -> None:
    assert next(iter(ENTRIES)) == gallery.DEMO


@pytest.mark.parametrize("name", ENTRIES)
def test_texts_are_sentences_and_the_link_is_short(name: str) -> None:
    card = ENTRIES[name].card
    assert card.summary.endswith(".")
    assert card.why.endswith(".")
    assert card.try_.label.endswith("?")
    assert card.pause in {"", *CAUSES}
    assert len("https://workqueue.example.org/#" + links.encode_named(name, ENTRIES[name].scenario)) < 100
    assert "<script" not in ENTRIES[name].notes_html


@pytest.mark.parametrize("name", ENTRIES)
def test_a_scenario_shows_what_it_says(name: str) -> None:
    card, facts = ENTRIES[name].card, seen(name)
    assert card.expect, "scenario.toml says with `expect` what its run shows"
    broken = [verdict for line in card.expect if not (verdict := check(facts, line)).ok]
    assert broken == []
    causes = {str(e.args[2]) for e in facts.recording.events() if e.kind == WAIT}
    assert card.pause in {"", *causes}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_it_asks_to_try_runs_to_its_end(name: str) -> None:
    facts = seen(name, True)
    assert facts.outcome is not None
    assert facts.outcome.kind == "completed", facts.outcome
    broken = [verdict for line in ENTRIES[name].card.try_.expect if not (verdict := check(facts, line)).ok]
    assert broken == []


@pytest.mark.parametrize("name", ENTRIES)
def test_figures_in_the_notes_are_those_of_the_run(name: str) -> None:
    """`wqplay check scenarios/NAME/scenario.toml --figures` writes them anew."""
    differ = [
        (expr, written, measured(seen(name), expr))
        for expr, written in markdown.figures(ENTRIES[name].notes)
        if not same_figure(written, measured(seen(name), expr))
    ]
    assert differ == []


MILLISECOND = 1_000_000


@pytest.mark.parametrize("name", ENTRIES)
def test_moments_in_the_notes_are_in_the_run(name: str) -> None:
    facts = seen(name)
    for moment, selected in markdown.moments(ENTRIES[name].notes):
        assert nanoseconds(moment) <= facts.end_ns, moment
        lives = facts.of(selected)
        assert not selected or lives, f"no item is called {selected}"
        assert not selected or any(is_alive(life, nanoseconds(moment)) for life in lives), f"no {selected} at {moment}"


def is_alive(life: Life, t_ns: int) -> bool:
    """Whether an item is armed, queued or executing at a moment, or has just ended (its end is told on the way out)."""
    first = min(t for t in (life.armed, life.queued) if t != NEVER)
    last = max(life.ended, life.cancelled)
    return first <= t_ns and (last == NEVER or t_ns <= last + MILLISECOND)


def test_the_timelines_of_the_documentation_are_presets() -> None:
    assert set(ENTRIES) >= TIMELINES
    for name in TIMELINES:
        steps = sorted((life.started, life.name) for life in seen(name).lives)
        assert [step[1] for step in steps] == ["w0", "w1", "w2"]


def test_there_are_ten_puzzles_and_each_is_a_challenge_that_can_be_solved() -> None:
    puzzles = [name for name, entry in ENTRIES.items() if "puzzle" in entry.card.concepts]
    assert len(puzzles) >= 10
    for name in puzzles:
        path = gallery.ROOT / "scenarios" / name / "challenge.toml"
        challenge, entry = challenges.load(path)
        assert not all(check(seen(name), line).ok for line in challenge.goal), name
        assert challenge.solution is not None, name
        given = challenges.of_change(entry.scenario, challenge.solution)
        solved = challenges.judge(challenge, challenges.submitted(challenge, entry.scenario, given))
        assert solved.passed, (name, [v for v in solved.verdicts if not v.ok], solved.message)


def test_an_edit_must_find_its_text_once() -> None:
    scenario = Scenario("demo", {"module.c": "a a"}, "sleep 1\n")
    with pytest.raises(GalleryError, match="2 times in module.c"):
        apply(scenario, Change("module.c", "a", "b"))
    with pytest.raises(GalleryError, match="0 times in other.h"):
        apply(scenario, Change("other.h", "a", "b"))
    assert apply(scenario, Change("session.sh", "1", "2", cpus=4)).session_sh == "sleep 2\n"


WHOLE = "title='x'\nsummary='x'\nwhy='x'\n[try]\nlabel=''\nchange={}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = 'x'", "missing required field `summary`"),
        ("title = 1\nsummary='x'\nwhy='x'\n[try]\nlabel=''\nchange={}", "Expected `str`, got `int` - at `$.title`"),
        ("titel = 'x'", "unknown field `titel`"),
        ("title = \n", "broken/scenario.toml:1:9: error: invalid value"),
        ("module={name='x',source='../../etc/passwd'}\n" + WHOLE, "module.source: ../../etc/passwd is no file of this"),
        ("module={name='x',source='module/none.c'}\n" + WHOLE, "module/none.c: error: no such file"),
        ("title='x'\nsummary='x'\nwhy='x'\nmachine={cpus=99}\n[try]\nlabel=''\nchange={}", "99 is not in 1..64"),
    ],
)
def test_a_bad_folder_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "scenario.toml").write_text(text)
    for name in ("module.c", "session.sh", "notes.md"):
        (folder / name).write_text("x\n")
    with pytest.raises(GalleryError) as error:
        load(folder)
    assert words in str(error.value)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_command_line_runs_a_folder_as_the_gallery_does(name: str) -> None:
    parser = argparse.ArgumentParser()
    run.add(parser)
    scenario, _, names = run.load(parser.parse_args([str(gallery.ROOT / "scenarios" / name)]))
    assert scenario == ENTRIES[name].scenario
    assert Path(names["module.c"]).is_file()
