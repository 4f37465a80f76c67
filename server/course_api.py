"""The API of the course: questions, challenges, pictures of the lanes, short links."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from cachetools import LRUCache
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from server import challenges, gallery, links, tokens
from server.challenges import Challenge, ChallengeError
from server.coursework import DrawState, Judgement, QuizState
from server.jobs import DrawJob, JudgeJob, PictureJob, QuizJob
from server.runs import Refusal, Runs
from server.scenario import Outcome, Scenario, scenario_hash
from server.schemas import Answer, answers, body
from server.shortlinks import ID_CHARS_MAX, Link, Store, StoreError
from server.sim import ENGINE_VERSION
from server.trace.expect import Verdict
from server.trace.gantt import BARS_MAX, Bar
from server.trace.kept import Kept, changes
from server.trace.quiz import KINDS_OF_QUESTIONS, QUESTIONS_MAX
from server.validate import SEED_MAX, read

router = APIRouter(prefix="/api", default_response_class=Answer)
T = TypeVar("T")
PICTURES_BYTES = 16 * 1024 * 1024
TIME_NS_MAX = 600_000_000_000
FRAGMENT_CHARS_MAX = links.LINK_CHARS_MAX
FORMATS = {"svg": "image/svg+xml", "png": "image/png"}
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # the picture's own style; nothing else is allowed in it


class QuizRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions about a scenario's run: `answers` are the options chosen so far, by number."""

    scenario: msgspec.Raw
    seed: Annotated[int, msgspec.Meta(ge=0, le=SEED_MAX)] = 0
    count: Annotated[int, msgspec.Meta(ge=1, le=QUESTIONS_MAX)] = 5
    answers: Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=63)]], msgspec.Meta(max_length=QUESTIONS_MAX)] = []
    kinds: Annotated[list[str], msgspec.Meta(max_length=len(KINDS_OF_QUESTIONS))] = []


class DrawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes next in a scenario's run, to be drawn: `bars` is the drawing, null to see the grid first."""

    scenario: msgspec.Raw
    seed: Annotated[int, msgspec.Meta(ge=0, le=SEED_MAX)] = 0
    bars: Annotated[list[Bar], msgspec.Meta(max_length=BARS_MAX)] | None = None


class ChallengeItem(msgspec.Struct, frozen=True):
    """A challenge as a list shows it, without its solution."""

    name: str
    title: str
    text: str
    edit: list[str]
    keep: list[str]
    goal: list[str]
    hints: list[str]


class ChallengeResult(msgspec.Struct, frozen=True):
    """A judged submission; `token` is for whoever passed: POST /api/tokens and `wqplay verify` check it."""

    passed: bool
    verdicts: list[Verdict]
    outcome: Outcome
    digest: str
    token: str


class TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token to check; white space in it does no harm."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=tokens.TOKEN_CHARS_MAX)]


class ShareRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fragment of a link, as the share dialog shows it: with `s=…`, and what of the run is to be seen."""

    fragment: Annotated[str, msgspec.Meta(min_length=1)]


class Shared(msgspec.Struct, frozen=True):
    """A short link; `engine` is the version that it was made with, `changes` what of its run is not so any more."""

    id: str
    path: str
    fragment: str
    engine: str
    changes: list[str] = []


STRUCTS = (
    QuizState, DrawState, ChallengeItem, ChallengeResult, tokens.Checked, Shared, QuizRequest, DrawRequest,
    TokenRequest, ShareRequest,
)  # fmt: skip
PersonId = Annotated[str, Query(max_length=tokens.PERSON_CHARS_MAX, description="an id whose seed the run is to have")]
KEPT_RUNS = 256
_kept: LRUCache[str, Kept] = LRUCache(KEPT_RUNS)
_pictures: LRUCache[tuple[str, int, str], bytes] = LRUCache(PICTURES_BYTES, getsizeof=len)


def runs_of(request: Request) -> Runs:
    """The runs of the application behind a request."""
    runs = request.app.state.runs
    assert isinstance(runs, Runs)
    return runs


def store_of(request: Request) -> Store:
    """The short links of the application behind a request."""
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


def client_of(request: Request) -> str:
    """Who asks, as far as limits go."""
    return request.client.host if request.client else "?"


async def decoded(request: Request, kind: type[T]) -> T:
    """The body of a request. Raises Refusal for what is not valid."""
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("input", f"the body is not valid: {error}") from error


def scenario_of(raw: msgspec.Raw | bytes) -> Scenario:
    """A scenario. Raises Refusal."""
    scenario, faults = read(bytes(raw))
    if scenario is None:
        raise Refusal("input", faults[0].message if faults else "no scenario")
    return scenario


@router.post("/quiz", responses=answers(QuizState, 413, 422, 429, 503), openapi_extra=body(QuizRequest))
async def quiz(request: Request) -> Response:
    """The next question about a run, the results so far, and the run's messages up to the question's moment only."""
    asked = await decoded(request, QuizRequest)
    unknown = [kind for kind in asked.kinds if kind not in KINDS_OF_QUESTIONS]
    if unknown:
        raise Refusal("input", f"no kind '{unknown[0][:20]}': {', '.join(KINDS_OF_QUESTIONS)}")
    runs = runs_of(request)
    scenario = scenario_of(asked.scenario)
    job = QuizJob(scenario, runs.cap(None), asked.seed, asked.count, asked.answers, asked.kinds)
    with runs.turn(client_of(request), "questions", runs.settings.checks_per_client):
        return Answer(await runs.ask(job), headers={"Cache-Control": "no-store"})


@router.post("/draw", responses=answers(DrawState, 413, 422, 429, 503), openapi_extra=body(DrawRequest))
async def draw(request: Request) -> Response:
    """A grid to draw on what comes next, with the lanes up to its moment only; the grade of a drawing, step by step."""
    asked = await decoded(request, DrawRequest)
    runs = runs_of(request)
    job = DrawJob(scenario_of(asked.scenario), runs.cap(None), asked.seed, asked.bars)
    with runs.turn(client_of(request), "questions", runs.settings.checks_per_client):
        return Answer(await runs.ask(job), headers={"Cache-Control": "no-store"})


def challenge_of(name: str) -> tuple[Challenge, gallery.Entry]:
    """The challenge of a gallery scenario. Raises 404."""
    path = gallery.ROOT / "scenarios" / name / "challenge.toml"
    if name not in gallery.entries() or not path.is_file():
        raise HTTPException(404, f"no challenge '{name[:64]}': GET /api/challenges lists them")
    return challenges.load(path)


def item(name: str, challenge: Challenge) -> ChallengeItem:
    """A challenge without its solution."""
    c = challenge
    return ChallengeItem(name, c.title, c.text, c.edit, c.keep, c.goal, c.hints)


@router.get(
    "/challenges", responses=answers({"type": "array", "items": {"$ref": "#/components/schemas/ChallengeItem"}})
)
async def challenge_list() -> Response:
    """All challenges of the gallery, in its order."""
    there = [n for n in gallery.entries() if (gallery.ROOT / "scenarios" / n / "challenge.toml").is_file()]
    return Answer([item(name, challenge_of(name)[0]) for name in there])


@router.post(
    "/challenges/{name}", responses=answers(ChallengeResult, 404, 413, 422, 429, 503), openapi_extra=body(Scenario)
)
async def judge(request: Request, name: str, person: PersonId = "") -> Response:
    """Judges a submission, a whole scenario: runs it, with the seed of `person` where one is named, and asks every
    line of the goal. Where all hold there is a token.
    """
    challenge, entry = challenge_of(name)
    given = scenario_of(await request.body())
    try:
        scenario = challenges.handed_in(challenge, entry.scenario, given, person)
    except ChallengeError as error:
        raise Refusal("input", str(error)) from error
    judged = await _judged(request, scenario, challenge)
    token = ""
    if judged.passed:
        run = tokens.Run(True, judged.verdicts, judged.digest, judged.facts)
        token = tokens.write(tokens.claim(challenge, scenario, run, person), await _key(request))
    return Answer(ChallengeResult(judged.passed, judged.verdicts, judged.outcome, judged.digest, token))


async def _judged(request: Request, scenario: Scenario, challenge: Challenge) -> Judgement:
    runs = runs_of(request)
    with runs.turn(client_of(request), "challenges", runs.settings.checks_per_client):
        made = await runs.ask(JudgeJob(scenario, runs.cap(None), challenge.goal))
    return msgspec.json.decode(made, type=Judgement)


async def _key(request: Request) -> bytes:
    """What tokens are signed with: the setting, else a key that the database keeps; without either, nothing."""
    given = runs_of(request).settings.token_key
    if given:
        return given.encode()
    try:
        return await store_of(request).key()
    except StoreError:
        return b""


@router.post("/tokens", responses=answers(tokens.Checked, 404, 413, 422, 429, 503), openapi_extra=body(TokenRequest))
async def check_token(request: Request) -> Response:
    """What a token is worth: its submission is run again, against the gallery's challenge as it is now."""
    token = (await decoded(request, TokenRequest)).token
    try:
        said = tokens.read(token)
        given = tokens.scenario_of(said)
    except tokens.TokenError as error:
        raise Refusal("input", str(error)) from error
    found = challenges.named(said.challenge, said.base)
    if found is None:
        raise HTTPException(404, f"the gallery has no challenge '{said.challenge[:64]}': wqplay verify takes its file")
    challenge, entry = found
    try:
        judged = await _judged(request, challenges.handed_in(challenge, entry.scenario, given, said.person), challenge)
        run = tokens.Run(judged.passed, judged.verdicts, judged.digest, judged.facts)
    except ChallengeError as error:
        run = tokens.Run(False, [], refused=str(error))
    except Refusal as refusal:
        if refusal.code != "input":
            raise
        run = tokens.Run(False, [], refused=str(refusal))
    return Answer(tokens.check(said, tokens.is_signed(token, await _key(request)), challenge, run))


async def picture_of(request: Request, scenario: Scenario, t_ns: int, format_: str) -> bytes:
    """A picture of the lanes; the same one is drawn once. Raises Refusal."""
    key = (scenario_hash(scenario), t_ns, format_)
    if key not in _pictures:
        runs = runs_of(request)
        made = await runs.ask(PictureJob(scenario, runs.cap(None), t_ns, format_))
        if len(made) > PICTURES_BYTES:
            return made
        _pictures[key] = made
    return _pictures[key]


def picture_answer(picture: bytes, format_: str) -> Response:
    """A picture as an answer; an SVG brings its own style, and may do nothing else."""
    headers = {"Cache-Control": "public, max-age=3600"}
    if format_ == "svg":
        headers["Content-Security-Policy"] = SVG_POLICY
    return Response(picture, media_type=FORMATS[format_], headers=headers)


@router.get("/scenarios/{name}/picture.{format}", responses=answers({}, 404, 422, 503))
async def picture(request: Request, name: str, format: str, t: int = -1) -> Response:
    """The lanes of a gallery scenario as `svg` or `png`; `t` is where the playhead stands, in ns (-1: nowhere)."""
    entry = gallery.entries().get(name)
    if entry is None or format not in FORMATS:
        raise HTTPException(
            404, f"no picture '{format[:10]}' of '{name[:64]}': svg and png of what /api/scenarios lists"
        )
    t_ns = max(-1, min(t, TIME_NS_MAX))
    return picture_answer(await picture_of(request, entry.scenario, t_ns, format), format)


@router.post("/share", responses=answers(Shared, 413, 422, 429, 503), openapi_extra=body(ShareRequest))
async def share(request: Request) -> Response:
    """A short link for the fragment of a long one: the same fragment has the same id for ever."""
    fragment = (await decoded(request, ShareRequest)).fragment.lstrip("#")
    if len(fragment) > FRAGMENT_CHARS_MAX:
        raise Refusal("input", f"the link is longer than {FRAGMENT_CHARS_MAX} characters")
    if links.named(fragment) is None:
        scenario, faults = links.decode(fragment)
        if scenario is None:
            raise Refusal("input", faults[0].message if faults else "this is no link")
    link = await shortened(request, fragment)
    return Answer(Shared(link.id, f"/s/{link.id}", link.fragment, link.engine))


LinkId = Annotated[str, Path(pattern=f"^[1-9A-HJ-NP-Za-km-z]{{11,{ID_CHARS_MAX}}}$", description="as POST gives it")]


@router.get("/share/{id}", responses=answers(Shared, 404, 422, 503))
async def shared(request: Request, id: LinkId) -> Response:
    """What a short link stands for."""
    link = await stored(request, id)
    told = await changed(request, link)
    return Answer(Shared(link.id, f"/s/{link.id}", link.fragment, link.engine, told))


def linked(fragment: str) -> Scenario | None:
    """The scenario of a link, as it is now; None where it cannot be read any more."""
    name = links.named(fragment)
    if name is None:
        return links.decode(fragment)[0]
    entry = gallery.entries().get(name[0])
    return entry.scenario if entry is not None else None


async def stored(request: Request, id_: str) -> Link:
    """A short link. Raises 404, or Refusal where the database is away."""
    try:
        link = await store_of(request).get(id_)
    except StoreError as error:
        raise Refusal("overload", str(error)) from error
    if link is None:
        raise HTTPException(404, f"no short link '{id_[:ID_CHARS_MAX]}'")
    return link


async def shortened(request: Request, fragment: str) -> Link:
    """The short link of a long one that can be read, kept with the facts of its run. Raises Refusal."""
    scenario = linked(fragment)
    try:
        facts = msgspec.json.encode(await _facts(request, scenario)).decode() if scenario is not None else ""
    except Refusal:
        facts = ""  # what does not run may be shared as well; what could not be run just now gets its facts later
    try:
        return await store_of(request).put(fragment, ENGINE_VERSION, facts)
    except StoreError as error:
        raise Refusal("overload", str(error)) from error


async def changed(request: Request, link: Link) -> list[str]:
    """What of a link's facts is not so any more, since the engine or the gallery's scenario is another one."""
    scenario, name = linked(link.fragment), links.named(link.fragment)
    if scenario is None or not link.facts:
        return []
    is_same = name is None or scenario_hash(scenario).startswith(name[1])
    if link.engine == ENGINE_VERSION and is_same:
        return []
    try:
        return changes(msgspec.json.decode(link.facts, type=Kept), await _facts(request, scenario))
    except msgspec.DecodeError:
        return []  # a newer server wrote them
    except Refusal as refusal:
        return [] if refusal.code != "input" else [f"it ran then, now it does not: {refusal}"]


async def _facts(request: Request, scenario: Scenario) -> Kept:
    """The facts of a scenario's run; the same one is run once. Raises Refusal."""
    key = scenario_hash(scenario)
    if key not in _kept:
        runs = runs_of(request)
        made = msgspec.json.decode(await runs.ask(JudgeJob(scenario, runs.cap(None), [])), type=Judgement)
        _kept[key] = made.facts
    return _kept[key]
