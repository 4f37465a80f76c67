"""Lowers a unit of IR to Python code: each C function becomes one Python function, or a generator if it may wait.

The code of a function in `module.c` is compiled under that file's name with C's own lines, so a Python traceback is the
C call trace. Functions of our headers stand under `<kernel>`: they have no place of their own.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import CodeType

from server.sim.cmodule import ir
from server.sim.cmodule.analyse import Analysis, analyse
from server.sim.cmodule.layout import TypeInfo, align_of, infos
from server.sim.cmodule.lower_base import Frame, LowerError, UnitState
from server.sim.cmodule.lower_flat import Flat
from server.sim.cmodule.shadow import STACK_LEFT, STACK_MID, STACK_RIGHT, UNINIT
from server.sim.cmodule.shape import Shape, count
from server.sim.cmodule.statics import DataLayout
from server.sim.cmodule.walk import below, reads_itself

HEADER_FILE = "<kernel>"
FRAME_LEAST = 96  # bytes of stack that a recursive call takes
SCALARS_BYTES = 8
FRAME_MAX = 1 << 20  # what is too large for the stack faults when it is entered; this is too large to try
PYTHON_DEPTH = 3000  # of our own recursion over what the front end lets pass


class Function(Flat):
    """Lowers one function."""

    def __init__(self, state: UnitState, function: ir.FunctionDef) -> None:
        """Lay out the stack frame."""
        super().__init__(state, function)
        self.shape = Shape(function)
        self.targets = []
        self._lay_out_frame()
        if self.shape.switches or self.shape.tangled:
            self.unset = {i for i in range(function.params, len(function.locals)) if i not in self.places}
        else:
            self.unset = self._declared_unset(function.body)

    def _declared_unset(self, body: list[ir.Stmt]) -> set[int]:
        declared = [n for n in below(body) if isinstance(n, ir.Declare)]
        return {n.index for n in declared if n.inits is None or reads_itself(n)} - set(self.places)

    def _lay_out_frame(self) -> None:
        function, state = self.function, self.state
        variadic = self._variadic()
        objects: list[tuple[int, int, str]] = []
        top = 32
        for index, local in enumerate(function.locals):
            type_ = self.types[local.type]
            if not local.addressed and type_.scalar:
                continue
            align = max(align_of(state.unit.types, local.type), 32)
            top = -(-top // align) * align
            self.places[index] = top
            objects.append((top, max(type_.size, 1), local.name or "<compound literal>"))
            top += -(-max(type_.size, 1) // 32) * 32 + 32
        recursive = function.name in state.recursive
        self.has_frame = bool(objects) or recursive or variadic
        if self.has_frame:
            if recursive:
                top += FRAME_LEAST + SCALARS_BYTES * len(function.locals)
            size = -(-top // 32) * 32
            if size > FRAME_MAX:
                message = f"the stack frame of '{function.name}' has {size} bytes, a task's stack 16 KiB"
                raise LowerError(message, function.line)
            state.frames[function.name] = Frame(function.name, size, tuple(objects), _frame_shadow(size, objects))

    def _variadic(self) -> bool:
        type_ = self.state.unit.types[self.function.type]
        return isinstance(type_, ir.Function) and type_.variadic

    def leave_frame(self) -> None:
        """Give the stack frame back."""
        if self.has_frame:
            self.emit(self.b.do(self.b.call("$leave", self.b.name(f"frame:{self.function.name}"), self.b.name("$f"))))
            self.emit(self.b.assign_attr("$cx", "sp", self.b.name("$sp")))

    def lower(self) -> ast.stmt:
        """The function as a Python `def`."""
        function, b = self.function, self.b
        b.line = self.default_line
        params = [self.names[i] for i in range(function.params)]
        if not self.in_header or function.name in self.state.recursive:
            self.out += self.count_steps(max(count(function.body), 1))
        if self.has_frame:
            self.emit(b.assign("$sp", b.attr("$cx", "sp")))
            self.emit(b.assign("$f", b.call("$enter", b.name(f"frame:{function.name}"))))
        variadic = self._variadic()
        if variadic:
            self.emit(b.assign("$va", b.call("$va_area", b.name("$rest"))))
        for i, name in enumerate(params):
            if i in self.places:
                self._store_param(i, name)
        if self.shape.switches or self.shape.tangled:
            for index in sorted(self.unset):
                self.emit(b.assign(self.names[index], b.name(self._poison(index))))
        if self.statements(function.body):
            b.line = max(function.end_line, b.line, 1)
            self.flush()
            self.leave_frame()
            returns = self.state.unit.types[self.function.type]
            if isinstance(returns, ir.Function) and self.types[returns.returns].scalar:
                self.emit(b.return_(b.const(0)))
        b.line = self.default_line
        if self.is_generator and not any(
            isinstance(n, ast.Yield | ast.YieldFrom) for s in self.out for n in ast.walk(s)
        ):
            self.out.insert(0, b.if_(b.const(0), [b.yield_()]))  # makes it a generator; CPython drops the test
        return b.def_(function.name, params, "$rest" if variadic else "", self.out)

    def _store_param(self, index: int, name: str) -> None:
        b = self.b
        type_: TypeInfo = self.types[self.function.locals[index].type]
        address = b.op(b.name("$f"), "+", b.const(self.places[index]))
        if type_.kind == "record":
            self.emit(b.do(b.call("$write", address, b.name(name))))
        elif type_.access:
            self.emit(b.do(b.call("$st" + type_.access, address, b.name(name))))
        else:
            self.emit(b.do(b.call("$slow_store", address, b.const(type_.size), b.const(type_.signed), b.name(name))))


def _frame_shadow(size: int, objects: list[tuple[int, int, str]]) -> bytes:
    """The shadow codes of a fresh frame: variables not written yet, red zones between them."""
    codes = bytearray((STACK_MID,)) * (size >> 3)
    codes[:4] = bytes((STACK_LEFT,)) * 4
    last = 32
    for offset, length, _ in objects:
        for granule in range(length >> 3):
            codes[(offset >> 3) + granule] = UNINIT
        if length & 7:
            codes[(offset + length) >> 3] = UNINIT | (length & 7)
        last = offset + -(-length // 8) * 8
    codes[last >> 3 :] = bytes((STACK_RIGHT,)) * (len(codes) - (last >> 3))
    return bytes(codes)


class Lowered:
    """The code of a unit for one set of blocking kernel functions."""

    def __init__(self, analysis: Analysis, unit: ir.Unit, data: DataLayout, blocking: Callable[[str], bool]) -> None:
        """Lower all needed functions. Raises LowerError."""
        types = infos(unit.types)
        self.state = UnitState(
            unit,
            types,
            analysis.functions,
            analysis.generators(blocking),
            analysis.recursive,
            data.offsets,
            analysis.globals,
        )
        depth = sys.getrecursionlimit()
        sys.setrecursionlimit(max(depth, PYTHON_DEPTH))
        try:
            self.codes = self._codes(analysis, unit)
        finally:
            sys.setrecursionlimit(depth)

    def _codes(self, analysis: Analysis, unit: ir.Unit) -> list[CodeType]:
        """One code object a file."""
        bodies: dict[int, list[ast.stmt]] = {}
        for function in analysis.functions.values():
            try:
                lowered = Function(self.state, function).lower()
            except RecursionError:
                raise LowerError(f"'{function.name}' is nested too deeply for the simulator", function.line) from None
            bodies.setdefault(max(function.file, -1), []).append(lowered)
        names = {file: unit.files[file] if file >= 0 else HEADER_FILE for file in bodies}
        return [_compile(body, names[file]) for file, body in sorted(bodies.items())]


def _compile(body: list[ast.stmt], name: str) -> CodeType:
    module = ast.Module(body, [])
    try:
        return compile(module, name, "exec", dont_inherit=True, optimize=0)
    except (RecursionError, SyntaxError, MemoryError) as error:
        raise LowerError(f"'{name}' is nested too deeply for the simulator ({error})", 1) from None


__all__ = ["Function", "Lowered", "LowerError", "analyse"]
