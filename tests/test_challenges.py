"""Challenges, and `wqplay check`: what may be edited, verdicts, exit codes, the JUnit report."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from server import gallery
from server.__main__ import main
from server.challenges import ChallengeError, Submission, load, submitted

CHALLENGE = """
title = "Both at once"
scenario = "timeline_max_active"
edit = ["params"]
goal = ["outcome == completed", "end(w2) < 26ms"]
hints = ["max_active"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "both.toml"
    path.write_text(CHALLENGE)
    return path


def test_a_goal_that_is_not_met_is_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 1
    out = capsys.readouterr().out
    assert "Both at once: not passed" in out
    assert "no   end(w2) < 26ms    (35 ms)" in out
    assert "yes  outcome == completed" in out


def test_a_goal_that_is_met_is_0_and_reported(file: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert main(["check", str(file), "--param", "active=3", "--junit", str(report), "--quiet"]) == 0
    suite = ET.parse(report).getroot()[0]
    assert suite.attrib == {"name": "Both at once", "tests": "2", "failures": "0"}
    assert main(["check", str(file), "--junit", str(report)]) == 1
    failures = [case.attrib["name"] for case in ET.parse(report).getroot().iter("testcase") if len(case)]
    assert failures == ["end(w2) < 26ms"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 1", "Expected `str`, got `int`"),
        ("title =", "error: "),
        (CHALLENGE.replace("timeline_max_active", "nowhere"), "no scenario 'nowhere' in the gallery"),
        (CHALLENGE.replace("end(w2)", "ending(w2)"), "goal: 'ending(w2)' is no function"),
        (CHALLENGE.replace('["params"]', '["kernel.c", "moon"]'), "'moon' is none of"),
        (CHALLENGE + 'colour = "red"', "unknown field `colour`"),
        ('title="x"\nscenario="workqueue_demo"\ngoal=[]', "no goal"),
    ],
)
def test_a_bad_file_is_2(file: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(text)
    assert main(["check", str(file)]) == 2
    err = capsys.readouterr().err
    assert str(file) in err
    assert message in err


def test_a_missing_file_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.toml")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_only_what_is_named_may_be_edited(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file), "--cpus", "4"]) == 2
    assert "cpus may not be changed here, only params" in capsys.readouterr().err
    challenge, entry = load(file)
    with pytest.raises(ChallengeError, match="module.c may not be edited here"):
        submitted(challenge, entry.scenario, Submission({"module.c": "int x;"}))


def test_a_submission_lies_beside_its_challenge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "challenge.toml"
    path.write_text((gallery.ROOT / "scenarios/lost_event/challenge.toml").read_text())
    module = gallery.entries()["lost_event"].scenario.files["module.c"]
    (tmp_path / "module.c").write_text(module.replace("static bool careful;", "static bool careful = true;"))
    assert main(["check", str(path)]) == 0
    (tmp_path / "module.c").write_text("this is no C")
    assert main(["check", str(path)]) == 1
    assert "module.c:1:" in capsys.readouterr().err


def test_what_must_stay_must_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "challenge.toml"
    path.write_text((gallery.ROOT / "scenarios/cancel_under_lock/challenge.toml").read_text())
    module = gallery.entries()["cancel_under_lock"].scenario.files["module.c"]
    (tmp_path / "module.c").write_text(module.replace("\tmutex_lock(&state_lock);\n", ""))
    assert main(["check", str(path)]) == 2
    assert "module.c must keep: mutex_lock(&state_lock);" in capsys.readouterr().err


def test_a_scenario_is_a_challenge_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(gallery.ROOT / "scenarios/timeline_cmwq/scenario.toml")]) == 0
    assert main(["check", str(gallery.ROOT / "scenarios/lost_event/challenge.toml"), "--solution"]) == 0
    assert "Lose nothing: passed" in capsys.readouterr().out
