"""`dmesg`: the kernel's log."""

from __future__ import annotations

from server.sim.shell.command import Command, Options, Report, Steps
from server.sim.shell.commands.date import clock
from server.sim.shell.process import Process
from server.sim.shell.streams import check_signal
from server.sim.shell.syntax import Word
from server.sim.views.protocol import Record

LEVELS = ("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug")


def render(record: Record, options: Options) -> str:
    """A record as dmesg prints it: each of its lines behind the stamp."""
    t_ns, level, text = record.t_ns, record.level, record.text
    stamp = f"[{t_ns // 1_000_000_000:5d}.{t_ns // 1000 % 1_000_000:06d}] "
    if "t" in options or "notime" in options:
        stamp = ""
    elif "T" in options or "ctime" in options:
        stamp = f"[{clock(t_ns, '%a %b %e %H:%M:%S %Y')}] "
    if "r" in options or "raw" in options:
        stamp = f"<{level}>{stamp}"
    elif "x" in options or "decode" in options:
        stamp = f"kern  :{LEVELS[level & 7]:<6}: {stamp}"
    return "".join(f"{stamp}{line}\n" for line in text.rstrip("\n").split("\n"))


def wanted_levels(options: Options) -> tuple[int, ...] | None:
    """The levels to show; None for a name that is none."""
    names = options.value("l") or options.value("level")
    if not names:
        return tuple(range(8))
    if any(name not in LEVELS for name in names.split(",")):
        return None
    return tuple(LEVELS.index(name) for name in names.split(","))


def run(process: Process, words: list[str]) -> Steps:
    """Prints the log; `-w` stays and prints what comes."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    k = process.k
    level = options.value("n") or options.value("console-level")
    if level:
        number = LEVELS.index(level) + 1 if level in LEVELS else int(level) if level.isdigit() else 0
        if not 1 <= number <= 8:
            return (yield from process.complain(f"invalid number '{level}'"))
        k.printk.console_level = number
        return 0
    levels = wanted_levels(options)
    if levels is None:
        return (yield from process.complain(f"unknown level '{options.value('l') or options.value('level')}'"))
    yield from process.spend(k.cost("console_read"))
    new_only = "W" in options or "follow-new" in options
    at = len(k.printk.ring)
    if not new_only and "C" not in options and "clear" not in options:
        shown = [render(r, options) for r in k.printk.ring[k.printk.cleared : at] if r.level & 7 in levels]
        if shown and (yield from process.out("".join(shown))):
            return 1
    if any(name in options for name in ("c", "C", "clear", "read-clear")):
        k.printk.cleared = at
    while new_only or "w" in options or "follow" in options:
        if len(k.printk.ring) == at:
            k.printk.listeners.append(k.current)
            yield from k.sched.block("S", "CONDITION", "", "on=log_wait")
            check_signal(k)
        fresh, at = k.printk.ring[at:], len(k.printk.ring)
        text = "".join(render(r, options) for r in fresh if r.level & 7 in levels)
        if text and (yield from process.out(text)):
            return 1
    return 0


def check(words: list[Word], report: Report) -> None:
    """Levels that do not exist."""
    texts = [word.text() for word in words]
    for at, text in enumerate(texts[:-1]):
        names = texts[at + 1]
        if text in ("-l", "--level") and names is not None and any(n not in LEVELS for n in names.split(",")):
            report(words[at + 1], f'"{names}" is no log level', "levels are " + ", ".join(LEVELS))


COMMAND = Command(
    run,
    "dmesg [-wWcCtTrxH] [-l LEVEL,...] [-n LEVEL]",
    "Prints the kernel log; `-w` stays and follows it.",
    options="wWcCtTrxHkuSPLn:s:l:",
    check=check,
    operands=(0, 0),
    long=(
        "follow",
        "follow-new",
        "clear",
        "read-clear",
        "notime",
        "ctime",
        "raw",
        "decode",
        "human",
        "kernel",
        "nopager",
        "color",
        "color=",
        "level=",
        "console-level=",
    ),
)
