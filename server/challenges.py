"""Challenges: a scenario, what of it may be edited, and a goal over the events of the run. docs/challenges.md.

A challenge is one TOML file; beside it may lie a submission (module.c, session.sh). A scenario.toml with `expect` is
read as a challenge in which nothing is to be changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from server import gallery
from server.gallery import Card, Change, Entry, GalleryError
from server.prepare import compile_scenario, header
from server.scenario import Diagnostic, Limits, Scenario
from server.sim import InputError, simulate
from server.trace.expect import ExpectError, Verdict, check, parse
from server.trace.facts import Facts
from server.trace.kept import Kept, kept
from server.trace.recording import Recording

EDITABLE = ("module.c", "session.sh", "params", "cpus", "kernel", "seed")
CHALLENGE_BYTES_MAX = 64 * 1024


class ChallengeError(Exception):
    """A file that is no challenge, or a submission that changes what may not be changed; the message is for people."""


class Challenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One challenge. `keep` are texts that module.c must still contain, `forbid` texts that it must not contain;
    `solution` is an edit that meets the goal (tests hold it to that).
    """

    title: str
    scenario: str
    goal: list[str]
    text: str = ""
    edit: list[str] = msgspec.field(default_factory=lambda: ["module.c"])
    keep: list[str] = []
    forbid: list[str] = []
    hints: list[str] = []
    solution: Change | None = None


class Submission(msgspec.Struct, frozen=True):
    """What somebody hands in: files by name, parameters, and 0 or "" where the machine stays as it is."""

    files: dict[str, str] = {}
    params: dict[str, str] = {}
    cpus: int = 0
    kernel: str = ""
    seed: int = -1


class Judged(msgspec.Struct, frozen=True):
    """The verdict on a submission: `verdicts` one a line of the goal; `diagnostics` where it did not run at all.

    `facts` are what the verdict rests on.
    """

    passed: bool
    verdicts: list[Verdict]
    outcome: str = ""
    message: str = ""
    digest: str = ""
    diagnostics: list[Diagnostic] = []
    facts: Kept | None = None


def load(path: Path) -> tuple[Challenge, Entry]:
    """A challenge and the scenario it stands on. Raises ChallengeError, naming the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ChallengeError(f"{path}: error: {(error.strerror or str(error)).lower()}") from error
    if len(data) > CHALLENGE_BYTES_MAX:
        raise ChallengeError(f"{path}: error: longer than {CHALLENGE_BYTES_MAX} bytes")
    try:
        if path.name == "scenario.toml":
            return _of_card(path)
        challenge = msgspec.toml.decode(data, type=Challenge)
    except GalleryError as error:
        raise ChallengeError(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ChallengeError(f"{path}: error: {error}") from error
    entry = gallery.entries().get(challenge.scenario)
    if entry is None:
        raise ChallengeError(f"{path}: error: no scenario '{challenge.scenario[:64]}' in the gallery")
    _validate(path, challenge)
    return challenge, entry


def _of_card(path: Path) -> tuple[Challenge, Entry]:
    entry = gallery.load(path.parent)
    card: Card = entry.card
    challenge = Challenge(card.title, entry.name, card.expect, card.summary, edit=[])
    _validate(path, challenge)
    return challenge, entry


def of_lesson(name: str) -> Challenge | None:
    """The challenge that lies beside a scenario of the gallery."""
    path = gallery.ROOT / "scenarios" / name / "challenge.toml"
    return load(path)[0] if path.is_file() else None


def _validate(path: Path, challenge: Challenge) -> None:
    for name in challenge.edit:
        if name not in EDITABLE and not name.endswith((".c", ".h")):
            raise ChallengeError(f"{path}: error: edit: '{name}' is none of {', '.join(EDITABLE)}")
    if not challenge.goal:
        raise ChallengeError(f"{path}: error: no goal: at least one assertion is needed")
    for line in challenge.goal:
        try:
            parse(line)
        except ExpectError as error:
            raise ChallengeError(f"{path}: error: goal: {error}") from error


def submitted(challenge: Challenge, base: Scenario, given: Submission) -> Scenario:
    """The base scenario with the submission's edits. Raises ChallengeError for one that is not allowed."""
    files, session = dict(base.files), base.session_sh
    for name, text in given.files.items():
        current = session if name == "session.sh" else files.get(name, "")
        if text == current:
            continue
        if name not in challenge.edit:
            raise ChallengeError(f"{name} may not be edited here, only {', '.join(challenge.edit) or 'nothing'}")
        if name == "session.sh":
            session = text
        else:
            files[name] = text
    asked = {"params": given.params, "cpus": given.cpus, "kernel": given.kernel, "seed": given.seed + 1}
    for name, value in asked.items():
        if value and name not in challenge.edit:
            raise ChallengeError(f"{name} may not be changed here, only {', '.join(challenge.edit) or 'nothing'}")
    machine = base.machine
    if given.cpus or given.kernel:
        machine = msgspec.structs.replace(
            machine, cpus=given.cpus or machine.cpus, kernel=given.kernel or machine.kernel, topology=[]
        )
    module = files.get("module.c", "")
    for text in challenge.keep:
        if text not in module:
            raise ChallengeError(f"module.c must keep: {text.strip()}")
    for text in challenge.forbid:
        if text in module:
            raise ChallengeError(f"module.c must not contain: {text.strip()}")
    return msgspec.structs.replace(
        base,
        files=files,
        session_sh=session,
        machine=machine,
        params={**base.params, **given.params},
        seed=given.seed if given.seed >= 0 else base.seed,
    )


def handed_in(challenge: Challenge, base: Scenario, given: Scenario, person: str = "") -> Scenario:
    """A whole scenario taken as a submission: what differs from the base. Raises ChallengeError.

    Where there is a person, the seed is the one that belongs to that id.
    """
    sent = Submission(
        {**given.files, "session.sh": given.session_sh},
        {k: v for k, v in given.params.items() if base.params.get(k) != v},
        given.machine.cpus if given.machine.cpus != base.machine.cpus else 0,
        given.machine.kernel if given.machine.kernel != base.machine.kernel else "",
        given.seed if given.seed != base.seed and not person else -1,
    )
    return seeded(submitted(challenge, base, sent), person)


def seeded(scenario: Scenario, person: str) -> Scenario:
    """A scenario with the seed that belongs to a person's id; as it is where there is none."""
    return msgspec.structs.replace(scenario, seed=seed_of(person)) if person else scenario


def seed_of(id_: str) -> int:
    """A person's seed, from the id: the same at every grading, 1 to 2^31."""
    return int.from_bytes(hashlib.sha256(id_.encode()).digest()[:4], "big") % 2**31 + 1


def named(title: str, scenario: str) -> tuple[Challenge, Entry] | None:
    """The gallery's challenge with this title on this scenario, or None."""
    for name in gallery.entries():
        path = gallery.ROOT / "scenarios" / name / "challenge.toml"
        if path.is_file() and (found := load(path))[0].title == title and found[0].scenario == scenario:
            return found
    return None


def of_change(base: Scenario, change: Change) -> Submission:
    """An edit of a scenario as a submission. Raises GalleryError where it does not fit."""
    after = gallery.apply(base, change)
    files: Mapping[str, str] = {**after.files, "session.sh": after.session_sh}
    return Submission(dict(files), change.params, change.cpus, change.kernel)


def record(scenario: Scenario, limits: Limits) -> tuple[Recording | None, list[Diagnostic]]:
    """Runs a scenario; None where its input is unusable. Diagnostics in either case."""
    unit, diagnostics = compile_scenario(scenario, limits)
    if unit is None:
        return None, diagnostics
    recording = Recording(header(scenario))
    try:
        recording.outcome = simulate(scenario, unit, limits, recording)
    except InputError as error:
        return None, error.diagnostics
    return recording, diagnostics


def judge(challenge: Challenge, scenario: Scenario, limits: Limits | None = None) -> Judged:
    """Runs a submission and asks every line of the goal."""
    recording, diagnostics = record(scenario, limits or Limits())
    if recording is None:
        errors = [d for d in diagnostics if d.severity == "error"]
        return Judged(False, [], "not run", errors[0].message if errors else "", diagnostics=diagnostics)
    facts = Facts(recording)
    verdicts = [check(facts, line) for line in challenge.goal]
    outcome = recording.outcome
    assert outcome is not None
    passed = all(verdict.ok for verdict in verdicts)
    digest = recording.digest()
    return Judged(passed, verdicts, outcome.kind, outcome.message, digest, diagnostics, kept(facts))
