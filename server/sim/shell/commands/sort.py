"""`sort`: lines in order."""

from __future__ import annotations

import re

from server.sim.shell.command import Command, Options, Steps
from server.sim.shell.process import Process

NUMBER = re.compile(r"\s*(-?\d{1,18})(?:\.(\d{1,9}))?", re.ASCII)


def numeric(text: str) -> int:
    """A line's leading number, in thousand millionths."""
    match = NUMBER.match(text)
    if match is None:
        return 0
    fraction = int((match[2] or "0").ljust(9, "0"))
    whole = int(match[1]) * 10**9
    return whole - fraction if match[1].startswith("-") else whole + fraction


def key_text(line: str, options: Options) -> str:
    """What of a line is compared: `-k N[,M]` fields, `-t C` between them."""
    spec = options.value("k")
    if not spec:
        return line
    first, _, last = spec.partition(",")
    low, high = re.match(r"\d{1,6}", first), re.match(r"\d{1,6}", last)
    fields = line.split(options.value("t")[:1]) if "t" in options else line.split()
    low_index = int(low[0]) - 1 if low else 0
    return " ".join(fields[max(low_index, 0) : int(high[0]) if high else None])


def run(process: Process, words: list[str]) -> Steps:
    """`-n` by number, `-r` backwards, `-u` once each, `-k N` by a field."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    inputs = yield from process.inputs(options.operands, "{name}: {error}")
    lines = [line for _, text in inputs for line in text.splitlines()]
    letters = options.value("k").lstrip("0123456789.,") + "".join(o for o in options.given if len(o) == 1)

    def key(line: str) -> tuple[int, str]:
        text = key_text(line, options)
        return (numeric(text), "") if "n" in letters else (0, text.casefold() if "f" in letters else text)

    lines.sort(key=lambda line: (key(line), line), reverse="r" in letters)
    if "u" in options:
        lines = [line for i, line in enumerate(lines) if not i or key(line) != key(lines[i - 1])]
    yield from process.out("".join(f"{line}\n" for line in lines))
    return 2 if len(inputs) < len(options.operands) else 0


COMMAND = Command(run, "sort [-nrufb] [-k N[,M]] [-t C] [FILE...]", "Sorts lines.", options="nrufbsk:t:")
