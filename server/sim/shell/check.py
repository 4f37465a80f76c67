"""What can be wrong with a session besides its grammar: commands and options that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from server.scenario import Diagnostic
from server.sim.shell.command import NAMES, UNKNOWN_WORD, UsageError, find, getopt
from server.sim.shell.syntax import (
    Arithmetic,
    CommandSub,
    Compound,
    For,
    Group,
    If,
    Loop,
    Param,
    Script,
    Simple,
    Subshell,
    Word,
)


def check(script: Script, file: str) -> list[Diagnostic]:
    """Diagnostics about the commands of a script; words that only the run knows are taken on trust."""
    found: list[Diagnostic] = []

    def report(word: Word, message: str, hint: str, code: str = "sh-usage") -> None:
        found.append(Diagnostic(file, word.line, word.col, "error", code, message, hint, word.end_col))

    def command(words: list[Word]) -> None:
        """A command and its words; wrappers such as sudo come back here with the command they run."""
        name = words[0].text()
        if name is None:
            return
        known = find(name)
        if known is None:
            near = get_close_matches(name.rpartition("/")[2], NAMES, 1)
            hint = f"did you mean `{near[0]}`?" if near else "the commands are listed in docs/session.md"
            report(words[0], f'unknown command "{name}"', hint, "sh-command")
            return
        if known.options is not None:
            texts = [UNKNOWN_WORD if (text := word.text()) is None else text for word in words[1:]]
            try:
                options = getopt(known, texts)
            except UsageError as error:
                report(words[error.index + 1], f"{name}: {error.message}", f"usage: {known.usage}", "sh-option")
                return
            least, most = known.operands
            if UNKNOWN_WORD not in texts:
                if len(options.operands) < least:
                    report(words[0], f"{name}: an operand is missing", f"usage: {known.usage}")
                elif 0 <= most < len(options.operands):
                    report(words[-1], f"{name}: too many operands", f"usage: {known.usage}")
        if known.check is not None:
            known.check(words, report)
        for word in words[1:]:
            if word.text() == "/proc/workqueues":
                note = "Linux 6.12 has no /proc/workqueues"
                hint = "look at ps aux, /proc/PID/stack, wq_monitor.py, wq_dump.py, or echo t > /proc/sysrq-trigger"
                found.append(Diagnostic(file, word.line, word.col, "note", "sh-no-file", note, hint, word.end_col))
        if name in WRAPPERS:
            inner = wrapped(name, words)
            if inner:
                command(inner)

    for simple in _simple_commands(script):
        if simple.words:
            command(list(simple.words))
    return found


WRAPPERS = ("sudo", "taskset")


def wrapped(name: str, words: list[Word]) -> list[Word]:
    """The command that `sudo` or `taskset` runs; empty if there is none to be seen."""
    at = 1
    texts = [word.text() or UNKNOWN_WORD for word in words]
    while at < len(texts) and texts[at].startswith("-"):
        if name == "taskset" and "p" in texts[at]:
            return []
        at += 1
    return words[at + (name == "taskset") :]


def _simple_commands(script: Script) -> Iterator[Simple]:
    """Every simple command, those within words included, in the order of the text."""
    for item in script.items:
        for _, pipeline in item.pipelines:
            for one in pipeline.commands:
                if isinstance(one, Simple):
                    yield one
                    for word in (*one.words, *(a.word for a in one.assignments), *(r.target for r in one.redirects)):
                        yield from _in_word(word)
                else:
                    yield from _in_compound(one)


def _in_compound(one: Compound) -> Iterator[Simple]:
    body = one.body
    if isinstance(body, Group | Subshell):
        yield from _simple_commands(body.body)
    elif isinstance(body, If):
        for condition, then in body.branches:
            yield from _simple_commands(condition)
            yield from _simple_commands(then)
        if body.otherwise is not None:
            yield from _simple_commands(body.otherwise)
    elif isinstance(body, For):
        for word in body.words:
            yield from _in_word(word)
        yield from _simple_commands(body.body)
    elif isinstance(body, Loop):
        yield from _simple_commands(body.condition)
        yield from _simple_commands(body.body)
    for redirect in one.redirects:
        yield from _in_word(redirect.target)


def _in_word(word: Word) -> Iterator[Simple]:
    for part in word.parts:
        if isinstance(part, CommandSub):
            yield from _simple_commands(part.body)
        elif isinstance(part, Arithmetic | Param) and (inner := part.word) is not None:
            yield from _in_word(inner)
