"""`unset`: forgets variables."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Forgets each name."""
    for word in words[1:]:
        process.shell.variables.pop(word, None)
    return 0
    yield


COMMAND = Command(run, "unset NAME...", "Forgets variables.", options=None, inside=True)
