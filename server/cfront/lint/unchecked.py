"""What the two rules about unchecked results share: an assignment from a call whose target no test mentions."""

from __future__ import annotations

from collections.abc import Iterator

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below


def unchecked(view: View, names: tuple[str, ...], code: str, what: str, hint: str) -> list[Diagnostic]:
    """A warning at each call of `names` whose result is stored and never tested in the module."""
    found = []
    tested = {path for function in view.own for path in _tested(view, function)}
    for function in view.own:
        for target, call in _stored(view, function, names):
            if target and target not in tested:
                assert isinstance(call.callee, ir.FuncRef)
                found.append(view.warn(function, call, code, f"{what} in '{target}' is not checked", hint))
    return found


def _stored(view: View, function: ir.FunctionDef, names: tuple[str, ...]) -> Iterator[tuple[str, ir.Call]]:
    for node in below(function.body):
        if isinstance(node, ir.Assign):
            call = _call(node.value, names)
            if call is not None:
                yield view.path(node.to, function), call
        elif isinstance(node, ir.Declare) and node.inits and len(node.inits) == 1:
            call = _call(node.inits[0].value, names)
            if call is not None:
                yield function.locals[node.index].name, call


def _call(e: ir.Expr, names: tuple[str, ...]) -> ir.Call | None:
    while isinstance(e, ir.Cast):
        e = e.of
    return e if isinstance(e, ir.Call) and isinstance(e.callee, ir.FuncRef) and e.callee.name in names else None


def _tested(view: View, function: ir.FunctionDef) -> Iterator[str]:
    """Paths of what any condition of a function mentions."""
    for node in below(function.body):
        tests: list[ir.Expr] = []
        if isinstance(node, (ir.If, ir.Cond, ir.Loop)):
            tests = [node.test] if node.test is not None else []
        elif isinstance(node, ir.Logical):
            tests = [node.left, node.right]
        elif isinstance(node, ir.Unary) and node.op == "!":
            tests = [node.of]
        elif isinstance(node, ir.Return) and node.value is not None:
            tests = [node.value]  # the caller may test it
        for test in tests:
            for inner in below([ir.ExprStmt(0, 0, test)]):
                if isinstance(inner, ir.Load):
                    yield view.path(inner.of, function)
                elif isinstance(inner, ir.Assign):
                    yield view.path(inner.to, function)
