"""Statements and function bodies: clang cursors to `ir` statements."""

from __future__ import annotations

import re

from server.cfront import clang
from server.cfront.cleanups import Cleanups
from server.cfront.expressions import VARIABLE
from server.cfront.types import Refused
from server.sim.cmodule import ir

LABEL, COMPOUND, CASE, DEFAULT, IF, SWITCH, WHILE, DO, FOR, GOTO = range(201, 211)
INDIRECT_GOTO, CONTINUE, BREAK, RETURN, ASM = range(211, 216)
NULL, DECLARATION, MS_ASM, ATTRIBUTED = 230, 231, 229, 200
LABEL_REF = 48
STATEMENT_EXPRESSION = 121
LOOPS_MAX, NESTING_MAX = 18, 100

_FOR = re.compile(rb"for\b")


class Statements(Cleanups):
    """Translates one function's body."""

    def __init__(self, *args: object, source: str = "") -> None:
        """`source` is the text of the file, needed to see which parts of a `for` are empty."""
        super().__init__(*args)
        self.source = source
        self.loops = self.nesting = 0
        self._statements = {
            COMPOUND: self._block, IF: self._if, WHILE: self._while, DO: self._do, FOR: self._for, SWITCH: self._switch,
            CASE: self._case, DEFAULT: self._case, BREAK: self._break, CONTINUE: self._continue, RETURN: self._return,
            LABEL: self._label, GOTO: self._goto, NULL: self._nothing, DECLARATION: self._declaration,
            ATTRIBUTED: self._attributed,
        }  # fmt: skip

    def body(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        """A statement as a list; the braces of a compound statement are dropped."""
        if cursor.kind == COMPOUND:
            with self.opened("block") as scope:
                statements = [s for child in self.lib.children(cursor) for s in self.statement(child)]
                return self.closed(scope, statements, cursor)
        return self.statement(cursor)

    def statement(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        """One statement; a refusal in it is noted, and translation goes on after it."""
        self.nesting += 1
        try:
            if self.nesting > NESTING_MAX:
                raise Refused("nesting", f"statements are nested more than {NESTING_MAX} deep",
                              "move the inner part into a function", cursor)  # fmt: skip
            if 100 <= cursor.kind < 200:
                line, col = self.at(cursor)
                return [ir.ExprStmt(line, col, self.value(cursor))]
            translate = self._statements.get(cursor.kind)
            if translate is None:
                raise self._unsupported_statement(cursor)
            return translate(cursor)
        except Refused as refused:
            self.context.refuse(refused, cursor)
            return []
        finally:
            self.nesting -= 1

    def _unsupported_statement(self, cursor: clang.Cursor) -> Refused:
        if cursor.kind in (ASM, MS_ASM):
            hint = "it runs no machine code: use the kernel's function, such as cpu_relax(), barrier() or mb()"
            return Refused("asm", "inline assembly is not supported in the simulator", hint, cursor)
        if cursor.kind == INDIRECT_GOTO:
            return Refused("computed-goto", "computed goto is not supported in the simulator",
                           "use switch, or a table of functions", cursor)  # fmt: skip
        return Refused("statement", "this kind of statement is not supported in the simulator", "", cursor)

    # ---- simple statements -------------------------------------------------------------------------

    def _block(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        return [ir.Block(*self.at(cursor), self.body(cursor))]

    def _nothing(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        return []

    def _break(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        return [*self.leaving(("loop", "switch"), self.at(cursor)), ir.Break(*self.at(cursor))]

    def _continue(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        return [*self.leaving(("loop",), self.at(cursor)), ir.Continue(*self.at(cursor))]

    def _return(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        value = self.operands(cursor)
        return self.returned(self.at(cursor), self.value(value[0]) if value else None)

    def _goto(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        label = next(child for child in self.lib.children(cursor) if child.kind == LABEL_REF)
        return self.jumped(ir.Goto(*self.at(cursor), self.lib.name(label)))

    def _label(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        self.labelled(self.lib.name(cursor))
        out: list[ir.Stmt] = [ir.Label(*self.at(cursor), self.lib.name(cursor))]
        return out + [s for child in self.lib.children(cursor) for s in self.statement(child)]

    def _attributed(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        """`fallthrough;` and the like: the statement below the attribute."""
        return [s for child in self.lib.children(cursor) if child.kind < 400 for s in self.statement(child)]

    def _case(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        *labels, inner = self.lib.children(cursor)
        line, col = self.at(cursor)
        bounds = [self.lib.evaluate(label) for label in labels]
        if None in bounds:
            raise Refused("constant", "a case label must be a constant", "", cursor)
        low, high = (bounds[0], bounds[-1]) if bounds else (None, None)
        return [ir.Case(line, col, low, high), *self.statement(inner)]

    def _declaration(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        return [s for child in self.lib.children(cursor) if child.kind == VARIABLE for s in self._variable(child)]

    def _variable(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        lib = self.lib
        storage = lib.Cursor_getStorageClass(cursor)
        if storage == 2:
            return []
        if storage == 3:
            self.context.want_static_local(self.function, cursor)
            return []
        try:
            type_ = self.types.of(cursor)
        except Refused as refused:
            refused.cursor = cursor
            raise
        index = self.local_of[cursor.data[0]] = self.add_local(lib.name(cursor), type_)
        start = lib.Cursor_getVarDeclInitializer(cursor)
        inits = None if lib.Cursor_isNull(start) else self.initialiser(start, type_)
        self.note_cleanup(cursor, index)
        return [ir.Declare(*self.at(cursor), index, inits)]

    # ---- control flow ------------------------------------------------------------------------------

    def _if(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        test, then, *other = self.lib.children(cursor)
        condition = self.value(test)
        line, col = self.at(cursor)
        taken, otherwise = self.body(then), self.body(other[0]) if other else []
        return [ir.If(line, col, condition, taken, otherwise)]

    def _loop_body(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        self.loops += 1
        if self.loops > LOOPS_MAX:
            self.loops -= 1
            raise Refused("nesting", f"loops are nested more than {LOOPS_MAX} deep",
                          "move the inner loops into a function", cursor)  # fmt: skip
        try:
            with self.opened("loop"):
                return self.body(cursor)
        finally:
            self.loops -= 1

    def _while(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        test, body = self.lib.children(cursor)[-2:]
        condition = self.value(test)
        return [ir.Loop(*self.at(cursor), condition, None, self._loop_body(body))]

    def _do(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        body, test = self.lib.children(cursor)
        translated = self._loop_body(body)
        return [ir.Loop(*self.at(cursor), self.value(test), None, translated, True)]

    def _for(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        *parts, body = self.lib.children(cursor)
        first, test, step = self._for_parts(cursor, parts, body)
        with self.opened("block") as scope:
            before = self.statement(first) if first is not None else []
            condition = self.value(test) if test is not None else None
            after = self.load(self.expr(step)) if step is not None else None
            line, col = self.at(cursor)
            loop = ir.Loop(line, col, condition, after, self._loop_body(body))
            return [ir.Block(line, col, self.closed(scope, [*before, loop], cursor))] if before else [loop]

    def _for_parts(
        self, cursor: clang.Cursor, parts: list[clang.Cursor], body: clang.Cursor
    ) -> list[clang.Cursor | None]:
        """(init, test, step) of a `for`: libclang leaves out the empty ones, so count the semicolons before each."""
        if len(parts) == 3:
            return list(parts)
        lib = self.lib
        if not parts:
            return [None, None, None]
        if parts[0].kind == DECLARATION and len(parts) == 1:
            return [parts[0], None, None]
        start = lib.place(lib.getRangeStart(lib.getCursorExtent(cursor)))[3]
        end = lib.place(lib.getRangeStart(lib.getCursorExtent(body)))[3]
        head = self.source.encode()[start:end]
        if not _FOR.match(head):  # `for_each_process(p)` is a macro
            return self._for_from_macro(parts)
        semicolons = _top_level_semicolons(head)
        found: list[clang.Cursor | None] = [None, None, None]
        for part in parts:
            offset = lib.place(lib.getRangeStart(lib.getCursorExtent(part)))[3] - start
            found[sum(1 for semicolon in semicolons if semicolon < offset)] = part
        return found

    def _for_from_macro(self, parts: list[clang.Cursor]) -> list[clang.Cursor | None]:
        """A `for` inside a macro: an assignment or declaration begins, a value tests, a change steps."""
        found: list[clang.Cursor | None] = [None, None, None]
        rest = list(parts)
        if rest[0].kind == DECLARATION or self._changes(rest[0]) and len(rest) == 2 and not self._changes(rest[1]):
            found[0] = rest.pop(0)
        if rest and not self._changes(rest[0]):
            found[1] = rest.pop(0)
        if rest:
            found[2] = rest.pop(0)
        return found

    def _changes(self, cursor: clang.Cursor) -> bool:
        """Whether an expression is an assignment, increment or call at its top."""
        if cursor.kind == 114:
            return self.lib.getCursorBinaryOperatorKind(cursor) in (22, 33)
        if cursor.kind == 112:
            return self.lib.getCursorUnaryOperatorKind(cursor) in range(1, 5)
        return cursor.kind in (115, 103)

    def _switch(self, cursor: clang.Cursor) -> list[ir.Stmt]:
        test, body = self.lib.children(cursor)[-2:]
        value = self.value(test)
        with self.opened("switch"):
            return [ir.Switch(*self.at(cursor), value, self.body(body))]

    def _statement_expression(self, cursor: clang.Cursor) -> ir.Expr:
        if not self.function:
            return super()._statement_expression(cursor)
        compound = self.lib.children(cursor)[0]
        children = self.lib.children(compound)
        type_, at = self.types.of(cursor), self.at(cursor)
        value: ir.Expr | None = None
        last: clang.Cursor | None = None
        if children and 100 <= children[-1].kind < 200 and type_ != self.types.void:
            last = children.pop()
        outer, self.depth = self.depth, 0
        with self.opened("block") as scope:
            body = [s for child in children for s in self.statement(child)]
            self.depth = outer
            if last is not None:
                value = self.value(last)
                if not body:
                    return value
            if scope.calls and value is not None:
                before, value = self.kept(at, value)
                body.append(before)
            return ir.StmtExpr(type_, *at, self.closed(scope, body, compound), value)


def _top_level_semicolons(head: bytes) -> list[int]:
    """Offsets of the two semicolons of `for (a; b; c)`, past strings, comments and inner parentheses."""
    found: list[int] = []
    depth = i = 0
    while i < len(head):
        char = head[i : i + 1]
        if char in (b'"', b"'"):
            i += 1
            while i < len(head) and head[i : i + 1] != char:
                i += 2 if head[i : i + 1] == b"\\" else 1
        elif head[i : i + 2] == b"/*":
            i = head.find(b"*/", i) + 1 if b"*/" in head[i:] else len(head)
        elif head[i : i + 2] == b"//":
            i = head.find(b"\n", i) if b"\n" in head[i:] else len(head)
        elif char in (b"(", b"{"):
            depth += 1
        elif char in (b")", b"}"):
            depth -= 1
        elif char == b";" and depth == 1:
            found.append(i)
        i += 1
    return found[:2]
