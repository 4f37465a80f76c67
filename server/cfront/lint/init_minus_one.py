"""An init function that returns -1.

Why: -1 is -EPERM, "Operation not permitted", which insmod then prints.
Example: if (!wq) return -1;
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below


def check(view: View) -> list[Diagnostic]:
    """At the return."""
    function = view.functions.get(view.unit.init)
    if function is None:
        return []
    return [
        view.warn(
            function,
            None,
            "init-minus-one",
            "-1 is -EPERM: insmod says 'Operation not permitted'",
            "return the error that happened: -ENOMEM, -EINVAL, …",
            node.line,
            node.col,
        )
        for node in below(function.body)
        if isinstance(node, ir.Return)
        and isinstance(node.value, ir.Int)
        and node.value.value == -1
        and "EPERM" not in view.source_at(function, node.line, node.col)
    ]
