"""Recordings in a few lines: `Scene` speaks in milliseconds and names."""

from __future__ import annotations

from pathlib import Path

from server.trace import ftrace_in, infer
from server.trace.events import KIND_BY_NAME
from server.trace.recording import Args, Header, Recording
from server.trace.timeline import Timeline

CORPUS = Path(__file__).parents[1] / "fidelity" / "corpus"
RECORDED = sorted(path.parent.name for path in CORPUS.glob("*/sched.1.txt"))  # with scheduler events


def real(case: str, name: str = "sched.1") -> list[str]:
    """The lines of a real trace."""
    return [x for x in (CORPUS / case / f"{name}.txt").read_text().splitlines() if not x.startswith("#")]


def imported(case: str, name: str = "sched.1") -> Recording:
    """A real trace, with inferred waits."""
    recording, skipped = ftrace_in.read(real(case, name))
    assert skipped == 0
    return infer.explained(recording)


def timeline_of(recording: Recording) -> Timeline:
    """A timeline, fed in one go."""
    timeline = Timeline(recording)
    timeline.feed()
    return timeline


class Scene:
    """A recording as the simulator writes it: one CPU, `insmod`, and workers of pool 2."""

    def __init__(self) -> None:
        self.recording = Recording(Header(module="demo"))
        self.idle = self.recording.task(0, "swapper/0", "idle")
        self.insmod = self.recording.task(60, "insmod", "command")
        self.worker = self.recording.task(66, "kworker/0:1", "kworker")
        self.pool = self.recording.obj("pool", 2, "pool 2", "cpu=0 nice=0")
        self.now = self.idle
        self.cpu = 0

    def work(self, name: str, kind: str = "work", addr: int = 0xFFFFFFFFC0203600) -> int:
        return self.recording.obj(kind, addr + 64 * len(self.recording.objects), name, f"{name}_fn")

    def at(self, ms: float, kind: str, *args: int | str, task: int | None = None, line: int = -1) -> None:
        """An event of the task that runs."""
        by = self.now if task is None else task
        self.recording.event(round(ms * 1_000_000), self.cpu, KIND_BY_NAME[kind], by, line, args)

    def switch(self, ms: float, to: int, state: str = "S") -> None:
        prev, nxt = self.recording.tasks[self.now], self.recording.tasks[to]
        args: Args = (prev.comm, prev.pid, 120, state if self.now != self.idle else "R", nxt.comm, nxt.pid, 120, to)
        self.recording.event(round(ms * 1_000_000), self.cpu, KIND_BY_NAME["sched_switch"], self.now, -1, args)
        self.now = to

    def wake(self, ms: float, task: int) -> None:
        row = self.recording.tasks[task]
        self.at(ms, "sched_wakeup", row.comm, row.pid, 120, self.cpu, task)

    def queue(self, ms: float, work: int, wq: str = "events", active: bool = True, line: int = -1) -> None:
        function = f"{self.recording.objects[work].info} [demo]"
        self.at(ms, "workqueue_queue_work", work, function, wq, 8192, 0, line=line)
        if active:
            self.activate(ms, work)

    def activate(self, ms: float, work: int) -> None:
        self.at(ms, "workqueue_activate_work", work, f"{self.recording.objects[work].info} [demo]")

    def start(self, ms: float, work: int) -> None:
        self.at(ms, "workqueue_execute_start", work, f"{self.recording.objects[work].info} [demo]")

    def end(self, ms: float, work: int) -> None:
        self.at(ms, "workqueue_execute_end", work, f"{self.recording.objects[work].info} [demo]")

    def wait(self, ms: float, subject: str, index: int, cause: str, culprits: str = "", detail: str = "") -> None:
        self.at(ms, "wqp:wait", subject, index, cause, culprits, detail)

    def timeline(self) -> Timeline:
        return timeline_of(self.recording)


def picture(timeline: Timeline) -> list[str]:
    """`lane: state item from-to` in ms, for every span but idle ones, by lane."""
    rows = timeline.rows
    names = {lane.id: lane.name for lane in rows.lanes}
    from server.trace.rows import IDLE, STATES

    out = []
    for span in range(len(rows.spans)):
        if rows.spans.state[span] == IDLE:
            continue
        item = rows.spans.item[span]
        name = timeline.recording.objects[rows.items.object[item]].name if item >= 0 else "-"
        end = rows.spans.end[span]
        until = f"{end / 1e6:g}" if end >= 0 else ""
        lane = names.get(rows.spans.lane[span], "nowhere")
        out.append(f"{lane}: {STATES[rows.spans.state[span]]} {name} {rows.spans.start[span] / 1e6:g}-{until}")
    return out


def reasons(timeline: Timeline, name: str) -> list[str]:
    """`from-to sentence` in ms for each wait of the items of this name."""
    rows = timeline.rows
    out = []
    for wait in range(len(rows.waits)):
        item = rows.waits.item[wait]
        if item >= 0 and timeline.recording.objects[rows.items.object[item]].name == name:
            end = rows.waits.end[wait]
            until = f"{end / 1e6:g}" if end >= 0 else ""
            out.append(f"{rows.waits.start[wait] / 1e6:g}-{until} {timeline.lives.explainer.sentence(wait)}")
    return out
