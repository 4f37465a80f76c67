"""Constant folding while the tree is built, so that macros which test constants leave no trace."""

from __future__ import annotations

from server.cfront.types import Types
from server.sim.cmodule import ir

COMPARISONS = frozenset(("<", ">", "<=", ">=", "==", "!="))


def cast(types: Types, e: ir.Expr, type_: int) -> ir.Expr:
    """`e` converted to `type_`; nothing is added where that changes nothing."""
    if e.type == type_:
        return e
    target = types.list[type_]
    if isinstance(e, ir.Int) and isinstance(target, (ir.Integer, ir.Pointer)):
        return ir.Int(type_, e.line, e.col, types.wrap(e.value, type_))
    if isinstance(target, (ir.Record, ir.Array)):  # an array parameter's loads are shown with the type as written
        return e
    return ir.Cast(type_, e.line, e.col, e)


def unary(types: Types, type_: int, at: tuple[int, int], op: str, of: ir.Expr) -> ir.Expr:
    """`op of`, computed if constant."""
    if isinstance(of, ir.Int):
        value = {"-": -of.value, "~": ~of.value, "!": int(not of.value)}[op]
        return ir.Int(type_, *at, types.wrap(value, type_))
    return ir.Unary(type_, *at, op, of)


def binary(types: Types, type_: int, at: tuple[int, int], op: str, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """`left op right` on numbers of one type (comparisons: also pointers), computed if constant."""
    if isinstance(left, ir.Int) and isinstance(right, ir.Int):
        value = compute(op, left.value, right.value, types.size(left.type) * 8)
        if value is not None:
            return ir.Int(type_, *at, types.wrap(value, type_))
    return ir.Binary(type_, *at, op, left, right)


def compute(op: str, a: int, b: int, bits: int) -> int | None:
    """The value of a constant operation, unwrapped; None where C leaves it undefined."""
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "&":
            return a & b
        case "|":
            return a | b
        case "^":
            return a ^ b
        case "<<" | ">>":
            if not 0 <= b < bits:
                return None
            return a << b if op == "<<" else a >> b
        case "/" | "%":
            if b == 0:
                return None
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return quotient if op == "/" else a - quotient * b
    return int({"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "==": a == b, "!=": a != b}[op])


def logical(type_: int, at: tuple[int, int], op: str, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """`&&` and `||`; a constant left side decides."""
    if isinstance(left, ir.Int):
        if bool(left.value) != (op == "&&"):
            return ir.Int(type_, *at, int(op == "||"))
        if isinstance(right, ir.Int):
            return ir.Int(type_, *at, int(right.value != 0))
    return ir.Logical(type_, *at, op, left, right)


def conditional(types: Types, type_: int, at: tuple[int, int], test: ir.Expr, then: ir.Expr, other: ir.Expr) -> ir.Expr:
    """`test ? then : other`; a constant test chooses."""
    if isinstance(test, ir.Int):
        return then if test.value else other
    return ir.Cond(type_, *at, test, then, other)
