"""The gallery: one folder in `scenarios/` each, with a module, a session, a machine, and why it is worth looking at.

    scenario.toml   title, summary, why, pause, concepts, expect, [try]; optional: order, module, machine, params, seed
    module.c        unless `module.source` names a file of this project
    session.sh      what a person types
    notes.md        what there is to see, in Markdown (HTML in it is shown, not obeyed)

A folder's name is its module's, unless `module.name` says otherwise.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

from server.scenario import Limits, Machine, Scenario, canonical, scenario_hash
from server.validate import check

DATA = Path(__file__).parent / "_data"
ROOT = DATA if DATA.is_dir() else Path(__file__).parents[1]  # a wheel carries the folders in itself
DEMO = "workqueue_demo"
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class GalleryError(Exception):
    """A folder that is no scenario; the message names file and fault."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edit: in `file` (a C file, or session.sh) `find` becomes `replace`; parameters, CPUs and kernel as given."""

    file: str = ""
    find: str = ""
    replace: str = ""
    params: dict[str, str] = {}
    cpus: int = 0
    kernel: str = ""


class Try(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to try: a question, the edit that answers it, and assertions about the run that follows."""

    label: str
    change: Change
    expect: list[str] = []


class Module(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the module comes from, if not from module.c beside."""

    name: str
    source: str = ""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"try_": "try"}):
    """scenario.toml. `pause` is the cause code of the wait at which the page stops first; `expect` are assertions
    about the run (server/trace/expect.py), `concepts` what a reader meets here.
    """

    title: str
    summary: str
    why: str
    try_: Try
    order: int = 1000
    pause: str = ""
    concepts: list[str] = []
    expect: list[str] = []
    module: Module | None = None
    machine: Machine = Machine()
    params: dict[str, str] = {}
    seed: int = 0


class Entry(msgspec.Struct, frozen=True):
    """One scenario of the gallery, ready to run and to show. `tried` is the scenario after its change,
    `challenge` whether there is one.
    """

    name: str
    card: Card
    scenario: Scenario
    hash: str
    tried: Scenario
    notes: str = ""
    challenge: bool = False

    @property
    def notes_html(self) -> str:
        """The notes as HTML."""
        return _html(self.notes)


def apply(scenario: Scenario, change: Change) -> Scenario:
    """The scenario after an edit. Raises GalleryError where `find` does not occur exactly once."""
    files, session = dict(scenario.files), scenario.session_sh
    if change.file:
        text = session if change.file == "session.sh" else files.get(change.file, "")
        if text.count(change.find) != 1:
            raise GalleryError(f"'{change.find}' occurs {text.count(change.find)} times in {change.file}, not once")
        text = text.replace(change.find, change.replace)
        if change.file == "session.sh":
            session = text
        else:
            files[change.file] = text
    machine = scenario.machine
    if change.cpus or change.kernel:
        machine = msgspec.structs.replace(
            machine, cpus=change.cpus or machine.cpus, kernel=change.kernel or machine.kernel, topology=[]
        )
    params = {**scenario.params, **change.params}
    return msgspec.structs.replace(scenario, files=files, session_sh=session, machine=machine, params=params)


def load(folder: Path) -> Entry:
    """One folder. Raises GalleryError for what is missing, not known or not valid in it: `file: error: …`."""
    name, about = folder.resolve().name, folder / "scenario.toml"
    try:
        card = msgspec.toml.decode(about.read_bytes(), type=Card)
        module = card.module or Module(name)
        scenario = Scenario(
            module.name,
            {"module.c": _source(folder, module).read_text()},
            (folder / "session.sh").read_text(),
            title=card.title,
            params=card.params,
            machine=card.machine,
            seed=card.seed,
        )
        notes = (folder / "notes.md").read_text()
        tried = apply(scenario, card.try_.change)
    except OSError as error:
        raise GalleryError(f"{error.filename}: error: {(error.strerror or str(error)).lower()}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, GalleryError) as error:
        raise GalleryError(f"{about}{_placed(str(error))}") from error
    for version in (scenario, tried):
        for fault in check(version, Limits()):
            raise GalleryError(f"{about}: error: {fault.message}")
    has_challenge = (folder / "challenge.toml").is_file()
    return Entry(name, card, scenario, scenario_hash(scenario), tried, notes, has_challenge)


@cache
def _html(notes: str) -> str:
    from server import markdown  # which takes longer to load than a command line has to run

    return markdown.render(notes)


def _source(folder: Path, module: Module) -> Path:
    """The file of the module's C. Raises GalleryError for one outside this project."""
    if not module.source:
        return folder / "module.c"
    source = (ROOT / module.source).resolve()
    if not source.is_relative_to(ROOT.resolve()):
        raise GalleryError(f"module.source: {module.source} is no file of this project")
    return source


def _placed(message: str) -> str:
    """A decoder's message, with the place that it ends in before it, as compilers have it."""
    if place := _PLACE.search(message):
        return f":{place[1]}:{place[2]}: error: {message[: place.start()].lower()}"
    return f": error: {message}"


def raw(scenario: Scenario) -> object:
    """A scenario as plain data, without its defaults."""
    data: object = msgspec.json.decode(canonical(scenario))
    return data


@cache
def entries() -> dict[str, Entry]:
    """The whole gallery by name, in its order; read once. Raises GalleryError."""
    folders = sorted(path.parent for path in (ROOT / "scenarios").glob("*/scenario.toml"))
    found = [load(folder) for folder in folders]
    return {entry.name: entry for entry in sorted(found, key=lambda e: (e.card.order, e.name))}
