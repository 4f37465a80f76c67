"""What the lowering of one function shares: where statements go, temporaries, wrapping, positions, pending costs.

Values are Python integers within the range of their C type. `V` carries what is known of a value's range, so that no
wrap is emitted where none can be needed.

Names of lowered code: C's own for locals (`x`, `x.2` for a second x), `$1` for temporaries, `$w` for values under test;
`f:NAME` a C function, `k:NAME` a kernel function, `a:NAME` a function's address, `g:NAME` the address of a global,
`s:N` of a string, `t:N` the cost of N statements, `p:FUNCTION:VAR` poison, `$ld4s` … the accessors.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from server.sim.cmodule import ir
from server.sim.cmodule.layout import TypeInfo
from server.sim.cmodule.pyast import Builder

SMALL = (1 << 30) - 1  # CPython compares and adds integers up to here without a call
MEMORY, CALL = 1, 2  # what a statement touches


class LowerError(Exception):
    """C that cannot be lowered: `message` for people, `line` in the module's file."""

    def __init__(self, message: str, line: int) -> None:
        """Keep both parts."""
        super().__init__(message, line)
        self.message, self.line = message, line


class V:
    """A value's node and the range it is known to be in."""

    __slots__ = ("node", "low", "high")

    def __init__(self, node: ast.expr, low: int, high: int) -> None:
        """`low` <= value <= `high`."""
        self.node, self.low, self.high = node, low, high


@dataclass(slots=True)
class Frame:
    """A function's stack frame: `objects` are (offset, size, name), with red zones between them; `shadow` its codes."""

    function: str
    size: int
    objects: tuple[tuple[int, int, str], ...]
    shadow: bytes


@dataclass(slots=True)
class UnitState:
    """What the lowering of a unit's functions shares."""

    unit: ir.Unit
    types: list[TypeInfo]
    functions: dict[str, ir.FunctionDef]
    generators: frozenset[str]  # of the module's own functions and the kernel's
    recursive: frozenset[str]
    data: dict[str, int]  # writable globals: offset in the module's data
    globals: dict[str, ir.GlobalDef]
    strings: dict[bytes, int] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    costs: dict[int, None] = field(default_factory=dict)
    poisons: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: (variable, function)
    kernel: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)  # functions whose address is needed

    def string(self, data: bytes) -> str:
        """The name of a string's address."""
        return f"s:{self.strings.setdefault(data, len(self.strings))}"

    def cost(self, statements: int) -> str:
        """The name of the cost of so many statements."""
        self.costs[statements] = None
        return f"t:{statements}"


class Base:
    """State of one function's lowering, and the operations that everything else is made of."""

    def __init__(self, state: UnitState, function: ir.FunctionDef) -> None:
        """Nothing is emitted yet."""
        self.state, self.function, self.types = state, function, state.types
        self.b = Builder()
        self.out: list[ast.stmt] = []
        self.is_generator = function.name in state.generators
        self.in_header = function.file < 0
        self.default_line = max(function.line, 1)
        self.pending = 0  # statements executed whose cost is not charged yet
        self.touched = 0  # MEMORY, CALL: what the current statement does
        self.call_line: int | None = None  # what cx.line holds in the current statement
        self.line_lost = False  # a call inside the statement may have changed cx.line
        self._temps = 0
        self.names = self._local_names()
        self.places: dict[int, int] = {}  # addressed locals: offset in the frame
        self.unset: set[int] = set()  # locals that may hold poison

    def _local_names(self) -> list[str]:
        names: list[str] = []
        used = {"None", "True", "False", "__debug__"}
        for local in self.function.locals:
            name, number = local.name or "arg", 1
            while name in used:
                number += 1
                name = f"{local.name or 'arg'}.{number}"
            used.add(name)
            names.append(name)
        return names

    def at(self, line: int, col: int) -> None:
        """New nodes stand here; 0 (a macro of a header) keeps the place of what is around."""
        if line > 0:
            self.b.line, self.b.col = line, max(col - 1, 0)

    def temp(self) -> str:
        """A new temporary's name."""
        self._temps += 1
        return f"${self._temps}"

    def emit(self, statement: ast.stmt) -> None:
        """Append a statement."""
        self.out.append(statement)

    def spill_at(self, mark: int, node: ast.expr) -> ast.expr:
        """Evaluate `node` into a temporary before the statements from `mark` on: they were emitted after it."""
        if isinstance(node, ast.Constant | ast.Name):
            return node
        name = self.temp()
        self.out.insert(mark, self.b.assign(name, node))
        return self.b.name(name)

    # ---- ranges ----------------------------------------------------------------------------------

    def typed(self, node: ast.expr, type_: TypeInfo) -> V:
        """A value of which only the type is known."""
        return V(node, type_.low, type_.high)

    def number(self, value: int) -> V:
        """A constant."""
        return V(self.b.const(value), value, value)

    def named(self, node: ast.expr, name: str = "$w") -> tuple[ast.expr, str]:
        """(node to evaluate first, name that then holds its value)."""
        if isinstance(node, ast.Name):
            return node, node.id
        return self.b.walrus(name, node), name

    def wrap(self, v: V, to: TypeInfo) -> V:
        """The value reduced to the range of an integer or pointer type, as two's complement does."""
        if to.low <= v.low and v.high <= to.high:
            return v
        b, mask = self.b, to.mask
        if to.boolean:
            return V(b.choose(v.node, b.const(1), b.const(0)), 0, 1)
        if isinstance(v.node, ast.Constant) and isinstance(v.node.value, int):
            value = v.node.value & mask
            return self.number(value - mask - 1 if value > to.high else value)
        if not to.signed:
            if mask <= SMALL or to.size > 8:
                return V(b.op(v.node, "&", b.const(mask)), 0, mask)
            first, name = self.named(v.node)
            limit = SMALL if to.size == 4 else (1 << 63) - 1
            test: ast.expr = (
                b.compare(first, "<=", b.const(limit)) if v.low >= 0
                else b.compare(first, ">=", b.const(0)) if v.high <= to.high
                else b.between(0, first, limit)
            )  # fmt: skip
            return V(b.choose(test, b.name(name), b.op(b.name(name), "&", b.const(mask))), 0, mask)
        half = to.high + 1
        if mask <= SMALL or to.size > 8:
            return V(self._signed(v.node, half, mask), to.low, to.high)
        first, name = self.named(v.node)
        limit = SMALL if to.size == 4 else to.high
        test = (
            b.compare(first, "<=", b.const(limit)) if v.low >= to.low
            else b.compare(first, ">=", b.const(-limit)) if v.high <= to.high
            else b.between(-limit, first, limit)
        )  # fmt: skip
        return V(b.choose(test, b.name(name), self._signed(b.name(name), half, mask)), to.low, to.high)

    def _signed(self, node: ast.expr, half: int, mask: int) -> ast.expr:
        b = self.b
        return b.op(b.op(b.op(node, "+", b.const(half)), "&", b.const(mask)), "-", b.const(half))

    # ---- time ------------------------------------------------------------------------------------

    def charge(self, statements: int) -> list[ast.stmt]:
        """`cx.now` moves on by the cost of statements."""
        if not statements:
            return []
        return [self.b.add_attr("$cx", "now", self.b.name(self.state.cost(statements)))]

    def flush(self) -> None:
        """Charge what is pending, here."""
        self.out += self.charge(self.pending)
        self.pending = 0

    def checkpoint(self, statements: int) -> list[ast.stmt]:
        """Charge statements; a generator then gives way if it has reached the horizon."""
        if not self.is_generator:
            return self.charge(statements)
        if not statements:
            return []
        b = self.b
        now = b.op(b.attr("$cx", "now"), "+", b.name(self.state.cost(statements)))
        line, col = b.line, b.col
        targets: list[ast.expr] = [
            ast.Attribute(b.name("$cx"), "now", ast.Store(), lineno=line, col_offset=col),
            ast.Name("$t", ast.Store(), lineno=line, col_offset=col),
        ]
        first = ast.Assign(targets, now, lineno=line, col_offset=col)
        test = b.compare(b.name("$t"), ">=", b.attr("$cx", "horizon"))
        return [first, b.if_(test, [b.yield_()])]

    def count_steps(self, statements: int) -> list[ast.stmt]:
        """`cx.steps` counts statements and is held against its limit."""
        b = self.b
        line, col = b.line, b.col
        targets: list[ast.expr] = [
            ast.Attribute(b.name("$cx"), "steps", ast.Store(), lineno=line, col_offset=col),
            ast.Name("$n", ast.Store(), lineno=line, col_offset=col),
        ]
        total = b.op(b.attr("$cx", "steps"), "+", b.const(statements))
        first = ast.Assign(targets, total, lineno=line, col_offset=col)
        test = b.compare(b.name("$n"), ">", b.attr("$cx", "max_steps"))
        return [first, b.if_(test, [b.do(b.call("$limit"))])]
