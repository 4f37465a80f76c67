"""`lsmod`: lists the loaded modules, as busybox does: its first line tells the taints."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Name, size, users; the youngest first."""
    tainted = process.k.oops.tainted
    letters = "".join(c if tainted.get(c) else other for c, other in (("P", "G"), ("F", " "), ("S", " ")))
    lines = [f"Module                  Size  Used by    {f'Tainted: {letters}' if tainted else 'Not tainted'}"]
    for module in reversed(list(process.k.modules.list.values())):
        lines.append(f"{module.name:<19} {module.size:8d} {module.refcount:2d} {','.join(module.users)}")
    return (yield from process.out("\n".join(lines) + "\n"))


COMMAND = Command(run, "lsmod", "Lists the loaded modules.", operands=(0, 0), path="/sbin")
