"""Lvalues: where a value lives, how it is loaded from there and stored there."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from server.sim.cmodule import ir
from server.sim.cmodule.layout import TypeInfo
from server.sim.cmodule.lower_base import CALL, MEMORY, Base, LowerError, V

LVALUES = (ir.Local, ir.Global, ir.Deref, ir.Member, ir.Str, ir.Compound, ir.FuncRef)


@dataclass(slots=True)
class Place:
    """A place of type `type`: a Python local (`local`), or memory at `base` + `offset`.

    `fixed` is the index in the module's data of a global scalar that needs no check; `field` is set for bit-fields.
    `low` is the least that base + offset may be before wrapping.
    """

    type: TypeInfo
    local: str = ""
    base: ast.expr | None = None
    offset: int = 0
    fixed: int = -1
    field: ir.Field | None = None
    writable: bool = True
    low: int = 0


class Places(Base):
    """Lowers lvalues. `value`, `call` and statements come from the subclasses."""

    def value(self, e: ir.Expr) -> V:
        """The value of an expression; `lower_expr.py`."""
        raise NotImplementedError

    def record_bytes(self, e: ir.Expr) -> ast.expr:
        """The bytes of a record value; `lower_calls.py`."""
        raise NotImplementedError

    def store_inits(self, base: str, offset: int, size: int, inits: list[ir.Init], scalar: bool) -> None:
        """Initialise memory; `lower_calls.py`."""
        raise NotImplementedError

    def place(self, e: ir.Expr) -> Place:
        """Where an lvalue is. Raises LowerError for what is none."""
        type_ = self.types[e.type]
        if isinstance(e, ir.Local):
            if e.index not in self.places:
                return Place(type_, local=self.names[e.index])
            return Place(type_, base=self.b.name("$f"), offset=self.places[e.index])
        if isinstance(e, ir.Global):
            return self._global(e, type_)
        if isinstance(e, ir.Member):
            return self._member(e, type_)
        if isinstance(e, ir.Deref):
            return self._deref(e, type_)
        self.at(e.line, e.col)
        if isinstance(e, ir.Str):
            return Place(type_, base=self.b.name(self.state.string(e.data)), writable=False)
        if isinstance(e, ir.FuncRef):
            self.state.addresses[e.name] = None
            return Place(type_, base=self.b.name(f"a:{e.name}"))
        if isinstance(e, ir.Compound):
            offset = self.places[e.index]
            self.touched |= MEMORY
            self.store_inits("$f", offset, type_.size, e.inits, type_.scalar)
            return Place(type_, base=self.b.name("$f"), offset=offset)
        return self._rvalue(e, type_)

    def _rvalue(self, e: ir.Expr, type_: TypeInfo) -> Place:
        """A record that is no lvalue, such as a function's result: kept in memory of its own while it is looked at."""
        if type_.kind != "record":
            raise LowerError("this expression is not an lvalue", max(e.line, self.b.line))
        self.touched |= MEMORY
        return Place(type_, base=self.b.call("$keep", self.record_bytes(e)))

    def _global(self, e: ir.Global, type_: TypeInfo) -> Place:
        self.at(e.line, e.col)
        place = Place(type_, base=self.b.name(f"g:{e.name}"))
        definition = self.state.globals[e.name]
        offset = self.state.data.get(e.name, -1)
        if offset >= 0 and not definition.percpu:
            place.fixed = offset
        elif definition.const:
            place.writable = False
        return place

    def _member(self, e: ir.Member, type_: TypeInfo) -> Place:
        place = self.place(e.of)
        if place.local:
            raise LowerError("a record is not in memory", max(e.line, self.b.line))
        place.type = type_
        place.offset += e.field.offset
        if place.fixed >= 0:
            place.fixed += e.field.offset
        place.field = e.field if e.field.bits else None
        return place

    def _deref(self, e: ir.Deref, type_: TypeInfo) -> Place:
        of = e.of
        while isinstance(of, ir.Cast) and self.types[of.type].kind == "ptr" == self.types[of.of.type].kind:
            of = of.of
        if isinstance(of, ir.AddrOf) and isinstance(of.of, LVALUES):
            place = self.place(of.of)
            if place.local == "" and place.field is None:
                if place.fixed >= 0 and type_.size > place.type.size:
                    place.fixed = -1  # a cast to something larger: to be checked
                place.type = type_
                return place
        if isinstance(of, ir.PtrAdd) and isinstance(of.index, ir.Int):
            offset = of.index.value * of.scale
            if 0 <= offset < 1 << 31:
                fixed = self._constant_index(of.pointer, type_, offset)
                if fixed is not None:
                    return fixed
                return Place(type_, base=self.value(of.pointer).node, offset=offset)
        v = self.value(of)
        return Place(type_, base=v.node)

    def _constant_index(self, pointer: ir.Expr, type_: TypeInfo, offset: int) -> Place | None:
        """`array[3]` of a global array, within its bounds: as good as a variable."""
        if not isinstance(pointer, ir.AddrOf) or not isinstance(pointer.of, ir.Global | ir.Member):
            return None
        place = self.place(pointer.of)
        if place.local or place.field:
            return None
        if place.fixed >= 0:
            place.fixed = place.fixed + offset if offset >= 0 and offset + type_.size <= place.type.size else -1
        place.type = type_
        place.offset += offset
        return place

    def address(self, place: Place) -> ast.expr:
        """The address of a place in memory, as a node that never is negative."""
        assert place.base is not None
        if not place.offset:
            return place.base
        return self.b.op(place.base, "+", self.b.const(place.offset))

    def address_value(self, place: Place) -> V:
        """The address as a pointer value."""
        if place.local:
            raise LowerError("a register has no address", self.b.line)
        node = self.address(place)
        if not place.offset:
            return V(node, 0, (1 << 64) - 1)
        assert place.base is not None
        if isinstance(place.base, ast.Name) and place.base.id[:2] in ("g:", "s:", "$f"):
            return V(node, 0, (1 << 64) - 1)
        # a pointer near the end of the address space is an error value: adding to it wraps
        return V(self.b.op(node, "&", self.b.const((1 << 64) - 1)), 0, (1 << 64) - 1)

    def twice(self, place: Place) -> None:
        """Prepare a place to be used twice: its base becomes a name, evaluated once."""
        if place.base is not None and not isinstance(place.base, ast.Name):
            name = self.temp()
            self.emit(self.b.assign(name, place.base))
            place.base = self.b.name(name)

    def load(self, place: Place) -> V:
        """The value of a scalar place."""
        b, type_ = self.b, place.type
        if place.local:
            return self.typed(b.name(place.local), type_)
        self.touched |= MEMORY
        if place.field is not None:
            return self._load_bits(place, place.field)
        if place.fixed >= 0 and type_.access and place.fixed % type_.size == 0:
            index = b.const(place.fixed // type_.size)
            return self.typed(b.item(b.name("$d" + type_.access), index), type_)
        if not type_.access:
            arguments = (self.address(place), b.const(type_.size), b.const(type_.signed))
            return self.typed(b.call("$slow_load", *arguments), type_)
        return self.typed(b.call("$ld" + type_.access, self.address(place)), type_)

    def store(self, place: Place, node: ast.expr) -> ast.expr:
        """An expression that stores a value of the place's type and has that value."""
        b, type_ = self.b, place.type
        if place.local:
            return b.walrus(place.local, node)
        self.touched |= MEMORY
        if place.field is not None:
            bits = place.field
            address = self._bits_address(place, bits)
            arguments = (b.const(bits.bit & 7), b.const(bits.bits), b.const(type_.signed and not type_.boolean), node)
            return b.call("$set_bits", address, *arguments)
        if not type_.access:
            return b.call("$slow_store", self.address(place), b.const(type_.size), b.const(type_.signed), node)
        return b.call("$st" + type_.access, self.address(place), node)

    def store_statement(self, place: Place, node: ast.expr) -> list[ast.stmt]:
        """The same for its effect alone."""
        b, type_ = self.b, place.type
        if place.local:
            return [b.assign(place.local, node)]
        if place.fixed >= 0 and place.field is None and type_.access and place.fixed % type_.size == 0:
            self.touched |= MEMORY
            store = b.assign_item("$d" + type_.access, place.fixed // type_.size, node)
            return [store, b.assign_attr("$M", "dirty", b.const(True))]
        return [b.do(self.store(place, node))]

    def _bits_address(self, place: Place, bits: ir.Field) -> ast.expr:
        place = Place(place.type, base=place.base, offset=place.offset + (bits.bit >> 3))
        return self.address(place)

    def _load_bits(self, place: Place, bits: ir.Field) -> V:
        b, type_ = self.b, place.type
        signed = type_.signed and not type_.boolean
        address = self._bits_address(place, bits)
        node = b.call("$get_bits", address, b.const(bits.bit & 7), b.const(bits.bits), b.const(signed))
        half = 1 << (bits.bits - 1)
        return V(node, -half, half - 1) if signed else V(node, 0, 2 * half - 1)

    def call_touches(self) -> None:
        """Note that the current statement calls something."""
        self.touched |= CALL | MEMORY
