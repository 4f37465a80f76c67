"""An item that queues itself again, and that nobody cancels synchronously.

Why: between the check and the next turn it comes back; only the _sync functions keep it from being queued again.
Example: schedule_work(work) at the end of its own function, flush_work() in exit.
"""

from server.cfront.lint.view import DELAYED, STOP_SYNC, View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """At the call that requeues."""
    stopped = any(site.name in STOP_SYNC for site in view.sites if site.function.name not in view.handlers())
    if stopped:
        return []
    drained = any(site.name == "destroy_workqueue" for site in view.exit_sites())
    found = []
    for site, path in view.queued():
        if site.function.name not in view.handlers() or drained and site.name not in DELAYED:
            continue
        own = any(work.handler == site.function.name and view.same(work.path, path) for work in view.works)
        parameter = site.function.params and path.split("-")[0].split(".")[0] == site.function.locals[0].name
        if own or parameter:
            found.append(
                view.warn(
                    site.function,
                    site.call,
                    "self-requeue",
                    f"'{path}' queues itself, and nothing cancels it synchronously",
                    "use cancel_work_sync() or cancel_delayed_work_sync(): flushing waits for one run only",
                )
            )
    return found
