"""`sudo`: accepted in front of any command; the shell takes it away, for the session is root's."""

from __future__ import annotations

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.process import Process
from server.sim.shell.simple import exec_words
from server.sim.shell.syntax import Word


def run(process: Process, words: list[str]) -> Steps:
    """Runs the command behind it, where a wrapper and not the shell starts it."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 1
    if at >= len(words):
        yield from process.err("usage: sudo command\n")
        return 1
    return (yield from exec_words(process, words[at:]))


def check(words: list[Word], report: Report) -> None:
    """Sudo alone."""
    if len(words) < 2:
        report(words[0], "sudo needs a command", f"usage: {COMMAND.usage}")


COMMAND = Command(
    run,
    "sudo COMMAND...",
    "Runs the command: the session is root's anyway.",
    options=None,
    path="/usr/bin",
    check=check,
)
