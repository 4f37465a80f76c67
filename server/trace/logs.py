"""What a run said: the kernel log as `dmesg` prints it, and the session's terminal."""

from __future__ import annotations

from server.trace.events import KIND_BY_NAME
from server.trace.recording import Recording

LOG_CONT = 8  # beside the level: the text goes on with the last line
CONSOLE, TTY = KIND_BY_NAME["console"], KIND_BY_NAME["wqp:tty"]


def stamp(t_ns: int) -> str:
    """`[    3.177000]`, cut to microseconds as printk does. Linux: kernel/printk/printk.c print_time."""
    micros = t_ns // 1000
    return f"[{micros // 1_000_000:5d}.{micros % 1_000_000:06d}]"


def dmesg(recording: Recording, marked: bool = False) -> str:
    """All lines of the log, each with its stamp; `marked`: below a line, as comments, what Linux leaves open of it."""
    out: list[str] = []
    opens = recording.opens.by_event() if marked and recording.opens else {}
    for event in recording.events():
        if event.kind != CONSOLE:
            continue
        if int(event.args[1]) & LOG_CONT and out:  # pr_cont(): only the last line of the log can go on
            out[-1] = f"{out[-1][:-1]}{event.args[0]}\n"
        else:
            out += [f"{stamp(event.t_ns)} {line}\n" for line in str(event.args[0]).split("\n")]
            out += [f"# {fact.text}\n" for fact in opens.get(event.seq, ())]
    return "".join(out)


def terminal(recording: Recording, number: str = "") -> str:
    """What the session printed, on one terminal or on all."""
    return "".join(
        str(event.args[1])
        for event in recording.events()
        if event.kind == TTY and (not number or event.args[0] == number)
    )
