"""`wq_dump.py`: pools, workqueues and affinity scopes as they are now (tools/workqueue)."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.views.workqueues import dump


def run(process: Process, words: list[str]) -> Steps:
    """All of its tables."""
    return (yield from process.out(dump(process.k)))


COMMAND = Command(
    run, "wq_dump.py", "Pools, workqueues and affinity scopes as tables.", operands=(0, 0), path="/usr/local/bin"
)
