"""The gallery's recorded real runs against simulated ones: with the recordings' kernel and costs, every fact holds."""

from __future__ import annotations

import msgspec
import pytest

from server import gallery, recorded
from server.scenario import Limits
from server.trace import compare
from tests.fidelity.held import run_scenario

# What the console of no simulated run can share with the recorded ones, and why.
CONSOLE_EXCEPTIONS = {
    "debugging": "sysrq-t lists the machine's tasks, and the lab's machine has more of them",
}


def facts(name: str) -> compare.Report:
    """The facts of a scenario's recorded runs, held against our run."""
    entry = gallery.entries()[name]
    real = recorded.of(entry)
    assert real is not None and not real.stale, f"record {name} again: docs/lab.md"
    machine = msgspec.structs.replace(entry.scenario.machine, kernel="6.12", costs="tcg")
    _, trace = run_scenario(msgspec.structs.replace(entry.scenario, machine=machine), Limits())
    mute = name in CONSOLE_EXCEPTIONS
    kept = [[line for line in text.splitlines() if not (mute and ": console:" in line)] for text in real.traces]
    references = [compare.read(lines) for lines in kept]
    return compare.compare(name, compare.read(trace), references)


def with_events() -> list[str]:
    """Scenarios of which something was recorded that can be compared."""
    names = []
    for name, entry in gallery.entries().items():
        real = recorded.of(entry)
        if real is not None and any(not line.startswith("#") for line in real.traces[0].splitlines()):
            names.append(name)
    return names


@pytest.mark.parametrize("name", with_events())
def test_recorded_facts_hold(name: str) -> None:
    report = facts(name)
    assert report.ok, report.text()


def test_each_exception_is_a_scenario() -> None:
    assert set(CONSOLE_EXCEPTIONS) <= set(with_events())


def test_most_of_the_gallery_is_recorded() -> None:
    assert len(with_events()) >= 40
