"""A plain number where jiffies are expected.

Why: its length depends on CONFIG_HZ: 100 jiffies are 0.1 s, 0.4 s or 1 s.
Example: schedule_delayed_work(&d, 100);
"""

import re

from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir

DELAYS = {
    "schedule_delayed_work": 1,
    "schedule_delayed_work_on": 2,
    "queue_delayed_work": 2,
    "queue_delayed_work_on": 3,
    "mod_delayed_work": 2,
    "mod_delayed_work_on": 3,
    "schedule_timeout": 0,
    "schedule_timeout_interruptible": 0,
    "schedule_timeout_uninterruptible": 0,
    "wait_for_completion_timeout": 1,
}
_PLAIN = re.compile(r"\d+[uUlL]*\s*\)")


def check(view: View) -> list[Diagnostic]:
    """At the number."""
    found = []
    for site in view.calls(*DELAYS):
        delay = site.call.args[DELAYS[site.name]]
        if (
            isinstance(delay, ir.Int)
            and delay.value > 1
            and _PLAIN.match(view.source_at(site.function, delay.line, delay.col))
        ):
            found.append(
                view.warn(
                    site.function,
                    None,
                    "raw-jiffies",
                    f"{delay.value} jiffies are {delay.value * 4} ms here, and another time elsewhere",
                    "say msecs_to_jiffies(…) or a multiple of HZ",
                    delay.line,
                    delay.col,
                )
            )
    return found
