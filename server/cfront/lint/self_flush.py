"""A work function that waits for its own item.

Why: the item cannot end before it has ended: the worker hangs for ever.
Example: cancel_work_sync(work) in the function of that work.
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic

WAITS = ("flush_work", "flush_delayed_work", "cancel_work_sync", "cancel_delayed_work_sync", "disable_work_sync")


def check(view: View) -> list[Diagnostic]:
    """At the waiting call."""
    found = []
    for site in view.calls(*WAITS):
        name = site.function.name
        if name not in view.handlers():
            continue
        path = view.path(site.call.args[0], site.function)
        own = any(work.handler == name and work.path and view.same(work.path, path) for work in view.works)
        if own or path == site.function.locals[0].name:
            found.append(
                view.warn(
                    site.function,
                    site.call,
                    "self-flush",
                    f"{view.written(site)}() waits for the item that calls it: it never returns",
                    "use cancel_work() or cancel_delayed_work(), or just do not queue it again",
                )
            )
    return found
