"""Lessons and their printable form, the embed with its oEmbed, and the pages of short links."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException

from server import cards, challenges, gallery, links, markdown
from server.cards import web_snippet
from server.course_api import changed, linked, picture_answer, picture_of, shortened, stored
from server.pages import HERE, render, scenario_context
from server.runs import Refusal
from server.scenario import Scenario, canonical
from server.schemas import Answer
from server.shortlinks import ID_CHARS, ID_CHARS_MAX
from server.sim import ENGINE_VERSION
from server.validate import SEED_MAX

router = APIRouter(include_in_schema=False)
PANES = ("lanes", "code", "dmesg", "details")
EMBED_WIDTH, EMBED_HEIGHT, EMBED_HEIGHT_MAX = 960, 420, 2000
SELECTION = re.compile(r"[\w\[\].>*-]{1,80}(?:@[0-9.]+(?:ns|us|ms|s))?")


def entry_of(name: str) -> gallery.Entry:
    """A scenario of the gallery. Raises 404."""
    entry = gallery.entries().get(name)
    if entry is None:
        raise HTTPException(404, f"no lesson '{name[:64]}': the gallery lists them")
    return entry


def neighbours(name: str) -> tuple[gallery.Entry | None, gallery.Entry | None]:
    """The lessons before and after, in the gallery's order."""
    entries = list(gallery.entries().values())
    at = next(i for i, entry in enumerate(entries) if entry.name == name)
    return entries[at - 1] if at else None, entries[at + 1] if at + 1 < len(entries) else None


@router.get("/lesson/{name}", response_class=HTMLResponse)
async def lesson(request: Request, name: str) -> Response:
    """Notes beside the run: a story to step through, its source, questions, and what to try."""
    entry = entry_of(name)
    before, after = neighbours(name)
    return render(
        request,
        "lesson.html",
        **cards.lesson(entry, HERE),
        challenge=challenges.of_lesson(name),
        before=before,
        after=after,
        scenario=canonical(entry.scenario).decode(),
        oembed=oembed_address(request, f"{request.base_url}lesson/{name}"),
    )


@router.get("/lesson/{name}/print", response_class=HTMLResponse)
async def printed(request: Request, name: str) -> Response:
    """The lesson on paper: each moment of the notes with its picture."""
    entry = entry_of(name)
    return render(
        request, "lesson_print.html", **cards.printed(entry, HERE), address=f"{request.base_url}lesson/{name}"
    )


# -- the embed


@router.get("/embed", response_class=HTMLResponse)
async def embed(
    request: Request,
    scenario: str = gallery.DEMO,
    controls: Literal["min", "full", "none"] = "min",
    panes: str = "lanes",
    theme: Literal["auto", "light", "dark"] = "auto",
    reveal: Literal["all", "predict", "draw", "click"] = "all",
    from_: str = Query("", alias="from", max_length=24),
    to: str = Query("", max_length=24),
    t: str = Query("", max_length=24),
    sel: str = Query("", max_length=100),
    loop: bool = False,
    autoplay: bool = False,
    readonly: bool = False,
    hidecode: bool = False,
    speed: float = Query(1, gt=0, le=1000),
    height: int = Query(0, ge=0, le=EMBED_HEIGHT_MAX),
    title: str = Query("", max_length=200),
    seed: int = Query(-1, ge=-1, le=SEED_MAX),
    origin: str = Query("", max_length=200),
) -> Response:
    """The run in somebody else's page. All of its state is in memory; it needs no cookie, store or origin."""
    entry = entry_of(scenario)
    shown = [name for name in panes.split(",") if name in PANES] or ["lanes"]
    if hidecode:
        shown = [name for name in shown if name != "code"]
    view = {"t": t, "from": from_, "to": to}
    keys = [f"{key}={value}" for key, value in view.items() if markdown.ns_of(value) >= 0]
    keys += [f"sel={sel}"] if SELECTION.fullmatch(sel) else []
    options = {
        "theme": theme, "reveal": reveal, "loop": str(int(loop)), "autoplay": str(int(autoplay)), "speed": str(speed),
        "height": str(height), "origin": origin, "readonly": str(int(readonly)),
        "seed": str(seed),
        "fragment": "&".join([links.encode_named(entry.name, entry.scenario), *keys]),
    }  # fmt: skip
    tried = {"label": entry.card.try_.label, "scenario": gallery.raw(entry.tried)}
    return render(
        request,
        "quiz_embed.html" if reveal in ("predict", "draw") else "embed.html",
        current={**cards.card(entry, HERE), "title": title or entry.card.title},
        options=options,
        classes=" ".join([f"controls-{controls}", *(f"pane-{name}" for name in shown)]),
        pause="" if keys else entry.card.pause,
        tried=tried,
        notes="",
        gallery=[],
        **await scenario_context(request, entry.scenario),
    )


def oembed_address(request: Request, url: str) -> str:
    """Where a page's oEmbed is."""
    return f"{request.base_url}oembed?{urlencode({'url': url, 'format': 'json'})}"


@router.get("/oembed")
async def oembed(
    request: Request,
    url: str = Query(max_length=8192),
    format: str = "json",
    maxwidth: int = Query(EMBED_WIDTH, ge=1, le=10_000),
    maxheight: int = Query(EMBED_HEIGHT, ge=1, le=10_000),
) -> Response:
    """OEmbed 1.0 of a lesson, an embed, a short link or a gallery scenario's link."""
    if format != "json":
        raise HTTPException(501, "only format=json")
    name, query = await _target(request, url)
    entry = entry_of(name)
    height = min(EMBED_HEIGHT, maxheight)
    return Answer(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": "Workqueue Playground",
            "provider_url": str(request.base_url),
            "title": entry.card.title,
            "width": min(EMBED_WIDTH, maxwidth),
            "height": height,
            "html": web_snippet(
                f"{request.base_url}embed?{urlencode({**query, 'scenario': name})}", entry.card.title, height
            ),
            "thumbnail_url": f"{request.base_url}api/scenarios/{name}/picture.png",
            "thumbnail_width": 1200,
            "thumbnail_height": 630,
        }
    )


async def _target(request: Request, url: str) -> tuple[str, dict[str, str]]:
    """The scenario's name and the embed's parameters that an address of this server stands for. Raises 404."""
    parts = urlsplit(url)
    if parts.netloc not in ("", urlsplit(str(request.base_url)).netloc):
        raise HTTPException(404, "that is no address of this server")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    fragment = parts.fragment
    if match := re.fullmatch(r"/lesson/(\w{1,64})(?:/print)?", parts.path):
        return match[1], {}
    if match := re.fullmatch(rf"/s/(\w{{{ID_CHARS},{ID_CHARS_MAX}}})", parts.path):
        fragment = (await stored(request, match[1])).fragment.lstrip("#")
    if parts.path == "/embed" and not fragment:
        return query.pop("scenario", gallery.DEMO), query
    named = links.named(fragment)
    if named is None:
        raise HTTPException(404, "only lessons, embeds and links of gallery scenarios have an oEmbed")
    view = {key: values[0] for key, values in parse_qs(fragment).items() if key in ("t", "sel", "from", "to")}
    return named[0], view


# -- short links


def _opened(fragment: str) -> tuple[Scenario, str, str, int]:
    """Scenario, title, summary and moment of a stored fragment. Raises 404 where its scenario is gone."""
    named, scenario = links.named(fragment), linked(fragment)
    entry = gallery.entries().get(named[0]) if named else None
    if scenario is None:
        raise HTTPException(404, "what this link held cannot be read any more")
    title = scenario.title or scenario.module_name
    summary = entry.card.summary if entry is not None else f"A run of {scenario.module_name}, simulated and explained."
    moment = parse_qs(fragment).get("t", [""])[0]
    return scenario, title, summary, markdown.ns_of(moment)


@router.post("/partials/shorten", response_class=HTMLResponse)
async def shorten(request: Request) -> Response:
    """The share dialog's short link, for the long one in the form's field `link`."""
    fields = parse_qs((await request.body()).decode(errors="replace"), max_num_fields=8)
    fragment = fields.get("link", [""])[0].partition("#")[2]
    if links.named(fragment) is None and links.decode(fragment)[0] is None:
        raise HTTPException(422, "this is no link of the playground")
    try:
        link = await shortened(request, fragment)
    except Refusal as refusal:
        return HTMLResponse(Markup("{}").format(str(refusal)), 503)
    return HTMLResponse(Markup('<a href="/s/{0}">{1}s/{0}</a>').format(link.id, request.base_url))


@router.get("/s/{id_}", response_class=HTMLResponse)
async def short(request: Request, id_: str) -> Response:
    """A short link's page: what it shows, for people and for those who preview it, and on to the playground."""
    link = await stored(request, id_)
    fragment = link.fragment
    _, title, summary, _ = _opened(fragment)
    return render(
        request,
        "short.html",
        title=title,
        summary=summary,
        changes=await changed(request, link),
        engine=link.engine,
        engine_now=ENGINE_VERSION,
        target=f"/#{fragment}",
        address=f"{request.base_url}s/{id_}",
        picture=f"{request.base_url}s/{id_}/card.png",
        oembed=oembed_address(request, f"{request.base_url}s/{id_}") if links.named(fragment) else "",
    )


@router.get("/s/{id_}/card.png")
async def short_picture(request: Request, id_: str) -> Response:
    """The lanes at the shared moment, as Open Graph wants them."""
    scenario, _, _, t_ns = _opened((await stored(request, id_)).fragment)
    return picture_answer(await picture_of(request, scenario, t_ns, "png"), "png")


@router.get("/lesson")
async def lessons() -> Response:
    """The lessons are the gallery."""
    return RedirectResponse("/gallery")
