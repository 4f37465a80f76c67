"""`kill`: sends signals."""

from __future__ import annotations

from server.sim.machine import Task
from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.streams import check_signal
from server.sim.views.tasks import is_kernel_thread

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "ILL": 4,
    "TRAP": 5,
    "ABRT": 6,
    "BUS": 7,
    "FPE": 8,
    "KILL": 9,
    "USR1": 10,
    "SEGV": 11,
    "USR2": 12,
    "PIPE": 13,
    "ALRM": 14,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
}
BACKGROUND_IGNORES = (2, 3)  # SIGINT, SIGQUIT: what a shell without job control starts with `&` ignores them
IGNORED = (17, 18, 19)  # nothing here stops or continues


def number(name: str) -> int | None:
    """A signal by its name, with or without SIG, or its number."""
    name = name.upper().removeprefix("SIG")
    if name.isdigit():
        return int(name[:4]) if int(name[:4]) <= 64 else None
    return SIGNALS.get(name)


def send(process: Process, task: Task, signal: int) -> None:
    """send_signal: a user process dies of it when it next runs; kernel threads ignore all."""
    if not signal or signal in IGNORED or is_kernel_thread(task) or task.kind in ("session", "action"):
        return
    if task.deaf and signal in BACKGROUND_IGNORES:
        return
    task.pending_signal = signal
    process.k.sched.wake_up(task, "S")


def run(process: Process, words: list[str]) -> Steps:
    """`kill [-SIGNAL] PID|%JOB…`; `kill -l` lists the signals."""
    rest = words[1:]
    signal: int | None = 15
    if rest[:1] == ["-l"]:
        if rest[1:]:
            names = {n: name for name, n in SIGNALS.items()}
            wanted = [int(word[:4]) & 127 if word.isdigit() else 0 for word in rest[1:]]
            return (yield from process.out("".join(f"{names.get(n, n)}\n" for n in wanted)))
        return (yield from process.out("".join(f"{n:2d}) {name}\n" for name, n in SIGNALS.items())))
    if rest[:1] in (["-s"], ["-n"]) and len(rest) > 1:
        signal, rest = number(rest[1]), rest[2:]
    elif rest and rest[0].startswith("-") and len(rest[0]) > 1:
        signal, rest = number(rest[0][1:]), rest[1:]
    if signal is None:
        yield from process.err(f"sh: bad signal name '{words[1].lstrip('-')}'\n")
        return 1
    if not rest:
        yield from process.err("sh: you need to specify whom to kill\n")
        return 1
    yield from process.spend(process.k.cost("syscall"))
    status = 0
    for word in rest:
        task, problem = _target(process, word)
        if task is None:
            status = yield from process.err(f"sh: {problem}\n")
        else:
            send(process, task, signal)
    check_signal(process.k)
    if not process.shell.world.killed:
        process.shell.world.killed = True
        yield from process.spend(process.k.cost("kill_cold"))
    return status


def _target(process: Process, word: str) -> tuple[Task | None, str]:
    jobs = process.shell.jobs
    if word.startswith("%"):
        index = int(word[1:5]) if word[1:].isdigit() else 0
        if 1 <= index <= len(jobs):
            return jobs[index - 1], ""
        return None, f"kill: {word}: no such job"
    if not word.isdigit() or len(word) > 9:
        return None, f"invalid number '{word}'"
    return process.k.tasks.get(int(word)), f"can't kill pid {word}: No such process"


COMMAND = Command(run, "kill [-SIGNAL] PID|%JOB...", "Sends a signal; without one SIGTERM.", options=None, inside=True)
