"""Names for places within a variable: `[2].work.entry` for an offset in a type."""

from __future__ import annotations

from server.sim.cmodule import ir

DEPTH_MAX = 16


def path_to(types: list[ir.Type], type_: int, offset: int, record: str = "") -> str:
    """The path from a value of a type to what lies at `offset`, as deep as needed.

    With `record` it goes on to the struct of that tag if one begins there. `+N` stands for bytes within a scalar.
    """
    out = ""
    for _ in range(DEPTH_MAX):
        info = types[type_]
        if isinstance(info, ir.Record):
            if offset == 0 and (not record or info.name == record):
                return out
            field = _field(types, info, offset, record)
            if field is None:
                break
            out += f".{field.name}" if field.name else ""
            offset, type_ = offset - field.offset, field.type
        elif isinstance(info, ir.Array):
            size = _size(types, info.of)
            if not size or (offset == 0 and not record and not out.endswith("]") and info.count <= 0):
                break
            out += f"[{offset // size}]"
            offset, type_ = offset % size, info.of
        else:
            break
    return out + (f"+{offset}" if offset else "")


def _field(types: list[ir.Type], info: ir.Record, offset: int, record: str) -> ir.Field | None:
    """The member that an offset lies in; where several do (unions), the first that holds a `record`."""
    fits = [f for f in info.fields if f.offset <= offset < f.offset + max(_size(types, f.type), 1)]
    for field in fits:
        inner = types[field.type]
        if record and isinstance(inner, ir.Record) and inner.name == record and field.offset == offset:
            return field
    return fits[0] if fits else None


def _size(types: list[ir.Type], index: int) -> int:
    info = types[index]
    if isinstance(info, ir.Integer | ir.Array | ir.Record):
        return info.size
    return 8
