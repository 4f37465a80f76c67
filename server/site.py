"""Static pages: gallery, lessons and embeds as files, each with its run in it. Every link is relative."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from server import cards, challenges, coursework, explore, gallery, links, markdown, prepare, recorded as real
from server.assets import STATIC, WEB, sheet
from server.gallery import Entry
from server.places import Still
from server.scenario import Limits, canonical
from server.sim import ENGINE_VERSION
from server.trace.opens import opens
from server.trace.recording import Recording
from server.worker import module_params

COPIED = ("favicon.svg", "css", "built/still")
OPEN_SEEDS = 24  # that are run to see what Linux leaves open
INNER = 1  # folders between a lesson or an embed and the root


class SiteError(Exception):
    """A site cannot be written; the message says why."""


class Site:
    """A folder of static pages. `server` is the address of a playground for what needs one, "" for none."""

    def __init__(self, out: Path, server: str = "") -> None:
        self.out = out
        self.to = Still(INNER, server)
        self.root = Still(0, server)
        self.templates = _templates(self.to)

    def write(self, entries: list[Entry]) -> None:
        """All of it: the index, and each lesson with its run. Raises SiteError, OSError."""
        self.static()
        shown = [cards.card(entry, self.root) for entry in entries]
        index = _templates(self.root).get_template("site.html").render(gallery=shown, engine=ENGINE_VERSION)
        self._page("index.html", index)
        for number, entry in enumerate(entries):
            before = entries[number - 1] if number else None
            after = entries[number + 1] if number + 1 < len(entries) else None
            self._lesson(entry, recorded(entry), before, after)

    def static(self) -> None:
        """The files that the pages load: those parts of web/static that they use. Raises SiteError, OSError."""
        if not (STATIC / "built/still/run.js").is_file():
            raise SiteError(f"{STATIC / 'built/still'}: error: not built: make setup builds it")
        for name in COPIED:
            to = self.out / "static" / name
            to.parent.mkdir(parents=True, exist_ok=True)
            if (STATIC / name).is_dir():
                shutil.copytree(STATIC / name, to, dirs_exist_ok=True)
            else:
                shutil.copy(STATIC / name, to)
        (self.out / "static/css/tokens.css").write_text(sheet("tokens"))  # fonts from files need CORS in a sandbox

    def run(self, entry: Entry, recording: Recording) -> None:
        """One run as a page to be framed, embed/NAME.html."""
        self._page(f"embed/{entry.name}.html", self._embed(entry, recording))

    def picture(self, entry: Entry, recording: Recording, t: str = "") -> str:
        """The lanes at a moment as written (`6ms`); without one, of the whole run. Returns its path within the site."""
        name = f"picture/{entry.name}{f'-{t}' if t else ''}.svg"
        self._page(name, coursework.picture(recording, markdown.ns_of(t), "svg").decode())
        return name

    def _lesson(self, entry: Entry, recording: Recording, before: Entry | None, after: Entry | None) -> None:
        printed = cards.printed(entry, self.to)
        for t in ("", *(frame["t"] for frame in printed["frames"])):
            self.picture(entry, recording, t)
        lesson = self.templates.get_template("lesson.html").render(
            **cards.lesson(entry, self.to),
            before=before,
            after=after,
            challenge=challenges.of_lesson(entry.name),
            scenario=canonical(entry.scenario).decode(),
        )
        self._page(f"lesson/{entry.name}.html", lesson)
        paper = self.templates.get_template("lesson_print.html").render(**printed, address="")
        self._page(f"print/{entry.name}.html", paper)
        self.run(entry, recording)

    def _embed(self, entry: Entry, recording: Recording) -> str:
        scenario = entry.scenario
        unit, _ = prepare.compile_scenario(scenario, Limits())
        messages = coursework.replayed(recording, Limits())
        fragment = links.encode_named(entry.name, scenario)
        return self.templates.get_template("embed.html").render(
            current=cards.card(entry, self.to),
            options={"theme": "auto", "reveal": "all", "speed": "1", "fragment": fragment},
            classes="",
            precomputed=cards.precomputed(entry.hash[: links.HASH_DIGITS], messages),
            pause=entry.card.pause,
            tried={"label": entry.card.try_.label, "scenario": gallery.raw(entry.tried)},
            engine=ENGINE_VERSION,
            scenario=canonical(scenario).decode(),
            files=scenario.files,
            session_sh=scenario.session_sh,
            module_name=scenario.module_name,
            values=scenario.params,
            machine=cards.machine_settings(scenario),
            params=module_params(unit) if unit is not None else [],
        )

    def _page(self, name: str, text: str) -> None:
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def recorded(entry: Entry) -> Recording:
    """The run of a gallery scenario, with what Linux leaves open in it. Raises SiteError where it does not run."""
    recording, found = challenges.record(entry.scenario, Limits())
    if recording is None:
        raise SiteError(f"scenarios/{entry.name}: error: {found[0].message if found else 'it does not run'}")
    unit, _ = prepare.compile_scenario(entry.scenario, Limits())
    assert unit is not None  # it ran
    limits, seeds = explore.bounded(recording, Limits()), explore.enough(recording, OPEN_SEEDS - 1)
    others = explore.beside(recording, entry.scenario, unit, limits, seeds)
    recording.opens = opens(recording, others, real.traces(entry.scenario))
    return recording


def _templates(to: Still) -> Environment:
    made = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
    made.globals.update(to=to, url_for=to.url_for, scripts=lambda name: [f"built/still/{name}.js"], nonce="")
    made.filters["script_json"] = cards.script_json
    return made
