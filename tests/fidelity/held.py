"""The simulator against recorded runs: `python -m tests.fidelity.held [--write FILE] [CASE…]`.

Each case is a folder with module, session, machine and traces; the simulator runs it with the profile and the costs
of the recordings, and `server.trace.compare` says which facts hold.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from server.cfront import compile_module
from server.scenario import Limits, Machine, Scenario
from server.sim import simulate
from server.trace import compare, ftrace
from server.trace.recording import Header, Recording

CORPUS = Path(__file__).parent / "corpus"
BOTTOM = Path(__file__).parent / "notes.md"


def cases() -> list[Path]:
    """All case folders, by name."""
    return sorted(p for p in CORPUS.iterdir() if (p / "module.c").exists())


def run_case(case: Path, kernel: str = "6.12") -> tuple[Recording, list[str]]:
    """Our run of a case, and its trace as `wqplay run --kernel 6.12 --costs tcg --trace` writes it."""
    machine = json.loads((case / "machine.json").read_text())
    scenario = Scenario(
        module_name=case.name,
        files={"module.c": (case / "module.c").read_text()},
        session_sh=(case / "session.sh").read_text(),
        machine=Machine(cpus=machine["cpus"], kernel=kernel, costs="tcg"),
    )
    return run_scenario(scenario, Limits(until_ns=machine["seconds"] * 1_000_000_000))


def run_scenario(scenario: Scenario, limits: Limits) -> tuple[Recording, list[str]]:
    """Our run of a scenario, and its trace."""
    unit, diagnostics = compile_module(scenario.files, scenario.module_name, limits)
    assert unit is not None, diagnostics
    recording = Recording(Header(producer="simulator", module=scenario.module_name))
    recording.outcome = simulate(scenario, unit, limits, recording)
    return recording, "".join(ftrace.write(recording, ftrace.own_rows(recording))).splitlines()


def held(case: Path) -> compare.Report:
    """Which facts of a case's recorded runs hold in ours."""
    references = [compare.read(p.read_text().splitlines()) for p in sorted(case.glob("trace.*.txt"))]
    return compare.compare(case.name, compare.read(run_case(case)[1]), references)


def table(reports: list[compare.Report]) -> str:
    """A Markdown table: case, facts held of facts asked, first broken one."""
    lines = ["| case | held / asked | first that does not hold |", "|---|---|---|"]
    total_held = total_asked = 0
    for report in reports:
        asked = sum(f.asked for f in report.facts.values())
        good = sum(f.held for f in report.facts.values())
        broken = next((what for f in report.facts.values() for what in f.broken), "")
        total_held, total_asked = total_held + good, total_asked + asked
        lines.append(f"| {report.case} | {good} / {asked} | {broken} |")
    lines.append(f"| **all {len(reports)}** | **{total_held} / {total_asked}** | |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Prints the table, or writes the page; 1 if a fact does not hold."""
    page = None
    if arguments[:1] == ["--write"]:
        page, arguments = Path(arguments[1]), arguments[2:]
    reports = [held(case) for case in cases() if not arguments or case.name in arguments]
    text = table(reports)
    if page is not None:
        page.write_text(BOTTOM.read_text().replace("<!-- table -->\n", text))
    sys.stdout.write(text)
    return 0 if all(report.ok for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
