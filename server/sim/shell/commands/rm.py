"""`rm`: removes files in memory."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Each file; `-f` says nothing about one that is missing."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    status = 0
    world = process.shell.world
    for name in options.operands:
        path = process.path(name)
        if path in world.files:
            world.room[0] += len(world.files.pop(path).text)
        elif process.files.device(path) >= 0:
            process.k.fs.remove(path)
        elif process.exists(path):
            error = "Is a directory" if process.is_dir(path) else "Operation not permitted"
            status = yield from process.complain(f"can't remove '{name}': {error}")
        elif "f" not in options:
            status = yield from process.complain(f"can't remove '{name}': No such file or directory")
    return status


COMMAND = Command(run, "rm [-f] FILE...", "Removes files.", options="fi")
