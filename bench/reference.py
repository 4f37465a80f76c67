"""Two usual ways to run a tree, for comparison only: a generator per node, and closures. Enough C for `statement.py`.

Both wrap integers as C does, use the same checked memory as lowered code, charge the cost of a statement when it
has run, give way at the horizon before statements that touch memory and at back-edges, and count steps there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator
from typing import Any

from server.sim.cmodule import ir
from server.sim.cmodule.image import Image
from server.sim.cmodule.layout import TypeInfo, infos
from server.sim.cmodule.walk import below

OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "&": operator.and_, "|": operator.or_, "^": operator.xor,
    "<<": operator.lshift, ">>": operator.rshift, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
Gen = Generator[None, None, Any]
BREAK, CONTINUE, RETURN = 1, 2, 3


def wrap(value: int, type_: TypeInfo) -> int:
    """Two's complement."""
    if type_.low <= value <= type_.high:
        return value
    value &= type_.mask
    return value - type_.mask - 1 if value > type_.high else value


def touches(s: object) -> bool:
    """Whether a statement's own expressions read or write memory."""
    nodes = [s.expr] if isinstance(s, ir.ExprStmt) else [s.test] if isinstance(s, ir.If | ir.Loop) else [s]
    return any(isinstance(n, ir.Global | ir.Deref) for n in below([n for n in nodes if n is not None]))


class Base:
    """What both need: types, addresses and the host."""

    def __init__(self, unit: ir.Unit, image: Image, host: Any) -> None:
        """`image` has the globals in memory."""
        self.unit, self.image, self.host = unit, image, host
        self.types = infos(unit.types)
        self.functions = {f.name: f for f in unit.functions}
        self.loads = {name[3:]: f for name, f in image.ns.items() if name.startswith("$ld")}
        self.stores = {name[3:]: f for name, f in image.ns.items() if name.startswith("$st")}


class Walker(Base):
    """A generator per node: any of them may give way, so each is driven with `yield from`."""

    def call(self, name: str, *args: int) -> Gen:
        """Run a function."""
        function = self.functions[name]
        frame = list(args) + [0] * (len(function.locals) - len(args))
        result = yield from self.body(function.body, frame)
        return result[1] if result else 0

    def body(self, body: list[ir.Stmt], frame: list[int]) -> Gen:
        """Statements in order; (how it ends, value) if not at the end."""
        for s in body:
            result = yield from self.statement(s, frame)
            if result:
                return result
        return None

    def give_way(self) -> Gen:
        """At the horizon: wait to be resumed."""
        if self.host.cx.now >= self.host.cx.horizon:
            yield

    def statement(self, s: ir.Stmt, frame: list[int]) -> Gen:
        """One statement."""
        cx = self.host.cx
        if not isinstance(s, ir.Block | ir.Loop):
            if touches_cached(s):
                yield from self.give_way()
            cx.now += cx.stmt_ns
        if isinstance(s, ir.ExprStmt):
            yield from self.value(s.expr, frame)
        elif isinstance(s, ir.Declare):
            if s.inits:
                frame[s.index] = yield from self.value(s.inits[0].value, frame)
        elif isinstance(s, ir.If):
            test = yield from self.value(s.test, frame)
            return (yield from self.body(s.then if test else s.other, frame))
        elif isinstance(s, ir.Loop):
            return (yield from self.loop(s, frame))
        elif isinstance(s, ir.Block):
            return (yield from self.body(s.body, frame))
        elif isinstance(s, ir.Return):
            value = 0 if s.value is None else (yield from self.value(s.value, frame))
            return RETURN, value
        return None

    def loop(self, s: ir.Loop, frame: list[int]) -> Gen:
        """A `for` or `while`."""
        cx = self.host.cx
        while s.test is None or (yield from self.value(s.test, frame)):
            result = yield from self.body(s.body, frame)
            if result and result[0] == RETURN:
                return result
            if s.step is not None:
                yield from self.value(s.step, frame)
            cx.now += 2 * cx.stmt_ns
            cx.steps += 3
            if cx.steps > cx.max_steps:
                raise RuntimeError
            yield from self.give_way()
        return None

    def place(self, e: ir.Expr, frame: list[int]) -> Gen:
        """An address, or -1 - index for a local."""
        if isinstance(e, ir.Local):
            return -1 - e.index
        if isinstance(e, ir.Global):
            return self.image.globals[e.name][0]
        if isinstance(e, ir.Member):
            of = yield from self.place(e.of, frame)
            return of + e.field.offset
        assert isinstance(e, ir.Deref)
        return (yield from self.value(e.of, frame))

    def load(self, place: int, type_: TypeInfo, frame: list[int]) -> int:
        """What is at a place."""
        return frame[-1 - place] if place < 0 else self.loads[type_.access](place)

    def store(self, place: int, value: int, type_: TypeInfo, frame: list[int]) -> int:
        """Store at a place."""
        value = wrap(value, type_)
        if place < 0:
            frame[-1 - place] = value
        else:
            self.stores[type_.access](place, value)
        return value

    def value(self, e: ir.Expr, frame: list[int]) -> Gen:
        """An expression's value."""
        type_ = self.types[e.type]
        if isinstance(e, ir.Int):
            return e.value
        if isinstance(e, ir.Load):
            place = yield from self.place(e.of, frame)
            return self.load(place, type_, frame)
        if isinstance(e, ir.AddrOf):
            return (yield from self.place(e.of, frame))
        if isinstance(e, ir.Cast):
            return wrap((yield from self.value(e.of, frame)), type_)
        if isinstance(e, ir.Binary):
            left = yield from self.value(e.left, frame)
            right = yield from self.value(e.right, frame)
            return wrap(int(OPERATORS[e.op](left, right)), type_)
        if isinstance(e, ir.PtrAdd):
            pointer = yield from self.value(e.pointer, frame)
            index = yield from self.value(e.index, frame)
            return (pointer + index * e.scale) & type_.mask
        if isinstance(e, ir.Assign):
            place = yield from self.place(e.to, frame)
            value = yield from self.value(e.value, frame)
            return self.store(place, value, type_, frame)
        if isinstance(e, ir.Update):
            place = yield from self.place(e.to, frame)
            value = yield from self.value(e.value, frame)
            old = wrap(self.load(place, type_, frame), self.types[e.compute])
            return self.store(place, wrap(OPERATORS[e.op](old, value), self.types[e.compute]), type_, frame)
        assert isinstance(e, ir.IncDec)
        place = yield from self.place(e.to, frame)
        old = self.load(place, type_, frame)
        new = self.store(place, old + e.step, type_, frame)
        return new if e.prefix else old


_TOUCHES: dict[int, tuple[object, bool]] = {}


def touches_cached(s: ir.Stmt) -> bool:
    """`touches`, looked at once: a walker would have it in the node."""
    known = _TOUCHES.get(id(s))
    if known is None:
        known = _TOUCHES[id(s)] = (s, touches(s))
    return known[1]


Closure = Callable[[list[int]], Any]


class Closures(Base):
    """Each node becomes a closure once; statements that may give way are generators, expressions are plain calls."""

    def call(self, name: str, *args: int) -> Gen:
        """Run a function."""
        function = self.functions[name]
        body = self._compiled.get(name)
        if body is None:
            body = self._compiled[name] = self.body(function.body)
        frame = list(args) + [0] * (len(function.locals) - len(args))
        result = yield from body(frame)
        return result[1] if result else 0

    def __init__(self, unit: ir.Unit, image: Image, host: Any) -> None:
        """Nothing is compiled yet."""
        super().__init__(unit, image, host)
        self._compiled: dict[str, Closure] = {}

    def body(self, body: list[ir.Stmt]) -> Closure:
        """Statements in order."""
        cx = self.host.cx
        parts: list[tuple[Closure, bool, bool]] = []
        for s in body:
            waits = isinstance(s, ir.Loop | ir.If | ir.Block)
            parts.append((self.statement(s), waits, touches(s) and not isinstance(s, ir.Block | ir.Loop)))
        ns = cx.stmt_ns

        def run(frame: list[int]) -> Gen:
            for part, waits, touching in parts:
                if touching and cx.now >= cx.horizon:
                    yield
                cx.now += ns
                result = (yield from part(frame)) if waits else part(frame)
                if result:
                    return result
            return None

        return run

    def statement(self, s: ir.Stmt) -> Closure:
        """One statement."""
        if isinstance(s, ir.ExprStmt):
            effect = self.value(s.expr)

            def expression(frame: list[int]) -> None:
                effect(frame)

            return expression
        if isinstance(s, ir.Declare):
            index = s.index
            if not s.inits:
                return lambda frame: None
            init = self.value(s.inits[0].value)

            def declare(frame: list[int]) -> None:
                frame[index] = init(frame)

            return declare
        if isinstance(s, ir.If):
            test, then, other = self.value(s.test), self.body(s.then), self.body(s.other)
            return lambda frame: then(frame) if test(frame) else other(frame)
        if isinstance(s, ir.Block):
            return self.body(s.body)
        if isinstance(s, ir.Loop):
            return self.loop(s)
        assert isinstance(s, ir.Return)
        value = self.value(s.value) if s.value is not None else (lambda frame: 0)
        return lambda frame: (RETURN, value(frame))

    def loop(self, s: ir.Loop) -> Closure:
        """A `for` or `while`."""
        cx = self.host.cx
        test = self.value(s.test) if s.test is not None else (lambda frame: 1)
        body, cost = self.body(s.body), 2 * cx.stmt_ns
        step = self.value(s.step) if s.step is not None else (lambda frame: 0)

        def run(frame: list[int]) -> Gen:
            while test(frame):
                result = yield from body(frame)
                if result:
                    return result
                step(frame)
                cx.now += cost
                cx.steps += 3
                if cx.steps > cx.max_steps:
                    raise RuntimeError
                if cx.now >= cx.horizon:
                    yield
            return None

        return run

    def place(self, e: ir.Expr) -> Closure:
        """The address of what is in memory."""
        if isinstance(e, ir.Global):
            addr = self.image.globals[e.name][0]
            return lambda frame: addr
        if isinstance(e, ir.Member):
            of, offset = self.place(e.of), e.field.offset
            return lambda frame: of(frame) + offset
        assert isinstance(e, ir.Deref)
        return self.value(e.of)

    def access(self, e: ir.Expr) -> tuple[Closure, Callable[[list[int], int], int]]:
        """(load, store) of a place that is evaluated each time."""
        type_ = self.types[e.type]
        if isinstance(e, ir.Local):
            index = e.index

            def keep(frame: list[int], value: int) -> int:
                frame[index] = value
                return value

            return lambda frame: frame[index], keep
        place, load, store = self.place(e), self.loads[type_.access], self.stores[type_.access]
        return lambda frame: load(place(frame)), lambda frame, value: store(place(frame), value)

    def value(self, e: ir.Expr) -> Closure:
        """An expression's value."""
        type_ = self.types[e.type]
        low, high = type_.low, type_.high
        if isinstance(e, ir.Int):
            constant = e.value
            return lambda frame: constant
        if isinstance(e, ir.Load):
            return self.access(e.of)[0]
        if isinstance(e, ir.AddrOf):
            return self.place(e.of)
        if isinstance(e, ir.Cast):
            of = self.value(e.of)

            def cast(frame: list[int]) -> int:
                value = of(frame)
                return value if low <= value <= high else wrap(value, type_)

            return cast
        if isinstance(e, ir.Binary):
            left, right, op = self.value(e.left), self.value(e.right), OPERATORS[e.op]
            if e.op in ("&", "|", "^", "==", "!=", "<", "<=", ">", ">="):
                return lambda frame: op(left(frame), right(frame))

            def binary(frame: list[int]) -> int:
                value = op(left(frame), right(frame))
                return value if low <= value <= high else wrap(value, type_)

            return binary
        if isinstance(e, ir.PtrAdd):
            pointer, index, scale, mask = self.value(e.pointer), self.value(e.index), e.scale, type_.mask
            return lambda frame: pointer(frame) + index(frame) * scale & mask
        return self.change(e, type_)

    def change(self, e: ir.Expr, type_: TypeInfo) -> Closure:
        """Assignments."""
        assert isinstance(e, ir.Assign | ir.Update | ir.IncDec)
        load, store = self.access(e.to)
        low, high = type_.low, type_.high
        if isinstance(e, ir.Assign):
            value = self.value(e.value)
            return lambda frame: store(frame, value(frame))
        if isinstance(e, ir.Update):
            right, op = self.value(e.value), OPERATORS[e.op]

            def update(frame: list[int]) -> int:
                new = op(load(frame), right(frame))
                return store(frame, new if low <= new <= high else wrap(new, type_))

            return update
        step, prefix = e.step, e.prefix

        def increment(frame: list[int]) -> int:
            old = load(frame)
            new = old + step
            if not low <= new <= high:
                new = wrap(new, type_)
            store(frame, new)
            return new if prefix else old

        return increment
