"""`top`: processes by CPU time, as a table at intervals."""

from __future__ import annotations

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.commands.date import clock
from server.sim.shell.commands.sleep import nanoseconds
from server.sim.shell.process import Process
from server.sim.shell.streams import check_signal
from server.sim.shell.syntax import Word
from server.sim.views import tasks as view

ROUNDS_MAX = 1000


def run(process: Process, words: list[str]) -> Steps:
    """`-n N` tables, `-d SECONDS` apart (3)."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    rounds = options.value("n", str(ROUNDS_MAX))
    delay = nanoseconds(options.value("d", "3"))
    if not rounds.isdigit() or delay is None:
        return (yield from process.complain("bad argument"))
    before: dict[int, int] = {}
    since = 0
    for index in range(min(int(rounds[:9]), ROUNDS_MAX)):
        if index:
            yield from process.k.hrtimers.sleep(delay, "S")
            check_signal(process.k)
        if (yield from process.out(table(process, before, since) + "\n")):
            return 1
        before = {pid: task.sum_exec for pid, task in process.k.tasks.items()}
        since = process.k.cx.now
    return 0


def table(process: Process, before: dict[int, int], since_ns: int) -> str:
    """One table: time used since the last one, or since boot."""
    k = process.k
    elapsed = max(k.cx.now - since_ns, 1)
    found = sorted(k.tasks.values(), key=lambda t: (before.get(t.pid, 0) - t.sum_exec, t.pid))
    running = sum(1 for t in found if t.state == "R")
    used = sum(t.sum_exec - before.get(t.pid, 0) for t in found)
    share = min(used * 1000 // (elapsed * len(k.cpus)), 1000)
    up = k.cx.now // 60_000_000_000
    lines = [
        f"top - {clock(k.cx.now, '%T')} up {up} min,  1 user,  load average: 0.00, 0.00, 0.00",
        f"Tasks: {len(found):3d} total, {running:3d} running, {len(found) - running:3d} sleeping,   "
        "0 stopped,   0 zombie",
        f"%Cpu(s):  0.0 us, {tenths(share):>4} sy,  0.0 ni, {tenths(1000 - share):>5} id,  "
        "0.0 wa,  0.0 hi,  0.0 si,  0.0 st",
        "",
        "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ]
    for task in found:
        percent = (task.sum_exec - before.get(task.pid, 0)) * 1000 // elapsed
        hundredths = task.sum_exec // 10_000_000
        priority = "rt" if task.rt_prio else str(20 + task.nice)
        size = (0, 0, 0) if view.is_kernel_thread(task) else (2576, 960, 800)
        memory = f"{size[0]:7d} {size[1]:6d} {size[2]:6d}"
        spent = f"{hundredths // 6000:3d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
        head = f"{task.pid:7d} root      {priority:>2} {task.nice:3d} {memory} {task.state[:1]}"
        lines.append(f"{head} {tenths(percent):>5}   0.0 {spent} {view.name(task)}")
    return "\n".join(lines) + "\n"


def tenths(share: int) -> str:
    """A share of a thousand in per cent."""
    return f"{share // 10}.{share % 10}"


def check(words: list[Word], report: Report) -> None:
    """A top that never ends."""
    texts = [word.text() for word in words[1:]]
    if all(text is not None for text in texts) and not any("n" in (text or "") for text in texts):
        report(words[0], "top without -n never ends", "write top -b -n 1")


COMMAND = Command(
    run,
    "top [-b] [-d SECONDS] -n N",
    "A table of processes by CPU time, N times.",
    options="bn:d:Hc",
    check=check,
    path="/usr/bin",
)
