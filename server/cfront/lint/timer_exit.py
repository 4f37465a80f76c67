"""A timer that exit does not delete, or deletes without waiting.

Why: its function may run, on another CPU, when the module's code is already gone.
Example: del_timer(&t) in exit.
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic

SYNC = ("timer_delete_sync", "timer_shutdown_sync")
HINT = "call timer_delete_sync() (del_timer_sync()) in exit: it waits for a function that runs on another CPU"


def check(view: View) -> list[Diagnostic]:
    """One warning per timer."""
    if not view.unit.exit:
        return []
    exits = view.exit_sites()
    sync = [view.path(s.call.args[0], s.function) for s in exits if s.name in SYNC]
    found: list[Diagnostic] = []
    weak: list[str] = []
    for site in exits:
        if site.name == "timer_delete":
            path = view.path(site.call.args[0], site.function)
            weak.append(path)
            if not any(view.same(path, other) for other in sync):
                found.append(
                    view.warn(
                        site.function,
                        site.call,
                        "timer-exit",
                        f"timer '{path}' is deleted without waiting for its function",
                        HINT,
                    )
                )
    seen: dict[str, None] = {}
    for site in view.calls("mod_timer", "add_timer"):
        path = view.path(site.call.args[0], site.function)
        if path and path not in seen and not any(view.member(path) == view.member(p) for p in sync + weak):
            seen[path] = None
            found.append(
                view.warn(
                    site.function,
                    site.call,
                    "timer-exit",
                    f"timer '{path}' is started, and exit does not delete it",
                    HINT,
                )
            )
    return found
