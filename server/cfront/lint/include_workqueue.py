"""Workqueues used without including <linux/workqueue.h>.

Why: it compiles only as long as another header happens to include it.
Example: #include <linux/interrupt.h> and schedule_work().
"""

from server.cfront.lint.view import QUEUE, View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """At the first use."""
    if any("linux/workqueue.h" in text for text in view.files.values()):
        return []
    for site in view.calls("__init_work", "alloc_workqueue", *QUEUE):
        return [
            view.warn(
                site.function,
                site.call,
                "include",
                "workqueues are used without <linux/workqueue.h>",
                "add #include <linux/workqueue.h>: another header brings it in only by chance",
            )
        ]
    return []
