"""`expr`: arithmetic, comparisons and texts."""

from __future__ import annotations

from server.sim.shell.arithmetic import wrap
from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.regex import BadPattern, Regex

LEVELS = (("|",), ("&",), ("=", "==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"), (":",))
DEPTH_MAX = 50
TEXT_MAX = 4096


class Wrong(Exception):
    """An expression that is none, in busybox's words."""


class Evaluator:
    """Recursive descent over the words."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        """The next word, "" at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        """The next word. Raises Wrong at the end."""
        if self.at >= len(self.words):
            raise Wrong("syntax error")
        self.at += 1
        return self.words[self.at - 1]

    def level(self, index: int) -> str:
        """An operator's level and those that bind closer."""
        if index == len(LEVELS):
            return self.operand()
        left = self.level(index + 1)
        while self.peek() in LEVELS[index] and self.at < len(self.words):
            op = self.take()
            left = apply(op, left, self.level(index + 1))
        return left

    def operand(self) -> str:
        """A word, a parenthesis, or a function of texts."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Wrong("too many levels")
        word = self.take()
        if word == "(":
            word = self.level(0)
            if self.take() != ")":
                raise Wrong("syntax error")
        elif word == "length" and self.at < len(self.words):
            word = str(len(self.operand()))
        elif word == "match" and self.at + 1 < len(self.words):
            word = match(self.operand(), self.operand())
        elif word == "index" and self.at + 1 < len(self.words):
            text, chars = self.operand(), self.operand()
            word = str(next((i for i, c in enumerate(text, 1) if c in chars), 0))
        elif word == "substr" and self.at + 2 < len(self.words):
            text, start, size = self.operand(), integer(self.operand()), integer(self.operand())
            word = text[start - 1 : start - 1 + size] if start > 0 and size > 0 else ""
        self.depth -= 1
        return word


def integer(text: str) -> int:
    """A decimal number. Raises Wrong."""
    digits = text[1:] if text[:1] == "-" else text
    if not (digits.isdigit() and digits.isascii() and len(digits) < 20):
        raise Wrong("non-numeric argument")
    return int(text)


def match(text: str, pattern: str) -> str:
    r"""How many characters a pattern matches at the start, or what its first `\(…\)` matches."""
    opening, closing = pattern.find("\\("), pattern.rfind("\\)")
    try:
        ends = Regex(pattern).ends(text[:TEXT_MAX], 0)
        if opening < 0:
            return str(ends[-1] if ends else 0)
        if not ends:
            return ""
        end = ends[-1]
        first, inner, last = pattern[:opening], pattern[opening + 2 : closing], pattern[closing + 2 :]
        tail = Regex(last)
        for start in reversed(Regex(first).ends(text[:end], 0)):
            for stop in reversed(Regex(inner).ends(text[:end], start)):
                if end in tail.ends(text[:end], stop):
                    return text[start:stop]
    except BadPattern as bad:
        raise Wrong(str(bad)) from None
    return ""


def is_false(text: str) -> bool:
    """Empty, or zero."""
    return text == "" or text.lstrip("-") != "" and set(text.lstrip("-")) == {"0"}


def apply(op: str, left: str, right: str) -> str:
    """An operator on two words. Raises Wrong."""
    if op == ":":
        return match(left, right)
    if op == "|":
        return right if is_false(left) else left
    if op == "&":
        return "0" if is_false(left) or is_false(right) else left
    if op in LEVELS[2]:
        try:
            a: int | str = integer(left)
            b: int | str = integer(right)
        except Wrong:
            a, b = left, right
        lower, equal = (
            (a < b, a == b) if isinstance(a, int) and isinstance(b, int) else (str(a) < str(b), str(a) == str(b))
        )
        results = {
            "=": equal,
            "==": equal,
            "!=": not equal,
            "<": lower,
            "<=": lower or equal,
            ">": not (lower or equal),
            ">=": not lower,
        }
        return str(int(results[op]))
    x, y = integer(left), integer(right)
    if op in "/%":
        if not y:
            raise Wrong("division by zero")
        quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
        return str(wrap(quotient if op == "/" else x - quotient * y))
    return str(wrap(x + y if op == "+" else x - y if op == "-" else x * y))


def run(process: Process, words: list[str]) -> Steps:
    """Prints the value; 0 if it is neither empty nor zero, 1 if it is, 2 after an error."""
    evaluator = Evaluator(words[1:])
    try:
        value = evaluator.level(0)
        if evaluator.at != len(evaluator.words):
            raise Wrong("syntax error")
    except Wrong as wrong:
        return (yield from process.complain(str(wrong), 2))
    yield from process.out(value + "\n")
    return int(is_false(value))


COMMAND = Command(
    run,
    "expr EXPRESSION",
    "Computes: + - * / % < <= = != >= > and or : match substr index length ( ).",
    options=None,
    path="/usr/bin",
)
