"""`mknod`: makes a node of a character device."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror

MINOR_BITS = 20


def run(process: Process, words: list[str]) -> Steps:
    """`mknod NAME c MAJOR MINOR`, below /dev."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    if len(options.operands) < 2:
        return (yield from process.complain("missing operand"))
    name, kind, *numbers = options.operands
    if kind not in ("c", "u") or len(numbers) != 2 or not all(number.isdigit() for number in numbers):
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    yield from process.spend(process.k.cost("syscall"))
    path = process.path(name)
    if not path.startswith("/dev/"):
        return (yield from process.complain(f"{name}: nodes can be made below /dev only"))
    major, minor = (int(number[:9]) for number in numbers)
    if process.exists(path) or not process.k.fs.mknod(path, major << MINOR_BITS | minor):
        return (yield from process.complain(f"{name}: {strerror(17)}"))
    return 0


COMMAND = Command(
    run,
    "mknod [-m MODE] NAME c MAJOR MINOR",
    "Makes a node of a character device in /dev.",
    options="m:",
    operands=(2, 4),
)
