"""The gallery: every folder is whole, and every scenario shows what it says it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import gallery, links
from server.gallery import Change, GalleryError, apply, load
from server.prepare import compile_scenario, header
from server.scenario import Limits, Outcome, Scenario
from server.sim import simulate
from server.trace.causes import CAUSES
from server.trace.events import KIND_BY_NAME
from server.trace.recording import Recording

ENTRIES = gallery.entries()
WAIT = KIND_BY_NAME["wqp:wait"]
CONSOLE = KIND_BY_NAME["console"]
ENDS = {"self_flush": "deadlock"}  # all others complete
LINES = {
    "workqueue_demo": "Delayed work finished",
    "demo_cancelled": "Delayed work was still waiting: cancelled",
    "max_active_one": "job 3 ends",
    "concurrency": "job 2 ends",
    "ordered_queue": "job 3 ends",
    "mutex_contention": "job 2 has it, turn 3",
    "self_flush": "waiting for myself",
    "null_pointer": "BUG: kernel NULL pointer dereference",
    "use_after_free": "BUG: KASAN: slab-use-after-free",
}


def run(scenario: Scenario) -> tuple[Outcome, list[str], set[str]]:
    """How it ended, the kernel's log, and the causes of waits."""
    unit, diagnostics = compile_scenario(scenario, Limits())
    assert unit is not None, diagnostics
    recording = Recording(header(scenario))
    outcome = simulate(scenario, unit, Limits(), recording)
    events = list(recording.events())
    return (
        outcome,
        [str(e.args[0]) for e in events if e.kind == CONSOLE],
        {str(e.args[2]) for e in events if e.kind == WAIT},
    )


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
    outcome, log, causes = run(ENTRIES[name].scenario)
    assert outcome.kind == ENDS.get(name, "completed"), outcome
    assert any(LINES.get(name, "") in line for line in log), log[-12:]
    assert ENTRIES[name].card.pause in {"", *causes}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_it_asks_to_try_runs_to_its_end(name: str) -> None:
    outcome, _, _ = run(ENTRIES[name].tried)
    assert outcome.kind == "completed", outcome


def test_an_edit_must_find_its_text_once() -> None:
    scenario = Scenario("demo", {"module.c": "a a"}, "sleep 1\n")
    with pytest.raises(GalleryError, match="2 times in module.c"):
        apply(scenario, Change("module.c", "a", "b"))
    with pytest.raises(GalleryError, match="0 times in other.h"):
        apply(scenario, Change("other.h", "a", "b"))
    assert apply(scenario, Change("session.sh", "1", "2", cpus=4)).session_sh == "sleep 2\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = 'x'", "missing required field `summary`"),
        ("title = 1\nsummary='x'\nwhy='x'\n[try]\nlabel=''\nchange={}", "Expected `str`, got `int` - at `$.title`"),
        ("titel = 'x'", "unknown field `titel`"),
        ("title =", "scenarios/broken: "),
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
