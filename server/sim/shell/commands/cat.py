"""`cat`: copies files to standard output."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror


def run(process: Process, words: list[str]) -> Steps:
    """Each file as it comes, or standard input. One file is copied by the session's shell itself."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    status = 0
    number = 0
    for name in options.operands or ["-"]:
        if name == "-":
            while text := (yield from process.stdin.read()):
                status |= yield from process.out(text)
            continue
        found = yield from process.read_file(name)
        if isinstance(found, int):
            missing = "can't open" if -found in (2, 13) else "read error"
            name = f"'{name}'" if missing == "can't open" else name
            shown = f"{missing} {name}: " if missing == "can't open" else f"{missing}: "
            status = yield from process.complain(shown + strerror(-found))
            continue
        if "n" in options:
            lines = found.splitlines(keepends=True)
            found = "".join(f"{number + i + 1:6d}\t{line}" for i, line in enumerate(lines))
            number += len(lines)
        if found:
            status |= yield from process.out(found)
    return status


COMMAND = Command(run, "cat [-n] [FILE...]", "Copies files, or standard input; `-n` numbers the lines.", options="nu")
