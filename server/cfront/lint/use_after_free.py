"""Memory that is used after it was freed, or freed twice, in the same block.

Why: it may belong to somebody else by then. In a work function that frees its item the `kfree()` comes last.
Example: kfree(job); return job->id;
"""

from __future__ import annotations

from collections.abc import Iterator

from server.cfront.lint.leak import FREE
from server.cfront.lint.view import View, function_of
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below

LEAVE = (ir.Return, ir.Break, ir.Continue, ir.Goto, ir.Label, ir.Case)
AT_ONCE = tuple(name for name in FREE if "rcu" not in name)  # kfree_rcu() frees later


def check(view: View) -> list[Diagnostic]:
    """At the first use behind each call that frees."""
    found = []
    for function in view.own:
        for block in _blocks(function.body):
            for at, statement in enumerate(block):
                pointer = _freed(view, statement, function)
                use = _use(view, block[at + 1 :], pointer, function) if pointer else None
                if use is not None:
                    twice = isinstance(use, ir.Call)
                    what = f"'{pointer}' is freed twice" if twice else f"'{pointer}' is used after it was freed"
                    hint = "free it once, after its last use" if twice else "free it after its last use"
                    found.append(view.warn(function, use, "use-after-free", what, hint))
    return found


def _blocks(body: list[ir.Stmt]) -> Iterator[list[ir.Stmt]]:
    yield body
    for node in below(body):
        if isinstance(node, ir.If):
            yield node.then
            yield node.other
        elif isinstance(node, ir.Loop | ir.Block | ir.Switch | ir.StmtExpr):
            yield node.body


def _argument(view: View, call: ir.Call, function: ir.FunctionDef) -> str:
    """The pointer that a call frees; empty if it frees none, or one that has no simple name."""
    if function_of(call.callee) not in AT_ONCE or not call.args:
        return ""
    pointer = call.args[0]
    while isinstance(pointer, ir.Cast):
        pointer = pointer.of
    path = view.path(pointer.of, function) if isinstance(pointer, ir.Load) else ""
    return "" if "[" in path else path  # another element has the same path


def _freed(view: View, statement: ir.Stmt, function: ir.FunctionDef) -> str:
    is_call = isinstance(statement, ir.ExprStmt) and isinstance(statement.expr, ir.Call)
    return _argument(view, statement.expr, function) if is_call else ""  # type: ignore[union-attr,arg-type]


def _use(view: View, behind: list[ir.Stmt], pointer: str, function: ir.FunctionDef) -> ir.Deref | ir.Call | None:
    """The first place behind that reads or writes through the pointer, or frees it, before it points elsewhere."""
    for statement in behind:
        if isinstance(statement, LEAVE) and not isinstance(statement, ir.Return):
            return None
        nodes = list(below([statement]))
        changed = any(isinstance(n, ir.Assign) and view.path(n.to, function) == pointer for n in nodes)
        if changed or any(isinstance(n, ir.Loop) for n in nodes):
            return None
        for node in nodes:
            if isinstance(node, ir.Deref) and _through(view, node, pointer, function):
                return node
            if isinstance(node, ir.Call) and _argument(view, node, function) == pointer:
                return node
        if isinstance(statement, ir.Return):
            return None
    return None


def _through(view: View, node: ir.Deref, pointer: str, function: ir.FunctionDef) -> bool:
    of = node.of
    while isinstance(of, ir.Cast):
        of = of.of
    return isinstance(of, ir.Load) and view.path(of.of, function) == pointer
