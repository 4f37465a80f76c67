"""`pgrep`: PIDs by name."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.regex import BadPattern, Regex
from server.sim.views import tasks as view


def run(process: Process, words: list[str]) -> Steps:
    """PIDs of tasks whose comm matches; `-l` with names, `-a` with command lines, `-x` the whole name, `-c` counts."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    if len(options.operands) != 1:
        yield from process.complain(
            "only one pattern can be provided" if options.operands else "no matching criteria specified"
        )
        return 2
    try:
        regex = Regex(options.operands[0], extended=True, fold="i" in options)
    except BadPattern as bad:
        return (yield from process.complain(str(bad), 2))
    k = process.k
    yield from process.spend(k.cost("syscall") * 2 * len(k.tasks))
    rows = []
    for pid, task in sorted(k.tasks.items()):
        name = view.command_line(task) if "f" in options else task.comm
        hit = len(name) in regex.ends(name, 0) if "x" in options else regex.search(name)
        if hit != ("v" in options) and task is not k.current:
            shown = f" {view.name(task)}" if "l" in options else f" {view.command_line(task)}" if "a" in options else ""
            rows.append(f"{pid}{shown}")
    newest = rows[-1:] if "n" in options else rows[:1] if "o" in options else rows
    text = f"{len(rows)}\n" if "c" in options else "".join(f"{row}\n" for row in newest)
    yield from process.out(text)
    return int(not rows)


COMMAND = Command(run, "pgrep [-lafxivcno] PATTERN", "Finds processes by name.", options="lafxivcno", path="/usr/bin")
