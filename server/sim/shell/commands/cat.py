"""`cat`: copies files to standard output."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror
from server.sim.shell.streams import KernelFile


def run(process: Process, words: list[str]) -> Steps:
    """Each file as it comes, or standard input. One file is copied by the session's shell itself."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    status = 0
    number = 0
    for name in options.operands or ["-"]:
        if name == "-":
            while text := (yield from process.stdin.read()):
                status |= yield from process.out(text)
            continue
        yield from process.spend(3 * process.k.cost("syscall"))
        stream = yield from process.open(name, "r")
        if isinstance(stream, int):
            status = yield from process.complain(f"can't open '{name}': {strerror(-stream)}")
            continue
        while text := (yield from (stream.line() if "n" in options else stream.read())):
            number += 1
            status |= yield from process.out(f"{number:6d}\t{text}" if "n" in options else text)
        if isinstance(stream, KernelFile) and stream.error:
            status = yield from process.complain(f"read error: {strerror(stream.error)}")
        yield from process.close(stream)
    return status


COMMAND = Command(run, "cat [-n] [FILE...]", "Copies files, or standard input; `-n` numbers the lines.", options="nu")
