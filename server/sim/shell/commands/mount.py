"""`mount`: everything that a session may want is mounted already."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process

MOUNTS = (
    ("proc", "/proc", "proc"),
    ("sysfs", "/sys", "sysfs"),
    ("devtmpfs", "/dev", "devtmpfs"),
    ("tracefs", "/sys/kernel/tracing", "tracefs"),
    ("debugfs", "/sys/kernel/debug", "debugfs"),
)


def run(process: Process, words: list[str]) -> Steps:
    """`mount -t debugfs none /sys/kernel/debug` succeeds; alone it lists."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    if not options.operands:
        return (yield from process.out("".join(f"{a} on {b} type {c} (rw,relatime)\n" for a, b, c in MOUNTS)))
    where = process.path(options.operands[-1])
    if any(where == place for _, place, _ in MOUNTS):
        return 0
    return (
        yield from process.complain(
            f"mounting {options.operands[0]} on {options.operands[-1]} failed: Invalid argument"
        )
    )


COMMAND = Command(
    run, "mount [-t TYPE] [NAME DIRECTORY]", "Lists what is mounted; debugfs and tracefs are already.", options="t:o:"
)
