"""A recorded trace as a run: what a worker does with its text, and what such a trace leaves unanswered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import islice

from server.jobs import ImportJob, failed
from server.scenario import Diagnostic
from server.trace import ftrace_in, infer
from server.trace.events import KIND_BY_NAME
from server.trace.frames import Frames
from server.trace.recording import Recording

FILE = "trace"
RECORD = (
    "trace-cmd record -e workqueue -e sched:sched_switch -e sched:sched_waking -e sched:sched_wakeup "
    "-e timer:timer_start -e timer:timer_expire_entry -e irq"
)

# Which events a question needs (any of them), and the question.
QUESTIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("workqueue_queue_work",), "who queued an item and when, so how long it waited"),
    (("workqueue_activate_work",), "whether max_active or the order of a workqueue held an item back"),
    (("workqueue_execute_start", "workqueue_execute_end"), "which worker executed an item, and how long it took"),
    (("sched_switch",), "what ran on each CPU, and when a worker slept or waited for a CPU"),
    (("sched_waking", "sched_wakeup"), "who woke a worker"),
    (("timer_start", "hrtimer_start"), "when a delayed work was armed, and by whom"),
    (("irq_handler_entry", "softirq_entry"), "when interrupts took the CPU"),
)


def unanswered(recording: Recording) -> list[Diagnostic]:
    """The questions for which the trace has no events, each with the command that would record them."""
    seen = {event.kind for event in recording.events()}
    found = []
    for names, question in QUESTIONS:
        kinds = {KIND_BY_NAME[name] for name in names if name in KIND_BY_NAME}
        if kinds and not kinds & seen:
            message = f"this trace cannot say {question}: it has no {' or '.join(names)}"
            found.append(Diagnostic(FILE, 0, 0, "note", "trace-lacks", message, f"record with: {RECORD}"))
    return found


def import_trace(job: ImportJob, write: Callable[[bytes], None]) -> None:
    """Writes the messages of the trace's lanes, or a Failure where there is no event in it."""
    lines = job.text.splitlines()
    try:
        recording, skipped = ftrace_in.read(islice(lines, job.limits.events))
    except ftrace_in.TraceTextError as error:
        write(failed("input", str(error)))
        return
    notes = unanswered(recording)
    if len(lines) > job.limits.events:
        text = f"the first {job.limits.events} of {len(lines)} lines are shown"
        notes.append(Diagnostic(FILE, 0, 0, "note", "trace-long", text))
    if skipped:
        text = f"{skipped} lines were left out: no event that we know"
        notes.append(Diagnostic(FILE, 0, 0, "note", "trace-skipped", text))
    recording = infer.explained(recording)
    recording.diagnostics = [*recording.diagnostics, *notes]
    Frames.replay(recording, hashlib.sha256(job.text.encode()).hexdigest(), job.limits, write)
