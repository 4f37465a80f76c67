"""`sleep`: waits."""

from __future__ import annotations

import re

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.process import Process
from server.sim.shell.streams import check_signal
from server.sim.shell.syntax import Word

TIME = re.compile(r"(\d{1,9})?(?:\.(\d{0,18}))?([smhd]?)", re.ASCII)
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def nanoseconds(text: str) -> int | None:
    """`1.5`, `0.2s`, `2m` in ns; None if it is no time."""
    match = TIME.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        return None
    fraction = int((match[2] or "0")[:9].ljust(9, "0"))
    return (int(match[1] or 0) * 1_000_000_000 + fraction) * UNITS[match[3]]


def run(process: Process, words: list[str]) -> Steps:
    """Sleeps for the sum of its operands."""
    total = 0
    for word in words[1:]:
        ns = nanoseconds(word)
        if ns is None:
            return (yield from process.complain(f"invalid number '{word}'"))
        total += ns
    if len(words) < 2:
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    yield from process.spend(process.k.cost("syscall"))
    yield from process.k.hrtimers.sleep(total, "S")
    check_signal(process.k)
    return 0


def check(words: list[Word], report: Report) -> None:
    """Times that are none."""
    for word in words[1:]:
        text = word.text()
        if text is not None and nanoseconds(text) is None:
            report(word, f'"{text}" is no time', "write seconds, as in sleep 0.5, or with a unit: 200m is minutes")


COMMAND = Command(
    run, "sleep SECONDS[smhd]...", "Waits; fractions are fine.", operands=(1, -1), inside=True, check=check
)
