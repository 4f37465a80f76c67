"""The result of alloc_workqueue() is not checked.

Why: it returns NULL when memory is short, and the first queue_work() then crashes.
Example: wq = create_workqueue("x"); queue_work(wq, &w);
"""

from server.cfront.lint.unchecked import unchecked
from server.cfront.lint.view import View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """At the call."""
    return unchecked(
        view,
        ("alloc_workqueue",),
        "workqueue-unchecked",
        "the workqueue",
        "it is NULL when memory is short: return -ENOMEM",
    )
