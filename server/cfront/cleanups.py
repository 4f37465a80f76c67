"""`__attribute__((cleanup(fn)))`: calls where a variable's scope ends, by whichever way; guard() rests on it.

The calls become part of the IR, so that nothing behind this file knows of them. A `goto` gets its calls when the whole
function has been seen, since its label may come later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from server.cfront import clang
from server.cfront.context import ANNOTATE
from server.cfront.initialisers import Initialisers
from server.cfront.types import Refused
from server.sim.cmodule import ir

UNEXPOSED_ATTRIBUTE = 400
MARK = "wq:cleanup:"  # what our own headers annotate; libclang does not show the attribute itself
_CLEANUP = re.compile(r"cleanup(?:__)?\s*\(\s*(\w+)")
_JUMPS = (ir.Return, ir.Break, ir.Continue, ir.Goto)


class Scope:
    """What is open at a place of the function: braces, or a loop or switch that `break` leaves."""

    def __init__(self, kind: str) -> None:
        """`kind` is block, loop or switch; `calls` are (function, local) in order of declaration."""
        self.kind = kind
        self.calls: list[tuple[ir.FuncRef, int]] = []


class Cleanups(Initialisers):
    """Keeps account of scopes for a function's translator."""

    def __init__(self, *args: object) -> None:
        """Nothing is open."""
        super().__init__(*args)  # type: ignore[arg-type]
        self.source = ""
        self.scopes: list[Scope] = []
        self._labels: dict[str, dict[Scope, int]] = {}
        self._gotos: list[tuple[ir.Goto, list[tuple[Scope, int]], list[ir.Stmt]]] = []

    @contextmanager
    def opened(self, kind: str) -> Iterator[Scope]:
        """A scope for the time of its translation."""
        self.scopes.append(Scope(kind))
        try:
            yield self.scopes[-1]
        finally:
            self.scopes.pop()

    def closed(self, scope: Scope, statements: list[ir.Stmt], cursor: clang.Cursor) -> list[ir.Stmt]:
        """The statements of a scope and what runs at its closing brace."""
        if not scope.calls or (statements and isinstance(statements[-1], _JUMPS)):
            return statements
        _, line, col, _ = self.lib.place(self.lib.getRangeEnd(self.lib.getCursorExtent(cursor)))
        return statements + self._calls(scope.calls, (line, max(col - 1, 1)))

    def leaving(self, kinds: tuple[str, ...], at: tuple[int, int]) -> list[ir.Stmt]:
        """What runs on the way out of all scopes within the nearest of `kinds`; out of the function for none."""
        out: list[ir.Stmt] = []
        for scope in reversed(self.scopes):
            if scope.kind in kinds:
                break
            out += self._calls(scope.calls, at)
        return out

    def returned(self, at: tuple[int, int], value: ir.Expr | None) -> list[ir.Stmt]:
        """`return`: the value is computed first, then scopes are left."""
        calls = self.leaving((), at)
        if not calls or value is None:
            return [*calls, ir.Return(*at, value)]
        before, kept = self.kept(at, value)
        return [before, *calls, ir.Return(*at, kept)]

    def kept(self, at: tuple[int, int], value: ir.Expr) -> tuple[ir.Stmt, ir.Expr]:
        """(a declaration that holds a value, that value again)."""
        index = self.add_local("", value.type)
        return ir.Declare(*at, index, [ir.Init(0, value)]), ir.Load(value.type, *at, ir.Local(value.type, *at, index))

    def jumped(self, goto: ir.Goto) -> list[ir.Stmt]:
        """`goto`, with room for what its label makes necessary."""
        open_ = [(scope, len(scope.calls)) for scope in self.scopes]
        if not any(count for _, count in open_):
            return [goto]
        calls: list[ir.Stmt] = []
        self._gotos.append((goto, open_, calls))
        return [ir.Block(goto.line, goto.col, calls), goto]

    def labelled(self, name: str) -> None:
        """A label stands here."""
        self._labels[name] = {scope: len(scope.calls) for scope in self.scopes}

    def finish(self) -> None:
        """The function is complete: what each `goto` leaves is known."""
        for goto, open_, calls in self._gotos:
            stays = self._labels.get(goto.name, {})
            for scope, count in reversed(open_):
                calls += self._calls(scope.calls[stays.get(scope, 0) : count], (goto.line, goto.col))

    def note_cleanup(self, cursor: clang.Cursor, index: int) -> None:
        """If a variable's declaration has the attribute, its scope gets a call."""
        name = self._function_of(cursor)
        if not name or not self.scopes:
            return
        declaration = self.context.declaration(name)
        if declaration is None:
            raise Refused("cleanup", f"cleanup function '{name}' is not declared", "", cursor)
        wanted = self.context.want_function(declaration, cursor)
        function = ir.FuncRef(self.types.of(declaration), *self.at(cursor), wanted)
        self.locals[index] = ir.LocalVar(self.locals[index].name, self.locals[index].type, True)
        self.scopes[-1].calls.append((function, index))

    def _calls(self, calls: list[tuple[ir.FuncRef, int]], at: tuple[int, int]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for function, index in reversed(calls):
            shape = self.types.list[function.type]
            assert isinstance(shape, ir.Function)
            type_ = self.locals[index].type
            address = ir.AddrOf(shape.params[0] if shape.params else type_, *at, ir.Local(type_, *at, index))
            out.append(ir.ExprStmt(*at, ir.Call(shape.returns, *at, function, [address])))
        return out

    def _function_of(self, cursor: clang.Cursor) -> str:
        lib = self.lib
        for child in lib.children(cursor):
            if child.kind == ANNOTATE and lib.name(child).startswith(MARK):
                return lib.name(child).removeprefix(MARK)
            if child.kind == UNEXPOSED_ATTRIBUTE and (name := self._written(child)):
                return name
        return ""

    def _written(self, attribute: clang.Cursor) -> str:
        """The function that the source names in an attribute, directly or in a macro of the same file."""
        lib = self.lib
        extent = lib.getCursorExtent(attribute)
        start, end = (lib.place(place)[3] for place in (lib.getRangeStart(extent), lib.getRangeEnd(extent)))
        text = self.source.encode()[start:end].decode("utf-8", "replace")
        if match := _CLEANUP.search(text):
            return match[1]
        word = re.sub(r"\W.*", "", text, flags=re.S)
        macro = word and re.search(rf"^[ \t]*#[ \t]*define[ \t]+{word}\b(\(?).*$", self.source, re.M)
        if not macro or not (match := _CLEANUP.search(macro[0])):
            return ""
        if macro[1]:
            raise Refused("cleanup", f"the cleanup function cannot be seen through the macro '{word}'",
                          "use __cleanup(function), or DEFINE_FREE() and __free()", attribute)  # fmt: skip
        return match[1]
