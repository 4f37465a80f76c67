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
    """

    type: TypeInfo
    local: str = ""
    base: ast.expr | None = None
    offset: int = 0
    fixed: int = -1
    field: ir.Field | None = None
    writable: bool = True
    index: ast.expr | None = None  # with `fixed`: an index in elements of the type, known to be within bounds
    wraps: bool = False  # the base may lie beyond the last address: as a value it has to be wrapped


OBJECTS_LOW, OBJECTS_HIGH = 0xFFFF800000000000, 0xFFFFFFFFD0000000  # where the module's own objects lie


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
        if isinstance(of, ir.PtrAdd):
            return self._element(of, type_)
        v = self.value(of)
        return Place(type_, base=v.node)

    def both(self, left: ir.Expr, right: ir.Expr) -> tuple[V, V]:
        """Two operands in order; `lower_expr.py`."""
        raise NotImplementedError

    def _element(self, of: ir.PtrAdd, type_: TypeInfo) -> Place:
        """`a[i]`: an element of a global array without a check if the index is within its bounds, else an address."""
        b = self.b
        pointer, index = self.both(of.pointer, of.index)
        self.at(of.line, of.col)
        scale = of.scale
        low, high = pointer.low + index.low * scale, pointer.high + index.high * scale
        if isinstance(of.pointer, ir.AddrOf) and isinstance(of.pointer.of, ir.Global) and type_.access:
            array = self.place(of.pointer.of)
            inside = index.low >= 0 and (index.high + 1) * scale <= array.type.size
            if array.fixed >= 0 and inside and type_.size == scale and array.fixed % scale == 0:
                return Place(type_, base=pointer.node, fixed=array.fixed, index=index.node)
        node = b.op(pointer.node, "+", index.node if scale == 1 else b.op(index.node, "*", b.const(scale)))
        if low >= 0:  # beyond the last address: the access's slow path wraps it
            return Place(type_, base=node, wraps=high >= 1 << 64)
        first, name = b.walrus("$w", node), "$w"
        wrapped = b.op(b.name(name), "&", b.const((1 << 64) - 1))
        return Place(type_, base=b.choose(b.compare(first, ">=", b.const(0)), b.name(name), wrapped), wraps=True)

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
        if place.index is not None:
            scaled = self.b.op(place.index, "*", self.b.const(place.type.size))
            return self.b.op(place.base, "+", scaled)
        if not place.offset:
            return place.base
        return self.b.op(place.base, "+", self.b.const(place.offset))

    def address_value(self, place: Place) -> V:
        """The address as a pointer value."""
        if place.local:
            raise LowerError("a register has no address", self.b.line)
        node = self.address(place)
        assert place.base is not None
        if (
            isinstance(place.base, ast.Name)
            and place.base.id[:2] in ("g:", "s:", "$f")
            and not self._percpu(place.base.id)
        ):
            return V(node, OBJECTS_LOW, OBJECTS_HIGH)
        if not place.offset or place.index is not None:
            return V(self.b.op(node, "&", self.b.const((1 << 64) - 1)) if place.wraps else node, 0, (1 << 64) - 1)
        # a pointer near the end of the address space is an error value: adding to it wraps
        return V(self.b.op(node, "&", self.b.const((1 << 64) - 1)), 0, (1 << 64) - 1)

    def _percpu(self, name: str) -> bool:
        definition = self.state.globals.get(name[2:])
        return definition is not None and definition.percpu

    def update(self, place: Place, step: ast.expr) -> ast.expr | None:
        """`place += step` in memory by one call, the new value being the call's; None where that is not possible."""
        type_ = place.type
        direct = place.fixed >= 0 and type_.access and place.fixed % type_.size == 0
        if place.local or place.field is not None or direct or not type_.access or type_.boolean:
            return None
        self.touched |= MEMORY
        return self.b.call("$up" + type_.access, self.address(place), step)

    def twice(self, place: Place) -> None:
        """Prepare a place to be used twice: its base becomes a name, evaluated once."""
        if place.index is not None and not isinstance(place.index, ast.Name | ast.Constant):
            name = self.temp()
            self.emit(self.b.assign(name, place.index))
            place.index = self.b.name(name)
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
            index: ast.expr = b.const(place.fixed // type_.size)
            if place.index is not None:
                index = b.op(place.index, "+", index) if place.fixed else place.index
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
        fixed = place.fixed >= 0 and place.field is None and place.index is None
        if fixed and type_.access and place.fixed % type_.size == 0:
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
