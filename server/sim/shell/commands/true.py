"""`true` and `:`: succeed."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Status 0."""
    return 0
    yield


COMMAND = Command(run, "true", "Succeeds; so does `:`.", options=None, inside=True)
