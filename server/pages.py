"""The pages, and the partials that htmx fetches. They say what they can without JavaScript."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from cachetools import LRUCache
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup
from starlette.exceptions import HTTPException

from server import gallery, links
from server.assets import WEB, scripts
from server.cards import card, machine_settings, script_json, web_snippet
from server.jobs import ModuleParam
from server.places import Served
from server.runs import Refusal, Runs
from server.scenario import Diagnostic, Scenario, canonical
from server.sim import ENGINE_VERSION
from server.validate import read

HASH_DIGITS = links.HASH_DIGITS
PARAMS_KEPT = 256
FIELDS_MAX = 64

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(WEB / "templates")


HERE = Served()
templates.env.filters["script_json"] = script_json
templates.env.globals.update(to=HERE, scripts=scripts)


class Params:
    """The parameters of modules, as their C declares them; remembered by source."""

    def __init__(self) -> None:
        self._known: LRUCache[tuple[object, ...], list[ModuleParam]] = LRUCache(PARAMS_KEPT)

    async def of(self, runs: Runs, scenario: Scenario) -> list[ModuleParam]:
        """None where the module does not compile: then there is nothing to set."""
        key = tuple(sorted(scenario.files.items()))
        if key not in self._known:
            try:
                self._known[key] = (await runs.check(scenario, runs.cap(None))).params
            except Refusal:
                return []
        return self._known[key]


_params = Params()


def render(request: Request, template: str, **context: Any) -> HTMLResponse:
    """A template with what all of them may use: the nonce of the answer's policy, and the engine."""
    return templates.TemplateResponse(
        request, template, {"nonce": request.state.nonce, "engine": ENGINE_VERSION, **context}
    )


def error_page(request: Request, status: int, message: str) -> str:
    """A page for people who are lost."""
    template = templates.get_template("error.html")
    return template.render(request=request, nonce=request.state.nonce, status=status, message=message)


async def scenario_context(request: Request, scenario: Scenario) -> dict[str, Any]:
    """What the controls and the page need of a scenario."""
    return {
        "scenario": canonical(scenario).decode(),
        "files": scenario.files,
        "session_sh": scenario.session_sh,
        "module_name": scenario.module_name,
        "values": scenario.params,
        "machine": machine_settings(scenario),
        "params": await _params.of(request.app.state.runs, scenario),
    }


@router.get("/", response_class=HTMLResponse)
async def index(request: Request) -> Response:
    """The playground, opened on the demo; the fragment of the address, which only the browser sees, may differ."""
    entries = gallery.entries()
    entry = entries[gallery.DEMO]
    tried = {"label": entry.card.try_.label, "scenario": json.loads(canonical(entry.tried))}
    return render(
        request,
        "index.html",
        gallery=[card(e, HERE) for e in entries.values()],
        current=card(entry, HERE),
        pause=entry.card.pause,
        tried=tried,
        notes=Markup(entry.notes_html),
        **await scenario_context(request, entry.scenario),
    )


@router.get("/gallery", response_class=HTMLResponse)
async def gallery_page(request: Request) -> Response:
    """All scenarios."""
    return render(request, "gallery.html", gallery=[card(e, HERE) for e in gallery.entries().values()])


@router.get("/partials/gallery", response_class=HTMLResponse)
async def gallery_list(request: Request, q: str = "") -> Response:
    """The list of scenarios, narrowed to those that hold every word of `q`."""
    cards = [card(e, HERE) for e in gallery.entries().values()]
    for word in q.lower().split()[:8]:
        cards = [c for c in cards if word in f"{c['title']} {c['summary']} {c['why']} {c['name']}".lower()]
    return render(request, "partials/gallery_list.html", gallery=cards, q=q[:200])


async def form_scenario(request: Request) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario in the field `scenario` of a form, as htmx and a form without JavaScript send it, or as JSON."""
    data = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return read(data)
    try:
        fields = dict(parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return read("")
    return read(fields.get("scenario", ""))


@router.post("/partials/controls", response_class=HTMLResponse)
async def controls(request: Request) -> Response:
    """Machine settings and one control for each parameter of the module that was sent."""
    scenario, faults = await form_scenario(request)
    if scenario is None:
        raise HTTPException(422, faults[0].message)
    return render(request, "partials/controls.html", **await scenario_context(request, scenario))


@router.post("/partials/share", response_class=HTMLResponse)
async def share(request: Request) -> Response:
    """The share dialog for the scenario that was sent: the page writes its link, with the moment, into it."""
    scenario, faults = await form_scenario(request)
    if scenario is None:
        raise HTTPException(422, faults[0].message)
    same = [e for e in gallery.entries().values() if e.scenario == scenario]
    fragment = links.encode_named(same[0].name, scenario) if same else links.encode(scenario, ENGINE_VERSION)
    return render(
        request,
        "partials/share.html",
        snippet=web_snippet(f"{request.base_url}embed#{fragment}", scenario.title or scenario.module_name),
    )


@router.get("/api/docs", response_class=HTMLResponse)
async def docs(request: Request) -> Response:
    """The routes of the API, from its own schema."""
    return render(request, "api.html", schema=request.app.openapi())
