"""The C front end: module source to typed IR and diagnostics. Nothing else of the project knows clang."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.scenario import Diagnostic, Limits
    from server.sim.cmodule.ir import Unit


def compile_module(
    files: dict[str, str], module_name: str, limits: Limits, meanwhile: Callable[[], object] | None = None
) -> tuple[Unit | None, list[Diagnostic]]:
    """Compile a module in a limited child process; the unit is None if there is an error. Never raises for bad C.

    `files` maps names to texts: `.c`, `.h`, and possibly a kbuild `Makefile`. The death of the child, by crash or
    limit, is a diagnostic too. `meanwhile` is called while the child works: time to import what comes next.
    """
    from server.cfront.child import Job

    job = Job(files, module_name, limits)
    if meanwhile is not None:
        meanwhile()
    return job.result()


def compile_in_process(files: dict[str, str], module_name: str, limits: Limits) -> tuple[Unit | None, list[Diagnostic]]:
    """As `compile_module`, without a child: only for a process that has the limits of `child.limit()` already."""
    from server.cfront.compile import compile_here

    return compile_here(files, module_name, limits)
