"""Tokens: what somebody has after a challenge is passed, and can show; checked by running it again.

    wqt1 . base64url(deflate-raw(JSON of a Claim)) . base64url(HMAC-SHA256 of all before, by the key) or nothing

A token holds the whole submission, so that no account and no store is needed: the same submission has the same token.
Whoever has the engine can run it again. After an engine upgrade the run may be another one; then a signature of the
server says that it was passed with the engine of its time, and the facts in it say what has changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable, Mapping

import msgspec

from server import links
from server.challenges import Challenge, seed_of
from server.scenario import Scenario, canonical
from server.sim import ENGINE_VERSION
from server.trace.expect import Verdict
from server.trace.kept import Kept, changes
from server.validate import read as read_scenario

Upgrader = Callable[[dict[str, object]], dict[str, object]]
TOKEN_VERSION = 1
# UPGRADERS[n] turns the raw claim of form n into one of form n + 1; tests/fixtures/token-v*.json has one of each.
UPGRADERS: dict[int, Upgrader] = {}
TOKEN_CHARS_MAX = links.LINK_CHARS_MAX
PERSON_CHARS_MAX = 64
FORM = re.compile(r"wqt(\d{1,4})\.([\w-]+)\.([\w-]*)")


class TokenError(Exception):
    """Text that is no token, or none that can be read; the message is for people."""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a token says: this submission met this goal, with this engine, and the run was so.

    `challenge` is the challenge's title, `base` the scenario it stands on, `found` what each line of the goal found.
    """

    challenge: str
    base: str
    goal: list[str]
    found: list[str]
    scenario: dict[str, object]
    engine: str
    digest: str
    facts: Kept
    person: str = ""


class Checked(msgspec.Struct, frozen=True):
    """A token, checked. `status` is

    passed          the submission meets the challenge's goal, now
    passed_then     it met it with the engine that it was made with, by this server's signature; now it does not
    unconfirmed     it says so, but it was made with another engine, has no signature, and does not meet the goal now
    not_passed      it does not, or is not what it says

    `changes` are the facts that are not so any more; `message` says the status in words.
    """

    status: str
    message: str
    challenge: str
    base: str
    person: str
    engine: str
    engine_now: str
    signed: bool
    verdicts: list[Verdict]
    changes: list[str]


class Run(msgspec.Struct, frozen=True):
    """A submission that was run again: `refused` says why it could not be."""

    passed: bool
    verdicts: list[Verdict]
    digest: str = ""
    facts: Kept | None = None
    refused: str = ""


def claim(challenge: Challenge, scenario: Scenario, run: Run, person: str = "") -> Claim:
    """What is to be said of a submission that passed."""
    assert run.passed and run.facts is not None
    found = [verdict.found for verdict in run.verdicts]
    raw = msgspec.json.decode(canonical(scenario), type=dict[str, object])
    return Claim(
        challenge.title, challenge.scenario, challenge.goal, found, raw, ENGINE_VERSION, run.digest, run.facts, person
    )


def write(said: Claim, key: bytes = b"") -> str:
    """The token of a claim; with a key, signed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(msgspec.json.encode(said, order="sorted")) + packer.flush()
    text = f"wqt{TOKEN_VERSION}.{_base64(packed)}"
    return f"{text}.{_signature(text, key) if key else ''}"


def read(token: str) -> Claim:
    """What a token says; whether that is so, `check` tells. Raises TokenError."""
    text = "".join(token.split())  # mail and forms break lines
    match = FORM.fullmatch(text) if len(text) <= TOKEN_CHARS_MAX else None
    if match is None:
        raise TokenError("this is no token: it should read wqt1.…")
    try:
        raw = msgspec.json.decode(links.unpack(match[2]), type=dict[str, object])
        return msgspec.convert(upgrade(raw, int(match[1])), type=Claim)
    except links.LinkError as error:
        raise TokenError(str(error).replace("the link", "the token")) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TokenError(f"this token is damaged: {error}") from error


def upgrade(
    raw: dict[str, object], version: int, upgraders: Mapping[int, Upgrader] = UPGRADERS, to: int = TOKEN_VERSION
) -> dict[str, object]:
    """A claim in today's form, one step at a time. Raises TokenError for one from the future or of no version."""
    if not 1 <= version <= to:
        raise TokenError(f"this token has form {version}; this program reads 1 to {to}")
    for step in range(version, to):
        raw = upgraders[step]({**raw})
    return raw


def scenario_of(said: Claim) -> Scenario:
    """The submission in a token. Raises TokenError."""
    scenario, faults = read_scenario(msgspec.json.encode(said.scenario))
    if scenario is None:
        raise TokenError(f"the submission in this token cannot be read: {faults[0].message if faults else ''}")
    return scenario


def is_signed(token: str, key: bytes) -> bool:
    """Whether a token has the signature of this key."""
    text, _, signature = "".join(token.split()).rpartition(".")
    return bool(key and signature) and hmac.compare_digest(signature, _signature(text, key))


def check(said: Claim, signed: bool, challenge: Challenge, run: Run) -> Checked:
    """What a token is worth, after its submission was run again against the challenge as it is now."""
    now = changes(said.facts, run.facts) if run.facts is not None else []
    if said.engine == ENGINE_VERSION and not now and run.digest != said.digest and run.facts is not None:
        now = ["the events of the run are not those that the token was made of"]
    stranger = said.person and scenario_of(said).seed != seed_of(said.person)
    if stranger:
        status, message = "not_passed", f"the run's seed is not the one of '{said.person}'"
    elif run.passed:
        status, message = "passed", f"all {len(run.verdicts)} lines of the goal are met"
    elif signed:
        status, message = "passed_then", f"passed with engine {said.engine}, by this server's word; it stays passed"
        if said.engine == ENGINE_VERSION:
            message = "passed when it was made, by this server's word; the challenge is another one now"
    elif said.engine != ENGINE_VERSION:
        status = "unconfirmed"
        message = f"it says that it passed with engine {said.engine}, but has no signature of this server"
    else:
        status, message = "not_passed", "the run does not meet the goal: the token is not genuine"
    if not run.passed and not stranger:
        missed = run.refused or "; ".join(v.text for v in run.verdicts if not v.ok)
        message += f" ({'now' if signed else 'it fails'}: {missed})"
    if said.goal != challenge.goal and status == "passed_then":
        now = ["the challenge's goal was another one then", *now]
    return Checked(
        status, message, said.challenge, said.base, said.person, said.engine, ENGINE_VERSION, signed, run.verdicts, now
    )


def _signature(text: str, key: bytes) -> str:
    return _base64(hmac.new(key, text.encode(), hashlib.sha256).digest())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
