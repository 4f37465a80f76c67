"""`exit`: ends the shell."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.shell import Exit


def run(process: Process, words: list[str]) -> Steps:
    """With the given status, else with that of the last command. Raises Exit."""
    if len(words) > 1 and not words[1].isdigit():
        yield from process.err(f"sh: exit: Illegal number: {words[1]}\n")
        return 2
    raise Exit(int(words[1][:9]) & 255 if len(words) > 1 else process.shell.status)


COMMAND = Command(run, "exit [STATUS]", "Ends the session, or the subshell it stands in.", options=None, inside=True)
