"""What a worker process makes of a recording for lessons: the next question, a verdict, a picture of the lanes."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from server.assets import STATIC
from server.jobs import JudgeJob, PictureJob, QuizJob
from server.scenario import Limits, Outcome
from server.trace.expect import Verdict, check
from server.trace.exports import svg
from server.trace.facts import Facts
from server.trace.frames import Frames
from server.trace.quiz import Question, Quiz, cut
from server.trace.recording import Recording

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
    """What became of an answer: `answer` is the right option, `given` the one that was chosen."""

    id: str
    text: str
    options: list[str]
    given: int
    answer: int
    correct: bool
    explanation: str


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


class Judgement(msgspec.Struct, frozen=True):
    """A goal asked of a run: whether all of it holds, line by line, and how the run ended."""

    passed: bool
    verdicts: list[Verdict]
    outcome: Outcome
    digest: str


def answer(job: QuizJob | JudgeJob | PictureJob, recording: Recording) -> bytes:
    """The answer to a job about a finished recording."""
    match job:
        case QuizJob():
            return msgspec.json.encode(quiz(recording, job))
        case JudgeJob():
            return msgspec.json.encode(judgement(recording, job.goal))
        case PictureJob():
            return picture(recording, job.t_ns, job.format)


def quiz(recording: Recording, job: QuizJob) -> QuizState:
    """The state of a quiz after the answers given so far. Answers beyond its questions are left out."""
    questions = Quiz(Facts(recording)).questions(job.seed, job.count, tuple(job.kinds))
    results = [_told(q, given) for q, given in zip(questions, job.answers, strict=False)]
    if len(results) >= len(questions):
        return _state(recording, job, len(questions), results, None, recording.rows - 1)
    q = questions[len(results)]
    asked = Asked(q.id, q.kind, q.t_ns, q.text, q.options, q.subject)
    return _state(recording, job, len(questions), results, asked, q.seq)


def _state(
    recording: Recording, job: QuizJob, total: int, results: list[Told], asked: Asked | None, seq: int
) -> QuizState:
    part = cut(recording, seq)
    at_ns = part.last_ns() if asked is not None else -1
    drawn = b"".join(svg.write(part, at_ns)).decode() if part.rows else ""
    score = sum(result.correct for result in results)
    return QuizState(total, score, results, asked, messages(recording, seq, job.limits), drawn)


def _told(q: Question, given: int) -> Told:
    return Told(q.id, q.text, q.options, given, q.answer, given == q.answer, q.explanation)


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


def judgement(recording: Recording, goal: list[str]) -> Judgement:
    """A goal asked of a run. Raises ExpectError for a line that is no assertion."""
    facts = Facts(recording)
    verdicts = [check(facts, line) for line in goal]
    outcome = recording.outcome or Outcome("unknown", 0, "")
    return Judgement(all(v.ok for v in verdicts), verdicts, outcome, recording.digest())


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
