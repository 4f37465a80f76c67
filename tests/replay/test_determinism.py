"""The same scenario gives the same bytes: in two processes, with two hash seeds, and up to the moment of an action."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from server import gallery
from server.prepare import compile_scenario, header
from server.scenario import Action, Limits, Scenario, canonical
from server.sim import simulate
from server.trace.events import KINDS
from server.trace.recording import Event, Recording

REPLAY = Path(__file__).with_name("replay.py")
ROOT = REPLAY.parents[2]
ENTRIES = gallery.entries()


def replay(scenario: Scenario, hash_seed: str) -> list[bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, REPLAY], input=canonical(scenario), capture_output=True, env=environment, check=True
    )
    return ran.stdout.split(b"\n")[:-1]


def recorded(scenario: Scenario) -> Recording:
    unit, diagnostics = compile_scenario(scenario, Limits())
    assert unit is not None, diagnostics
    recording = Recording(header(scenario))
    simulate(scenario, unit, Limits(), recording)
    return recording


def told(event: Event) -> str:
    where = f"cpu{event.cpu} task{event.task} line{event.line}"
    return f"{event.seq} {event.t_ns} {where} {KINDS[event.kind].name} {event.args}"


def assert_same(first: list[Event], second: list[Event]) -> None:
    """Stops at the first difference and shows what led to it."""
    for i, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            before = "\n".join(map(told, first[max(0, i - 10) : i]))
            pytest.fail(f"first difference at event {i}:\n{before}\n- {told(a)}\n+ {told(b)}")
    assert len(first) == len(second)


@pytest.mark.parametrize("name", ENTRIES)
def test_two_processes_with_two_hash_seeds_give_the_same_bytes(name: str) -> None:
    first, second = (replay(ENTRIES[name].scenario, seed) for seed in ("1", "4711"))
    assert [msgspec.json.decode(m)["type"] for m in first if m][-1] == "end"
    for a, b in zip(first, second, strict=True):
        assert a == b


def test_a_second_run_in_the_same_process_is_the_same() -> None:
    scenario = ENTRIES[gallery.DEMO].scenario
    first, second = recorded(scenario), recorded(scenario)
    assert_same(list(first.events()), list(second.events()))
    assert first.digest() == second.digest()


@pytest.mark.parametrize("at_ms", [1, 150, 2500])
def test_what_comes_before_an_action_stays_as_it_was(at_ms: int) -> None:
    scenario = ENTRIES[gallery.DEMO].scenario
    acted = msgspec.structs.replace(scenario, actions=[Action(at_ms * 1_000_000, "rmmod workqueue_demo")])
    plain, changed = recorded(scenario), recorded(acted)
    until_ns = plain.origin() + at_ms * 1_000_000
    before = [[e for e in recording.events() if e.t_ns < until_ns] for recording in (plain, changed)]
    assert len(before[0]) > 10
    assert_same(*before)


def test_seeds_differ_and_each_is_the_same_again() -> None:
    scenario = ENTRIES["concurrency"].scenario
    digests = [recorded(msgspec.structs.replace(scenario, seed=seed)).digest() for seed in (0, 1, 2, 1)]
    assert digests[1] == digests[3]
    assert len(set(digests)) == 3
