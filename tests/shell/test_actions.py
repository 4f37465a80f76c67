"""Commands that a person gives during playback."""

from __future__ import annotations

from server.scenario import Action
from tests.shell.fake import FakeKernel, scenario

SESSION = "insmod demo.ko\nsleep 10\nrmmod demo\n"


def test_actions_run_at_their_time_after_the_origin() -> None:
    k = FakeKernel(scenario(SESSION, [Action(2_000_000_000, "date +%S"), Action(1_000_000_000, "echo one")]))
    k.run()
    assert k.shown["2"] == ["one\n", "05\n"]
    assert k.ended and k.shown["1"] == []


def test_later_actions_change_nothing_before_them() -> None:
    plain = FakeKernel(scenario(SESSION))
    plain.run()
    acted = FakeKernel(scenario(SESSION, [Action(5_000_000_000, "irq 17")]))
    acted.run()
    assert acted.raised == [17]
    assert acted.events[:3] == plain.events[:3]
    assert len(acted.events) == len(plain.events) + 2


def test_faults_of_actions_are_diagnostics() -> None:
    k = FakeKernel(scenario(SESSION, [Action(1, "rmod demo")]))
    (fault,) = k.prepared.diagnostics
    assert (fault.file, fault.line, fault.col, fault.hint) == ("action 1", 1, 1, "did you mean `rmmod`?")


def test_actions_do_not_wait_for_each_other() -> None:
    k = FakeKernel(scenario(SESSION, [Action(1, "sleep 5; echo late"), Action(2, "echo early")]))
    k.run()
    assert k.shown["2"] == ["early\n", "late\n"]
