"""`uniq`: equal neighbours as one."""

from __future__ import annotations

from itertools import groupby

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """`-c` counts, `-d` only repeated lines, `-u` only others."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    inputs = yield from process.inputs(options.operands[:1], "can't open '{name}': {error}")
    if not inputs:
        return 1
    out = []
    for line, group in groupby(inputs[0][1].splitlines()):
        count = sum(1 for _ in group)
        if ("d" in options and count == 1) or ("u" in options and count > 1):
            continue
        out.append(f"{count:7d} {line}" if "c" in options else line)
    return (yield from process.out("".join(f"{line}\n" for line in out)))


COMMAND = Command(run, "uniq [-cdu] [FILE]", "Shows equal neighbouring lines once.", options="cdu", operands=(0, 1))
