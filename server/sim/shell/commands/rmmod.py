"""`rmmod`: unloads modules (kmod 30)."""

from __future__ import annotations

import posixpath

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror


def run(process: Process, words: list[str]) -> Steps:
    """Each module in turn, by name or file."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    if not options.operands:
        yield from process.err("rmmod: ERROR: missing module name.\n")
        return 1
    status = 0
    for operand in options.operands:
        name = posixpath.basename(operand).removesuffix(".ko").replace("-", "_")
        module = process.k.modules.list.get(name)
        if module is None:
            status = yield from process.err(f"rmmod: ERROR: Module {name} is not currently loaded\n")
            continue
        if process.k.busybox_rmmod:
            error = yield from process.k.modules.delete_module(name)
            if error < 0:
                status = yield from process.err(f"rmmod: can't unload module '{name}': {strerror(-error)}\n")
            continue
        if module.users:
            status = yield from process.err(f"rmmod: ERROR: Module {name} is in use by: {' '.join(module.users)}\n")
            continue
        if module.refcount > 0:
            status = yield from process.err(f"rmmod: ERROR: Module {name} is in use\n")
            continue
        error = yield from process.k.modules.delete_module(name)
        if error < 0:
            yield from process.err(f"rmmod: ERROR: could not remove module {name}: {strerror(-error)}\n")
            status = 1
    return status


COMMAND = Command(run, "rmmod NAME...", "Unloads modules.", options="fsvw", operands=(1, -1), path="/sbin")
