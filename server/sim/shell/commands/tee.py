"""`tee`: copies standard input to files and on."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror
from server.sim.shell.streams import Stream


def run(process: Process, words: list[str]) -> Steps:
    """To standard output and to each file."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    status = 0
    outputs: list[tuple[str, Stream]] = []
    for name in options.operands:
        found = yield from process.open(name, "a" if "a" in options else "w")
        if isinstance(found, int):
            status = yield from process.complain(f"{name}: {strerror(-found)}")
        else:
            outputs.append((name, found))
    while text := (yield from process.stdin.read()):
        yield from process.out(text)
        for name, stream in outputs:
            error = yield from stream.write(text)
            if error < 0:
                status = yield from process.complain(f"{name}: {strerror(-error)}")
    for _, stream in outputs:
        yield from process.close(stream)
    return status


COMMAND = Command(
    run, "tee [-a] [FILE...]", "Copies its input to files and to its output.", options="ai", path="/usr/bin"
)
