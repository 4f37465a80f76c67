"""`nproc`: how many CPUs this process may use."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """By its affinity; `--all` counts those that are installed."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    allowed = process.k.current.allowed
    count = sum(
        1 for cpu in process.k.cpus if "all" in options or (cpu.online and (allowed is None or cpu.id in allowed))
    )
    return (yield from process.out(f"{max(count, 1)}\n"))


COMMAND = Command(
    run, "nproc [--all]", "Counts the CPUs; the session itself is bound to CPU 0.", long=("all",), operands=(0, 0)
)
