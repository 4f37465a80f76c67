"""A log line without a newline at its end.

Why: it stays in the buffer until the next line comes, perhaps much later.
Example: pr_info("loaded");
"""

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir


def check(view: View) -> list[Diagnostic]:
    """At the call."""
    found = []
    for site in view.calls("_printk"):
        fmt = site.call.args[0]
        if isinstance(fmt, ir.AddrOf) and isinstance(fmt.of, ir.Str):
            text = fmt.of.data.rstrip(b"\0")
            if text and not text.endswith(b"\n") and not text.startswith(b"\x01c"):
                found.append(
                    view.warn(
                        site.function,
                        site.call,
                        "log-newline",
                        "the log line has no '\\n' at its end",
                        "end the format with \\n; pr_cont() continues a line",
                    )
                )
    return found
