"""The API of the course: questions, challenges, pictures of the lanes, short links."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from cachetools import LRUCache
from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException

from server import challenges, gallery, links
from server.challenges import Challenge, ChallengeError
from server.coursework import Judgement, QuizState
from server.jobs import JudgeJob, PictureJob, QuizJob
from server.runs import Refusal, Runs
from server.scenario import Scenario, scenario_hash
from server.schemas import Answer, answers, body
from server.shortlinks import ID_CHARS_MAX, Store, StoreError
from server.sim import ENGINE_VERSION
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


class ChallengeItem(msgspec.Struct, frozen=True):
    """A challenge as a list shows it, without its solution."""

    name: str
    title: str
    text: str
    edit: list[str]
    keep: list[str]
    goal: list[str]
    hints: list[str]


class ShareRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fragment of a link, as the share dialog shows it: with `s=…`, and what of the run is to be seen."""

    fragment: Annotated[str, msgspec.Meta(min_length=1)]


class Shared(msgspec.Struct, frozen=True):
    """A short link; `engine` is the version that it was made with."""

    id: str
    path: str
    fragment: str
    engine: str


STRUCTS = (QuizState, Judgement, ChallengeItem, Shared, QuizRequest, ShareRequest)
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


@router.post("/challenges/{name}", responses=answers(Judgement, 404, 413, 422, 429, 503), openapi_extra=body(Scenario))
async def judge(request: Request, name: str) -> Response:
    """Judges a submission, a whole scenario: runs it and asks every line of the goal."""
    challenge, entry = challenge_of(name)
    given = scenario_of(await request.body())
    sent = challenges.Submission(
        {**given.files, "session.sh": given.session_sh},
        {k: v for k, v in given.params.items() if entry.scenario.params.get(k) != v},
        given.machine.cpus if given.machine.cpus != entry.scenario.machine.cpus else 0,
        given.machine.kernel if given.machine.kernel != entry.scenario.machine.kernel else "",
        given.seed if given.seed != entry.scenario.seed else -1,
    )
    try:
        scenario = challenges.submitted(challenge, entry.scenario, sent)
    except ChallengeError as error:
        raise Refusal("input", str(error)) from error
    runs = runs_of(request)
    with runs.turn(client_of(request), "challenges", runs.settings.checks_per_client):
        return Answer(await runs.ask(JudgeJob(scenario, runs.cap(None), challenge.goal)))


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
    try:
        link = await store_of(request).put(fragment, ENGINE_VERSION)
    except StoreError as error:
        raise Refusal("overload", str(error)) from error
    return Answer(Shared(link.id, f"/s/{link.id}", link.fragment, link.engine))


LinkId = Annotated[str, Path(pattern=f"^[1-9A-HJ-NP-Za-km-z]{{11,{ID_CHARS_MAX}}}$", description="as POST gives it")]


@router.get("/share/{id}", responses=answers(Shared, 404, 422, 503))
async def shared(request: Request, id: LinkId) -> Response:
    """What a short link stands for."""
    try:
        link = await store_of(request).get(id)
    except StoreError as error:
        raise Refusal("overload", str(error)) from error
    if link is None:
        raise HTTPException(404, f"no short link '{id}'")
    return Answer(Shared(link.id, f"/s/{link.id}", link.fragment, link.engine))
