"""Memory that the module allocates and never frees.

Why: it stays allocated after rmmod, until the next boot.
Example: p = kmalloc(…) in init, and no kfree() anywhere.
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic

ALLOCATE = ("kmalloc", "kzalloc", "kcalloc", "kmalloc_array", "vmalloc", "vzalloc", "kstrdup", "kmemdup", "kvmalloc")
FREE = ("kfree", "vfree", "kvfree", "kfree_sensitive", "__wq_kfree_rcu_at", "kfree_const")


def check(view: View) -> list[Diagnostic]:
    """At the first allocation of a module that frees nothing."""
    if any(True for _ in view.calls(*FREE)):
        return []
    for site in view.calls(*ALLOCATE):
        return [
            view.warn(
                site.function,
                site.call,
                "leak",
                "the module allocates memory and frees none",
                "call kfree() when the memory is no longer needed, at the latest in exit",
            )
        ]
    return []
