"""`wqplay site OUT`: gallery and lessons as static files, each run computed beforehand.

Every link is relative, so the folder works from a subpath, from a disk, or unpacked in a course. Only *Run and edit*
needs a server, whose address is `--server`.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from server.assets import STATIC, WEB
from server.cli.files import InputError, complain, write

if TYPE_CHECKING:
    from jinja2 import Template

    from server.gallery import Entry

SHEETS = ("tokens", "parts", "reading", "lesson")
UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
SUMMARY = "How Linux workqueues behave, run by run: what runs where, what waits, and why."


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


def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True).get_template("site.html")


def _site(out: Path, entries: list[Entry], server: str) -> None:
    for folder in ("css", "lesson", "run", "picture", "vendor/fonts"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        shutil.copy(STATIC / "css" / f"{sheet}.css", out / "css")
    for font in sorted((STATIC / "vendor/fonts").glob("*.woff2")):
        shutil.copy(font, out / "vendor/fonts")
    shutil.copy(STATIC / "favicon.svg", out)
    template = _template()
    cards = [{"name": entry.name, "title": entry.card.title, "summary": entry.card.summary} for entry in entries]
    index = template.render(title="Workqueues", summary=SUMMARY, root="", cards=cards, run=server and f"{server}/")
    write(str(out / "index.html"), [index.encode()])
    for entry in entries:
        _lesson(out, entry, server, template)


def _lesson(out: Path, entry: Entry, server: str, template: Template) -> None:
    """One lesson's page, its pictures, and its run. Raises InputError where the scenario does not run."""
    from markupsafe import Markup

    from server import coursework, links, markdown
    from server.challenges import record
    from server.scenario import Limits
    from server.sim import ENGINE_VERSION
    from server.trace import logs

    recording, _ = record(entry.scenario, Limits())
    if recording is None:
        raise InputError(f"scenarios/{entry.name}: error: it does not run")
    messages = coursework.messages(recording, recording.rows - 1, Limits())
    write(str(out / "run" / f"{entry.name}.json"), [b"[", b",\n".join(bytes(m) for m in messages), b"]\n"])
    frames = []
    for number, t in enumerate(dict.fromkeys(t for t, _ in markdown.moments(entry.notes)) or [""]):
        src = f"picture/{entry.name}-{number}.svg"
        write(str(out / src), [coursework.picture(recording, _ns(t), "svg")])
        frames.append({"t": t or "the whole run", "src": f"../{src}"})
    base = f"{server}/#{links.encode_named(entry.name, entry.scenario)}" if server else ""
    page = template.render(
        title=entry.card.title,
        summary=entry.card.summary,
        root="../",
        run=base,
        name=entry.name,
        notes=Markup(_notes(entry.notes_html, base)),
        frames=frames,
        code=Markup(markdown.code(entry.scenario.files["module.c"], "c", numbers=True)),
        session=Markup(markdown.code(entry.scenario.session_sh, "sh")),
        dmesg=logs.dmesg(recording),
        engine=ENGINE_VERSION,
    )
    write(str(out / "lesson" / f"{entry.name}.html"), [page.encode()])


def _notes(html: str, base: str) -> str:
    """Moments as links to the server; without one they are words."""
    if base:
        return html.replace('href="#t=', f'href="{base}&amp;t=')
    return re.sub(r'<a href="#t=[^"]*" class="moment">(.*?)</a>', r"<b>\1</b>", html)


def _ns(moment: str) -> int:
    match = re.fullmatch(r"([0-9.]+)(ns|us|ms|s)", moment)
    return round(float(match[1]) * UNITS[match[2]]) if match else -1
