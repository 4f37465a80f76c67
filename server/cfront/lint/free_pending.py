"""Memory with a work item in it freed in exit, while the item may be pending.

Why: the workqueue then follows pointers in freed memory.
Example: kfree(dev) in exit, without cancel_work_sync(&dev->work) before it.
"""

from server.cfront.lint.view import STOP, View
from server.scenario import Diagnostic
from server.sim.cmodule import ir


def check(view: View) -> list[Diagnostic]:
    """At each kfree() in exit of a structure that holds an item, with nothing before it that stops items."""
    found = []
    stopped = False
    for site in view.exit_sites():
        if site.name in STOP:
            stopped = True
        elif site.name == "kfree" and not stopped and _holds_work(view, site.call.args[0]):
            path = view.path(site.call.args[0], site.function)
            found.append(
                view.warn(
                    site.function,
                    site.call,
                    "free-pending",
                    f"'{path}' is freed while its work may be pending",
                    "call cancel_work_sync() or cancel_delayed_work_sync() before kfree()",
                )
            )
    return found


def _holds_work(view: View, e: ir.Expr) -> bool:
    types = view.unit.types
    while isinstance(e, ir.Cast):
        e = e.of
    pointer = types[e.type]
    record = types[pointer.to] if isinstance(pointer, ir.Pointer) else None
    if not isinstance(record, ir.Record):
        return False
    names = [t.name for field in record.fields if isinstance(t := types[field.type], ir.Record)]
    return "work_struct" in names or "delayed_work" in names
