"""`poll`: waits until a file can be read or written. Ours: what a module's author would write for the purpose."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.numbers import number_of
from server.sim.shell.process import Process, strerror
from server.sim.shell.streams import KernelFile, check_signal

EVENTS = {1: "POLLIN", 2: "POLLPRI", 4: "POLLOUT", 8: "POLLERR", 16: "POLLHUP", 0x40: "POLLRDNORM", 0x100: "POLLWRNORM"}
IN, OUT = 0x43, 0x104


def run(process: Process, words: list[str]) -> Steps:
    """`poll [-t MS] FILE [in | out]`: prints the events that are there; 1 if the time passes without one."""
    options = yield from process.options(words[1:])
    timeout = number_of(options.value("t", "-1")) if options is not None else None
    if options is None or timeout is None or options.operands[1:] not in ([], ["in"], ["out"]):
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    name, wanted = options.operands[0], OUT if options.operands[1:] == ["out"] else IN
    stream = yield from process.open(name, "r" if wanted == IN else "rw")
    if isinstance(stream, int):
        return (yield from process.complain(f"{name}: {strerror(-stream)}"))
    yield from process.spend(process.k.cost("syscall"))
    events = wanted
    if isinstance(stream, KernelFile):
        events = yield from stream.opened.poll(timeout, wanted)
    check_signal(process.k)
    yield from process.close(stream)
    if events < 0:
        return (yield from process.complain(f"{name}: {strerror(-events)}"))
    shown = " ".join(text for bit, text in EVENTS.items() if events & bit)
    return (yield from process.out(f"{shown}\n")) if events else 1


COMMAND = Command(
    run,
    "poll [-t MS] FILE [in | out]",
    "Waits until a file can be read (or written); prints the events.",
    options="t:",
    operands=(1, 2),
)
