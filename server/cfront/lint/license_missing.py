"""A module without MODULE_LICENSE.

Why: kbuild fails, and the kernel keeps GPL-only symbols from it.
Example: a file that ends with module_exit(...).
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic


def check(view: View) -> list[Diagnostic]:
    """One warning for the whole file."""
    if "license" in view.unit.info:
        return []
    return [
        view.warn(
            None,
            None,
            "license",
            "the module has no MODULE_LICENSE()",
            'modpost stops without it: add MODULE_LICENSE("GPL");',
        )
    ]
