"""Flushing a workqueue of the system.

Why: it waits for everybody's items, and deadlocks easily; the kernel warns since 6.6.
Example: flush_scheduled_work().
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir


def check(view: View) -> list[Diagnostic]:
    """At the flush."""
    found = []
    for site in view.calls("__flush_workqueue", "flush_workqueue"):
        argument = site.call.args[0]
        if isinstance(argument, ir.Call) and isinstance(argument.callee, ir.FuncRef):
            name = argument.callee.name.removeprefix("__get_")
            if name.startswith("system_"):
                found.append(
                    view.warn(
                        site.function,
                        site.call,
                        "flush-system",
                        f"'{name}' is flushed: it holds the whole system's items",
                        "wait for your own with flush_work() or cancel_work_sync(), or use a workqueue of your own",
                    )
                )
    return found
