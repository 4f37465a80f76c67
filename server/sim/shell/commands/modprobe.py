"""`modprobe`: finds nothing, for the module is not installed; `-r` unloads like kmod's."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """The module lies in the session's directory, not in /lib/modules, so kmod does not find it."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    if not options.operands:
        yield from process.err("modprobe: ERROR: missing parameters. See -h.\n")
        return 1
    name = options.operands[0]
    if "r" in options or "remove" in options:
        return (yield from process.err(f"modprobe: FATAL: Module {name} not found.\n"))
    where = f"/lib/modules/{process.k.profile.release}"
    return (yield from process.err(f"modprobe: FATAL: Module {name} not found in directory {where}\n"))


COMMAND = Command(
    run,
    "modprobe [-r] NAME",
    "Looks in /lib/modules, where the session's module is not: use insmod.",
    options="rnvqf",
    long=("remove",),
    path="/sbin",
)
