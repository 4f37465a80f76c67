"""The simulator in Python, for notebooks and documents: `wqplay.run("ordered_queue")`.

    import wqplay

    run = wqplay.run("ordered_queue", cpus=4)     # a scenario of the gallery; a folder; or the text of a module
    run                                           # in a notebook: its lanes
    run.outcome, run.dmesg, run.why("task_1")
    run.picture("520ms")                          # SVG
    run.value("latency(task_1)")                  # what docs/challenges.md can ask

It knows nothing of the web server.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from server import challenges, coursework, gallery, markdown, validate
from server.gallery import Card, Change, Entry, GalleryError, Try
from server.scenario import Diagnostic, Limits, Scenario, scenario_hash
from server.trace import exports, logs, why
from server.trace.expect import measured
from server.trace.facts import Facts
from server.trace.recording import Recording
from server.trace.stats import Stats
from server.trace.timeline import Timeline
from wqplay.show import figure

__all__ = ["Run", "WqplayError", "entry", "run"]
SESSION = "insmod {name}.ko\nsleep 10\nrmmod {name}\n"


class WqplayError(Exception):
    """A scenario that cannot run; the message says where and why."""


class Run:
    """A finished run. A notebook shows its lanes."""

    def __init__(self, entry: Entry, recording: Recording, diagnostics: list[Diagnostic]) -> None:
        self.entry = entry
        self.recording = recording
        self.diagnostics = diagnostics

    @property
    def scenario(self) -> Scenario:
        """What ran."""
        return self.entry.scenario

    @property
    def outcome(self) -> str:
        """How it ended: `completed`, `crashed`, `deadlock`, `stalled`, `limit`."""
        return self.recording.outcome.kind if self.recording.outcome else "unknown"

    @property
    def summary(self) -> str:
        """One sentence: how it ended, what waited longest, and why."""
        timeline = Timeline(self.recording)
        timeline.feed()
        words = Stats(timeline).summary()
        return f"{self.outcome}: {words}" if words else self.outcome

    @property
    def dmesg(self) -> str:
        """The kernel log."""
        return logs.dmesg(self.recording)

    def why(self, item: str = "") -> str:
        """The waits of all items, or of one, explained. Raises WqplayError for an item that is not in the run."""
        try:
            return why.report(self.recording, item)
        except why.UnknownItem as error:
            raise WqplayError(str(error)) from error

    def picture(self, t: str = "") -> str:
        """The lanes as SVG, with the playhead at a moment as links write it (`6ms`), if one is given."""
        return coursework.picture(self.recording, markdown.ns_of(t), "svg").decode()

    def png(self, t: str = "") -> bytes:
        """The same as PNG, for documents that take no SVG."""
        return coursework.png(self.picture(t), card=False)

    def value(self, expression: str) -> str:
        """A figure of the run, such as `latency(w1)`. Raises server.trace.expect.ExpectError."""
        return measured(Facts(self.recording), expression)

    def messages(self) -> list[object]:
        """All messages of the run, as docs/protocol.md tells them."""
        raw = coursework.messages(self.recording, self.recording.rows - 1, Limits())
        return [msgspec.json.decode(message) for message in raw]

    def export(self, format_: str) -> bytes:
        """The run as a file: `perfetto`, `ftrace`, `csv`, `json`, `svg`, `text`."""
        if format_ not in exports.FORMATS:
            raise WqplayError(f"no format '{format_}': one of {', '.join(exports.FORMATS)}")
        return b"".join(exports.write(format_, self.recording))

    def _repr_html_(self) -> str:
        return figure(self.picture(), self.summary, self.dmesg)


def entry(given: str | Path) -> Entry:
    """A scenario of the gallery by name, or a folder like those in scenarios/. Raises WqplayError."""
    known = gallery.entries().get(str(given))
    if known is not None:
        return known
    folder = Path(given)
    if not (folder / "scenario.toml").is_file():
        raise WqplayError(f"'{given}' is neither a scenario of the gallery nor a folder with a scenario.toml")
    try:
        return gallery.load(folder)
    except GalleryError as error:
        raise WqplayError(str(error)) from error


def run(
    given: str | Path | Scenario,
    *,
    name: str = "module",
    session: str = "",
    params: dict[str, str] | None = None,
    cpus: int = 0,
    seed: int | None = None,
) -> Run:
    """Runs a scenario to its end. Raises WqplayError where it cannot run.

    `given` is a scenario, the name of one, a folder, or C text (anything with a line break in it), whose module is
    then called `name`. The rest replaces what the scenario says.
    """
    base = _base(given, name)
    scenario = base.scenario
    scenario = gallery.apply(scenario, Change(params=params or {}, cpus=cpus))
    scenario = msgspec.structs.replace(
        scenario,
        session_sh=session or scenario.session_sh,
        seed=scenario.seed if seed is None else seed,
    )
    for fault in validate.check(scenario, Limits()):
        raise WqplayError(_told(fault))
    recording, diagnostics = challenges.record(scenario, Limits())
    if recording is None:
        errors = [d for d in diagnostics if d.severity == "error"] or diagnostics
        raise WqplayError("\n".join(map(_told, errors)) or "it does not run")
    return Run(msgspec.structs.replace(base, scenario=scenario, hash=scenario_hash(scenario)), recording, diagnostics)


def _base(given: str | Path | Scenario, name: str) -> Entry:
    if isinstance(given, str) and "\n" in given:
        given = Scenario(name, {"module.c": given}, SESSION.format(name=name))
    if isinstance(given, Scenario):
        title = given.title or given.module_name
        card = Card(title, "", "", Try("", Change()))
        return Entry(given.module_name, card, given, scenario_hash(given), given, "")
    return entry(given)


def _told(d: Diagnostic) -> str:
    place = ":".join(str(part) for part in (d.file, d.line, d.col) if part)
    return f"{place}: {d.severity}: {d.message}" if place else f"{d.severity}: {d.message}"
