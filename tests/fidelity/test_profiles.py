"""Both profiles are one kernel: where no check speaks, their traces are equal, addresses apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.trace.events import KIND_BY_NAME
from tests.fidelity.held import cases, run_case

CHECK, CONSOLE = KIND_BY_NAME["wqp:check"], KIND_BY_NAME["console"]
TIME = re.compile(r"\d+\.\d{6}: ")
ADDRESS = re.compile(r"\b(0x)?[0-9a-f]{8,16}\b")


def lines(case: Path, kernel: str) -> tuple[list[str], bool]:
    """The ftrace lines of the module's own rows, addresses masked, and whether a check spoke."""
    recording, text = run_case(case, kernel)
    spoke = any(event.kind == CHECK for event in recording.events())
    return [ADDRESS.sub("ADDR", line) for line in text if not line.startswith("#")], spoke


@pytest.mark.parametrize("case", cases(), ids=lambda p: p.name)
def test_the_debug_profile_only_adds_checks(case: Path) -> None:
    plain, _ = lines(case, "6.12")
    debug, spoke = lines(case, "6.12-debug")
    if not spoke and len(debug) == len(plain):
        assert debug == plain
    elif not spoke:
        timeless = [[TIME.sub("", line) for line in text] for text in (plain, debug)]  # a report takes time itself
        added = [line for line in timeless[1] if line not in timeless[0]]
        assert all("hogged CPU" in line or "console" in line for line in added), added[:3]
