"""`seq`: numbers."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process

NUMBERS_MAX = 20_000


def run(process: Process, words: list[str]) -> Steps:
    """From FIRST to LAST by INC, whole numbers."""
    rest = words[1:]
    separator = "\n"
    if len(rest) > 1 and rest[0] == "-s":
        separator, rest = rest[1], rest[2:]
    width = rest[:1] == ["-w"]
    rest = rest[1:] if width else rest
    if not 1 <= len(rest) <= 3:
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    for word in rest:
        if not word.lstrip("-").isdigit() or len(word) > 18:
            return (yield from process.complain(f"invalid number '{word}'"))
    first, step = (int(rest[0]), 1) if len(rest) > 1 else (1, 1)
    if len(rest) == 3:
        step = int(rest[1])
    last = int(rest[-1])
    if not step or (last - first) // step >= NUMBERS_MAX:
        return (yield from process.complain(f"more than {NUMBERS_MAX} numbers"))
    numbers = [str(n) for n in range(first, last + (1 if step > 0 else -1), step)]
    if width and numbers:
        wide = max(len(n) for n in numbers)
        numbers = [n.zfill(wide) for n in numbers]
    return (yield from process.out(separator.join(numbers) + "\n" if numbers else ""))


COMMAND = Command(run, "seq [-w] [-s SEPARATOR] [FIRST [INC]] LAST", "Counts, in whole numbers.", options=None)
