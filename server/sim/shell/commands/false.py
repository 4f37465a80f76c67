"""`false`: fails."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Status 1."""
    return 1
    yield


COMMAND = Command(run, "false", "Fails with status 1.", options=None, inside=True)
