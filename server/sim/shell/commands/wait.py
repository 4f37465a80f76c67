"""`wait`: waits for background commands."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.shell import Shell
from server.sim.shell.simple import wait_aloud


def run(process: Process, words: list[str]) -> Steps:
    """For all jobs of this shell, or for those whose PIDs are given (`%1` is the first)."""
    sh = process.shell
    if len(words) == 1:
        for task in sh.jobs:
            yield from sh.wait(task)
        sh.jobs = []
        return 0
    status = 0
    for word in words[1:]:
        number = word.lstrip("%")
        if not number.isdigit():
            yield from process.err(f"sh: wait: Illegal number: {word}\n")
            return 2
        index = int(number[:9])
        if word.startswith("%"):
            found = sh.jobs[index - 1 : index] if index else []
        else:
            found = [task for task in sh.jobs if task.pid == index]
        status = 127
        if found:
            alive = found[0].state != "X"  # of one that has ended before, the shell knows only the status
            status = yield from (wait_aloud if alive else Shell.wait)(sh, found[0])
    return status


COMMAND = Command(run, "wait [PID|%JOB...]", "Waits for background commands.", options=None, inside=True)
