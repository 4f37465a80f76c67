"""Nothing in the exit function stops the work.

Why: an item that is pending or running when the module goes executes code that is no longer there.
Example: schedule_work(&w) in init, and an exit function that only prints.
"""

from server.cfront.lint.view import STOP, STOP_SYNC, View
from server.scenario import Diagnostic

WAITED = STOP_SYNC | {"flush_work", "flush_delayed_work"}


def check(view: View) -> list[Diagnostic]:
    """One warning, at the exit function or at the first queueing call."""
    queued = view.queued()
    if not queued:
        return []
    if not view.unit.exit:
        site = queued[0][0]
        return [
            view.warn(
                site.function,
                site.call,
                "exit-stops-nothing",
                "work is queued, and the module has no exit function",
                "without module_exit() the module can never be removed",
            )
        ]
    handlers = view.handlers()
    if any(site.name in STOP for site in view.exit_sites()):
        return []
    if any(site.name in WAITED and site.function.name not in handlers for site in view.sites):
        return []  # somebody waits for the work elsewhere
    function = view.functions[view.unit.exit]
    return [
        view.warn(
            function,
            None,
            "exit-stops-nothing",
            f"nothing in '{function.name}' stops the work that the module queues",
            "call cancel_work_sync() or destroy_workqueue(): a pending item would run code that is gone",
        )
    ]
