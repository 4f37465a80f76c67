"""What of a run is kept as text: ftrace's own lines of the module's items, and around them those of the scheduler."""

from __future__ import annotations

import hashlib

import msgspec

from server.scenario import Scenario
from server.trace import ftrace
from server.trace.events import KINDS
from server.trace.recording import Event, Recording

SWITCHES = ("sched_switch",)
TASKS = ("sched_wakeup", "sched_wakeup_new", "sched_process_fork", "sched_process_exec", "sched_process_exit")
TIMERS = ("timer_start", "timer_expire_entry", "timer_cancel")
TIMER_FUNCTIONS = ("delayed_work_timer_fn", "process_timeout")


class Meta(msgspec.Struct, frozen=True):
    """real.json beside recorded runs: of what, on what and when. `of` is `subject()` of what was recorded."""

    kernel: str
    accelerator: str
    date: str
    cpus: int
    of: str


def subject(scenario: Scenario) -> str:
    """A name for what a real machine sees of a scenario: it is the same as long as its recordings hold."""
    facts = [
        sorted(scenario.files.items()),
        scenario.session_sh,
        sorted(scenario.params.items()),
        scenario.machine.cpus,
    ]
    if scenario.machine.topology:
        facts.append(scenario.machine.topology)
    return hashlib.sha256(msgspec.json.encode([scenario.module_name, *facts])).hexdigest()[:16]


def title(scenario: Scenario, release: str, accelerator: str, number: int, date: str) -> str:
    """The first line of a kept trace."""
    cpus = scenario.machine.cpus
    return f"# real Debian {release} under QEMU {accelerator.upper()}, {cpus} cpu, run {number}, {date}"


def own_lines(recording: Recording, lines: dict[int, str]) -> list[str]:
    """The lines that a comparison reads."""
    return [lines[row] for row in ftrace.own_rows(recording) if row in lines]


def wide_lines(recording: Recording, lines: dict[int, str]) -> list[str]:
    """These, and what the lanes show: switches, the wake-ups and timers that matter to them."""
    own = set(ftrace.own_rows(recording))
    mark = f"[{recording.header.module}]"
    items = [e for e in recording.events() if e.seq in own] or _after_loading(recording)
    if not items:
        return []
    tasks = {recording.tasks[e.task].pid for e in items} - {0}
    first, last = items[0].seq, items[-1].seq
    work = {recording.objects[int(e.args[0])].addr for e in items if KINDS[e.kind].system == "workqueue"}
    timers: set[int] = set()
    kept: list[str] = []
    for event in recording.events():
        if event.seq not in lines:
            continue
        near = first <= event.seq <= last
        if event.seq in own or (near and _matters(recording, event, tasks, work, timers, mark)):
            kept.append(lines[event.seq])
    return kept


def _after_loading(recording: Recording) -> list[Event]:
    """Of a module that never got to queue anything: all from its loading on, for its end is what there is to see."""
    return [event for event in recording.events() if event.t_ns >= recording.origin()]


def _matters(recording: Recording, event: Event, tasks: set[int], work: set[int], timers: set[int], mark: str) -> bool:
    name = KINDS[event.kind].name
    if name in SWITCHES:
        return True
    if name in TASKS:
        return event.args[1] in tasks or recording.tasks[event.task].pid in tasks
    if name in ("irq_handler_entry", "irq_handler_exit"):
        return mark[1:-1] in str(event.args[1])
    if name not in TIMERS:
        return False
    timer = int(event.args[0])
    addr = recording.objects[timer].addr
    if name == "timer_start":
        function = str(event.args[1])
        known = function.endswith(mark) or (function in TIMER_FUNCTIONS and recording.tasks[event.task].pid in tasks)
        if known or addr - 32 in work:  # a delayed work has its timer 32 bytes after it
            timers.add(addr)
    return addr in timers
