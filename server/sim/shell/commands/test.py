"""`test` and `[`: conditions on files, texts and numbers."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process

COMPARE = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")
TEXTS = ("=", "==", "!=", "<", ">")
UNARY = ("-e", "-f", "-d", "-r", "-w", "-x", "-s", "-z", "-n", "-L", "-h", "-c", "-b", "-t")
DEPTH_MAX = 50


class Wrong(Exception):
    """A condition that is none, in busybox's words."""


class Condition:
    """Recursive descent over the words."""

    def __init__(self, process: Process, words: list[str]) -> None:
        self.process = process
        self.words = words
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str | None:
        """The word `ahead` of the next one."""
        at = self.at + ahead
        return self.words[at] if at < len(self.words) else None

    def either(self) -> bool:
        """`a -o b`."""
        value = self.both()
        while self.peek() == "-o":
            self.at += 1
            value = self.both() or value
        return value

    def both(self) -> bool:
        """`a -a b`."""
        value = self.negation()
        while self.peek() == "-a":
            self.at += 1
            value = self.negation() and value
        return value

    def negation(self) -> bool:
        """`! a`."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Wrong("too many levels")
        if self.peek() == "!" and self.peek(1) is not None:
            self.at += 1
            value = not self.negation()
        else:
            value = self.primary()
        self.depth -= 1
        return value

    def primary(self) -> bool:
        """`a = b`, `-f a`, `( … )`, or a text."""
        first = self.peek()
        if first is None:
            raise Wrong("argument expected")
        second = self.peek(1)
        if second is not None and (second in COMPARE or second in TEXTS) and self.peek(2) is not None:
            self.at += 3
            return self.compare(first, second, self.words[self.at - 1])
        if first == "(":
            self.at += 1
            value = self.either()
            if self.peek() != ")":
                raise Wrong("closing paren expected")
            self.at += 1
            return value
        self.at += 1
        if first in UNARY and second is not None:
            self.at += 1
            return self.unary(first, second)
        return first != ""

    def compare(self, left: str, op: str, right: str) -> bool:
        """A comparison of two words."""
        if op in TEXTS:
            return {"=": left == right, "==": left == right, "!=": left != right, "<": left < right, ">": left > right}[
                op
            ]
        a, b = _number(left), _number(right)
        return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}[op]

    def unary(self, op: str, word: str) -> bool:
        """A condition on one word."""
        if op == "-z":
            return word == ""
        if op == "-n":
            return word != ""
        path = self.process.path(word)
        if op == "-d":
            return self.process.is_dir(path)
        there = self.process.exists(path)
        if op == "-s":
            content = self.process.shell.world.files.get(path)
            return content is not None and content.text != ""
        if op in ("-f", "-x", "-c"):
            return there and not self.process.is_dir(path) and (op == "-c") == path.startswith("/dev/")
        return there and op in ("-e", "-r", "-w")


def _number(text: str) -> int:
    try:
        return int(text.strip()[:30])
    except ValueError:
        raise Wrong(f"{text}: bad number") from None


def run(process: Process, words: list[str]) -> Steps:
    """0 true, 1 false, 2 no condition."""
    rest = words[1:]
    if words[0] == "[":
        if rest[-1:] != ["]"]:
            yield from process.err("sh: missing ]\n")
            return 2
        rest = rest[:-1]
    if not rest:
        return 1
    condition = Condition(process, rest)
    try:
        value = condition.either()
        if condition.at != len(rest):
            raise Wrong(f"{rest[condition.at]}: unknown operand")
    except Wrong as wrong:
        yield from process.err(f"sh: {wrong}\n")
        return 2
    return 0 if value else 1


COMMAND = Command(
    run,
    "test CONDITION, [ CONDITION ]",
    "Conditions: = != -eq -ne -lt -le -gt -ge -z -n -e -f -d -s ! -a -o ( ).",
    options=None,
    inside=True,
)
