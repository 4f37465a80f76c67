"""`uname`: the kernel's name and release."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.views.system import VERSION


def run(process: Process, words: list[str]) -> Steps:
    """`-r` the release, `-a` all."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    values = {
        "s": "Linux",
        "n": "playground",
        "r": process.k.profile.release,
        "v": VERSION,
        "m": "x86_64",
        "o": "GNU/Linux",
    }
    wanted = [c for c in values if c in options or "a" in options or (c == "m" and ("p" in options or "i" in options))]
    return (yield from process.out(" ".join(values[c] for c in wanted or ["s"]) + "\n"))


COMMAND = Command(run, "uname [-asnrvmo]", "Says which kernel this is.", options="asnrvmopi", operands=(0, 0))
