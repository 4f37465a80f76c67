"""Calls, records by value, initialisers and GNU statement expressions."""

from __future__ import annotations

import ast

from server.sim.cmodule import ir
from server.sim.cmodule.lower_base import CALL, MEMORY, LowerError, V
from server.sim.cmodule.lower_expr import Expressions
from server.sim.cmodule.lower_place import LVALUES
from server.sim.cmodule.walk import below

VA_START = frozenset(("__va_start", "va_start", "__builtin_va_start"))
VA_END = frozenset(("__va_end", "va_end", "__builtin_va_end"))
VA_COPY = frozenset(("__va_copy", "va_copy", "__builtin_va_copy"))


EFFECTS = (ir.Call, ir.Assign, ir.Update, ir.IncDec)


def _has_effects(e: ir.Expr) -> bool:
    """Whether evaluating it may change something, or takes time that others see."""
    return any(isinstance(node, EFFECTS) for node in below((e,)))


def _is_steady(e: ir.Expr) -> bool:
    """Whether it is the same before and after any call: a constant, an address, a variable that only we can see."""
    while isinstance(e, ir.Cast):
        e = e.of
    if isinstance(e, ir.Load):
        return isinstance(e.of, ir.Local)
    if not isinstance(e, ir.AddrOf):
        return isinstance(e, ir.Int | ir.Str | ir.FuncRef)
    place = e.of
    while isinstance(place, ir.Member):
        place = place.of
    return _is_steady(place.of) if isinstance(place, ir.Deref) else not isinstance(place, ir.PtrAdd)


class Calls(Expressions):
    """Adds to the expressions what involves other functions and whole records."""

    def statements(self, body: list[ir.Stmt]) -> bool:
        """Lower statements into `out`; `lower_stmt.py`. False if control never comes to their end."""
        raise NotImplementedError

    # ---- calls -------------------------------------------------------------------------------------

    def arguments(self, args: list[ir.Expr]) -> list[ast.expr]:
        """Argument values. What has effects, and what is behind it, is evaluated from the last one on, as gcc does on
        x86 (PUSH_ARGS_REVERSED); the rest in order, each spilled if a later one needs statements.
        """
        first = next((i for i, arg in enumerate(args) if _has_effects(arg)), len(args))
        behind: list[ast.expr] = []
        for i in range(len(args) - 1, first - 1, -1):
            node = self._argument(args[i])
            if i > first or not all(_is_steady(arg) for arg in args[:first]):
                node = self.spill_at(len(self.out), node)
            behind.insert(0, node)
        return [*self._in_order(args[:first]), *behind]

    def _argument(self, arg: ir.Expr) -> ast.expr:
        return self.record_bytes(arg) if self.types[arg.type].kind == "record" else self.settled(arg).node

    def _in_order(self, args: list[ir.Expr]) -> list[ast.expr]:
        nodes: list[ast.expr] = []
        marks: list[int] = []
        for arg in args:
            before = len(self.out)
            node = self._argument(arg)
            if len(self.out) > before:
                for i in range(len(nodes)):
                    size = len(self.out)
                    nodes[i] = self.spill_at(marks[i], nodes[i])
                    for j in range(i, len(marks)):
                        marks[j] += len(self.out) - size
            nodes.append(node)
            marks.append(len(self.out))
        return nodes

    def _call(self, e: ir.Call) -> V:
        node = self.call_node(e)
        type_ = self.types[e.type]
        return self.typed(node, type_) if type_.scalar else V(node, 0, 0)

    def call_node(self, e: ir.Call) -> ast.expr:
        """The call itself: its value is an integer, bytes (a record) or None."""
        callee = e.callee
        while isinstance(callee, ir.AddrOf | ir.Cast) and isinstance(callee.of, ir.FuncRef):
            callee = callee.of
        direct = callee.name if isinstance(callee, ir.FuncRef) else ""
        if direct in VA_START or direct in VA_END or direct in VA_COPY:
            return self._va_builtin(direct, e)
        if direct:
            nodes = self.arguments(e.args)
        else:
            nodes = self.arguments([callee, *e.args])
        self.at(e.line, e.col)
        own = direct in self.state.functions
        if direct and not own:
            self.state.kernel[direct] = None
            nodes.insert(0, self.b.name("$k"))
        self._set_line(e, nodes)
        self.call_touches()
        if not direct:
            self.line_lost = True
            return self.b.yield_from(self.b.call("$icall", *nodes))
        call = self.b.call(("f:" if own else "k:") + direct, *nodes)
        if own:
            self.line_lost = self.line_lost or not self._leaf(direct)
        return self.b.yield_from(call) if direct in self.state.generators else call

    def _leaf(self, name: str) -> bool:
        """Whether a function is one of our headers' that leaves cx.line alone (it has no line of its own)."""
        return self.state.functions[name].file < 0

    def _set_line(self, e: ir.Call, nodes: list[ast.expr]) -> None:
        """See that cx.line is this call's line when the call is made."""
        if self.in_header:
            return
        line = self.b.line
        if self.call_line is None and not self.line_lost:
            self.call_line = line
        elif self.call_line != line or self.line_lost:
            if nodes:
                nodes[-1] = self.b.call("$line", nodes[-1], self.b.const(line))
            else:
                self.emit(self.b.assign_attr("$cx", "line", self.b.const(line)))

    def _va_builtin(self, name: str, e: ir.Call) -> ast.expr:
        """`va_start` and its like: a va_list holds the address of the next argument's 8 bytes."""
        b = self.b
        self.at(e.line, e.col)
        if name in VA_END:
            return b.const(None)
        target = e.args[0]
        to = self.value(target).node
        self.at(e.line, e.col)
        self.touched |= MEMORY
        if name in VA_COPY:
            return b.call("$st8u", to, b.call("$ld8u", self.value(e.args[1]).node))
        return b.call("$st8u", to, b.name("$va"))

    # ---- records -----------------------------------------------------------------------------------

    def record_bytes(self, e: ir.Expr) -> ast.expr:
        """The bytes of a record value."""
        while isinstance(e, ir.Cast):
            e = e.of
        if isinstance(e, (ir.Load, *LVALUES)):
            place = self.place(e.of if isinstance(e, ir.Load) else e)
            self.touched |= MEMORY
            self.at(e.line, e.col)
            return self.b.call("$read", self.address(place), self.b.const(place.type.size))
        if isinstance(e, ir.Call):
            return self.call_node(e)
        if isinstance(e, ir.Assign):
            place = self.place(e.to)
            mark = len(self.out)
            data = self.record_bytes(e.value)
            if len(self.out) > mark and place.base is not None:
                place.base = self.spill_at(mark, place.base)
            self.touched |= MEMORY
            self.at(e.line, e.col)
            return self.b.call("$write", self.address(place), data)
        if isinstance(e, ir.Cond) and e.then is not None:
            return self._record_choice(e, e.then)
        if isinstance(e, ir.Comma):
            left = self.effect(e.left)
            if left is not None:
                self.emit(self.b.do(left))
            return self.record_bytes(e.right)
        if isinstance(e, ir.StmtExpr) and e.value is not None:
            self.nested(e.body)
            return self.record_bytes(e.value)
        if isinstance(e, ir.VaArg):
            raise LowerError("va_arg of a struct is not supported in the simulator", max(e.line, self.b.line))
        raise LowerError("this record value is not supported in the simulator", max(e.line, self.b.line))

    def _record_choice(self, e: ir.Cond, then: ir.Expr) -> ast.expr:
        test = self.condition(e.test)
        first, before_first = self.aside(lambda: self.record_bytes(then))
        second, before_second = self.aside(lambda: self.record_bytes(e.other))
        b = self.b
        if not before_first and not before_second:
            return b.choose(test, first, second)
        name = self.temp()
        self.emit(b.if_(test, [*before_first, b.assign(name, first)], [*before_second, b.assign(name, second)]))
        return b.name(name)

    def record_assign(self, e: ir.Assign) -> None:
        """`a = b` of records as a statement: a copy that keeps what was never written apart."""
        value = e.value
        if not isinstance(value, ir.Load):
            self.emit(self.b.do(self.record_bytes(e)))
            return
        to = self.place(e.to)
        mark = len(self.out)
        source = self.place(value.of)
        if len(self.out) > mark and to.base is not None:
            to.base = self.spill_at(mark, to.base)
        self.touched |= MEMORY
        self.at(e.line, e.col)
        self.emit(self.b.do(self.b.call("$copy", self.address(to), self.address(source), self.b.const(to.type.size))))

    # ---- initialisers ------------------------------------------------------------------------------

    def store_inits(self, base: str, offset: int, size: int, inits: list[ir.Init], scalar: bool) -> None:
        """Zero memory and store initial values: constants in one go, then the others in order."""
        b = self.b
        if scalar and len(inits) == 1:
            self._store_init(base, offset, inits[0])
            return
        data = bytearray(size)
        rest = [init for init in inits if not self._constant_init(data, init)]
        self.touched |= MEMORY
        self.emit(b.do(b.call("$write", b.op(b.name(base), "+", b.const(offset)), b.const(bytes(data)))))
        for init in rest:
            self._store_init(base, offset, init)

    def _constant_init(self, data: bytearray, init: ir.Init) -> bool:
        value = init.value
        if isinstance(value, ir.Str):
            room = len(data) - init.offset
            data[init.offset : init.offset + len(value.data)] = value.data[:room]
            return True
        if not isinstance(value, ir.Int):
            return False
        put_constant(data, init, value.value, self.types[value.type].size)
        return True

    def _store_init(self, base: str, offset: int, init: ir.Init) -> None:
        b = self.b
        type_ = self.types[init.value.type]
        where = offset + init.offset
        if isinstance(init.value, ir.Str) and type_.kind == "array":
            data = b.const(init.value.data)
            self.emit(b.do(b.call("$write", b.op(b.name(base), "+", b.const(where)), data)))
            return
        if type_.kind == "record":
            data_node = self.record_bytes(init.value)
            self.emit(b.do(b.call("$write", b.op(b.name(base), "+", b.const(where)), data_node)))
            return
        v = self.value(init.value)
        self.at(init.value.line, init.value.col)
        self.touched |= MEMORY
        address = b.op(b.name(base), "+", b.const(where))
        if init.field is not None and init.field.bits:
            bits, to = init.field, self.types[init.field.type]
            address = b.op(b.name(base), "+", b.const(where + (bits.bit >> 3)))
            signed = to.signed and not to.boolean
            self.emit(
                b.do(b.call("$set_bits", address, b.const(bits.bit & 7), b.const(bits.bits), b.const(signed), v.node))
            )
        elif not type_.access:
            self.emit(b.do(b.call("$slow_store", address, b.const(type_.size), b.const(type_.signed), v.node)))
        else:
            self.emit(b.do(b.call("$st" + type_.access, address, v.node)))

    # ---- statement expressions -----------------------------------------------------------------------

    def nested(self, body: list[ir.Stmt]) -> None:
        """Statements within an expression: they run before the rest of the statement around them."""
        touched, call_line, lost = self.touched, self.call_line, self.line_lost
        self.touched, self.call_line, self.line_lost = 0, None, False
        self.statements(body)
        inner = self.touched
        self.touched = touched | inner
        self.call_line, self.line_lost = call_line, lost or bool(inner & CALL)

    def _statement_expression(self, e: ir.StmtExpr) -> V:
        self.nested(e.body)
        if e.value is None:
            return V(self.b.const(None), 0, 0)
        if self.types[e.value.type].kind == "record":
            return V(self.record_bytes(e.value), 0, 0)
        if self.types[e.value.type].kind == "void":
            node = self.effect(e.value)
            return V(node if node is not None else self.b.const(None), 0, 0)
        return self.value(e.value)


def put_constant(data: bytearray, init: ir.Init, value: int, size: int) -> None:
    """Write a constant initial value into bytes, bit-fields too."""
    field = init.field
    if field is not None and field.bits:
        start = init.offset + (field.bit >> 3)
        width = (field.bit & 7) + field.bits + 7 >> 3
        old = int.from_bytes(data[start : start + width], "little")
        mask = (1 << field.bits) - 1
        new = old & ~(mask << (field.bit & 7)) | (value & mask) << (field.bit & 7)
        data[start : start + width] = new.to_bytes(width, "little")
        return
    data[init.offset : init.offset + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
