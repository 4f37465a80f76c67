"""WARN() of kernel files other than workqueue.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim import splat

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


def warn_at(k: Kernel, function: str, where: str, text: str) -> None:
    """WARN(1, text) in `function`, at `where` (file:line of the kernel's source)."""
    for line in splat.warn_lines(k, function, where, text):
        k.printk.log(4, line)
    k.oops.tainted["W"] = True
    k.check("warn", f"{function}: {text}")
