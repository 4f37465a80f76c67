"""Inferred causes: on simulated recordings without `wqp:*` they agree with the engine's."""

from __future__ import annotations

import pytest

from server.__main__ import parser
from server.cli import run
from server.trace import ftrace_in, infer
from server.trace.recording import Recording
from tests.fidelity.held import cases, run_case
from tests.trace.agreement import compare
from tests.trace.builder import CORPUS, RECORDED, imported, reasons, timeline_of
from tests.trace.invariants import faults

CASES = RECORDED


@pytest.fixture(scope="module")
def simulated() -> dict[str, Recording]:
    """The cases, run by the simulator."""
    out = {}
    for case in CASES:
        arguments = ["run", str(CORPUS / case), "--kernel", "6.12", "--costs", "tcg"]
        recording = run.simulate(*run.load(parser("run").parse_args(arguments)))
        assert recording is not None
        out[case] = recording
    return out


@pytest.mark.parametrize("case", CASES)
def test_a_simulated_case_keeps_the_laws(case: str, simulated: dict[str, Recording]) -> None:
    assert faults(timeline_of(simulated[case])) == []


@pytest.fixture(scope="module")
def carried() -> dict[str, Recording]:
    """All carried cases."""
    return {case.name: run_case(case)[0] for case in cases()}


def test_no_wait_of_the_engine_is_without_a_cause(carried: dict[str, Recording]) -> None:
    for case, recording in carried.items():
        timeline = timeline_of(recording)
        for row in recording.objects:
            for reason in reasons(timeline, row.name) if row.kind != "barrier" else ():
                assert "does not say why" not in reason, (case, row.name, reason)


def test_inference_agrees_with_the_engine(simulated: dict[str, Recording]) -> None:
    agree = differ = 0
    words: list[str] = []
    for case, recording in simulated.items():
        same, other, _, told = compare(recording)
        agree, differ = agree + same, differ + other
        words += [f"{case}: {line}" for line in told]
    assert agree > 200
    assert differ <= agree // 100, "\n".join(words)


def test_inference_agrees_over_all_carried_cases(carried: dict[str, Recording]) -> None:
    """At least 99 % of the waits that a trace decides."""
    agree = differ = 0
    words: list[str] = []
    for case, recording in carried.items():
        same, other, _, told = compare(recording)
        agree, differ = agree + same, differ + other
        words += [f"{case}: {line}" for line in told]
    assert agree > 2000
    assert differ <= agree // 100, "\n".join(words)


def test_inference_leaves_a_recording_with_waits_alone(simulated: dict[str, Recording]) -> None:
    recording = simulated["workqueue_demo"]
    assert infer.explained(recording) is recording


def test_a_real_flush_is_seen() -> None:
    timeline = timeline_of(imported("flush_one"))
    assert faults(timeline) == []
    assert any("max_active" in reason for reason in reasons(timeline, "nap_fn#1"))


def test_a_real_freeze_is_seen() -> None:
    text = (CORPUS.parents[2] / "scenarios/suspend_resume/real/sched.1.txt").read_text()
    recording, _ = ftrace_in.read([line for line in text.splitlines() if not line.startswith("#")])
    timeline = timeline_of(infer.explained(recording))
    assert faults(timeline) == []
    assert "frozen until thaw" in " ".join(reasons(timeline, "sample_fn#0"))
