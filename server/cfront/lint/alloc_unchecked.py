"""The result of kmalloc() and its relatives is not checked.

Why: it is NULL when memory is short, and the first access then crashes.
Example: p = kmalloc(sizeof(*p), GFP_KERNEL); p->x = 1;
"""

from server.cfront.lint.unchecked import unchecked
from server.cfront.lint.view import View
from server.scenario import Diagnostic

NAMES = (
    "kmalloc",
    "kzalloc",
    "kcalloc",
    "kmalloc_array",
    "vmalloc",
    "vzalloc",
    "kmem_cache_alloc",
    "kmem_cache_zalloc",
    "kstrdup",
    "__alloc_percpu",
)


def check(view: View) -> list[Diagnostic]:
    """At the call."""
    return unchecked(
        view, NAMES, "alloc-unchecked", "the memory", "it is NULL when memory is short: test it before the first use"
    )
