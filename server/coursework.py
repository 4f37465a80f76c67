"""What a worker process makes of a recording for lessons: the next question, a verdict, a picture of the lanes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from server import explore
from server.assets import STATIC
from server.jobs import CourseJob, DrawJob, JudgeJob, PictureJob, QuizJob
from server.scenario import Limits, Outcome
from server.sim.cmodule.ir import Unit
from server.trace.expect import Verdict, check
from server.trace.exports import svg
from server.trace.facts import Facts
from server.trace.frames import Frames
from server.trace.gantt import Drawing, Grade, Sheet
from server.trace.kept import Kept, kept
from server.trace.quiz import KINDS_OF_QUESTIONS, Outcomes, Question, Quiz, cut
from server.trace.recording import Recording

SEEDS = 12  # other seeds of a scenario that are run to see what is open
PNG_WIDTH, PNG_HEIGHT = 1200, 630  # what Open Graph asks for
_VARIABLE = re.compile(r"var\((--[a-z0-9]+)\)")
_DEFINED = re.compile(r"(--[a-z0-9]+):\s*(#[0-9a-f]{3,6})")


class Asked(msgspec.Struct, frozen=True):
    """A question as it is sent: without its answer."""

    id: str
    kind: str
    t_ns: int
    text: str
    options: list[str]
    subject: str


class Told(msgspec.Struct, frozen=True):
    """What became of an answer: `answer` is this run's option, `given` the one that was chosen.

    `accepted` are the options that some seed showed; where those are several, `open` says so.
    """

    id: str
    text: str
    options: list[str]
    given: int
    answer: int
    correct: bool
    explanation: str
    accepted: list[int]
    open: str


class QuizState(msgspec.Struct, frozen=True):
    """A quiz after so many answers: results, the next question, and the run's messages up to its moment and no further.

    After the last answer `question` is None and the messages are those of the whole run. `picture` is the lanes up to
    there, as SVG.
    """

    total: int
    score: int
    results: list[Told]
    question: Asked | None
    messages: list[msgspec.Raw]
    picture: str


class DrawState(msgspec.Struct, frozen=True):
    """What is to be drawn, and the lanes up to the moment; once it is drawn its grade, and the lanes of the whole run.

    `sheet` is None where the run has nothing to draw.
    """

    sheet: Sheet | None
    grade: Grade | None
    picture: str


class Judgement(msgspec.Struct, frozen=True):
    """A goal asked of a run: whether all of it holds, line by line, how the run ended, and the facts of the run."""

    passed: bool
    verdicts: list[Verdict]
    outcome: Outcome
    digest: str
    facts: Kept


def answer(job: CourseJob, recording: Recording, unit: Unit) -> bytes:
    """The answer to a job about a finished recording of a compiled module. Raises DrawingError for a bad drawing."""
    match job:
        case QuizJob():
            return msgspec.json.encode(quiz(recording, job, unit))
        case DrawJob():
            return msgspec.json.encode(draw(recording, job, unit))
        case JudgeJob():
            return msgspec.json.encode(judgement(recording, job.goal))
        case PictureJob():
            return picture(recording, job.t_ns, job.format)


def others(recording: Recording, job: QuizJob | DrawJob, unit: Unit) -> Iterator[Facts]:
    """What other seeds of a scenario did, as many as there is time for; none that came to a limit."""
    limits, seeds = explore.bounded(recording, job.limits), explore.enough(recording, SEEDS)
    return map(Facts, explore.beside(recording, job.scenario, unit, limits, seeds))


def quiz(recording: Recording, job: QuizJob, unit: Unit) -> QuizState:
    """The state of a quiz after the answers given so far. Answers beyond its questions are left out."""
    made = Quiz(Facts(recording))
    seeds: list[Quiz] = []
    edges: list[Quiz] = []
    if any(made.drafts(kind) for kind in KINDS_OF_QUESTIONS):
        for at_edge, other in explore.witnesses(recording, job.scenario, unit, job.limits):
            (edges if at_edge else seeds).append(Quiz(Facts(other)))
    questions = made.questions(job.seed, job.count, tuple(job.kinds), seeds, edges)
    results = [_told(q, given, made.outcomes(q, seeds)) for q, given in zip(questions, job.answers, strict=False)]
    if len(results) >= len(questions):
        return _state(recording, job, len(questions), results, None, recording.rows - 1)
    q = questions[len(results)]
    asked = Asked(q.id, q.kind, q.t_ns, q.text, q.options, q.subject)
    return _state(recording, job, len(questions), results, asked, q.seq)


def draw(recording: Recording, job: DrawJob, unit: Unit) -> DrawState:
    """The sheet of a seed, and the grade of a drawing on it. Raises DrawingError for a drawing that does not fit."""
    drawing = Drawing(Facts(recording), [] if job.bars is None else list(others(recording, job, unit)))
    sheet = drawing.sheet(job.seed)
    if sheet is None:
        return DrawState(None, None, "")
    if job.bars is None:
        part = cut(recording, sheet.seq)
        return DrawState(sheet, None, b"".join(svg.write(part, part.last_ns())).decode())
    grade = drawing.grade(sheet, job.bars)
    return DrawState(sheet, grade, b"".join(svg.write(recording, sheet.t_ns + recording.origin())).decode())


def _state(
    recording: Recording, job: QuizJob, total: int, results: list[Told], asked: Asked | None, seq: int
) -> QuizState:
    part = cut(recording, seq)
    at_ns = part.last_ns() if asked is not None else -1
    drawn = b"".join(svg.write(part, at_ns)).decode() if part.rows else ""
    score = sum(result.correct for result in results)
    return QuizState(total, score, results, asked, messages(recording, seq, job.limits), drawn)


def _told(q: Question, given: int, outcomes: Outcomes) -> Told:
    accepted = sorted(outcomes.counts)
    said = ""
    if outcomes.is_open:
        counts = [f"{q.options[i]}: {outcomes.counts[i]}" for i in accepted if outcomes.counts[i]]
        rest = outcomes.seeds - sum(outcomes.counts.values())
        counts += [f"otherwise: {rest}"] if rest else []
        said = f"The kernel leaves this open. Of {outcomes.seeds} seeds that were run: {'; '.join(counts)}."
    return Told(q.id, q.text, q.options, given, q.answer, given in accepted, q.explanation, accepted, said)


def messages(recording: Recording, seq: int, limits: Limits) -> list[msgspec.Raw]:
    """The run as docs/protocol.md tells it, as if it had ended with event `seq`; `stopped` where it goes on."""
    out: list[msgspec.Raw] = []
    part = Recording(msgspec.structs.replace(recording.header))
    frames = Frames(part, "", limits, lambda message: out.append(msgspec.Raw(message)))
    cut(recording, seq, part)
    whole = seq >= recording.rows - 1
    stopped = Outcome("stopped", part.last_ns(), "the rest of the run is not told yet")
    frames.end(recording.outcome if whole and recording.outcome else stopped)
    return out


def replayed(recording: Recording, limits: Limits) -> list[msgspec.Raw]:
    """All that a page without a server brings of a finished run: its messages, and what is open where that is known."""
    told = messages(recording, recording.rows - 1, limits)
    return told if recording.opens is None else [*told, msgspec.Raw(msgspec.json.encode(recording.opens))]


def judgement(recording: Recording, goal: list[str]) -> Judgement:
    """A goal asked of a run. Raises ExpectError for a line that is no assertion."""
    facts = Facts(recording)
    verdicts = [check(facts, line) for line in goal]
    outcome = recording.outcome or Outcome("unknown", 0, "")
    return Judgement(all(v.ok for v in verdicts), verdicts, outcome, recording.digest(), kept(facts))


def picture(recording: Recording, t_ns: int, format_: str) -> bytes:
    """The lanes as SVG or PNG, with the playhead at `t_ns` after the origin (-1: without)."""
    at_ns = t_ns + recording.origin() if t_ns >= 0 else -1
    text = b"".join(svg.write(recording, at_ns)).decode()
    return text.encode() if format_ == "svg" else png(text)


def png(text: str, card: bool = True) -> bytes:
    """An SVG of ours, light: as a card of fixed size, its top where it is higher than that; or else all of it, twice as
    large.
    """
    import resvg_py

    style = text.split("</style>")[0]
    colours = dict(reversed(_DEFINED.findall(style)))  # the first definition, of the light theme, counts
    plain = _VARIABLE.sub(lambda m: colours.get(m[1], "#000"), re.sub(r"@media[^{]*\{.*?\}\}", "", text, flags=re.S))
    _, _, width, height = map(float, re.search(r'viewBox="([^"]*)"', plain)[1].split())  # type: ignore[index]
    if card:
        box = (
            f'viewBox="0 0 {width:.0f} {width * PNG_HEIGHT / PNG_WIDTH:.0f}" width="{PNG_WIDTH}" height="{PNG_HEIGHT}"'
        )
    else:
        box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{2 * width:.0f}" height="{2 * height:.0f}"'
    plain = re.sub(r'viewBox="[^"]*" width="[^"]*"', box, plain, count=1)
    fonts = [str(path) for path in sorted((STATIC / "vendor/fonts").glob("*.ttf"))]
    own: dict[str, Any] = (
        {"skip_system_fonts": True, "font_files": fonts, "sans_serif_family": "IBM Plex Sans"} if fonts else {}
    )
    made = bytes(resvg_py.svg_to_bytes(svg_string=plain, background="#ffffff", monospace_family="IBM Plex Mono", **own))
    return made
