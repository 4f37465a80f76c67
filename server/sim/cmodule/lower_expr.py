"""Expressions: C's operators on Python integers, wrapped as two's complement does, in C's order of evaluation."""

from __future__ import annotations

import ast
from collections.abc import Callable

from server.sim.cmodule import ir
from server.sim.cmodule.layout import POINTER, TypeInfo
from server.sim.cmodule.lower_base import MEMORY, LowerError, V
from server.sim.cmodule.lower_place import Place, Places
from server.sim.cmodule.pyast import AND, INVERT, MINUS, NOT, OR, PLUS
from server.sim.cmodule.walk import below

COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


class Expressions(Places):
    """Lowers values and conditions. Calls, records and statement expressions come from `lower_calls.py`."""

    def value(self, e: ir.Expr) -> V:
        """The value of a scalar (or void) expression."""
        lower = _VALUES.get(type(e))
        if lower is None:
            raise LowerError("this expression has no value here", max(e.line, self.b.line))
        return lower(self, e)

    def condition(self, e: ir.Expr) -> ast.expr:
        """A node that is true or false as the expression is not 0 or 0."""
        if isinstance(e, ir.Cast) and (self.types[e.type].boolean or self._widens(e)):
            return self.condition(e.of)
        if isinstance(e, ir.Unary) and e.op == "!":
            inner = self.condition(e.of)
            self.at(e.line, e.col)
            return self.b.unary(NOT, inner)
        if isinstance(e, ir.Binary) and e.op in COMPARISONS:
            return self._comparison(e)
        if isinstance(e, ir.Logical):
            return self._logical(e)
        if isinstance(e, ir.IncDec) and not e.prefix and isinstance(e.to, ir.Local) and not self.types[e.type].boolean:
            place, _, new = self.stepped(e)  # the old value is 0 if and only if the new one is the step
            stepped = self.wrap(self.number(e.step), self.types[e.type]).node
            return self.b.compare(self.store(place, new.node), "!=", stepped)
        return self.value(e).node

    def _widens(self, e: ir.Cast) -> bool:
        source, to = self.types[e.of.type], self.types[e.type]
        return source.scalar and to.scalar and to.size >= source.size

    def truth(self, node: ast.expr) -> V:
        """A condition as 0 or 1."""
        return V(self.b.choose(node, self.b.const(1), self.b.const(0)), 0, 1)

    def both(self, left: ir.Expr, right: ir.Expr) -> tuple[V, V]:
        """Two operands, the left one first if the right one needs statements."""
        first = self.value(left)
        mark = len(self.out)
        second = self.value(right)
        if len(self.out) > mark:
            first = V(self.spill_at(mark, first.node), first.low, first.high)
        return first, second

    def aside(self, lower: Callable[[], ast.expr]) -> tuple[ast.expr, list[ast.stmt]]:
        """Lower something that may not be executed: its node, and the statements that it needs before."""
        outer, self.out = self.out, []
        pending, self.pending = self.pending, 0
        node = lower()
        if self.pending:
            node = self.spill_at(len(self.out), node)
            self.flush()
        self.pending = pending
        inner, self.out = self.out, outer
        return node, inner

    # ---- leaves ----------------------------------------------------------------------------------

    def _int(self, e: ir.Int) -> V:
        self.at(e.line, e.col)
        type_ = self.types[e.type]
        return self.wrap(self.number(e.value), type_) if type_.scalar else self.number(e.value)

    def _load(self, e: ir.Load) -> V:
        if isinstance(e.of, ir.Local) and e.of.index not in self.places:
            self.at(e.line, e.col)
            return self.typed(self.b.name(self.names[e.of.index]), self.types[e.type])
        place = self.place(e.of)
        self.at(e.line, e.col)
        return self.load(place)

    def settled(self, e: ir.Expr) -> V:
        """A value that leaves this function: a variable that may not be set counts as used."""
        v = self.value(e)
        of = e
        while isinstance(of, ir.Cast):
            of = of.of
        if isinstance(of, ir.Load) and isinstance(of.of, ir.Local) and of.of.index in self.unset:
            return V(self.b.unary(PLUS, v.node), v.low, v.high)
        return v

    def _address_of(self, e: ir.AddrOf) -> V:
        place = self.place(e.of)
        self.at(e.line, e.col)
        return self.address_value(place)

    def _bare(self, e: ir.Expr) -> V:
        """An lvalue where a value is wanted: arrays and functions give their address."""
        place = self.place(e)
        return self.load(place) if place.type.scalar else self.address_value(place)

    # ---- operators -------------------------------------------------------------------------------

    def _unary(self, e: ir.Unary) -> V:
        if e.op == "!":
            return self.truth(self.condition(e))
        v = self.value(e.of)
        self.at(e.line, e.col)
        type_ = self.types[e.type]
        if e.op == "~":
            if type_.signed:
                return V(self.b.unary(INVERT, v.node), ~v.high, ~v.low)
            return V(self.b.op(v.node, "^", self.b.const(type_.mask)), 0, type_.mask)
        return self.wrap(V(self.b.unary(MINUS, v.node), -v.high, -v.low), type_)

    def _binary(self, e: ir.Binary) -> V:
        if e.op in COMPARISONS:
            return self.truth(self._comparison(e))
        left, right = self.both(e.left, e.right)
        self.at(e.line, e.col)
        return self.arithmetic(e.op, left, right, self.types[e.type])

    def _comparison(self, e: ir.Binary) -> ast.expr:
        left, right = self.both(e.left, e.right)
        self.at(e.line, e.col)
        return self.b.compare(left.node, e.op, right.node)

    def arithmetic(self, op: str, left: V, right: V, type_: TypeInfo) -> V:
        """`left op right` in `type_`; both operands are in its range (shifts: the left one)."""
        b = self.b
        if op == "+":
            return self.wrap(V(b.op(left.node, "+", right.node), left.low + right.low, left.high + right.high), type_)
        if op == "-":
            return self.wrap(V(b.op(left.node, "-", right.node), left.low - right.high, left.high - right.low), type_)
        if op == "*":
            corners = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
            return self.wrap(V(b.op(left.node, "*", right.node), min(corners), max(corners)), type_)
        if op in ("<<", ">>"):
            return self._shift(op, left, right, type_)
        if op in ("/", "%"):
            return self._divide(op, left, right, type_)
        node = b.op(left.node, op, right.node)
        if left.low >= 0 and right.low >= 0:
            high = min(left.high, right.high) if op == "&" else (1 << max(left.high, right.high).bit_length()) - 1
            return V(node, 0, high)
        if op == "&" and (left.low >= 0 or right.low >= 0):
            return V(node, 0, left.high if left.low >= 0 else right.high)
        return V(node, type_.low, type_.high)

    def _shift(self, op: str, left: V, right: V, type_: TypeInfo) -> V:
        b, bits = self.b, type_.bits
        amount = right.node
        if isinstance(left.node, ast.Constant) and not isinstance(amount, ast.Constant | ast.Name):
            pass
        if not (right.low >= 0 and right.high < bits):
            if isinstance(amount, ast.Constant):
                assert isinstance(amount.value, int)
                value = amount.value
                amount = b.call("$shift", b.const(value), b.const(bits))
                right = V(amount, 0, bits - 1)
            else:
                first, name = self.named(amount, "$s")
                inside = b.between(0, first, bits - 1)
                amount = b.choose(inside, b.name(name), b.call("$shift", b.name(name), b.const(bits)))
                right = V(amount, 0, bits - 1)
        node = b.op(left.node, op, amount)
        if op == ">>":
            return V(
                node,
                min(left.low >> right.low, left.low >> right.high),
                max(left.high >> right.low, left.high >> right.high),
            )
        corners = [x << y for x in (left.low, left.high) for y in (right.low, right.high)]
        return self.wrap(V(node, min(corners), max(corners)), type_)

    def _divide(self, op: str, left: V, right: V, type_: TypeInfo) -> V:
        b = self.b
        python = "//" if op == "/" else "%"
        if right.low > 0 or (left.low >= 0 and isinstance(right.node, ast.Constant) and right.low > 0):
            if left.low >= 0:
                high = left.high // right.low if op == "/" else min(left.high, right.high - 1)
                return V(b.op(left.node, python, right.node), 0, high)
            if isinstance(right.node, ast.Constant):
                first, name = self.named(left.node)
                divisor = right.node.value
                assert isinstance(divisor, int)
                negative = b.unary(MINUS, b.op(b.unary(MINUS, b.name(name)), python, b.const(divisor)))
                test = b.compare(first, ">=", b.const(0))
                node = b.choose(test, b.op(b.name(name), python, b.const(divisor)), negative)
                if op == "/":
                    return V(node, -(-left.low // divisor), max(left.high, 0) // divisor)
                return V(node, -(divisor - 1), divisor - 1)
        helper = "$div" if op == "/" else "$mod"
        return self.typed(b.call(helper, left.node, right.node, b.const(type_.low)), type_)

    def pointer_add(self, pointer: V, index: V, scale: int) -> V:
        """Pointer plus index times scale."""
        b = self.b
        if isinstance(index.node, ast.Constant) and isinstance(index.node.value, int):
            offset = index.node.value * scale
            if offset == 0:
                return pointer
            node = b.op(pointer.node, "+" if offset > 0 else "-", b.const(abs(offset)))
            return self.wrap(V(node, pointer.low + offset, pointer.high + offset), POINTER)
        scaled = index.node if scale == 1 else b.op(index.node, "*", b.const(scale))
        low, high = pointer.low + index.low * scale, pointer.high + index.high * scale
        return self.wrap(V(b.op(pointer.node, "+", scaled), low, high), POINTER)

    def _pointer_add(self, e: ir.PtrAdd) -> V:
        pointer, index = self.both(e.pointer, e.index)
        self.at(e.line, e.col)
        return self.pointer_add(pointer, index, e.scale)

    def _pointer_difference(self, e: ir.PtrDiff) -> V:
        left, right = self.both(e.left, e.right)
        self.at(e.line, e.col)
        type_ = self.types[e.type]
        difference = self.wrap(V(self.b.op(left.node, "-", right.node), -POINTER.high, POINTER.high), type_)
        if e.scale == 1:
            return difference
        return self._divide("/", difference, self.number(e.scale), type_)

    # ---- order -----------------------------------------------------------------------------------

    def _logical(self, e: ir.Logical) -> ast.expr:
        left = self.condition(e.left)
        right, before = self.aside(lambda: self.condition(e.right))
        self.at(e.line, e.col)
        b = self.b
        if not before:
            return b.logic(AND if e.op == "&&" else OR, [left, right])
        name = self.temp()
        self.emit(b.assign(name, b.choose(left, b.const(1), b.const(0))))
        test: ast.expr = b.name(name)
        if e.op == "||":
            test = b.unary(NOT, test)
        self.emit(b.if_(test, [*before, b.assign(name, b.choose(right, b.const(1), b.const(0)))]))
        return b.name(name)

    def _conditional(self, e: ir.Cond) -> V:
        b, type_ = self.b, self.types[e.type]
        if e.then is None:
            return self._elvis(e, type_)
        then_e = e.then
        test = self.condition(e.test)
        then_v, other_v = V(test, 0, 0), V(test, 0, 0)

        def then() -> ast.expr:
            nonlocal then_v
            then_v = self.value(then_e)
            return then_v.node

        def other() -> ast.expr:
            nonlocal other_v
            other_v = self.value(e.other)
            return other_v.node

        then_node, before_then = self.aside(then)
        other_node, before_other = self.aside(other)
        self.at(e.line, e.col)
        low, high = min(then_v.low, other_v.low), max(then_v.high, other_v.high)
        if not before_then and not before_other:
            return V(b.choose(test, then_node, other_node), low, high)
        name = self.temp()
        self.emit(b.if_(test, [*before_then, b.assign(name, then_node)], [*before_other, b.assign(name, other_node)]))
        return V(b.name(name), low, high)

    def _elvis(self, e: ir.Cond, type_: TypeInfo) -> V:
        """`test ?: other`: the test's value, evaluated once."""
        b = self.b
        test = self.value(e.test)
        name = self.temp()
        kept = self.convert(V(b.name(name), test.low, test.high), type_)
        other, before = self.aside(lambda: self.value(e.other).node)
        self.at(e.line, e.col)
        if not before:
            return self.typed(b.choose(b.walrus(name, test.node), kept.node, other), type_)
        self.emit(b.assign(name, test.node))
        result = self.temp()
        self.emit(b.if_(b.name(name), [b.assign(result, kept.node)], [*before, b.assign(result, other)]))
        return self.typed(b.name(result), type_)

    def _comma(self, e: ir.Comma) -> V:
        left = self.effect(e.left)
        mark = len(self.out)
        right = self.value(e.right)
        self.at(e.line, e.col)
        if left is None:
            return right
        if len(self.out) > mark:
            self.out.insert(mark, self.b.do(left))
            return right
        return V(self.b.last(left, right.node), right.low, right.high)

    def effect(self, e: ir.Expr) -> ast.expr | None:
        """An expression whose value nobody wants; None if nothing is left to do."""
        while isinstance(e, ir.Cast) and self.types[e.type].kind == "void":
            e = e.of
        if isinstance(e, ir.Int | ir.Str | ir.AddrOf) or isinstance(e, ir.Load) and isinstance(e.of, ir.Local):
            return None
        if self.types[e.type].kind == "record":
            return self.record_bytes(e)
        node = self.value(e).node
        return None if isinstance(node, ast.Constant | ast.Name) else node

    # ---- conversions and assignments ---------------------------------------------------------------

    def convert(self, v: V, to: TypeInfo) -> V:
        """A scalar converted to another scalar type."""
        if not to.scalar:
            return v
        return self.wrap(v, to)

    def _cast(self, e: ir.Cast) -> V:
        to = self.types[e.type]
        if to.boolean and not (isinstance(e.of, ir.Load) and self.types[e.of.type].boolean):
            node = self.condition(e.of)
            self.at(e.line, e.col)
            return self.truth(node)
        if to.kind == "void" and self.types[e.of.type].kind == "record":
            return V(self.record_bytes(e.of), 0, 0)
        v = self.value(e.of)
        self.at(e.line, e.col)
        return self.convert(v, to)

    def _assign(self, e: ir.Assign) -> V:
        if self.types[e.type].kind == "record":
            return V(self.record_bytes(e), 0, 0)
        place, v = self.place_and_value(e.to, e.value)
        return self._stored(place, v)

    def _stored(self, place: Place, v: V) -> V:
        node = self.store(place, v.node)
        if place.field is not None:
            return self.typed(node, place.type)
        return V(node, v.low, v.high)

    def place_and_value(self, to: ir.Expr, value: ir.Expr) -> tuple[Place, V]:
        """The sides of an assignment; the place is evaluated first."""
        place = self.place(to)
        mark = len(self.out)
        v = self.value(value)
        if len(self.out) > mark and place.base is not None:
            place.base = self.spill_at(mark, place.base)
        self.at(to.line, to.col)
        return place, v

    def updated(self, e: ir.Update) -> tuple[Place, V]:
        """The place of `to op= value`, ready to be used twice, and the new value."""
        place = self.place(e.to)
        self.twice(place)
        mark = len(self.out)
        right = self.value(e.value)
        self.at(e.line, e.col)
        if len(self.out) > mark and place.local == "":
            pass  # the value's statements come first, then the load: both orders are C's
        left = self.load(place)
        if e.scale:
            if e.op == "-":
                right = V(self.b.unary(MINUS, right.node), -right.high, -right.low)
                if isinstance(right.node, ast.UnaryOp) and isinstance(right.node.operand, ast.Constant):
                    right = self.number(right.low)
            return place, self.pointer_add(left, right, e.scale)
        compute = self.types[e.compute]
        left = self.convert(left, compute)
        if e.op not in ("<<", ">>"):
            right = self.convert(right, compute)
        result = self.arithmetic(e.op, left, right, compute)
        return place, self.convert_for(place, result)

    def convert_for(self, place: Place, v: V) -> V:
        """A value converted to a place's type; bit-fields are cut when they are stored."""
        return self.convert(v, place.type)

    def added(self, e: ir.Update | ir.IncDec) -> ast.expr | None:
        """`+=`, `-=`, `++x` and `--x` of memory as one call; None, with nothing emitted, where it takes more."""
        if (
            isinstance(e, ir.Update)
            and e.op not in "+-"
            or isinstance(e.to, ir.Local)
            and e.to.index not in self.places
        ):
            return None
        mark, touched = len(self.out), self.touched
        place = self.place(e.to)
        if len(self.out) == mark and place.local == "" and place.field is None and place.index is None:
            node = self._step_of(e)
            self.at(e.line, e.col)
            update = self.update(place, node) if node is not None and len(self.out) == mark else None
            if update is not None:
                return update
        del self.out[mark:]
        self.touched = touched
        return None

    def _step_of(self, e: ir.Update | ir.IncDec) -> ast.expr | None:
        if isinstance(e, ir.IncDec):
            return self.b.const(e.step)
        if any(isinstance(node, ir.Call | ir.StmtExpr) for node in below([e.value])):
            return None  # it would be lowered twice if the update takes more after all
        step = self.value(e.value).node
        if e.scale > 1:
            step = self.b.op(step, "*", self.b.const(e.scale))
        return self.b.unary(MINUS, step) if e.op == "-" else step

    def _update(self, e: ir.Update) -> V:
        added = self.added(e)
        if added is not None:
            return self.typed(added, self.types[e.type])
        place, v = self.updated(e)
        return self._stored(place, v)

    def stepped(self, e: ir.IncDec) -> tuple[Place, V, V]:
        """The place of `++` or `--`, its old value and its new one."""
        place = self.place(e.to)
        self.twice(place)
        self.at(e.line, e.col)
        old = self.load(place)
        if place.type.boolean:
            one = self.b.const(1)
            new = V(one, 1, 1) if e.step > 0 else V(self.b.op(old.node, "^", one), 0, 1)
        else:
            sign, step = ("+", e.step) if e.step > 0 else ("-", -e.step)
            raw = V(self.b.op(old.node, sign, self.b.const(step)), old.low + e.step, old.high + e.step)
            new = self.wrap(raw, place.type)
        return place, old, new

    def _step(self, e: ir.IncDec) -> V:
        added = self.added(e) if e.prefix else None
        if added is not None:
            return self.typed(added, self.types[e.type])
        place, old, new = self.stepped(e)
        if e.prefix:
            return self._stored(place, new)
        name = self.temp()
        keep = self.b.walrus(name, old.node)
        if place.type.boolean:
            one = self.b.const(1)
            new = V(one, 1, 1) if e.step > 0 else V(self.b.op(self.b.name(name), "^", one), 0, 1)
        else:
            sign, step = ("+", e.step) if e.step > 0 else ("-", -e.step)
            raw = self.b.op(self.b.name(name), sign, self.b.const(step))
            new = self.wrap(V(raw, old.low + e.step, old.high + e.step), place.type)
        return V(self.b.last(keep, self.store(place, new.node), index=0), old.low, old.high)

    def _va_arg(self, e: ir.VaArg) -> V:
        place = self.place(e.of)
        self.at(e.line, e.col)
        self.touched |= MEMORY
        return self.wrap(self.typed(self.b.call("$va_arg", self.address(place)), POINTER), self.types[e.type])

    # ---- given by lower_calls.py ---------------------------------------------------------------------

    def _call(self, e: ir.Call) -> V:
        raise NotImplementedError

    def _statement_expression(self, e: ir.StmtExpr) -> V:
        raise NotImplementedError


_VALUES: dict[type, Callable[..., V]] = {
    ir.Int: Expressions._int, ir.Load: Expressions._load, ir.AddrOf: Expressions._address_of,
    ir.Unary: Expressions._unary, ir.Binary: Expressions._binary, ir.PtrAdd: Expressions._pointer_add,
    ir.PtrDiff: Expressions._pointer_difference, ir.Cond: Expressions._conditional, ir.Comma: Expressions._comma,
    ir.Logical: lambda self, e: self.truth(self._logical(e)),
    ir.Cast: Expressions._cast, ir.Assign: Expressions._assign, ir.Update: Expressions._update,
    ir.IncDec: Expressions._step, ir.VaArg: Expressions._va_arg, ir.Call: lambda self, e: self._call(e),
    ir.StmtExpr: lambda self, e: self._statement_expression(e),
    ir.Str: Expressions._bare, ir.Global: Expressions._bare, ir.Local: Expressions._bare, ir.Deref: Expressions._bare,
    ir.Member: Expressions._bare, ir.Compound: Expressions._bare, ir.FuncRef: Expressions._bare,
}  # fmt: skip
