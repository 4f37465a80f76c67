"""`goto`, fall-through and everything else that Python has no form for: basic blocks under a dispatch loop.

    $1 = 0
    while True:
        if $1 < 2:
            if $1 < 1:  block 0; each ends with `$1 = N; continue`, `break` (the end of the list) or `return`
            else:       block 1
        else: …

Only the least list of statements that no jump enters or leaves is treated so; loops within it that have no such jumps
stay Python's own.
"""

from __future__ import annotations

import ast

from server.sim.cmodule import ir
from server.sim.cmodule.lower_base import CALL, MEMORY
from server.sim.cmodule.lower_stmt import Statements
from server.sim.cmodule.shape import always, count, jumps
from server.sim.cmodule.walk import below


class Region:
    """One dispatch loop under construction."""

    def __init__(self, pc: str) -> None:
        """`pc` names the variable that holds the number of the block to run."""
        self.pc = pc
        self.blocks: dict[int, list[ast.stmt]] = {}
        self.made = 0
        self.labels: dict[str, int] = {}
        self.counted = 0  # statements lowered so far
        self.started: dict[int, int] = {}  # block: statements lowered before it
        self.leave: list[int] = []
        self.again: list[int] = []
        self.cases: list[list[tuple[ir.Case, int]]] = []

    def new(self) -> int:
        """A new block's number."""
        self.made += 1
        return self.made - 1

    def label(self, name: str) -> int:
        """The block that a label begins."""
        if name not in self.labels:
            self.labels[name] = self.new()
        return self.labels[name]


class Flat(Statements):
    """Adds the dispatched form. `EXIT` is the end of the list."""

    region: Region | None = None
    EXIT = -1

    def flat(self, body: list[ir.Stmt]) -> bool:
        """Lower a list of statements whose jumps all stay within it."""
        b = self.b
        self.flush()
        outer_region, outer_out = self.region, self.out
        region = self.region = Region(self.temp())
        line, col = b.line, b.col
        self.emit(b.assign(region.pc, b.const(0)))
        self._start(region.new())
        falls = self._flat_list(body)
        if falls:
            self._jump_to(self.EXIT)
        exits = any(
            isinstance(node, ast.Break) for stmts in region.blocks.values() for s in stmts for node in _level(s)
        )
        self.region, self.out = outer_region, outer_out
        b.line, b.col = line, col
        self.emit(b.while_(b.const(True), self._tree(region, 0, region.made)))
        self.touched |= CALL | MEMORY
        self.pending = 0
        return exits

    def _tree(self, region: Region, low: int, high: int) -> list[ast.stmt]:
        """The blocks from `low` to `high` (exclusive) as a binary decision."""
        if high - low == 1:
            return region.blocks.get(low) or [self.b.break_()]
        middle = (low + high) // 2
        test = self.b.compare(self.b.name(region.pc), "<", self.b.const(middle))
        return [self.b.if_(test, self._tree(region, low, middle), self._tree(region, middle, high))]

    def _start(self, block: int) -> None:
        """What is lowered from now on belongs to `block`."""
        assert self.region is not None
        self.out = self.region.blocks[block] = []
        self.region.started[block] = self.region.counted
        self.pending = 0

    def _jump_to(self, block: int) -> None:
        """Go on in a block; backwards it is the edge of a loop."""
        assert self.region is not None
        region, b = self.region, self.b
        if block in region.started:
            self.out += self.count_steps(region.counted - region.started[block] + 1)
            self.out += self.checkpoint(self.pending + 1)
            self.pending = 0
        else:
            self.flush()
        if block == self.EXIT:
            self.emit(b.break_())
            return
        self.emit(b.assign(region.pc, b.const(block)))
        self.emit(b.continue_())

    def _flat_list(self, body: list[ir.Stmt]) -> bool:
        falls = True
        for s in body:
            if not falls:
                if not any(isinstance(node, ir.Label | ir.Case) for node in below([s])):
                    continue
                assert self.region is not None
                self._start(self.region.new())
            falls = self._flat(s)
        return falls

    def _flat(self, s: ir.Stmt) -> bool:
        assert self.region is not None
        region = self.region
        dispatched = isinstance(s, ir.Switch) and self.shape.structured_switch(s) is None
        if not dispatched and self.shape.contained(s) and not any(jumps([s])):
            region.counted += count([s])
            return self.statement(s)
        region.counted += 1
        self.at(s.line, s.col)
        if isinstance(s, ir.Block):
            return self._flat_list(s.body)
        if isinstance(s, ir.If):
            return self._flat_if(s)
        if isinstance(s, ir.Loop):
            return self._flat_loop(s)
        if isinstance(s, ir.Switch):
            return self._flat_switch(s)
        if isinstance(s, ir.Label):
            self._enter(region.label(s.name))
            return True
        if isinstance(s, ir.Case):
            block = region.new()
            region.cases[-1].append((s, block))
            self._enter(block)
            return True
        if isinstance(s, ir.Goto):
            self._jump_to(region.label(s.name))
        elif isinstance(s, ir.Break) and region.leave:
            self._jump_to(region.leave[-1])
        elif isinstance(s, ir.Continue) and region.again:
            self._jump_to(region.again[-1])
        else:
            return self.statement(s)
        return False

    def _enter(self, block: int) -> None:
        """Control falls through into a block."""
        self._jump_to(block)
        self._start(block)

    def _branch_to(self, test: ast.expr, block: int) -> None:
        """Go to a block if a condition holds. Nothing is pending."""
        outer, self.out = self.out, []
        self._jump_to(block)
        taken, self.out = self.out, outer
        self.emit(self.b.if_(test, taken))

    def _condition(self, e: ir.Expr, unless: bool = False) -> ast.expr:
        """A controlling expression, with all charged before it that was pending."""
        test: list[ast.expr] = []
        self.simple(lambda: test.append(self.condition(e)))
        if self.pending:
            name = self.temp()
            self.emit(self.b.assign(name, test[0]))
            self.flush()
            test[0] = self.b.name(name)
        return self.b.unary(ast.Not(), test[0]) if unless else test[0]

    def _flat_if(self, s: ir.If) -> bool:
        assert self.region is not None
        region = self.region
        if len(s.then) == 1 and isinstance(s.then[0], ir.Goto):
            self._branch_to(self._condition(s.test), region.label(s.then[0].name))
            return self._flat_list(s.other)
        then, after = region.new(), region.new()
        self._branch_to(self._condition(s.test), then)
        if self._flat_list(s.other):
            self._jump_to(after)
        self._start(then)
        if self._flat_list(s.then):
            self._jump_to(after)
        self._start(after)
        return True

    def _flat_loop(self, s: ir.Loop) -> bool:
        assert self.region is not None
        region = self.region
        head, again, after = region.new(), region.new(), region.new()
        forever = s.test is None or always(s.test)
        self._enter(head)
        if not s.do_while and s.test is not None and not forever:
            self._branch_to(self._condition(s.test, unless=True), after)
        region.leave.append(after)
        region.again.append(again)
        if self._flat_list(s.body):
            self._jump_to(again)
        region.leave.pop()
        region.again.pop()
        self._start(again)
        if s.step is not None:
            step = s.step
            self.simple(lambda: self._effect(step))
        if s.do_while and s.test is not None and not forever:
            self._branch_to(self._condition(s.test, unless=True), after)
        self._jump_to(head)
        self._start(after)
        return True

    def _flat_switch(self, s: ir.Switch) -> bool:
        assert self.region is not None
        region, b = self.region, self.b
        name = self.temp()
        self.simple(lambda: self.emit(b.assign(name, self.value(s.value).node)))
        self.flush()
        dispatch, after = self.out, region.new()
        region.leave.append(after)
        region.cases.append([])
        self._start(region.new())  # statements before the first case are never reached
        if self._flat_list(s.body):
            self._jump_to(after)
        region.leave.pop()
        cases = region.cases.pop()
        self.out, default = dispatch, after
        self.at(s.line, s.col)
        for case, block in cases:
            if case.low is None:
                default = block
            else:
                self._forward(self.case_test(name, [case]), block)
        self.emit(b.assign(region.pc, b.const(default)))
        self.emit(b.continue_())
        self._start(after)
        return True

    def _forward(self, test: ast.expr, block: int) -> None:
        b = self.b
        assert self.region is not None
        self.emit(b.if_(test, [b.assign(self.region.pc, b.const(block)), b.continue_()]))


def _level(s: ast.stmt) -> list[ast.stmt]:
    """A statement and those below it that are not inside a loop of their own."""
    if isinstance(s, ast.If):
        return [s, *(x for part in (s.body, s.orelse) for inner in part for x in _level(inner))]
    return [s]
