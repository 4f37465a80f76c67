"""`taskset`: runs a command on certain CPUs."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.commands.cut import ranges
from server.sim.shell.process import Process
from server.sim.shell.simple import exec_words
from server.sim.views.masks import from_hex, to_hex, to_list


def run(process: Process, words: list[str]) -> Steps:
    """`taskset MASK COMMAND`, `taskset -c LIST COMMAND`, `taskset -p [MASK] PID`."""
    rest = words[1:]
    flags = ""
    while rest and rest[0].startswith("-"):
        flags += rest.pop(0)[1:]
    if not rest or any(c not in "cpa" for c in flags) or ("p" not in flags and len(rest) < 2):
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    if "p" in flags:
        return (yield from _of_task(process, rest, "c" in flags))
    cpus = parse(rest[0], "c" in flags)
    if cpus is None:
        return (yield from process.complain(f"bad affinity '{rest[0]}'"))
    task = process.k.current
    if not _possible(process, cpus):
        return (yield from process.complain(f"can't set pid {task.pid}'s affinity: Invalid argument"))
    process.k.sched.set_affinity(task, cpus)
    yield from process.k.sched.might_resched()
    return (yield from exec_words(process, rest[1:]))


def parse(text: str, as_list: bool) -> frozenset[int] | None:
    """A hexadecimal mask, or a list as in `0,2-3`."""
    if not as_list:
        return from_hex(text) or None
    shifted = ranges(
        ",".join("-".join(str(int(n) + 1) if n.isdigit() else n for n in p.split("-")) for p in text.split(","))
    )
    if shifted is None or any(high > 8192 for _, high in shifted):
        return None
    return frozenset(cpu for low, high in shifted for cpu in range(low - 1, high))


def _possible(process: Process, cpus: frozenset[int]) -> bool:
    return any(cpu.online and cpu.id in cpus for cpu in process.k.cpus)


def _of_task(process: Process, rest: list[str], as_list: bool) -> Steps:
    pid = rest[-1]
    task = process.k.tasks.get(int(pid)) if pid.isdigit() and len(pid) < 9 else None
    if task is None:
        return (yield from process.complain(f"can't get pid {pid}'s affinity: No such process"))
    online = frozenset(cpu.id for cpu in process.k.cpus)

    def shown(what: str) -> str:
        allowed = task.allowed if task.allowed is not None else online
        word = f"list: {to_list(allowed)}" if as_list else f"mask: {to_hex(allowed)}"
        return f"pid {pid}'s {what} affinity {word}\n"

    yield from process.out(shown("current"))
    if len(rest) > 1:
        cpus = parse(rest[0], as_list)
        if cpus is None or not _possible(process, cpus):
            return (yield from process.complain(f"can't set pid {pid}'s affinity: Invalid argument"))
        process.k.sched.set_affinity(task, cpus)
        yield from process.out(shown("new"))
    return 0


COMMAND = Command(
    run,
    "taskset [-c] MASK COMMAND..., taskset -p [MASK] PID",
    "Runs a command on the CPUs of a mask or list.",
    options=None,
    path="/usr/bin",
)
