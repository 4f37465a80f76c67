"""Statements: structured control flow, time and steps. `goto` and tangled switches go to `lower_flat.py`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from server.sim.cmodule import ir
from server.sim.cmodule.lower_base import CALL, MEMORY, LowerError
from server.sim.cmodule.lower_calls import Calls
from server.sim.cmodule.shape import Shape, always, count
from server.sim.cmodule.walk import reads_itself


class Target(NamedTuple):
    """What `break` and `continue` do inside the innermost loop: emitters of the statements that leave it."""

    leave: Callable[[], None]
    again: Callable[[], None]


class Statements(Calls):
    """Lowers statement lists. `shape` knows which statements need `flat`."""

    shape: Shape
    targets: list[Target]

    def flat(self, body: list[ir.Stmt]) -> bool:
        """Lower statements that jump about; `lower_flat.py`."""
        raise NotImplementedError

    def statements(self, body: list[ir.Stmt]) -> bool:
        """Lower a list into `out`. False if control never comes to its end."""
        if self.shape.tangled and not all(self.shape.contained(s) for s in body):
            return self.flat(body)
        return all(self.statement(statement) for statement in body)

    def statement(self, s: ir.Stmt) -> bool:
        """Lower one statement into `out`. False if control does not go on behind it."""
        if isinstance(s, ir.Block):
            return self.statements(s.body)
        self.at(s.line, s.col)
        return _STATEMENTS[type(s)](self, s)

    def simple(self, lower: Callable[[], None]) -> None:
        """One statement without control flow: charge what went before if it touches anything, then count it."""
        mark, before = len(self.out), self.pending
        line, col = self.b.line, self.b.col
        outer = self.touched
        self.touched, self.call_line, self.line_lost, self.pending = 0, None, False, 0
        lower()
        inner = self.touched
        self.touched = outer | inner
        self.pending += 1 + self.prepare(mark, before, inner, line, col)

    def prepare(self, mark: int, before: int, inner: int, line: int, col: int) -> int:
        """Put before a statement what its touching asks for; returns the statements still to be charged."""
        at = self.b.line, self.b.col
        self.b.line, self.b.col = line, col
        first: list[ast.stmt] = []
        if inner & (MEMORY | CALL if self.is_generator else CALL):
            first, before = self.checkpoint(before), 0
        if self.call_line is not None:
            first.append(self.b.assign_attr("$cx", "line", self.b.const(self.call_line)))
            self.call_line = None
        self.out[mark:mark] = first
        self.b.line, self.b.col = at
        return before

    # ---- simple statements -------------------------------------------------------------------------

    def _expression(self, s: ir.ExprStmt) -> bool:
        self.simple(lambda: self._effect(s.expr))
        return True

    def _effect(self, e: ir.Expr) -> None:
        b = self.b
        while isinstance(e, ir.Cast) and not self.types[e.type].scalar:
            e = e.of
        if isinstance(e, ir.Comma):
            self._effect(e.left)
            self._effect(e.right)
            return
        if isinstance(e, ir.Assign):
            if self.types[e.type].kind == "record":
                self.record_assign(e)
                return
            place, v = self.place_and_value(e.to, e.value)
            self.out += self.store_statement(place, v.node)
        elif isinstance(e, ir.Update | ir.IncDec) and (added := self.added(e)) is not None:
            self.emit(b.do(added))
        elif isinstance(e, ir.Update):
            place, v = self.updated(e)
            self.out += self.store_statement(place, v.node)
        elif isinstance(e, ir.IncDec):
            place, _, new = self.stepped(e)
            self.out += self.store_statement(place, new.node)
        elif isinstance(e, ir.StmtExpr):
            self.nested(e.body)
            if e.value is not None:
                self._effect(e.value)
        else:
            node = self.effect(e)
            if node is not None:
                self.emit(b.do(node))

    def _declare(self, s: ir.Declare) -> bool:
        local = self.function.locals[s.index]
        type_ = self.types[local.type]
        b = self.b
        if s.index not in self.places:
            name = self.names[s.index]
            if s.inits and reads_itself(s):
                self.emit(b.assign(name, b.name(self._poison(s.index))))
            if s.inits:
                init = s.inits[0].value
                self.simple(lambda: self.emit(b.assign(name, self.value(init).node)))
            elif s.inits is not None:
                self.simple(lambda: self.emit(b.assign(name, b.const(0))))
            elif s.index in self.unset:
                self.emit(b.assign(name, b.name(self._poison(s.index))))
            return True
        offset = self.places[s.index]
        if s.inits is None:
            if self.targets or self.shape.tangled:  # it may come into being again
                self.emit(b.do(b.call("$unset", b.op(b.name("$f"), "+", b.const(offset)), b.const(type_.size))))
            return True
        inits = s.inits
        self.simple(lambda: self.store_inits("$f", offset, type_.size, inits, type_.scalar))
        return True

    def _poison(self, index: int) -> str:
        variable = self.function.locals[index].name
        name = f"p:{self.function.name}:{index}"
        self.state.poisons[name] = (variable, self.function.name)
        return name

    def _return(self, s: ir.Return) -> bool:
        b = self.b
        mark, before = len(self.out), self.pending + 1
        line, col = b.line, b.col
        outer = self.touched
        self.touched, self.call_line, self.line_lost, self.pending = 0, None, False, 0
        node: ast.expr | None = None
        if s.value is not None:
            kind = self.types[s.value.type].kind
            node = (self.record_bytes(s.value) if kind == "record" else self.effect(s.value) if kind == "void"
                    else self.settled(s.value).node)  # fmt: skip
        self.at(s.line, s.col)
        left = self.prepare(mark, before, self.touched, line, col)
        self.out[mark:mark] = self.charge(left)
        self.touched |= outer
        if self.has_frame or self.pending:
            if node is not None and not isinstance(node, ast.Constant):
                self.emit(b.assign("$r", node))
                node = b.name("$r")
            self.flush()
            self.leave_frame()
        self.emit(b.return_(node))
        return False

    has_frame = False

    def leave_frame(self) -> None:
        """Give the stack frame back, if there is one; `lower.py`."""

    # ---- control flow ------------------------------------------------------------------------------

    def branch(self, body: list[ir.Stmt]) -> tuple[list[ast.stmt], int, bool]:
        """Lower a list of its own: (statements, how many are not charged yet, whether its end is reached)."""
        outer, self.out = self.out, []
        pending, self.pending = self.pending, 0
        falls = self.statements(body)
        inner, self.out = self.out, outer
        left, self.pending = self.pending, pending
        return inner, left if falls else 0, falls

    def tested(self, e: ir.Expr) -> ast.expr:
        """A statement's controlling expression."""
        self.call_line, self.line_lost = None, False
        return self.condition(e)

    def _if(self, s: ir.If) -> bool:
        b = self.b
        mark, before = len(self.out), self.pending
        line, col = b.line, b.col
        outer, self.touched, self.pending = self.touched, 0, 0
        test = self.tested(s.test)
        call_line, self.call_line, inside = self.call_line, None, self.pending
        then, left_then, falls_then = self.branch(s.then)
        other, left_other, falls_other = self.branch(s.other)
        inner, self.touched = self.touched, outer | self.touched
        falls = falls_then and falls_other
        self.call_line = call_line
        before = self.prepare(mark, before, inner if falls else inner | CALL, line, col)
        b.line, b.col = line, col
        if falls and left_then != left_other:
            then += self.charge(left_then)
            other += self.charge(left_other)
            left_then = left_other = 0
        self.emit(b.if_(test, then, other))
        self.pending = before + inside + 1 + (left_then if falls_then else left_other)
        return falls_then or falls_other

    def _loop(self, s: ir.Loop) -> bool:
        if s.do_while and isinstance(s.test, ir.Int) and not s.test.value:
            return self._once(s)
        b = self.b
        line, col = b.line, b.col
        self.out += self.checkpoint(self.pending + (0 if s.do_while else 1))
        self.pending = 0
        self.touched |= CALL | MEMORY
        steps = count(s.body) + 2
        outer, self.out = self.out, []
        test: ast.expr | None = None
        forever = s.test is None or always(s.test)
        if not s.do_while and not forever:
            assert s.test is not None
            test = self._loop_test(s.test)
            if self.out:  # the test needs statements: it moves into the loop
                self.flush()
                self.emit(b.if_(b.unary(ast.Not(), test), [b.break_()]))
                test = None
        breaks = False

        def leave() -> None:
            nonlocal breaks
            breaks = True
            self.flush()
            self.emit(b.break_())

        def again() -> None:
            self._turn(s, steps, forever)
            self.emit(b.continue_())

        self.targets.append(Target(leave, again))
        if self.statements(s.body):
            self.at(s.line, s.col)
            self._turn(s, steps, forever)
        self.targets.pop()
        body, self.out = self.out, outer
        b.line, b.col = line, col
        self.emit(b.while_(test or b.const(True), body))
        self.pending = 0
        return breaks or not forever

    def _loop_test(self, e: ir.Expr) -> ast.expr:
        mark = len(self.out)
        test = self.tested(e)
        if self.call_line is not None:
            self.out.insert(mark, self.b.assign_attr("$cx", "line", self.b.const(self.call_line)))
            self.call_line = None
        return test

    def _turn(self, s: ir.Loop, steps: int, forever: bool) -> None:
        """The way from the end of a loop's body to its next turn: step, test of `do`, time and steps."""
        b = self.b
        if s.step is not None:
            step = s.step
            self.simple(lambda: self._effect(step))
        if s.do_while and not forever:
            assert s.test is not None
            test = self._loop_test(s.test)
            self.emit(b.if_(b.unary(ast.Not(), test), [*self.charge(self.pending + 1), b.break_()]))
        at = b.line, b.col
        self.out += self.count_steps(steps)
        self.out += self.checkpoint(self.pending + 1)
        self.pending = 0
        b.line, b.col = at

    def _once(self, s: ir.Loop) -> bool:
        """`do { … } while (0)`: no loop at all, unless something jumps to its end."""
        if not self.shape.breaks(s.body):
            return self.statements(s.body)
        b = self.b
        self.flush()
        outer, self.out = self.out, []

        def leave() -> None:
            self.flush()
            self.emit(b.break_())

        self.targets.append(Target(leave, leave))
        if self.statements(s.body):
            leave()
        self.targets.pop()
        body, self.out = self.out, outer
        self.emit(b.while_(b.const(True), body))
        self.pending = 0
        return True

    def _break(self, s: ir.Break) -> bool:
        if not self.targets:
            raise LowerError("break outside of a loop", s.line)
        self.targets[-1].leave()
        return False

    def _continue(self, s: ir.Continue) -> bool:
        if not self.targets:
            raise LowerError("continue outside of a loop", s.line)
        self.targets[-1].again()
        return False

    def _switch(self, s: ir.Switch) -> bool:
        groups = self.shape.structured_switch(s)
        if groups is None:
            return self.flat([s])
        b = self.b
        name = self.temp()

        def value() -> None:
            self.emit(b.assign(name, self.value(s.value).node))

        self.simple(value)
        self.flush()
        tests: list[tuple[ast.expr | None, list[ast.stmt], int, bool]] = []
        for cases, body in groups:
            self.at(cases[0].line, cases[0].col)
            test = None if any(c.low is None for c in cases) else self.case_test(name, cases)
            tests.append((test, *self.branch(body)))
        chain: list[ast.stmt] = next((then + self.charge(left) for test, then, left, _ in tests if test is None), [])
        for test, then, left, _ in reversed(tests):
            if test is not None:
                chain = [b.if_(test, then + self.charge(left), chain)]
        self.out += chain
        self.touched |= CALL | MEMORY
        self.pending = 0
        has_default = any(test is None for test, *_ in tests)
        return not has_default or any(falls for *_, falls in tests)

    def case_test(self, name: str, cases: list[ir.Case]) -> ast.expr:
        """Whether the value called `name` is one of the cases'."""
        b = self.b
        parts: list[ast.expr] = []
        for case in cases:
            assert case.low is not None
            if case.high is None or case.high == case.low:
                parts.append(b.compare(b.name(name), "==", b.const(case.low)))
            else:
                parts.append(b.between(case.low, b.name(name), case.high))
        return parts[0] if len(parts) == 1 else b.logic(ast.Or(), parts)

    def _jump(self, s: ir.Stmt) -> bool:
        raise LowerError("this jump leads out of an expression", s.line)


_STATEMENTS: dict[type, Callable[..., bool]] = {
    ir.ExprStmt: Statements._expression, ir.Declare: Statements._declare, ir.Return: Statements._return,
    ir.If: Statements._if, ir.Loop: Statements._loop, ir.Break: Statements._break, ir.Continue: Statements._continue,
    ir.Switch: Statements._switch, ir.Goto: Statements._jump, ir.Label: Statements._jump, ir.Case: Statements._jump,
}  # fmt: skip
