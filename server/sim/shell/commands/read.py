"""`read`: a line of standard input into variables."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Fields go into the names, the rest into the last. Status 1 at the end of the input."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    yield from process.spend(process.k.cost("syscall"))
    line = yield from process.stdin.line()
    names = options.operands or ["REPLY"]
    text = line.rstrip("\n")
    fields = text.strip().split(None, len(names) - 1)
    for index, name in enumerate(names):
        process.shell.variables[name] = fields[index].rstrip() if index < len(fields) else ""
    return 0 if line.endswith("\n") else 1


COMMAND = Command(
    run, "read [-r] NAME...", "Reads a line into variables; fails at the end of the input.", options="r", inside=True
)
