"""Seeds: what they agree on, what they leave open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server import explore
from server.__main__ import main
from server.cfront import compile_module
from server.scenario import Limits, Machine, Scenario

CORPUS = Path(__file__).parent / "fidelity" / "corpus"
COMMAND = ("--cpus", "4", "--kernel", "6.12", "--costs", "tcg")
FOUR, FIVE = "unbound4: parcel 4 arrives", "unbound4: parcel 5 arrives"


def found(case: str, cpus: int, seeds: int, processes: int = 1) -> list[explore.Result]:
    source = (CORPUS / case / "module.c").read_text()
    scenario = Scenario(
        module_name=case,
        files={"module.c": source},
        session_sh=(CORPUS / case / "session.sh").read_text(),
        machine=Machine(cpus=cpus, kernel="6.12", costs="tcg"),
    )
    unit, _ = compile_module(scenario.files, case, Limits())
    assert unit is not None
    return list(explore.results(scenario, unit, Limits(), range(seeds), processes))


def test_an_ordered_queue_has_one_outcome() -> None:
    groups = explore.groups(found("ordered_wq", 2, 12))
    assert [g.count for g in groups] == [12]
    assert groups[0].differs == ""


def test_a_race_is_open_and_its_outcomes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    results = found("unbound4", 4, 24)
    groups = explore.groups(results)
    assert sum(g.count for g in groups) == 24
    assert len(groups) > 1 and "parcel" in groups[1].differs
    assert main(["explore", str(CORPUS / "unbound4"), *COMMAND, "--seeds", "24", "--json"]) == 1
    told = [fact["text"] for fact in json.loads(capsys.readouterr().out)["open"]["facts"]]
    positions = [(r.lines.index(FOUR), r.lines.index(FIVE)) for r in results]
    other = sum((four < five) != (positions[0][0] < positions[0][1]) for four, five in positions)
    assert 0 < other < 24
    assert any("parcel 4 arrives" in t and "parcel 5 arrives" in t and f": {other} of 24 seeds" in t for t in told)


def test_the_number_of_processes_changes_nothing() -> None:
    assert found("flush_one", 2, 6, processes=2) == found("flush_one", 2, 6)
