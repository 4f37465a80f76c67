"""A recording as ftrace text, exactly in the form of the kernel's trace file.

Linux: kernel/trace/trace_output.c trace_print_context, trace_print_lat_fmt (6.12).

          insmod-149     [000] d..1.     3.395795: workqueue_queue_work: work struct=ffffffffc02035a0 …
          comm   pid     cpu   flags     seconds

The five flags are: interrupts off, need_resched, hardirq or softirq, preempt depth, migration disabled. A recording
does not keep them; they are derived from the kind of an event and what its CPU does around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.recording import Event, Recording

SWITCH = KIND_BY_NAME["sched_switch"]
WAKEUPS = (KIND_BY_NAME["sched_wakeup"], KIND_BY_NAME["sched_wakeup_new"])
CONSOLE = KIND_BY_NAME["console"]
CHECK = KIND_BY_NAME["wqp:check"]
EXECUTES = (KIND_BY_NAME["workqueue_execute_start"], KIND_BY_NAME["workqueue_execute_end"])

# Interrupts are off, and how deep preemption is disabled by the locks held, where the kernel traces these.
_LOCKS_HELD = {
    "workqueue_queue_work": 1,
    "workqueue_activate_work": 1,
    "sched_switch": 2,
    "sched_wakeup": 4,
    "sched_wakeup_new": 4,
    "sched_migrate_task": 3,
    "timer_start": 1,
    "timer_cancel": 1,
    "hrtimer_start": 1,
    "hrtimer_cancel": 1,
    "console": 0,
    "softirq_raise": 0,
}
# Written once a boot or about the machine, not by the module: as the reference rig leaves them out of its traces.
_NOISE = re.compile(r"\w+: loading out-of-tree module|\w+: module verification|hrtimer: interrupt took")
# What a splat says below its first line.
_SPLAT = re.compile(
    r"-+\[ |Modules linked in:|CPU: \d|Tainted:|Hardware name:|Workqueue: |Call Trace:| </?(TASK|IRQ)>|"
    r" (\? )?[\w.]+\+0x|R[A-Z0-9]{2}: |[CDEFG]S: |CR2: |Code: |PKRU: | *\w+\([A-Z+-]+\)|.*last unloaded: "
)
_HEADER = """# tracer: nop
#
# entries-in-buffer/entries-written: {rows}/{rows}   #P:{cpus}
#
#                                _-----=> irqs-off/BH-disabled
#                               / _----=> need-resched
#                              | / _---=> hardirq/softirq
#                              || / _--=> preempt-depth
#                              ||| / _-=> migrate-disable
#                              |||| /     delay
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
"""


def own_rows(recording: Recording) -> list[int]:
    """The events that a comparison reads: the module's own items, the barriers behind them, and the console."""
    own = f"[{recording.header.module}]"
    kept: list[int] = []
    after_own: dict[int, bool] = {}  # by worker's pid: whether what it ran last was the module's
    for event in recording.events():
        kind = KINDS[event.kind]
        if kind.system == "workqueue":
            function = str(event.args[1])
            keep = function.endswith(own)
            if event.kind in EXECUTES:
                pid = recording.tasks[event.task].pid
                keep = keep or (function == "wq_barrier_func" and after_own.get(pid, False))
                after_own[pid] = keep
        elif event.kind == CHECK and event.args[0] == "oops":
            break  # oops_begin() turns tracing off
        elif event.kind == CONSOLE:
            text = str(event.args[0])
            keep = not _NOISE.match(text) and not _SPLAT.match(text)
        else:
            keep = False
        if keep:
            kept.append(event.seq)
    return kept


def kernel_rows(recording: Recording) -> list[int]:
    """All events that a real kernel could have written: all but our own system."""
    return [e.seq for e in recording.events() if KINDS[e.kind].system != "wqp"]


def event_text(recording: Recording, event: Event) -> str:
    """`event: text`, as in the trace file."""
    kind = KINDS[event.kind]
    values: dict[str, int | str] = {}
    for (name, sort), value in zip(kind.fields.items(), event.args, strict=True):
        if sort == "obj":
            value = f"{recording.objects[int(value)].addr:016x}" if int(value) >= 0 else "0"
        values[name] = value
    label = kind.name if kind.system != "wqp" else f"wqp_{kind.name}"
    return f"{label}: {kind.text.format_map(values)}"


class _Flags:
    """The five characters, event by event."""

    def __init__(self, recording: Recording) -> None:
        self.hardirq: dict[int, int] = {}
        self.softirq: dict[int, int] = {}
        self.resched = _resched_ranges(recording)
        self.at: dict[int, int] = {}  # by CPU: its next range

    def of(self, event: Event) -> str:
        """Flags of the next event; events come in order."""
        kind, cpu = KINDS[event.kind], event.cpu
        hard, soft = self.hardirq.get(cpu, 0), self.softirq.get(cpu, 0)
        if kind.name in ("irq_handler_entry", "local_timer_entry"):
            hard = self.hardirq[cpu] = hard + 1
        elif kind.name == "softirq_entry":
            soft = self.softirq[cpu] = soft + 1
        context = "." if not (hard or soft) else "s" if not hard else "h" if not soft else "H"
        depth = _LOCKS_HELD.get(kind.name, 0) + hard + soft
        if hard and kind.name.startswith("sched_wakeup"):
            depth -= 2  # the waker does not hold its own locks there
        flags = (
            ("d" if kind.name in _LOCKS_HELD or hard else ".")
            + ("N" if self._needs_resched(event.seq, cpu) else ".")
            + context
            + (str(min(depth, 9)) if depth > 0 else ".")
            + "."
        )
        if kind.name in ("irq_handler_exit", "local_timer_exit"):
            self.hardirq[cpu] = max(hard - 1, 0)
        elif kind.name == "softirq_exit":
            self.softirq[cpu] = max(soft - 1, 0)
        return flags

    def _needs_resched(self, seq: int, cpu: int) -> bool:
        ranges, at = self.resched.get(cpu, []), self.at.get(cpu, 0)
        while at < len(ranges) and ranges[at][1] <= seq:
            at += 1
        self.at[cpu] = at
        return at < len(ranges) and ranges[at][0] <= seq


def _resched_ranges(recording: Recording) -> dict[int, list[tuple[int, int]]]:
    """By CPU, from the wake-up that makes the running task give way up to the switch, as event numbers."""
    ranges: dict[int, list[tuple[int, int]]] = {}
    woken: dict[int, int] = {}
    for event in recording.events():
        if event.kind in WAKEUPS:
            woken.setdefault(int(event.args[3]), event.seq)
        elif event.kind == SWITCH:
            start = woken.pop(event.cpu, -1)
            if start >= 0 and str(event.args[3]).startswith("R"):
                ranges.setdefault(event.cpu, []).append((start, event.seq))
    return ranges


def lines(recording: Recording, rows: Iterable[int] | None = None) -> Iterator[str]:
    """The lines of the events numbered `rows` (ascending; all without it), without newlines."""
    wanted = None if rows is None else set(rows)
    flags = _Flags(recording)
    for event in recording.events():
        mark = flags.of(event)
        if wanted is not None and event.seq not in wanted:
            continue
        task = recording.tasks[event.task]
        comm = "<idle>" if task.pid == 0 else task.comm
        head = f"{comm:>16}-{task.pid:<7d} [{event.cpu:03d}] {mark} {_stamp(event.t_ns)}"
        yield f"{head}: {event_text(recording, event)}"


def write(recording: Recording, rows: list[int] | None = None) -> str:
    """The whole trace file, with the kernel's header."""
    count = recording.rows if rows is None else len(rows)
    head = _HEADER.format(rows=count, cpus=recording.header.machine.cpus)
    return (
        head
        + "".join(f"# {line}\n" for line in _open(recording))
        + "".join(f"{line}\n" for line in lines(recording, rows))
    )


def _open(recording: Recording) -> Iterator[str]:
    """What Linux leaves open, each fact with the time of its first event; nothing where no other run was looked at."""
    opens = recording.opens
    if opens is None:
        return
    yield from ("", opens.summary, *([opens.ends] if opens.ends else []))
    for fact in opens.facts:
        yield f"open {_stamp(next(recording.packed(fact.seq, fact.seq + 1))[0])}: {fact.text}"


def _stamp(t_ns: int) -> str:
    micros = (t_ns + 500) // 1000
    return f"{micros // 1_000_000:5d}.{micros % 1_000_000:06d}"
