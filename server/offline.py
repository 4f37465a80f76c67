"""A run as one HTML file that replays without network: the page's code and styles, and the messages of the run."""

from __future__ import annotations

from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from server import cards
from server.assets import STATIC, WEB, data_url, script_text, sheet
from server.links import HASH_DIGITS
from server.places import Still
from server.scenario import Scenario, canonical, scenario_hash
from server.sim import ENGINE_VERSION

SHEETS = ("tokens", "parts", "reading", "app", "source", "timeline", "log", "foot", "narrow", "offline")
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def page(scenario: Scenario, messages: list[msgspec.Raw]) -> bytes:
    """The file of a finished run, from its messages (docs/protocol.md).

    Raises FileNotFoundError where the page's scripts are not built.
    """
    templates = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
    hash_ = scenario_hash(scenario)[:HASH_DIGITS]
    nonce = f"run-{hash_}"  # what is in the file may run; it guards against nothing else
    title = scenario.title or scenario.module_name
    context: dict[str, Any] = {
        "to": Still(0, ""),
        "nonce": nonce,
        "policy": POLICY.format(nonce=nonce),
        "picture": data_url(STATIC / "favicon.svg", "image/svg+xml"),
        "styles": _element("style", nonce, "".join(sheet(name) for name in SHEETS)),
        "script": _element("script", nonce, script_text()),
        "precomputed": cards.precomputed(hash_, messages),
        "engine": ENGINE_VERSION,
        "scenario": canonical(scenario).decode(),
        "current": {
            "name": "",
            "title": title,
            "summary": "",
            "why": "",
            "hash": hash_,
        },
        "pause": "",
        "tried": {"label": ""},
        "params": [],
        "files": scenario.files,
        "session_sh": scenario.session_sh,
    }
    return templates.get_template("offline.html").render(context).encode()


def _element(tag: str, nonce: str, text: str) -> Markup:
    """A style or script of ours, whose text cannot end it."""
    assert f"</{tag}" not in text.lower()
    return Markup(f'<{tag} nonce="{nonce}">{text}</{tag}>')
