"""What pages say of a scenario, on a server and in static files; knows no web framework."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import msgspec
from markupsafe import Markup

from server import gallery, links, markdown
from server.places import Served, Still
from server.scenario import COST_SETS, KERNELS, Scenario
from server.validate import CPUS_MAX

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"


def script_json(data: bytes | object) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element."""
    text = data.decode() if isinstance(data, bytes) else json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, escape)
    return Markup(text)


def machine_settings(scenario: Scenario) -> dict[str, Any]:
    """What the machine can be, and is: for the controls."""
    machine = scenario.machine
    return {
        "cpus": machine.cpus,
        "cpus_max": CPUS_MAX,
        "kernel": machine.kernel,
        "kernels": KERNELS,
        "costs": machine.costs,
        "cost_sets": COST_SETS,
        "seed": scenario.seed,
    }


def card(entry: gallery.Entry, to: Served | Still) -> dict[str, Any]:
    """A gallery scenario as a list shows it; `href` is "" where no playground is known."""
    return {
        "name": entry.name,
        "title": entry.card.title,
        "summary": entry.card.summary,
        "why": entry.card.why,
        "try": entry.card.try_.label,
        "challenge": entry.challenge,
        "hash": entry.hash[: links.HASH_DIGITS],
        "href": to.playground and f"{to.playground}#{links.encode_named(entry.name, entry.scenario)}",
    }


def lesson(entry: gallery.Entry, to: Served | Still) -> dict[str, Any]:
    """The texts of a lesson: notes, whose moments are links that also work without a script, and both sources."""
    base = html.escape(f"{to.moment(entry.name)}#{links.encode_named(entry.name, entry.scenario)}&t=")
    return {
        "card": card(entry, to),
        "concepts": entry.card.concepts,
        "notes": Markup(entry.notes_html.replace('href="#t=', f'href="{base}')),
        "code": Markup(markdown.code(entry.scenario.files["module.c"], "c", numbers=True)),
        "session": Markup(markdown.code(entry.scenario.session_sh, "sh")),
    }


def printed(entry: gallery.Entry, to: Served | Still) -> dict[str, Any]:
    """The same on paper: moments are words, each with its picture once."""
    frames: list[dict[str, Any]] = []
    for moment, selected in markdown.moments(entry.notes):
        if moment not in [frame["t"] for frame in frames]:
            frames.append({"t": moment, "selected": selected, "ns": markdown.ns_of(moment)})
    words = re.sub(r'<a href="#t=[^"]*" class="moment">(.*?)</a>', r"<b>\1</b>", entry.notes_html)
    return {**lesson(entry, to), "notes": Markup(words), "frames": frames}


def precomputed(hash_: str, messages: list[msgspec.Raw]) -> Markup:
    """The element with which a page brings a run: all messages of docs/protocol.md, of the scenario with this hash."""
    text = script_json(b"[" + b",\n".join(bytes(message) for message in messages) + b"]")
    return Markup('<script type="application/json" id="precomputed" data-hash="{}">{}</script>').format(hash_, text)


def web_snippet(src: str, title: str, height: int = 420) -> str:
    """The iframe that a page puts in to show a run."""
    return (
        f'<iframe title="{html.escape(title)}" width="100%" height="{height}" loading="lazy" style="border:0" '
        f'allow="fullscreen; clipboard-write" sandbox="{SANDBOX}" src="{html.escape(src)}"></iframe>'
    )
