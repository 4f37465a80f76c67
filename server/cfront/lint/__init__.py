"""Lints: what a kernel reviewer would say about a module that compiles. One rule per file, over the IR.

A lint is a hint, from the text alone; the simulator's report on the path that ran is the proof.
"""

from __future__ import annotations

from server.cfront.lint import (
    alloc_unchecked,
    cast_container,
    delayed_exit,
    exit_stops,
    flush_system,
    free_pending,
    include_workqueue,
    init_live,
    init_minus_one,
    leak,
    legacy_create,
    license_missing,
    log_newline,
    onstack,
    queued_twice,
    raw_jiffies,
    self_flush,
    self_requeue,
    sleep_atomic,
    timer_exit,
    use_after_free,
    workqueue_unchecked,
)
from server.cfront.lint.view import View, unique
from server.scenario import Diagnostic
from server.sim.cmodule.ir import Unit

RULES = (
    license_missing,
    include_workqueue,
    exit_stops,
    delayed_exit,
    self_requeue,
    timer_exit,
    free_pending,
    use_after_free,
    self_flush,
    flush_system,
    sleep_atomic,
    onstack,
    init_live,
    cast_container,
    queued_twice,
    workqueue_unchecked,
    alloc_unchecked,
    leak,
    legacy_create,
    raw_jiffies,
    init_minus_one,
    log_newline,
)


def lint(unit: Unit, files: dict[str, str]) -> list[Diagnostic]:
    """All warnings about a unit; `files` are its sources."""
    view = View(unit, files)
    return unique([found for rule in RULES for found in rule.check(view)])
