"""`irq`: a device raises its interrupt. Ours: a machine has no such command."""

from __future__ import annotations

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.process import Process
from server.sim.shell.syntax import Word

IRQ_MAX = 255


def run(process: Process, words: list[str]) -> Steps:
    """Pulls the line N once; says so where no module has requested it."""
    number = words[1] if len(words) == 2 else ""
    if not number.isdigit() or int(number[:9]) > IRQ_MAX:
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    yield from process.spend(process.k.cost("syscall"))
    if not process.k.irq.raise_line(int(number)):
        return (yield from process.complain(f"nobody has requested interrupt {number}"))
    return 0


def check(words: list[Word], report: Report) -> None:
    """Numbers that are no line."""
    text = words[1].text() if len(words) == 2 else ""
    if text is not None and (not text.isdigit() or int(text[:9]) > IRQ_MAX):
        report(words[-1], f"irq needs the number of a line, 0 to {IRQ_MAX}", f"usage: {COMMAND.usage}")


COMMAND = Command(
    run,
    "irq N",
    "A device raises interrupt N; the module must have requested it.",
    options=None,
    inside=True,
    check=check,
)
