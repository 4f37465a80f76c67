"""`$((…))`: integer expressions of C in 64 bits, by precedence climbing."""

from __future__ import annotations

import re
from collections.abc import Callable

TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|&&|\|\||[-+*/%&|^]=|<<|>>|[<>=!]=|[-+*/%&|^~!<>=?:(),]))",
    re.ASCII,
)
LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
DEPTH_MAX = 60
TOKENS_MAX = 2000


class BadExpression(Exception):
    """What is wrong with an expression, in the shell's words."""


def wrap(value: int) -> int:
    """A value as a signed 64-bit integer."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def evaluate(text: str, variables: dict[str, str]) -> int:
    """The value of an expression; assignments in it change `variables`. Raises BadExpression."""
    tokens: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or len(tokens) > TOKENS_MAX:
            raise BadExpression("arithmetic syntax error")
        tokens.append(match[0].strip())
        at = match.end()
    if not tokens:
        return 0
    value = _Evaluator(tokens, variables)
    result = value.assignment()
    if value.at != len(tokens):
        raise BadExpression("arithmetic syntax error")
    return result


class _Evaluator:
    def __init__(self, tokens: list[str], variables: dict[str, str]) -> None:
        self.tokens = tokens
        self.variables = variables
        self.at = 0
        self.depth = 0
        self.quiet = 0  # within a branch that is not taken: nothing divides or assigns

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def assignment(self) -> int:
        """`name op= expression`, or `condition ? a : b`."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise BadExpression("expression recursion level exceeded")
        name = self.peek()
        op = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""
        if (name[:1].isalpha() or name[:1] == "_") and op.endswith("=") and op not in ("==", "!=", "<=", ">="):
            self.at += 2
            value = self.assignment()
            if op != "=":
                value = self.apply(op[:-1], self.variable(name), value)
            if not self.quiet:
                self.variables[name] = str(value)
        else:
            value = self.conditional()
        self.depth -= 1
        return value

    def conditional(self) -> int:
        test = self.binary(0)
        if self.peek() != "?":
            return test
        self.take()
        self.quiet += not test
        yes = self.assignment()
        self.quiet -= not test
        if self.take() != ":":
            raise BadExpression("arithmetic syntax error")
        self.quiet += bool(test)
        no = self.assignment()
        self.quiet -= bool(test)
        return yes if test else no

    def binary(self, level: int) -> int:
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek() in LEVELS[level]:
            op = self.take()
            skip = (op == "||" and left != 0) or (op == "&&" and left == 0)
            self.quiet += skip
            right = self.binary(level + 1)
            self.quiet -= skip
            left = self.apply(op, left, right)
        return left

    def unary(self) -> int:
        token = self.take()
        if token in ("-", "+", "!", "~"):
            self.depth += 1
            if self.depth > DEPTH_MAX:
                raise BadExpression("expression recursion level exceeded")
            value = self.unary()
            self.depth -= 1
            return wrap({"-": -value, "+": value, "!": int(not value), "~": ~value}[token])
        if token == "(":
            value = self.assignment()
            if self.take() != ")":
                raise BadExpression("arithmetic syntax error")
            return value
        if token[:1].isdigit():
            return number(token)
        if token[:1].isalpha() or token[:1] == "_":
            return self.variable(token)
        raise BadExpression("arithmetic syntax error")

    def variable(self, name: str) -> int:
        text = self.variables.get(name, "").strip()
        sign = -1 if text.startswith("-") else 1
        digits = text[1:] if text[:1] in ("-", "+") else text
        if not text:
            return 0
        if not digits[:1].isdigit():
            raise BadExpression(f"bad number: {text}")
        return wrap(sign * number(digits))

    def apply(self, op: str, a: int, b: int) -> int:
        if op in ("/", "%"):
            if b == 0:
                if self.quiet:
                    return 0
                raise BadExpression("divide by zero")
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return wrap(quotient if op == "/" else a - quotient * b)
        table: dict[str, Callable[[], int]] = {
            "+": lambda: a + b,
            "-": lambda: a - b,
            "*": lambda: a * b,
            "&": lambda: a & b,
            "|": lambda: a | b,
            "^": lambda: a ^ b,
            "<<": lambda: a << (b & 63),
            ">>": lambda: a >> (b & 63),
            "==": lambda: a == b,
            "!=": lambda: a != b,
            "<": lambda: a < b,
            "<=": lambda: a <= b,
            ">": lambda: a > b,
            ">=": lambda: a >= b,
            "&&": lambda: bool(a and b),
            "||": lambda: bool(a or b),
        }
        return wrap(int(table[op]()))


def number(text: str) -> int:
    """A C integer constant: decimal, 0octal, 0xhex."""
    try:
        if text[:2] in ("0x", "0X"):
            return wrap(int(text, 16))
        if len(text) > 1 and text[0] == "0":
            return wrap(int(text, 8))
        return wrap(int(text[:40]))
    except ValueError:
        raise BadExpression(f"bad number: {text}") from None
