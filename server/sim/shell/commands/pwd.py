"""`pwd`: says the directory."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """The shell's directory."""
    return (yield from process.out(process.shell.cwd + "\n"))


COMMAND = Command(run, "pwd", "Says the current directory.", options=None, inside=True)
