"""A cast where container_of() belongs.

Why: it is right only while the work_struct is the first member.
Example: struct dev *d = (struct dev *)work;
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below


def check(view: View) -> list[Diagnostic]:
    """At a cast of the work function's parameter to another structure."""
    found = []
    types = view.unit.types
    for function in view.own:
        if function.name not in view.handlers():
            continue
        for node in below(function.body):
            if (
                not isinstance(node, ir.Cast)
                or not isinstance(node.of, ir.Load)
                or not isinstance(node.of.of, ir.Local)
            ):
                continue
            pointer = types[node.type]
            target = types[pointer.to] if isinstance(pointer, ir.Pointer) else None
            if (
                node.of.of.index == 0
                and isinstance(target, ir.Record)
                and target.name not in ("work_struct", "delayed_work")
            ):
                found.append(
                    view.warn(
                        function,
                        None,
                        "cast-container",
                        f"the work is cast to 'struct {target.name} *'",
                        f"use container_of({function.locals[0].name}, struct {target.name}, MEMBER)",
                        node.line,
                        node.col,
                    )
                )
    return found
