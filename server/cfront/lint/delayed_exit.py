"""A delayed work that the exit function does not cancel synchronously.

Why: destroy_workqueue() does not wait for an armed timer, which then fires into a freed queue.
Example: queue_delayed_work(wq, &d, HZ) and only destroy_workqueue(wq) in exit.
"""

from server.cfront.lint.view import DELAYED, View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """One warning per delayed work, at the first call that queues it."""
    if not view.unit.exit:
        return []
    exits = view.exit_sites()
    sync = [
        view.path(s.call.args[0], s.function)
        for s in exits
        if s.name in ("cancel_delayed_work_sync", "disable_delayed_work_sync")
    ]
    plain = [view.path(s.call.args[0], s.function) for s in exits if s.name == "cancel_delayed_work"]
    found: list[Diagnostic] = []
    seen: dict[str, None] = {}
    for site, path in view.queued():
        if site.name not in DELAYED or path in seen or not path:
            continue
        seen[path] = None
        if any(view.same(path, other) or view.member(path) == view.member(other) for other in sync):
            continue
        weak = any(view.same(path, other) for other in plain)
        how = "cancels it without waiting for a run in progress" if weak else "does not cancel it"
        found.append(
            view.warn(
                site.function,
                site.call,
                "delayed-exit",
                f"delayed work '{path}' is queued, and exit {how}",
                "call cancel_delayed_work_sync() in exit: destroy_workqueue() does not stop an armed timer",
            )
        )
    return found
