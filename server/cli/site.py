"""`wqplay site OUT`: gallery, lessons and embeds as static files, each run computed beforehand and playable.

Every link is relative, so the folder works from a subpath, from a disk, or unpacked in a course. Only *Run* of an edit
needs a server, whose address is `--server`.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.assets import STATIC, WEB, sheet
from server.cli.files import InputError, complain, write

if TYPE_CHECKING:
    from jinja2 import Environment

    from server.gallery import Entry
    from server.places import Still
    from server.trace.recording import Recording

COPIED = ("favicon.svg", "css", "built/still")
FOLDERS = ("lesson", "print", "embed", "picture")
LESSON_DEPTH = 1  # folders between a lesson and the root


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("out", metavar="OUT", help="folder to write; it is made where it is missing")
    parser.add_argument(
        "--server", default="", metavar="URL", help="a playground for Run and edit; without it, no such link"
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="these lessons only")


def main(args: argparse.Namespace) -> int:
    """0: written; 2: unusable input."""
    from server import gallery

    entries = gallery.entries()
    unknown = [name for name in args.only if name not in entries]
    if unknown:
        complain(f"wqplay site: error: no scenario '{unknown[0]}' in the gallery")
        return 2
    chosen = [entry for name, entry in entries.items() if not args.only or name in args.only]
    try:
        _site(Path(args.out), chosen, args.server.rstrip("/"))
    except (InputError, OSError) as error:
        complain(str(error) if isinstance(error, InputError) else f"{args.out}: error: {error.strerror or error}")
        return 2
    print(f"{args.out}: {len(chosen)} lessons")
    return 0


def _site(out: Path, entries: list[Entry], server: str) -> None:
    from server import cards
    from server.places import Still
    from server.sim import ENGINE_VERSION

    for folder in FOLDERS:
        (out / folder).mkdir(parents=True, exist_ok=True)
    _static(out / "static")
    root, inner = Still(0, server), Still(LESSON_DEPTH, server)
    gallery = [cards.card(entry, root) for entry in entries]
    index = _templates(root).get_template("site.html").render(gallery=gallery, engine=ENGINE_VERSION)
    write(str(out / "index.html"), [index.encode()])
    templates = _templates(inner)
    for number, entry in enumerate(entries):
        beside = {
            "before": entries[number - 1] if number else None,
            "after": entries[number + 1] if number + 1 < len(entries) else None,
        }
        _lesson(out, entry, inner, templates, beside)


def _static(out: Path) -> None:
    """The files that the pages load: those parts of web/static that they use."""
    if not (STATIC / "built/still/run.js").is_file():
        raise InputError(f"{STATIC / 'built/still'}: error: not built: make setup builds it")
    for name in COPIED:
        to = out / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if (STATIC / name).is_dir():
            shutil.copytree(STATIC / name, to, dirs_exist_ok=True)
        else:
            shutil.copy(STATIC / name, to)
    write(str(out / "css/tokens.css"), [sheet("tokens").encode()])


def _scripts(name: str) -> list[str]:
    return [f"built/still/{name}.js"]


def _templates(to: Still) -> Environment:
    from jinja2 import Environment, FileSystemLoader

    from server import cards

    made = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
    made.globals.update(to=to, url_for=to.url_for, scripts=_scripts, nonce="")
    made.filters["script_json"] = cards.script_json
    return made


def _lesson(out: Path, entry: Entry, to: Still, templates: Environment, beside: dict[str, Any]) -> None:
    """A lesson's page, the same on paper with its pictures, and its run. Raises InputError where it does not run."""
    from server import cards, challenges
    from server.scenario import Limits, canonical

    name = entry.name
    recording, _ = challenges.record(entry.scenario, Limits())
    if recording is None:
        raise InputError(f"scenarios/{name}: error: it does not run")
    printed = cards.printed(entry, to)
    _pictures(out / "picture", name, recording, printed["frames"])
    pages = {
        "lesson": templates.get_template("lesson.html").render(
            **cards.lesson(entry, to),
            **beside,
            challenge=challenges.of_lesson(name),
            scenario=canonical(entry.scenario).decode(),
        ),
        "print": templates.get_template("lesson_print.html").render(**printed, address=""),
        "embed": _embed(entry, recording, to, templates),
    }
    for folder, page in pages.items():
        write(str(out / folder / f"{name}.html"), [page.encode()])


def _pictures(out: Path, name: str, recording: Recording, frames: list[dict[str, Any]]) -> None:
    from server import coursework

    write(str(out / f"{name}.svg"), [coursework.picture(recording, -1, "svg")])
    for frame in frames:
        write(str(out / f"{name}-{frame['t']}.svg"), [coursework.picture(recording, frame["ns"], "svg")])


def _embed(entry: Entry, recording: Recording, to: Still, templates: Environment) -> str:
    """The page of one run, with the run in it."""
    from server import cards, coursework, gallery, links, prepare
    from server.scenario import Limits, canonical
    from server.sim import ENGINE_VERSION
    from server.worker import module_params

    scenario = entry.scenario
    unit, _ = prepare.compile_scenario(scenario, Limits())
    messages = coursework.messages(recording, recording.rows - 1, Limits())
    return templates.get_template("embed.html").render(
        current=cards.card(entry, to),
        options={"theme": "auto", "reveal": "all", "speed": "1", "fragment": links.encode_named(entry.name, scenario)},
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
