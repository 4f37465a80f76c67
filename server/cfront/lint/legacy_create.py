"""create_workqueue() and its relatives.

Why: they are from before 2010; alloc_workqueue() says what the queue needs.
Example: wq = create_singlethread_workqueue("x");
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir

LEGACY, ORDERED = 1 << 18, 1 << 17


def check(view: View) -> list[Diagnostic]:
    """At the call."""
    found = []
    for site in view.calls("alloc_workqueue"):
        flags = site.call.args[1]
        if isinstance(flags, ir.Int) and flags.value & LEGACY:
            word = view.source_at(site.function, site.call.line, site.call.col).split("(")[0].strip()
            name = word if word.startswith("create_") else "create_workqueue"
            instead = "alloc_ordered_workqueue(name, 0)" if flags.value & ORDERED else "alloc_workqueue(name, 0, 0)"
            found.append(
                view.warn(
                    site.function,
                    site.call,
                    "legacy-create",
                    f"{name}() is the old interface",
                    f"use {instead}; add WQ_MEM_RECLAIM only if memory reclaim depends on it",
                )
            )
    return found
