"""`sh -c`: a shell for one string."""

from __future__ import annotations

from server.scenario import Limits
from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.process import Process
from server.sim.shell.syntax import Word


def run(process: Process, words: list[str]) -> Steps:
    """Runs the commands of its operand."""
    from server.sim.shell.parser import parse  # the parser checks commands, which loads this file

    options = yield from process.options(words[1:])
    if options is None:
        return 2
    script, faults = parse(options.value("c"), Limits(), "sh -c")
    if faults:
        yield from process.err(f"sh: syntax error: {faults[0].message}\n")
        return 2
    own = process.shell
    own.pid = process.k.current.pid  # a shell of its own: $$
    kept, own.fds = own.fds, process.fds
    status = yield from own.run(own, script)
    own.fds = kept
    return status


def check(words: list[Word], report: Report) -> None:
    """Faults within the string, told at its place."""
    from server.sim.shell.parser import parse

    texts = [word.text() for word in words]
    if "-c" not in texts[:-1]:
        report(words[0], "sh is here only with -c", f"usage: {COMMAND.usage}")
        return
    at = texts.index("-c") + 1
    inner = texts[at]
    if inner is not None:
        for fault in parse(inner, Limits(), "sh -c")[1]:
            report(words[at], fault.message, fault.hint)


COMMAND = Command(
    run,
    "sh -c 'COMMANDS'",
    "Runs commands in a shell of their own, as in `sudo sh -c 'echo 1 > FILE'`.",
    options="c:eux",
    check=check,
)
