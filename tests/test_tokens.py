"""Tokens of passed challenges, and the facts that they and short links rest on: now, and after an engine upgrade."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec
import pytest

from server import challenges, gallery, links, tokens
from server.__main__ import main
from server.challenges import Challenge, handed_in, judge, load, seed_of
from server.gallery import Entry
from server.scenario import Limits, Scenario
from server.sim import ENGINE_VERSION
from server.tokens import Checked, Claim, Run, TokenError
from server.trace.facts import Facts
from server.trace.kept import CHANGES_MAX, Item, Kept, changes, kept

FIXTURES = Path(__file__).parent / "fixtures"
KEY = b"a server's key"
FILE = str(gallery.ROOT / "scenarios/handshake/challenge.toml")


@cache
def passed(person: str = "") -> tuple[Challenge, Entry, Scenario, Run]:
    challenge, entry = load(Path(FILE))
    scenario = handed_in(
        challenge, entry.scenario, msgspec.structs.replace(entry.scenario, params={"active": "2"}), person
    )
    judged = judge(challenge, scenario)
    assert judged.passed, judged
    return challenge, entry, scenario, Run(judged.passed, judged.verdicts, judged.digest, judged.facts)


def claimed(person: str = "") -> Claim:
    challenge, _, scenario, run = passed(person)
    return tokens.claim(challenge, scenario, run, person)


def checked(token: str, run: Run | None = None, key: bytes = KEY) -> Checked:
    said = tokens.read(token)
    return tokens.check(said, tokens.is_signed(token, key), passed()[0], run or passed(said.person)[3])


def of_old_engine() -> Claim:
    """A claim of an engine in which the answer had come 20 ms later, for want of a slot."""
    said = claimed()
    items = [
        msgspec.structs.replace(item, waited=item.waited + 20_000_000, cause="MAX_ACTIVE")
        if item.name == "reply"
        else item
        for item in said.facts.items
    ]
    return msgspec.structs.replace(said, engine="0.0.9", facts=msgspec.structs.replace(said.facts, items=items))


FAILS = Run(False, [], "00", None, "a goal that is not met")


def test_the_same_submission_has_the_same_token() -> None:
    token = tokens.write(claimed(), KEY)
    assert token == tokens.write(claimed(), KEY)
    assert len(token) < 2_000
    assert tokens.read("\n".join(token[i : i + 70] for i in range(0, len(token), 70))) == claimed()
    assert tokens.scenario_of(tokens.read(token)) == passed()[2]
    assert checked(token).status == "passed"
    assert not checked(token).changes


def test_a_person_has_a_seed_of_its_own() -> None:
    said = claimed("ada")
    assert said.scenario["seed"] == seed_of("ada")
    assert checked(tokens.write(said)).status == "passed"
    stolen = checked(tokens.write(msgspec.structs.replace(said, person="eve")), passed("ada")[3])
    assert (stolen.status, stolen.message) == ("not_passed", "the run's seed is not the one of 'eve'")


def test_a_passed_challenge_stays_passed_after_an_engine_upgrade() -> None:
    old = tokens.write(of_old_engine(), KEY)
    still = checked(old)
    assert (still.status, still.engine, still.engine_now) == ("passed", "0.0.9", ENGINE_VERSION)
    assert still.changes == ["reply waited 20 ms (max_active) then, now 7.52 us"]
    no_more = checked(old, FAILS)
    assert no_more.status == "passed_then"
    assert no_more.message.startswith("passed with engine 0.0.9, by this server's word; it stays passed")


@pytest.mark.parametrize("forged", ["engine", "signature", "facts"])
def test_who_has_no_key_cannot_make_a_pass(forged: str) -> None:
    token = tokens.write(of_old_engine(), KEY)
    text, _, signature = token.rpartition(".")
    made = {
        "engine": tokens.write(of_old_engine()),
        "signature": f"{text}.{signature[::-1]}",
        "facts": f"{tokens.write(claimed()).rpartition('.')[0]}.{signature}",
    }[forged]
    assert checked(made, FAILS).status == ("not_passed" if forged == "facts" else "unconfirmed")
    assert checked(token, FAILS, b"another key").status == "unconfirmed"


def test_a_weaker_goal_in_a_token_is_worth_nothing() -> None:
    weaker = msgspec.structs.replace(claimed(), goal=["outcome == stalled"])
    assert checked(tokens.write(weaker), FAILS).status == "not_passed"
    assert "the challenge's goal was another one then" in checked(tokens.write(weaker, KEY), FAILS).changes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no token"),
        ("wqt1.", "no token"),
        ("wqt2.AAAA.", "has form 2; this program reads 1 to 1"),
        ("wqt1.AAAA.", "cut off"),
        ("wqt1.zzzz.", "damaged"),
        ("wqt1.!!.", "no token"),
        ("wqt1." + "A" * 600_000 + ".", "no token"),
    ],
)
def test_what_is_no_token_is_told_so(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    if text.startswith("wqt2"):
        text = tokens.write(claimed()).replace("wqt1", "wqt2", 1)
    with pytest.raises(TokenError, match=words):
        tokens.read(text)
    assert main(["verify", text or "wqt"]) == 2
    assert "error" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("token-v*.json")), ids=lambda p: p.stem)
def test_tokens_of_every_form_are_read_for_ever(path: Path) -> None:
    frozen = json.loads(path.read_text())
    said = tokens.read(frozen["token"])
    assert (said.challenge, said.engine, said.person, said.facts.outcome) == tuple(frozen["says"])
    assert tokens.is_signed(frozen["token"], frozen["key"].encode())
    assert tokens.scenario_of(said).params == {"active": "2"}


def test_there_is_a_fixture_of_every_form() -> None:
    for kind, newest in (("token", tokens.TOKEN_VERSION), ("link", links.LINK_VERSION)):
        assert [p.stem for p in sorted(FIXTURES.glob(f"{kind}-v*.json"))] == [f"{kind}-v{n + 1}" for n in range(newest)]


def test_upgraders_run_one_step_at_a_time() -> None:
    def two(raw: dict[str, object]) -> dict[str, object]:
        return {**raw, "two": True}

    def three(raw: dict[str, object]) -> dict[str, object]:
        return {"seen": sorted(raw)}

    assert tokens.upgrade({"one": True}, 1, {1: two, 2: three}, to=3) == {"seen": ["one", "two"]}
    with pytest.raises(TokenError):
        tokens.upgrade({}, 4, {}, to=3)
    steps = {1: lambda fields: {**fields, "s": fields["s"] + "b"}, 2: lambda fields: {**fields, "s": fields["s"] + "c"}}
    assert links.upgrade({"v": "1", "s": "a"}, steps, to=3) == {"v": "3", "s": "abc"}
    for version in ("", "0", "4", "x", "1" * 9, "²"):
        with pytest.raises(links.LinkError, match="not known"):
            links.upgrade({"v": version}, steps, to=3)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("link-v*.json")), ids=lambda p: p.stem)
def test_links_of_every_form_are_read_for_ever(path: Path) -> None:
    frozen = json.loads(path.read_text())
    scenario, faults = links.decode(f"#{frozen['fragment']}")
    assert scenario is not None, faults
    assert gallery.raw(scenario) == frozen["scenario"]


def test_check_prints_a_token_that_verify_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WQPLAY_TOKEN_KEY", KEY.decode())
    assert main(["check", FILE, "--param", "active=2", "--id", "ada", "--quiet"]) == 0
    word, token = capsys.readouterr().out.split()
    assert word == "token" and tokens.is_signed(token, KEY)
    file = tmp_path / "token.txt"
    file.write_text(token)
    assert main(["verify", token, str(file)]) == 0
    assert capsys.readouterr().out == "Let them talk by ada: passed: all 4 lines of the goal are met\n" * 2
    own = tmp_path / "own.toml"
    own.write_text(Path(FILE).read_text().replace('title = "Let them talk"', 'title = "Another"'))
    assert main(["check", str(own), "--param", "active=2"]) == 0
    other = capsys.readouterr().out.split()[-1]
    assert main(["verify", other]) == 2
    assert "give --challenge FILE" in capsys.readouterr().err
    assert main(["verify", other, "--challenge", str(own)]) == 0
    assert main(["check", FILE]) == 1
    assert "token" not in capsys.readouterr().out


def test_what_may_not_be_edited_makes_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    said = claimed()
    forged = msgspec.structs.replace(said, scenario={**said.scenario, "session_sh": "true\n"})
    assert main(["verify", tokens.write(forged)]) == 1
    assert "session.sh may not be edited here" in capsys.readouterr().out


# -- the facts


def facts_of(name: str, **changed: object) -> Kept:
    scenario = msgspec.structs.replace(gallery.entries()[name].scenario, **changed)
    recording, _ = challenges.record(scenario, Limits())
    assert recording is not None
    return kept(Facts(recording))


def test_facts_are_few_bytes_and_the_same_for_the_same_run() -> None:
    one = facts_of("timeline_max_active")
    assert one == facts_of("timeline_max_active")
    assert changes(one, facts_of("timeline_max_active")) == []
    assert len(msgspec.json.encode(one)) < 250
    assert msgspec.json.decode(msgspec.json.encode(one), type=Kept) == one
    assert len(msgspec.json.encode(facts_of("suspend_resume"))) < 800


def test_what_changed_is_said_in_words() -> None:
    then, now = facts_of("timeline_max_active"), facts_of("timeline_max_active", params={"active": "3"})
    assert changes(then, now) == [
        "w1 took 20 ms then, now 15.1 ms",
        "w2 waited 20 ms (max_active) then, now 10.1 ms (CPU pool busy)",
    ]
    assert changes(then, facts_of("handshake"))[0] == "the run ended as completed then, now as stalled"


ITEM = Item("w", 1, 0, 1_000_000, "MAX_ACTIVE", 5_000_000)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"cpu": 1}, "w started on CPU 0 then, now on CPU 1"),
        ({"cpu": -1}, "w started then, now it does not"),
        ({"took": -1}, "w ended then, now it does not"),
        ({"took": 6_000_000}, "w took 5 ms then, now 6 ms"),
        ({"took": 5_010_000}, ""),
        ({"cause": "ORDERED"}, "w waited 1 ms (max_active) then, now 1 ms (ordered)"),
        ({"nth": 2}, "w was queued then, now it is not"),
    ],
)
def test_each_fact_has_its_sentence(other: dict[str, int | str], words: str) -> None:
    then = Kept("completed", [ITEM], 1, "x")
    found = changes(then, Kept("completed", [msgspec.structs.replace(ITEM, **other)], 1, "x"))
    assert found[:1] == ([words] if words else [])


def test_changes_are_bounded() -> None:
    many = [msgspec.structs.replace(ITEM, nth=n) for n in range(1, 24)]
    found = changes(Kept("completed", many, 1, "x"), Kept("completed", [], 2, "y"))
    assert len(found) == CHANGES_MAX + 1 and found[-1] == "and 12 more"
