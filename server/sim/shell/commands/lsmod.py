"""`lsmod`: lists the loaded modules."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Name, size, users; the youngest first."""
    lines = ["Module                  Size  Used by"]
    for module in reversed(list(process.k.modules.list.values())):
        lines.append(f"{module.name:<19} {module.size:8d}  {module.refcount}")
    return (yield from process.out("\n".join(lines) + "\n"))


COMMAND = Command(run, "lsmod", "Lists the loaded modules.", operands=(0, 0), path="/sbin")
