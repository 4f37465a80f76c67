"""Initialisers: C's rules for braces, designators and elided braces, flattened to stores at offsets.

libclang shows initialiser lists as written, so the rules of C11 6.7.9 are applied here: a list fills the members of
its aggregate in order, a designator moves on, and a nested aggregate without braces takes what it needs.
"""

from __future__ import annotations

from server.cfront import clang
from server.cfront.expressions import COMPOUND_LITERAL, INIT_LIST, MEMBER_REF, STRING, UNEXPOSED, Expressions
from server.cfront.fold import binary, cast, conditional, logical, unary
from server.cfront.types import Refused
from server.sim.cmodule import ir

MEMBER_NAME, VOID_KIND = 47, 2
RANGE_MAX = 65536


class Designated:
    """A list element with designators: what it names, and its value."""

    def __init__(self, parts: list[clang.Cursor], value: clang.Cursor) -> None:
        """`parts` are member references and index expressions."""
        self.parts, self.value = parts, value


Item = clang.Cursor | Designated


class Initialisers(Expressions):
    """Adds initialisers and compound literals."""

    def initialiser(self, cursor: clang.Cursor, type_: int) -> list[ir.Init]:
        """The stores that initialise a variable of `type_`."""
        out: list[ir.Init] = []
        self._into(cursor, type_, 0, None, out)
        return out

    def _strip(self, cursor: clang.Cursor) -> clang.Cursor:
        while cursor.kind in (111, UNEXPOSED):
            inner = self.operands(cursor)
            if len(inner) != 1:
                break
            cursor = inner[0]
        return cursor

    def _into(self, cursor: clang.Cursor, type_: int, offset: int, field: ir.Field | None, out: list[ir.Init]) -> None:
        t = self.types.list[type_]
        if cursor.kind == INIT_LIST:
            items = self._items(cursor)
            if not isinstance(t, (ir.Array, ir.Record)):
                if items and not isinstance(items[0], Designated):
                    self._into(items[0], type_, offset, field, out)
                return
            if isinstance(t, ir.Array) and len(items) == 1 and not isinstance(items[0], Designated):
                if self._strip(items[0]).kind == STRING and self.types.size(t.of) == 1:
                    return self._into(items[0], type_, offset, field, out)
            self._fill(type_, offset, items, 0, 0, out)
            return
        if isinstance(t, ir.Array):
            inner = self._strip(cursor)
            if inner.kind == STRING:
                text = self.expr(inner)
                assert isinstance(text, ir.Str)
                data = text.data[: t.size] if t.count >= 0 else text.data
                out.append(ir.Init(offset, ir.Str(text.type, text.line, text.col, data)))
                return
            if inner.kind == COMPOUND_LITERAL:
                return self._into(self.operands(inner)[-1], type_, offset, field, out)
        if isinstance(t, ir.Record):
            inner = self._strip(cursor)
            if inner.kind == COMPOUND_LITERAL:  # RB_ROOT and the like: the same as its braces
                return self._into(self.operands(inner)[-1], type_, offset, field, out)
        out.append(ir.Init(offset, self.converted(cursor, type_), field))

    def _items(self, cursor: clang.Cursor) -> list[Item]:
        items: list[Item] = []
        for child in self.operands(cursor):
            if child.kind == UNEXPOSED and self.lib.getCursorType(child).kind == VOID_KIND:
                parts = [c for c in self.lib.children(child) if c.kind == MEMBER_NAME or 100 <= c.kind < 200]
                items.append(Designated(parts[:-1], parts[-1]))
            else:
                items.append(child)
        return items

    def _members(self, type_: int) -> list[tuple[int, int, ir.Field | None]]:
        """(offset, type, field if it is a bit-field) of each part of a record that an initialiser list fills."""
        t = self.types.list[type_]
        assert isinstance(t, ir.Record)
        fields = [f for f in t.fields if f.name or isinstance(self.types.list[f.type], ir.Record)]
        return [(f.offset, f.type, f if f.bits else None) for f in fields]

    def _part(self, type_: int, index: int) -> tuple[int, int, ir.Field | None] | None:
        """Where member or element `index` lies; None beyond the end."""
        t = self.types.list[type_]
        if isinstance(t, ir.Array):
            if t.count >= 0 and index >= t.count:
                return None
            return index * self.types.size(t.of), t.of, None
        members = self._members(type_)
        assert isinstance(t, ir.Record)
        if index >= (min(1, len(members)) if t.union else len(members)):
            return None
        return members[index]

    def _fill(self, type_: int, offset: int, items: list[Item], i: int, index: int, out: list[ir.Init],
              braced: bool = True) -> int:  # fmt: skip
        """Fill an aggregate from items[i:], from its part `index` on; returns the next item that is not used."""
        while i < len(items):
            item = items[i]
            if isinstance(item, Designated):
                if not braced:
                    return i
                index, i = self._designated(type_, offset, item, items, i, out)
                continue
            part = self._part(type_, index)
            if part is None:
                return i if not braced else len(items)
            at, inner, field = part
            i = self._take(inner, offset + at, field, items, i, out)
            index += 1
            t = self.types.list[type_]
            if isinstance(t, ir.Record) and t.union and not braced:
                return i
        return i

    def _take(self, type_: int, offset: int, field: ir.Field | None, items: list[Item], i: int,
              out: list[ir.Init]) -> int:  # fmt: skip
        """Initialise one part from items[i] on, taking several where its braces are left out."""
        item = items[i]
        assert not isinstance(item, Designated)
        t = self.types.list[type_]
        if item.kind != INIT_LIST and isinstance(t, (ir.Array, ir.Record)):
            inner = self._strip(item)
            is_text = isinstance(t, ir.Array) and inner.kind in (STRING, COMPOUND_LITERAL)
            whole = isinstance(t, ir.Record) and self.types.of(item) == type_
            if not is_text and not whole:
                return self._fill(type_, offset, items, i, 0, out, braced=False)
        self._into(item, type_, offset, field, out)
        return i + 1

    def _designated(self, type_: int, offset: int, item: Designated, items: list[Item], i: int,
                    out: list[ir.Init]) -> tuple[int, int]:  # fmt: skip
        """Handle `.a.b[1] = value`; returns (part after the first designator's, next item)."""
        first = -1
        parts = list(item.parts)
        last = 0
        path: list[tuple[int, int]] = []  # (type, part after) of the aggregates gone through
        field: ir.Field | None = None
        while parts:
            part = parts.pop(0)
            t = self.types.list[type_]
            last = 0
            if part.kind == MEMBER_NAME:
                member = self.types.field(self.lib.getCursorReferenced(part))
                index, before = self._index_of(type_, member)
                path.append((type_, index + 1))
                type_, offset, field = member.type, offset + before + member.offset, member if member.bits else None
            else:
                assert isinstance(t, ir.Array)
                index = self._index(part)
                if parts and parts[0].kind != MEMBER_NAME and self._is_range(part, parts[0], t):
                    last = self._index(parts.pop(0))
                path.append((type_, max(last, index) + 1))
                type_, offset, field = t.of, offset + index * self.types.size(t.of), None
            if first < 0:
                first = path[0][1]
        repeat = max(last - index + 1, 1)
        if repeat > RANGE_MAX:
            raise Refused("initialiser", f"a range of more than {RANGE_MAX} elements", "initialise it at run time")
        size = self.types.size(type_)
        for k in range(repeat):
            self._take_one(type_, offset + k * size, field, item.value, out)
        return first, i + 1

    def _take_one(self, type_: int, offset: int, field: ir.Field | None, value: clang.Cursor,
                  out: list[ir.Init]) -> None:  # fmt: skip
        self._take(type_, offset, field, [value], 0, out)

    def _index_of(self, type_: int, member: ir.Field) -> tuple[int, int]:
        """Which part of a record a member is or is in, and where the anonymous records around it begin."""
        return self._search(type_, member) or (0, 0)

    def _search(self, type_: int, member: ir.Field) -> tuple[int, int] | None:
        t = self.types.list[type_]
        assert isinstance(t, ir.Record)
        fields = [f for f in t.fields if f.name or isinstance(self.types.list[f.type], ir.Record)]
        for index, field in enumerate(fields):
            if field == member:
                return index, 0
            inner = self._search(field.type, member) if not field.name else None
            if inner is not None:
                return index, field.offset + inner[1]
        return None

    def _index(self, cursor: clang.Cursor) -> int:
        value = self.lib.evaluate(cursor)
        if value is None:
            raise Refused("constant", "the index of a designator must be a constant", "", cursor)
        return value

    def _is_range(self, low: clang.Cursor, high: clang.Cursor, array: ir.Array) -> bool:
        """`[1 ... 3]` and `[1][3]` look alike to libclang; only an array of arrays can be the second."""
        if not isinstance(self.types.list[array.of], ir.Array):
            return True
        lib = self.lib
        end = lib.place(lib.getRangeEnd(lib.getCursorExtent(low)))[3]
        start = lib.place(lib.getCursorLocation(high))[3]
        return start - end > 2 and start - end < 12 and end > 0

    def _compound(self, cursor: clang.Cursor) -> ir.Expr:
        type_, at = self.types.of(cursor), self.at(cursor)
        inits = self.initialiser(self.operands(cursor)[-1], type_)
        if not self.function:  # at file scope it has static storage
            name = f"__compound.{len(self.context.extra_globals)}"
            self.context.extra_globals.append(ir.GlobalDef(name, type_, 0, at[0], constants(self, inits)))
            return ir.Global(type_, *at, name)
        index = self.add_local("", type_)
        self.locals[index] = ir.LocalVar("", type_, True)  # it is an object, even where it holds a scalar
        return ir.Compound(type_, *at, index, inits)

    # `Expressions` calls these names
    def _statement_expression(self, cursor: clang.Cursor) -> ir.Expr:
        raise Refused("constant", "a statement expression cannot initialise a static variable", "", cursor)


def constants(translator: Expressions, inits: list[ir.Init]) -> list[ir.Init]:
    """Initialisers of static storage with addresses in their simplest form: no casts, no loads of literals."""
    return [ir.Init(init.offset, _constant(translator, init.value), init.field) for init in inits]


def _constant(translator: Expressions, e: ir.Expr) -> ir.Expr:
    types = translator.types
    if isinstance(e, ir.Load) and isinstance(e.of, ir.Global) and e.of.name in translator.context.constant_values:
        return ir.Int(e.type, e.line, e.col, translator.context.constant_values[e.of.name])
    if isinstance(e, ir.Cast):
        inner = _constant(translator, e.of)
        return inner if types.size(e.type) == 8 and not isinstance(inner, ir.Int) else cast(types, inner, e.type)
    if isinstance(e, ir.Binary | ir.Logical):
        left, right = _constant(translator, e.left), _constant(translator, e.right)
        if isinstance(e, ir.Binary):
            return binary(types, e.type, (e.line, e.col), e.op, left, right)
        return logical(e.type, (e.line, e.col), e.op, left, right)
    if isinstance(e, ir.Unary):
        return unary(types, e.type, (e.line, e.col), e.op, _constant(translator, e.of))
    if isinstance(e, ir.Cond):
        then, other = _constant(translator, e.then) if e.then is not None else None, _constant(translator, e.other)
        if then is not None:
            return conditional(types, e.type, (e.line, e.col), _constant(translator, e.test), then, other)
    if isinstance(e, ir.PtrAdd):
        index = _constant(translator, e.index)
        return cast(types, ir.PtrAdd(e.type, e.line, e.col, _constant(translator, e.pointer), index, e.scale), e.type)
    if isinstance(e, ir.AddrOf):
        return ir.AddrOf(e.type, e.line, e.col, _lvalue(translator, e.of))
    return e


def _lvalue(translator: Expressions, e: ir.Expr) -> ir.Expr:
    if isinstance(e, ir.Member):
        return ir.Member(e.type, e.line, e.col, _lvalue(translator, e.of), e.field)
    if isinstance(e, ir.Deref):
        return ir.Deref(e.type, e.line, e.col, _constant(translator, e.of))
    return e


__all__ = ["Initialisers", "constants", "MEMBER_REF"]
