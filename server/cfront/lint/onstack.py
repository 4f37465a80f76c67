"""A work item on the stack, initialised as if it were not.

Why: object debugging needs INIT_WORK_ONSTACK() and destroy_work_on_stack(); and the function must not return first.
Example: struct work_struct w; INIT_WORK(&w, fn);
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """At the initialisation."""
    return [
        view.warn(
            work.function,
            None,
            "onstack",
            f"'{work.path}' is on the stack of '{work.function.name}'",
            "use INIT_WORK_ONSTACK() and destroy_work_on_stack(), and flush it before the function returns",
            work.line,
            work.col,
        )
        for work in view.works
        if work.local and not work.onstack and work.function is not None
    ]
