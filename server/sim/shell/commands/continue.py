"""`continue`: next round of a loop."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.shell import LoopControl


def run(process: Process, words: list[str]) -> Steps:
    """Goes on with the next round of the loop, or the N-th around it. Raises LoopControl."""
    levels = int(words[1][:9]) if len(words) > 1 and words[1].isdigit() else 1
    if not process.shell.loops or levels < 1:
        return 0
    raise LoopControl(min(levels, process.shell.loops), True)
    yield


COMMAND = Command(
    run, "continue [N]", "Goes on with the next round of the loop, or the N-th around it.", options=None, inside=True
)
