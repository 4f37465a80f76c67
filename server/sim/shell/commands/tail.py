"""`tail`: the last lines."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.commands.head import amount
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Of each file or of standard input; `-n +N` starts at line N."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    by_bytes = "c" in options
    text = options.value("c" if by_bytes else "n", "10")
    count = amount(text)
    if count is None:
        return (yield from process.complain(f"invalid number '{text}'"))
    inputs = yield from process.inputs(options.operands, "{name}: {error}")
    status = int(len(inputs) < len(options.operands))
    for index, (name, content) in enumerate(inputs):
        if len(inputs) > 1 and "q" not in options:
            yield from process.out(("\n" if index else "") + f"==> {name} <==\n")
        lines = list(content) if by_bytes else content.splitlines(keepends=True)
        first = max(count - 1, 0) if text.startswith("+") else max(len(lines) - abs(count), 0)
        status |= yield from process.out("".join(lines[first:]))
    return status


COMMAND = Command(
    run,
    "tail [-n [+]N] [-c N] [FILE...]",
    "The last 10 lines, or N; `-n +N` from line N on.",
    options="n:c:qv",
    digits="n",
)
