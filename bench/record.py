"""What a record costs: bytes kept, and the rate of recording, of the timeline and of the messages.

Ratios only mean something within one run: everything is measured in turns against SimPy's way of handling one timeout,
a heap of tuples and a generator resumed, done here without SimPy. Usage: `python -m bench.record [ROWS]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count

from server.scenario import Limits
from server.trace.events import KIND_BY_NAME
from server.trace.frames import Frames
from server.trace.recording import Args, Header, Recording
from server.trace.timeline import Timeline

PENDING = 50  # events in the queue of the baseline


def rows(total: int) -> list[tuple[int, int, int, int, int, Args]]:
    """A mix of events as a run has it: items queued, activated, executed, with switches and wake-ups between."""
    out: list[tuple[int, int, int, int, int, Args]] = []
    kinds = {name: KIND_BY_NAME[name] for name in ("sched_switch", "sched_wakeup", "wqp:wait", "console")}
    wq = {n: KIND_BY_NAME[f"workqueue_{n}"] for n in ("queue_work", "activate_work", "execute_start", "execute_end")}
    t = 0
    while len(out) < total:
        t += 1000
        cpu, work = (t // 1000) % 2, (t // 1000) % 16
        worker, idle, name = 2 + cpu, cpu, f"kworker/{cpu}:0"
        out += [
            (t, cpu, wq["queue_work"], idle, 63, (work, "job_fn [demo]", "events", 8192, cpu)),
            (t, cpu, wq["activate_work"], idle, 63, (work, "job_fn [demo]")),
            (t, cpu, kinds["wqp:wait"], idle, 63, ("item", work, "WORKER_WAKING", f"task:{worker}", "")),
            (t + 100, cpu, kinds["sched_wakeup"], idle, -1, (name, 60 + cpu, 120, cpu, worker)),
            (t + 200, cpu, kinds["sched_switch"], idle, -1, ("swapper", 0, 120, "R", name, 60 + cpu, 120, worker)),
            (t + 300, cpu, wq["execute_start"], worker, -1, (work, "job_fn [demo]")),
            (t + 400, cpu, kinds["console"], worker, 45, ("job runs", 6)),
            (t + 500, cpu, wq["execute_end"], worker, -1, (work, "job_fn [demo]")),
            (t + 600, cpu, kinds["sched_switch"], worker, -1, (name, 60 + cpu, 120, "I", "swapper", 0, 120, idle)),
        ]
    return out[:total]


def empty() -> Recording:
    """The tables of these events."""
    recording = Recording(Header(module="demo", origin_ns=0))
    for cpu in (0, 1):
        recording.task(0, f"swapper/{cpu}", "idle")
    for cpu in (0, 1):
        recording.task(60 + cpu, f"kworker/{cpu}:0", "kworker")
    for i in range(16):
        recording.obj("work", 0xFFFFFFFFC0203600 + 64 * i, f"job[{i}]", "job_fn")
    return recording


def baseline(total: int) -> None:
    """Timeouts: each pops the queue, resumes a generator, pushes the next."""

    def process(delay: int) -> Iterator[int]:
        while True:
            yield delay

    ids, queue = count(), []
    for i in range(PENDING):
        heappush(queue, (i, 1, next(ids), process(1 + i % 7)))
    for _ in range(total):
        now, _, _, it = heappop(queue)
        heappush(queue, (now + next(it), 1, next(ids), it))


def seconds(work: Callable[[], object]) -> float:
    """The fastest of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def main(total: int) -> None:
    """Prints the table."""
    events = rows(total)

    def record() -> Recording:
        recording = empty()
        for event in events:
            recording.event(*event)
        return recording

    recording = record()
    sent: list[int] = []

    def timeline() -> None:
        Timeline(recording).feed()

    def frames() -> None:
        sent.clear()
        Frames.replay(recording, "bench", Limits(), lambda message: sent.append(len(message)))

    base = seconds(lambda: baseline(total))
    times = {"record": seconds(record), "timeline": seconds(timeline), "record, timeline, messages": seconds(frames)}
    print(f"{total} events: {recording.size / recording.rows:.1f} bytes a record, {sum(sent) / total:.1f} on the wire")
    print(f"{'a timeout (heap and generator)':32} {base / total * 1e6:6.2f} us      1.0")
    for name, spent in times.items():
        print(f"{name:32} {spent / total * 1e6:6.2f} us {spent / base:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
