"""The kernel log: levels, the ring, console events (kernel/printk/printk.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.cmodule.faults import LimitReached
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.machine import Task

CONSOLE = KIND_BY_NAME["console"]
LINE_MAX = 1000
LOG_CONT = 8  # beside the level of a console event: the text goes on with the line that its task printed last
CONT = "\x01c"  # what follows is printed by pr_cont(): the same line of the log, an event of its own


class Record:
    """One line of the log. `caller` is the task's pid, or the CPU with 0x80000000 in interrupts; -1 once cleared by
    dmesg -c.
    """

    __slots__ = ("t_ns", "level", "text", "caller")

    def __init__(self, t_ns: int, level: int, text: str, caller: int) -> None:
        self.t_ns = t_ns
        self.level = level
        self.text = text
        self.caller = caller


class Printk:
    """The ring. `cleared` is where `dmesg -c` left off; `seq` counts the lines ever printed."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.ring: list[Record] = []
        self.cleared = 0
        self.bytes = 0
        self._once: dict[str, bool] = {}
        self._partial: dict[int, Record] = {}
        self.console_level = 7
        self.listeners: list[Task] = []  # woken, and forgotten, at the next line: dmesg -w

    def log(self, level: int, text: str) -> None:
        """A line (or several) of the kernel's own. Raises LimitReached at the console's limit."""
        for line in text.split("\n"):
            head, *rest = line.split(CONT)
            self._line(level, head)
            for piece in rest:
                self.ring[-1].text += piece
                self.k.emit(CONSOLE, piece, level | LOG_CONT)

    def _line(self, level: int, text: str) -> None:
        k = self.k
        text = text[:LINE_MAX]
        self.bytes += len(text) + 16
        if self.bytes > k.limits.console_bytes:
            raise LimitReached("console_bytes", f"the kernel log is longer than {k.limits.console_bytes} bytes")
        caller = k.current.pid if not k.irq_depth else 0x80000000 + k.cpu.id
        self.ring.append(Record(k.cx.now, level, text, caller))
        k.emit(CONSOLE, text, level)
        k.charge_cold("printk")
        if self.listeners:
            listeners, self.listeners = self.listeners, []
            for task in listeners:
                k.sched.wake_up(task)

    def log_once(self, level: int, text: str) -> None:
        """A line that is printed the first time only."""
        if text not in self._once:
            self._once[text] = True
            self.log(level, text)

    def vprintk(self, data: bytes) -> int:
        r"""printk() with its text formatted: `\x01N` gives the level, `\x01c` continues, a missing newline may be
        continued.
        """
        level, cont = 4, False
        while len(data) >= 2 and data[:1] == b"\x01":
            if data[1:2] == b"c":
                cont = True
            elif data[1:2].isdigit():
                level = int(data[1:2])
            data = data[2:]
        text = data.decode("utf-8", "replace")
        ended = text.endswith("\n")
        body = text[:-1] if ended else text
        pid = self.k.current.pid
        record = self._partial.pop(pid, None)
        if cont and record is not None and record is self.ring[-1]:
            record.text = (record.text + body)[:LINE_MAX]
            self.k.emit(CONSOLE, body, record.level | LOG_CONT)  # the console's event has each piece for itself
            self.k.charge_cold("printk")
        elif body or ended:
            self.log(level, body)
        if not ended and self.ring:
            self._partial[pid] = self.ring[-1]
        return len(data)
