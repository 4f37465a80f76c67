"""The discrete-event engine: a clock, a queue, and what is running. It knows no Linux.

Entries are lists `[t_ns, phase, cpu, seq, fn]` popped in that order (phase 0 hardirq, 1 softirq, 2 task); `seq` breaks
ties by order of insertion, so nothing depends on chance. Cancelling sets `fn` to None.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from server.sim.cmodule.faults import LimitReached

Entry = list[Any]  # [t_ns, phase, cpu, seq, fn]: lists, because heapq compares them in C

HARDIRQ, SOFTIRQ, TASK = 0, 1, 2
NEVER = 1 << 62


class Context:
    """What everything that runs shares: local time, the horizon, the position in the module, counters.

    `now` and `horizon` are ns since boot. Code runs on without yielding while `now` < `horizon`, the time of the
    next queued entry: nothing that it reads can change sooner.
    """

    __slots__ = ("now", "horizon", "line", "steps", "max_steps", "stmt_ns", "sp", "depth")

    def __init__(self, stmt_ns: int, max_steps: int) -> None:
        self.now = 0
        self.horizon = 0
        self.line = -1
        self.steps = 0
        self.max_steps = max_steps
        self.stmt_ns = stmt_ns
        self.sp = 0
        self.depth = 0


class Engine:
    """The queue and its loop."""

    __slots__ = ("cx", "queue", "time", "_seq", "stopped", "until_ns")

    def __init__(self, cx: Context) -> None:
        self.cx = cx
        self.queue: list[Entry] = []
        self.time = 0  # of the entry being handled, ns
        self._seq = 0
        self.stopped = False
        self.until_ns = NEVER

    def at(self, t_ns: int, phase: int, cpu: int, fn: Callable[[], None]) -> Entry:
        """Queues `fn` for `t_ns`; times in the past mean now. Lowers the running step's horizon if need be."""
        if t_ns < self.time:
            t_ns = self.time
        self._seq += 1
        entry: Entry = [t_ns, phase, cpu, self._seq, fn]
        heappush(self.queue, entry)
        if t_ns < self.cx.horizon:
            self.cx.horizon = t_ns
        return entry

    @staticmethod
    def cancel(entry: Entry | None) -> None:
        """Forgets an entry; None and entries already handled are fine."""
        if entry is not None:
            entry[4] = None

    def next_time(self) -> int:
        """Time of the next live entry, or NEVER."""
        queue = self.queue
        while queue and queue[0][4] is None:
            heappop(queue)
        return queue[0][0] if queue else NEVER

    def run(self, until_ns: int | None = None) -> None:
        """Handles entries until none is left, `stopped` is set, or the next one lies beyond `until_ns` (given here or
        before).

        Raises LimitReached("until") in the last case.
        """
        queue, cx = self.queue, self.cx
        if until_ns is not None:
            self.until_ns = until_ns
        while queue and not self.stopped:
            entry = heappop(queue)
            fn = entry[4]
            if fn is None:
                continue
            if entry[0] > self.until_ns:
                heappush(queue, entry)
                self.time = self.until_ns
                raise LimitReached("until", "simulated time reached its limit")
            self.time = cx.now = entry[0]
            entry[4] = None
            while queue and queue[0][4] is None:
                heappop(queue)
            cx.horizon = queue[0][0] if queue else NEVER
            fn()
