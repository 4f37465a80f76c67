"""What lowering must know of each type, worked out once a unit: size, range, how it is loaded."""

from __future__ import annotations

from typing import NamedTuple

from server.sim.cmodule import ir

POINTER_HIGH = (1 << 64) - 1


class TypeInfo(NamedTuple):
    """`kind` is void, int, ptr, array, record or fn; `low`..`high` their range; `access` names loads (`4s`)."""

    kind: str
    size: int
    signed: bool = False
    boolean: bool = False
    low: int = 0
    high: int = 0
    access: str = ""

    @property
    def scalar(self) -> bool:
        """Whether values of it are plain integers here."""
        return self.kind in ("int", "ptr")

    @property
    def bits(self) -> int:
        """Width of a scalar."""
        return self.size * 8

    @property
    def mask(self) -> int:
        """All bits of a scalar."""
        return (1 << self.size * 8) - 1


def integer(size: int, signed: bool, boolean: bool = False) -> TypeInfo:
    """The info of an integer type."""
    bits = size * 8
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if boolean:
        high = 1
    access = f"{size}{'s' if signed else 'u'}" if size <= 8 else ""
    return TypeInfo("int", size, signed, boolean, low, high, access)


POINTER = TypeInfo("ptr", 8, False, False, 0, POINTER_HIGH, "8u")


def infos(types: list[ir.Type]) -> list[TypeInfo]:
    """The info of each type of a unit, by index."""
    out: list[TypeInfo] = []
    for type_ in types:
        if isinstance(type_, ir.Integer):
            out.append(integer(type_.size, type_.signed, type_.boolean))
        elif isinstance(type_, ir.Pointer):
            out.append(POINTER)
        elif isinstance(type_, ir.Array):
            out.append(TypeInfo("array", type_.size))
        elif isinstance(type_, ir.Record):
            out.append(TypeInfo("record", type_.size))
        elif isinstance(type_, ir.Function):
            out.append(TypeInfo("fn", 1))
        else:
            out.append(TypeInfo("void", 1))
    return out


def align_of(types: list[ir.Type], index: int) -> int:
    """Alignment of a type in bytes."""
    type_ = types[index]
    while isinstance(type_, ir.Array):
        type_ = types[type_.of]
    if isinstance(type_, ir.Record):
        return max(type_.align, 1)
    if isinstance(type_, ir.Integer):
        return type_.size
    return 8
