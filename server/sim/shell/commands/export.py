"""`export`: sets variables; all of them are passed on anyway."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """`name=value` sets; a bare name does nothing."""
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if not name.isidentifier() or not name.isascii():
            yield from process.err(f"sh: export: {word}: bad variable name\n")
            return 2
        if equals:
            process.shell.variables[name] = value
    return 0


COMMAND = Command(run, "export [NAME[=VALUE]...]", "Sets variables.", options=None, inside=True)
