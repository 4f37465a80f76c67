"""The module's data: where each global lies, and what is in it before the module runs.

writable globals | constant globals | strings        each with a red zone behind it
"""

from __future__ import annotations

from typing import NamedTuple

from server.sim.cmodule import ir
from server.sim.cmodule.layout import TypeInfo, align_of
from server.sim.cmodule.lower_base import LowerError
from server.sim.cmodule.lower_calls import put_constant

REDZONE = 32
DATA_MAX = 8 << 20


class Relocation(NamedTuple):
    """At `offset` of the data goes the address of a function, global or string, plus `addend`."""

    offset: int
    kind: str  # "function", "global", "string"
    name: str
    addend: int
    size: int


class Piece(NamedTuple):
    """A stretch of data: `size` bytes from `offset`."""

    offset: int
    size: int
    name: str
    writable: bool


class DataLayout:
    """Places for the globals of a unit. `offsets` has the writable ones, which lowered code addresses directly."""

    def __init__(self, unit: ir.Unit, types: list[TypeInfo], needed: dict[str, ir.GlobalDef]) -> None:
        """Lay out what is needed."""
        self.unit, self.types = unit, types
        self.offsets: dict[str, int] = {}
        self.constants: dict[str, int] = {}
        self.percpu: dict[str, ir.GlobalDef] = {}
        self.pieces: list[Piece] = []
        self.top = 0
        for constant in (False, True):
            for definition in needed.values():
                if definition.percpu:
                    self.percpu[definition.name] = definition
                elif definition.const == constant:
                    size = self.size(definition)
                    offset = self._place(size, align_of(unit.types, definition.type), definition.name, not constant)
                    (self.constants if constant else self.offsets)[definition.name] = offset
        self.needed = needed

    def _place(self, size: int, align: int, name: str, writable: bool) -> int:
        align = max(align, 8)
        offset = -(-self.top // align) * align
        self.pieces.append(Piece(offset, size, name, writable))
        self.top = offset + -(-size // 8) * 8 + REDZONE
        if self.top > DATA_MAX:
            line = next((g.line for g in self.unit.globals if g.name == name), 1)
            raise LowerError(f"'{name}' is too large: all variables of a module have {DATA_MAX >> 20} MiB here", line)
        return offset

    def size(self, definition: ir.GlobalDef) -> int:
        """Bytes of a global, a flexible array's initial values included."""
        size = self.types[definition.type].size
        for init in definition.inits:
            value = init.value
            length = len(value.data) if isinstance(value, ir.Str) and self.types[value.type].kind == "array" else 1
            if init.offset + length > size:
                size = init.offset + max(length, self.types[value.type].size)
        return max(size, 1)

    def contents(self, definition: ir.GlobalDef, strings: dict[bytes, int]) -> tuple[bytearray, list[Relocation]]:
        """(bytes, relocations relative to them) of a global's initial value. New strings are numbered in `strings`."""
        data = bytearray(self.size(definition))
        relocations: list[Relocation] = []
        for init in definition.inits:
            self._put(data, init, init.value, 0, relocations, strings)
        return data, relocations

    def _put(self, data: bytearray, init: ir.Init, value: ir.Expr, addend: int, out: list[Relocation],
             strings: dict[bytes, int]) -> None:  # fmt: skip
        type_ = self.types[init.value.type]
        if isinstance(value, ir.Int):
            put_constant(data, init, value.value + addend, type_.size)
        elif isinstance(value, ir.Str) and self.types[value.type].kind == "array" and value is init.value:
            room = len(data) - init.offset
            data[init.offset : init.offset + min(len(value.data), room)] = value.data[:room]
        elif isinstance(value, ir.Str):
            number = strings.setdefault(value.data, len(strings))
            out.append(Relocation(init.offset, "string", str(number), addend, 8))
        elif isinstance(value, ir.Cast | ir.AddrOf | ir.Load):
            self._put(data, init, value.of, addend, out, strings)
        elif isinstance(value, ir.PtrAdd):
            if not isinstance(value.index, ir.Int):
                raise ValueError("an initial value is no constant")
            self._put(data, init, value.pointer, addend + value.index.value * value.scale, out, strings)
        elif isinstance(value, ir.Member):
            self._put(data, init, value.of, addend + value.field.offset, out, strings)
        elif isinstance(value, ir.Deref):
            self._put(data, init, value.of, addend, out, strings)
        elif isinstance(value, ir.FuncRef):
            out.append(Relocation(init.offset, "function", value.name, addend, type_.size))
        elif isinstance(value, ir.Global):
            out.append(Relocation(init.offset, "global", value.name, addend, type_.size))
        elif isinstance(value, ir.Binary) and value.op in "+-" and isinstance(value.right, ir.Int):
            sign = 1 if value.op == "+" else -1
            self._put(data, init, value.left, addend + sign * value.right.value, out, strings)
        else:
            raise ValueError("an initial value is no constant")
