"""One item queued twice in a row.

Why: the second call does nothing while the item is pending; two runs need two items.
Example: schedule_work(&w); schedule_work(&w);
"""

from server.cfront.lint.view import QUEUE, View
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below


def check(view: View) -> list[Diagnostic]:
    """At the second of two neighbouring statements whose results nobody looks at."""
    found = []
    for function in view.own:
        for body in [function.body, *(n.body for n in below(function.body) if isinstance(n, (ir.Block, ir.Loop)))]:
            before = ""
            for statement in body:
                path = _queued(view, function, statement)
                if path and path == before and isinstance(statement, ir.ExprStmt):
                    call = statement.expr
                    found.append(
                        view.warn(
                            function,
                            None,
                            "queued-twice",
                            f"'{path}' is queued twice in a row: the second call does nothing",
                            "an item that is pending is not queued again: use two items, or flush_work() between",
                            call.line,
                            call.col,
                        )
                    )
                before = path
    return found


def _queued(view: View, function: ir.FunctionDef, statement: ir.Stmt) -> str:
    if not isinstance(statement, ir.ExprStmt) or not isinstance(statement.expr, ir.Call):
        return ""
    callee = statement.expr.callee
    if not isinstance(callee, ir.FuncRef) or callee.name not in QUEUE:
        return ""
    return view.path(statement.expr.args[QUEUE[callee.name]], function)
