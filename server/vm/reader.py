"""ftrace's lines, while they come, into a growing recording.

What the lab itself does is left out: the agent counts as idle time. Marks that the lab put there say where the module's
text lies and when its init function was entered.
"""

from __future__ import annotations

import re
from collections import Counter

from server.trace.events import KIND_BY_NAME
from server.trace.ftrace_in import LiveReader
from server.trace.recording import Recording
from server.vm.symbols import Symbols

LINE_MAX = 1 << 16
TICK = "function=tick_nohz_handler"  # the scheduler's own tick: thousands of lines that explain nothing

CONSOLE, MODULE, TTY, COMMAND = (KIND_BY_NAME[n] for n in ("console", "wqp:module", "wqp:tty", "wqp:command"))
_MARK = re.compile(
    r'(?P<s>\d+)\.(?P<us>\d{6}): wqp_(?P<what>init|module): (?:.*name="(?P<name>[^"]*)" text=0x(?P<text>[0-9a-f]+))?'
)
# A line of the dump that a dying kernel writes to its console.
_DUMPED = re.compile(r"^\[[\d. ]+\] +(.+)-(\d+) +(\d+)(\S{5}) *(\d+)us : (.*)$")
_AGENT_SWITCH = re.compile(r"(prev|next)_comm=\S+ (prev|next)_pid=1 (prev|next)_prio=\d+")


def undumped(line: str, comms: dict[int, str] | None = None) -> str | None:
    """A line of a dump in the form of the trace file, or None for another line of the console.

    A dump cuts names to eight characters: `comms` has whole ones by pid.
    """
    match = _DUMPED.match(line)
    if match is None:
        return None
    micros = int(match[5])
    stamp = f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
    comm = (comms or {}).get(int(match[2]), match[1].strip()) if match[2] != "0" else "<idle>"
    return f"{comm:>16}-{match[2]:<7} [{int(match[3]):03d}] {match[4]} {stamp:>12}: {match[6]}"


class Reader:
    """Fills a recording from lines of trace, and from what terminals said."""

    def __init__(self, recording: Recording, symbols: Symbols) -> None:
        self.recording = recording
        self.symbols = symbols
        self.reader = LiveReader(recording)
        self.module = symbols.name
        self.lines: dict[int, str] = {}  # by event number: the line as ftrace wrote it, for reference traces
        self.marked = ""
        self.console: Counter[str] = Counter()  # lines of the log that are events
        self.offset_ns = 0  # from the log's clock to the trace's
        self._spoken = ("", 0)  # the last traced line of the log, and when
        self._rest = ""

    def text(self, text: str) -> None:
        """A piece of trace text; it may end amid a line."""
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()[:LINE_MAX]
        for line in lines:
            self.line(line)

    def finish(self) -> None:
        """Nothing follows."""
        self.text("\n")

    def line(self, line: str) -> None:
        """One line."""
        if ": wqp_" in line:
            self._mark(line)
            return
        line = self._without_agent(line)
        if not line or TICK in line:
            return
        line = self.symbols.named(line)
        if self.reader.line(line):
            self.lines[self.recording.rows - 1] = line
            _, is_console, said = line.partition(": console: ")
            if is_console:
                self.console[said.strip()] += 1
                self._spoken = said.strip(), self.reader.last_ns

    def _without_agent(self, line: str) -> str:
        """The line as if the CPU idled while the agent works; "" for what only concerns the agent."""
        if "agent-1 " in line[:32] and "sched_switch" not in line:
            return ""
        if "agent" not in line:
            return line
        if "sched_switch" in line:
            bracket = line.find("[")
            cpu = int(line[bracket + 1 : bracket + 4])
            idle = rf"\1_comm=swapper/{cpu} \1_pid=0 \1_prio=120"
            out = _AGENT_SWITCH.sub(idle, line)
            if "agent-1 " in out[:32]:
                out = f"{'<idle>':>16}-0 {out[bracket - 1 :]}".replace("prev_state=S", "prev_state=R")
            return "" if "prev_pid=0 " in out and "next_pid=0 " in out else out
        if " pid=1 " in line and ("sched_wakeup" in line or "sched_migrate" in line):
            return ""
        return line

    def _mark(self, line: str) -> None:
        match = _MARK.search(line)
        if match is None:
            return
        t_ns = int(match["s"]) * 1_000_000_000 + int(match["us"]) * 1000
        if match["what"] == "module":
            self.marked = match["name"] or ""
            if self.marked == self.module:
                self.symbols.loaded(int(match["text"], 16))
        elif self.marked == self.module:
            self.own(t_ns, line, MODULE, ("init", self.module, 0))
            self.marked = ""

    def own(self, t_ns: int, line: str, kind: int, args: tuple[int | str, ...]) -> None:
        """An event of our own, in the place of the line's task."""
        task, cpu = self.reader.place(line)
        self._event(t_ns, cpu, kind, task, args)

    def tty(self, terminal: int, t_ns: int, text: str) -> None:
        """What a terminal got; where later events are told already, it counts as of then."""
        self._event(t_ns, 0, TTY, self.reader.session(), (str(terminal), text))

    def ended(self, terminal: int, t_ns: int, status: int) -> None:
        """A terminal's shell has ended."""
        what = "session" if terminal == 1 else f"action {terminal - 1}"
        self._event(t_ns, 0, COMMAND, self.reader.session(), (what, status))

    def logged(self, log: str) -> None:
        """The kernel's log, from when it no longer traces: lines that were no events become ones."""
        told = self.console.copy()
        for line in log.split("\n"):
            stamp, _, text = line.partition("] ")
            if not text.strip():
                continue
            if not stamp.startswith("["):
                continue  # a further line of a message
            seconds = float(stamp.strip("[ ") or 0)
            if told[text.strip()] > 0:
                told[text.strip()] -= 1
                if text.strip() == self._spoken[0]:
                    self.offset_ns = self._spoken[1] - int(seconds * 1e9)
            else:
                self.console[text.strip()] += 1
                at = int(seconds * 1e9) + self.offset_ns
                self._event(at, 0, CONSOLE, self.reader.session(), (text, 0))

    def _event(self, t_ns: int, cpu: int, kind: int, task: int, args: tuple[int | str, ...]) -> None:
        self.reader.last_ns = max(t_ns, self.reader.last_ns)
        self.recording.event(self.reader.last_ns, cpu, kind, task, -1, args)
