"""Nothing in the exit function stops the work.

Why: an item that is pending or running when the module goes executes code that is no longer there.
Example: schedule_work(&w) in init, and an exit function that only prints.
"""

from server.cfront.lint.view import STOP, STOP_SYNC, Site, View
from server.scenario import Diagnostic

FLUSH = ("__flush_workqueue", "drain_workqueue")
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
    stops = {site.name for site in view.exit_sites() if site.name in STOP}
    if stops:
        return _elsewhere(view, queued) if stops == {"destroy_workqueue"} else []
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


def _elsewhere(view: View, queued: list[tuple[Site, str]]) -> list[Diagnostic]:
    """Exit destroys the module's workqueue, and an item is on the system's: nothing waits for that."""
    if any(site.name in WAITED or site.name in FLUSH for site in view.sites):
        return []
    return [
        view.warn(
            site.function,
            site.call,
            "exit-stops-nothing",
            f"'{path}' is on the system's workqueue: destroy_workqueue() in exit does not stop it",
            "call cancel_work_sync() or cancel_delayed_work_sync() in exit",
        )
        for site, path in queued
        if site.name.startswith("schedule_") and path
    ][:1]
