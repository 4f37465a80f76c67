"""What runs on a CPU, and what state a task is in: two kinds of lanes, kept from event to event.

        sched_wakeup    sched_switch in    sched_switch out (S, D)
    sleeping |    runnable     |     running      |  sleeping or blocked …

A change at the very moment a span began replaces it, so that no span without duration appears.
"""

from __future__ import annotations

import msgspec

from server.trace.rows import BLOCKED, RUNNING, SLEEPING, SOFTIRQ, Rows

NO_STATE = -1
# A task that waits for these is blocked by somebody; one that waits for a timer sleeps by its own will.
_SLEEPS = frozenset(("TIMER", "UNKNOWN"))


def sleeping_state(cause: str) -> int:
    """Whether a task that waits for `cause` is sleeping or blocked."""
    return SLEEPING if not cause or cause in _SLEEPS else BLOCKED


class Told(msgspec.Struct, frozen=True):
    """A `wqp:wait` event, taken apart: `culprits` as in the event's text."""

    seq: int
    cause: str
    culprits: str
    detail: str
    line: int


class Track:
    """A lane on which one span is open at a time."""

    __slots__ = ("rows", "lane", "span", "state", "item", "task", "line")

    def __init__(self, rows: Rows, lane: int) -> None:
        self.rows = rows
        self.lane = lane
        self.span = -1
        self.state = NO_STATE
        self.item = -1
        self.task = -1
        self.line = -1

    def show(self, t_ns: int, seq: int, state: int, item: int, task: int, line: int) -> None:
        """From now on the lane shows this; NO_STATE leaves it empty."""
        if state == self.state and item == self.item and task == self.task and self.span >= 0:
            return
        spans, span = self.rows.spans, self.span
        self.state, self.item, self.task, self.line = state, item, task, line
        if span >= 0:
            if state != NO_STATE and spans.fresh(span, t_ns):
                spans.state[span], spans.item[span], spans.task[span], spans.line[span] = state, item, task, line
                return
            spans.close(span, t_ns, seq)
            self.span = -1
        if state != NO_STATE and self.lane >= 0:
            self.span = spans.add(self.lane, state, t_ns, seq, item, task, line)


class TaskTrack(Track):
    """A task: its state, the item that it executes, and what it waits for."""

    __slots__ = ("pid", "row", "kind", "doing", "cpu", "wait", "told", "woke_seq", "command_row", "pool", "handed_seq")

    def __init__(self, rows: Rows, pid: int, row: int, kind: str) -> None:
        super().__init__(rows, -1)
        self.pid = pid
        self.row = row
        self.kind = kind
        self.doing = -1  # the item that it executes
        self.cpu = -1
        self.wait = -1
        self.told: Told | None = None  # said by the engine before the task has left the CPU
        self.woke_seq = -1
        self.handed_seq = -1  # of the lock event that made it the owner
        self.command_row = -1
        self.pool = ""

    @property
    def is_worker(self) -> bool:
        """Whether it is a kworker or a rescuer."""
        return self.kind in ("kworker", "rescuer")


class CpuTrack(Track):
    """A CPU: its current task and the interrupts on top of it."""

    __slots__ = ("cpu", "current", "frames", "borrowed")

    def __init__(self, rows: Rows, lane: int, cpu: int) -> None:
        super().__init__(rows, lane)
        self.cpu = cpu
        self.current: TaskTrack | None = None
        self.frames: list[tuple[int, int]] = []  # (HARDIRQ or SOFTIRQ, item of BH work or -1), innermost last
        self.borrowed = False  # the innermost softirq is told by its BH work only

    def refresh(self, t_ns: int, seq: int, line: int, idle_state: int) -> None:
        """Shows the innermost context."""
        current = self.current
        task = current.row if current else -1
        if self.frames:
            state, item = self.frames[-1]
            self.show(t_ns, seq, state, item, task, line)
        elif current is None:
            self.show(t_ns, seq, NO_STATE, -1, -1, line)
        elif current.kind == "idle":
            self.show(t_ns, seq, idle_state, -1, task, line)
        else:
            self.show(t_ns, seq, RUNNING, current.doing, task, line)

    def enter(self, state: int) -> None:
        """An interrupt or softirq begins."""
        if len(self.frames) < 16:
            self.frames.append((state, -1))

    def leave(self, state: int) -> None:
        """The innermost frame of this state ends, with what a broken trace left above it."""
        kinds = [frame[0] for frame in self.frames]
        if state in kinds:
            last = len(kinds) - 1 - kinds[::-1].index(state)
            del self.frames[last:]

    def bottom_half(self, item: int) -> None:
        """BH work begins (or, with -1, ends) in the softirq that runs here."""
        if item >= 0 and not (self.frames and self.frames[-1][0] == SOFTIRQ):
            self.frames.append((SOFTIRQ, item))  # a trace without softirq events
            self.borrowed = True
        elif self.borrowed and item < 0:
            self.leave(SOFTIRQ)
            self.borrowed = False
        elif self.frames:
            self.frames[-1] = (self.frames[-1][0], item)
