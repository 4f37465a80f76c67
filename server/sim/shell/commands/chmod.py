"""`chmod`: everything is root's here, so that it only says whether the file is there."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Modes of files in memory are set where they are octal numbers; a device's stay as they are."""
    options = yield from process.options([word for word in words[1:] if not word.startswith(("+", "-"))])
    if options is None:
        return 1
    status = 0
    mode, *names = options.operands if options.operands and options.operands[0] not in words[-1:] else ["", *words[2:]]
    yield from process.spend(process.k.cost("syscall"))
    for name in names:
        path = process.path(name)
        content = process.shell.world.files.get(path)
        if not process.exists(path):
            status = yield from process.complain(f"{name}: No such file or directory")
        elif content is not None and mode and all(c in "01234567" for c in mode):
            content.mode = int(mode[-3:], 8)
    return status


COMMAND = Command(run, "chmod MODE FILE...", "Changes the mode of files.", options=None, operands=(2, -1))
