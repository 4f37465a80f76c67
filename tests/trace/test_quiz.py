"""Generated questions, of all gallery scenarios and many seeds: one right answer each, and nothing of the future."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from server import explore, gallery
from server.challenges import record
from server.prepare import compile_scenario, header
from server.scenario import Limits
from server.sim import simulate
from server.trace.durations import duration
from server.trace.events import KINDS
from server.trace.facts import Facts
from server.trace.quiz import KINDS_OF_QUESTIONS, OPTIONS_MAX, WHY, Outcomes, Question, Quiz, cut
from server.trace.recording import Recording

ENTRIES = gallery.entries()
SEEDS = range(100)
LONGEST = 5_000  # rows of a run for which every question of every seed is asked


@cache
def recorded(name: str) -> Recording:
    recording, diagnostics = record(ENTRIES[name].scenario, Limits())
    assert recording is not None, diagnostics
    return recording


@cache
def quiz(name: str) -> Quiz:
    return Quiz(Facts(recorded(name)))


def right(name: str, question: Question) -> str:
    """The answer, found again from the events that follow, not by the quiz."""
    facts = quiz(name).facts
    if question.kind == "next":
        starts = [
            (event.seq, facts.recording.objects[int(event.args[0])])
            for event in facts.recording.events(question.seq + 1)
            if facts.recording.header.module in str(event.args[-1]) and _is_start(event.kind)
        ]
        return starts[0][1].name.removesuffix(".work")
    if question.kind == "line":
        return next(line.text for line in facts.log if line.seq > question.seq)[:120]
    life = next(
        x
        for x in facts.lives
        if x.name.removesuffix(".work") == question.subject
        and (x.started == question.t_ns if question.kind == "end" else x.queued >= question.t_ns)
    )
    if question.kind == "cpu":
        return f"CPU {life.cpu}"
    if question.kind == "end":
        return duration(life.ended - life.started)
    waits = [
        w for w in facts.waits if w.item == life.number and not w.task and w.cause not in ("TIMER", "WORKER_WAKING")
    ]
    longest = max(waits, key=lambda w: w.end - w.start, default=None)
    if life.started - life.queued < 200_000 or longest is None:
        return WHY[""]
    return WHY[longest.cause]


def _is_start(kind: int) -> bool:
    return KINDS[kind].name in ("workqueue_execute_start", "sched_kthread_work_execute_start")


@pytest.mark.parametrize("name", ENTRIES)
def test_each_question_has_one_right_answer(name: str) -> None:
    asked = 0
    known: dict[str, str] = {}
    for seed in SEEDS if recorded(name).rows < LONGEST else range(2):
        for question in quiz(name).questions(seed, 8):
            assert 2 <= len(question.options) <= max(OPTIONS_MAX, 64)
            assert len(set(question.options)) == len(question.options)
            assert question.explanation.endswith(".")
            if question.id not in known:
                known[question.id] = right(name, question)
            assert question.options.count(known[question.id]) == 1
            assert question.options[question.answer] == known[question.id], question
            asked += 1
    assert asked or all(life.started < 0 for life in quiz(name).facts.lives)


def others(name: str, count: int) -> Iterator[Quiz]:
    """Other seeds of a scenario, as far as a quiz looks."""
    unit, _ = compile_scenario(ENTRIES[name].scenario, Limits())
    assert unit is not None
    for seed in range(1, count + 1):
        scenario = msgspec.structs.replace(ENTRIES[name].scenario, seed=seed)
        recording = Recording(header(scenario))
        recording.outcome = simulate(scenario, unit, explore.FIRST, recording)
        yield Quiz(Facts(recording))


@cache
def over_seeds(name: str) -> tuple[dict[str, Question], dict[str, Outcomes], dict[str, Outcomes]]:
    """What 20 quizzes ask, what the server says of it, and what 100 seeds say."""
    unit, _ = compile_scenario(ENTRIES[name].scenario, Limits())
    assert unit is not None
    seeds: list[Quiz] = []
    edges: list[Quiz] = []
    for at_edge, other in explore.witnesses(recorded(name), ENTRIES[name].scenario, unit, Limits()):
        (edges if at_edge else seeds).append(Quiz(Facts(other)))
    asked = {q.id: q for seed in range(20) for q in quiz(name).questions(seed, 8, (), seeds, edges)}
    runs = list(others(name, 100)) if asked else []
    told = {id_: quiz(name).outcomes(question, seeds) for id_, question in asked.items()}
    return asked, told, {id_: quiz(name).outcomes(question, runs) for id_, question in asked.items()}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_accepted_holds_over_100_seeds(name: str) -> None:
    """A question with one answer has it in all of 100 seeds; one on an open fact accepts what any of them shows."""
    asked, told, all_ = over_seeds(name)
    for id_, question in asked.items():
        assert set(all_[id_].counts) <= set(told[id_].counts), question
        assert told[id_].is_open or not all_[id_].is_open, question
        assert all_[id_].seeds > 50, "most seeds come to ask it"


def test_most_questions_ask_what_is_not_open() -> None:
    for name in ("timeline_max_active", "unbound_one", "max_active_one", "workqueue_demo"):
        asked, told, _ = over_seeds(name)
        firm = [id_ for id_, outcomes in told.items() if not outcomes.is_open]
        assert len(firm) > len(told) / 2
        assert all(list(told[id_].counts) == [asked[id_].answer] for id_ in firm)


def test_the_same_seed_asks_the_same() -> None:
    one, two = quiz("workqueue_demo"), Quiz(Facts(recorded("workqueue_demo")))
    assert one.questions(7) == two.questions(7)
    assert one.questions(7) != one.questions(8)
    assert [q.seq for q in one.questions(7, 20)] == sorted(q.seq for q in one.questions(7, 20))


def test_the_demo_has_questions_of_every_kind() -> None:
    assert {q.kind for q in quiz("workqueue_demo").questions(1, 10)} == set(KINDS_OF_QUESTIONS)
    assert [q.kind for q in quiz("workqueue_demo").questions(1, 3, ("line",))] == ["line"] * 3


@pytest.mark.parametrize("name", ["workqueue_demo", "timeline_max_active", "mutex_contention", "self_flush"])
def test_a_cut_recording_holds_nothing_of_the_future(name: str) -> None:
    whole = recorded(name)
    for question in quiz(name).questions(3, 5):
        part = cut(whole, question.seq)
        assert part.rows == question.seq + 1
        assert list(part.events()) == list(whole.events(0, question.seq + 1))
        assert part.tasks == whole.tasks[: len(part.tasks)]
        assert part.objects == whole.objects[: len(part.objects)]
        said = {text for event in part.events() for text in event.args if isinstance(text, str)}
        assert set(part.strings) <= said
        assert Facts(part).end_ns == question.t_ns
