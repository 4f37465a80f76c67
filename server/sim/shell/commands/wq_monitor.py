"""`wq_monitor.py`: statistics of workqueues at intervals (tools/workqueue)."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.commands.sleep import nanoseconds
from server.sim.shell.process import Process
from server.sim.shell.streams import check_signal
from server.sim.views.workqueues import monitor

ROUNDS_MAX = 1000


def run(process: Process, words: list[str]) -> Steps:
    """A table each `-i` seconds (1), until it is killed; 0 seconds for one table."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    pause = nanoseconds(options.value("i") or options.value("interval") or "1")
    if pause is None:
        return (yield from process.complain("error: argument -i/--interval: invalid float value", 2))
    for _ in range(ROUNDS_MAX):
        if (yield from process.out(monitor(process.k, options.operands))):
            return 1
        if not pause:
            break
        yield from process.k.hrtimers.sleep(pause, "S")
        check_signal(process.k)
    return 0


COMMAND = Command(
    run,
    "wq_monitor.py [-i SECONDS] [NAME...]",
    "Statistics of workqueues each second; `-i 0` once.",
    options="i:",
    long=("interval=",),
    path="/usr/local/bin",
)
