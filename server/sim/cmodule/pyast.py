"""Builds nodes of Python's `ast` at the position of the C that they come from."""

from __future__ import annotations

import ast

LOAD, STORE = ast.Load(), ast.Store()
OPERATORS: dict[str, ast.operator] = {
    "+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "//": ast.FloorDiv(), "%": ast.Mod(), "<<": ast.LShift(),
    ">>": ast.RShift(), "&": ast.BitAnd(), "|": ast.BitOr(), "^": ast.BitXor(),
}  # fmt: skip
COMPARE: dict[str, ast.cmpop] = {
    "==": ast.Eq(), "!=": ast.NotEq(), "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE(),
}  # fmt: skip
NOT, PLUS, MINUS, INVERT, AND, OR = ast.Not(), ast.UAdd(), ast.USub(), ast.Invert(), ast.And(), ast.Or()


class Builder:
    """`line` and `col` (from 1, as in C) are where new nodes stand. Names need not be identifiers for Python."""

    def __init__(self) -> None:
        """At the start of the file."""
        self.line, self.col = 1, 0

    def name(self, id_: str) -> ast.Name:
        """A variable's value."""
        return ast.Name(id_, LOAD, lineno=self.line, col_offset=self.col)

    def const(self, value: int | bytes | bool | None) -> ast.Constant:
        """A constant."""
        return ast.Constant(value, lineno=self.line, col_offset=self.col)

    def call(self, function: str, *args: ast.expr) -> ast.Call:
        """A call of a named function."""
        line, col = self.line, self.col
        return ast.Call(
            ast.Name(function, LOAD, lineno=line, col_offset=col), list(args), [], lineno=line, col_offset=col
        )

    def op(self, left: ast.expr, op: str, right: ast.expr) -> ast.BinOp:
        """A binary operation."""
        return ast.BinOp(left, OPERATORS[op], right, lineno=self.line, col_offset=self.col)

    def compare(self, left: ast.expr, op: str, right: ast.expr) -> ast.Compare:
        """A comparison."""
        return ast.Compare(left, [COMPARE[op]], [right], lineno=self.line, col_offset=self.col)

    def between(self, low: int, middle: ast.expr, high: int) -> ast.Compare:
        """`low <= middle <= high`."""
        line, col = self.line, self.col
        ops = [COMPARE["<="], COMPARE["<="]]
        return ast.Compare(self.const(low), ops, [middle, self.const(high)], lineno=line, col_offset=col)

    def unary(self, op: ast.unaryop, of: ast.expr) -> ast.UnaryOp:
        """`not`, `+`, `-`, `~`."""
        return ast.UnaryOp(op, of, lineno=self.line, col_offset=self.col)

    def logic(self, op: ast.boolop, values: list[ast.expr]) -> ast.BoolOp:
        """`and`, `or`."""
        return ast.BoolOp(op, values, lineno=self.line, col_offset=self.col)

    def choose(self, test: ast.expr, then: ast.expr, other: ast.expr) -> ast.IfExp:
        """`then if test else other`."""
        return ast.IfExp(test, then, other, lineno=self.line, col_offset=self.col)

    def walrus(self, id_: str, value: ast.expr) -> ast.NamedExpr:
        """`(name := value)`."""
        line, col = self.line, self.col
        return ast.NamedExpr(ast.Name(id_, STORE, lineno=line, col_offset=col), value, lineno=line, col_offset=col)

    def attr(self, of: str, attribute: str) -> ast.Attribute:
        """`of.attribute`."""
        return ast.Attribute(self.name(of), attribute, LOAD, lineno=self.line, col_offset=self.col)

    def item(self, of: ast.expr, index: ast.expr) -> ast.Subscript:
        """`of[index]`."""
        return ast.Subscript(of, index, LOAD, lineno=self.line, col_offset=self.col)

    def last(self, *parts: ast.expr, index: int = -1) -> ast.expr:
        """All parts in order; the value of the one at `index`."""
        parts_ = ast.Tuple(list(parts), LOAD, lineno=self.line, col_offset=self.col)
        return self.item(parts_, self.const(index))

    def yield_from(self, value: ast.expr) -> ast.YieldFrom:
        """`yield from value`."""
        return ast.YieldFrom(value, lineno=self.line, col_offset=self.col)

    # ---- statements ------------------------------------------------------------------------------

    def do(self, value: ast.expr) -> ast.stmt:
        """An expression for its effect."""
        return ast.Expr(value, lineno=self.line, col_offset=self.col)

    def assign(self, id_: str, value: ast.expr) -> ast.stmt:
        """`name = value`."""
        line, col = self.line, self.col
        return ast.Assign([ast.Name(id_, STORE, lineno=line, col_offset=col)], value, lineno=line, col_offset=col)

    def assign_attr(self, of: str, attribute: str, value: ast.expr) -> ast.stmt:
        """`of.attribute = value`."""
        line, col = self.line, self.col
        target = ast.Attribute(self.name(of), attribute, STORE, lineno=line, col_offset=col)
        return ast.Assign([target], value, lineno=line, col_offset=col)

    def assign_item(self, of: str, index: int, value: ast.expr) -> ast.stmt:
        """`of[index] = value`."""
        line, col = self.line, self.col
        target = ast.Subscript(self.name(of), self.const(index), STORE, lineno=line, col_offset=col)
        return ast.Assign([target], value, lineno=line, col_offset=col)

    def add_attr(self, of: str, attribute: str, value: ast.expr) -> ast.stmt:
        """`of.attribute += value`."""
        line, col = self.line, self.col
        target = ast.Attribute(self.name(of), attribute, STORE, lineno=line, col_offset=col)
        return ast.AugAssign(target, OPERATORS["+"], value, lineno=line, col_offset=col)

    def if_(self, test: ast.expr, then: list[ast.stmt], other: list[ast.stmt] | None = None) -> ast.If:
        """An `if`; empty branches are filled."""
        return ast.If(test, then or [self.pass_()], other or [], lineno=self.line, col_offset=self.col)

    def while_(self, test: ast.expr, body: list[ast.stmt]) -> ast.While:
        """A `while`."""
        return ast.While(test, body or [self.pass_()], [], lineno=self.line, col_offset=self.col)

    def pass_(self) -> ast.stmt:
        """`pass`."""
        return ast.Pass(lineno=self.line, col_offset=self.col)

    def break_(self) -> ast.stmt:
        """`break`."""
        return ast.Break(lineno=self.line, col_offset=self.col)

    def continue_(self) -> ast.stmt:
        """`continue`."""
        return ast.Continue(lineno=self.line, col_offset=self.col)

    def return_(self, value: ast.expr | None) -> ast.stmt:
        """`return`."""
        return ast.Return(value, lineno=self.line, col_offset=self.col)

    def yield_(self) -> ast.stmt:
        """`yield`."""
        return self.do(ast.Yield(None, lineno=self.line, col_offset=self.col))

    def def_(self, name: str, params: list[str], rest: str, body: list[ast.stmt]) -> ast.stmt:
        """A function; `rest` collects further arguments if not empty."""
        line, col = self.line, self.col
        args = ast.arguments(
            posonlyargs=[], args=[ast.arg(p, lineno=line, col_offset=col) for p in params],
            vararg=ast.arg(rest, lineno=line, col_offset=col) if rest else None,
            kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[],
        )  # fmt: skip
        return ast.FunctionDef(name, args, body or [self.pass_()], [], None, lineno=line, col_offset=col)
