"""`wc`: counts."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Lines, words, bytes of each file or of standard input."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    wanted = [c for c in "lwmc" if c in options] or ["l", "w", "c"]
    inputs = yield from process.inputs(options.operands, "{name}: {error}")
    total = [0] * len(wanted)
    rows: list[tuple[list[int], str]] = []
    for name, text in inputs:
        counts = {"l": text.count("\n"), "w": len(text.split()), "m": len(text), "c": len(text.encode())}
        row = [counts[c] for c in wanted]
        total = [a + b for a, b in zip(total, row, strict=True)]
        rows.append((row, "" if name == "-" and not options.operands else name))
    if len(inputs) > 1:
        rows.append((total, "total"))
    for row, name in rows:
        numbers = str(row[0]) if len(row) == 1 else " ".join(f"{n:9d}" for n in row)
        yield from process.out(f"{numbers} {name}".rstrip() + "\n")
    return int(len(inputs) < len(options.operands))


COMMAND = Command(run, "wc [-lwcm] [FILE...]", "Counts lines, words and bytes.", options="lwcm")
