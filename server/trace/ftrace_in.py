"""ftrace text into a recording: the kernel's trace file, `trace-cmd report`, `perf script`.

Tolerant: lines and events that we do not know are counted and left out, an event whose fields do not parse likewise. It
works by `partition` and `find` along the templates of `events.KINDS`; one regular expression is slower.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

import msgspec

from server.scenario import Machine
from server.trace.events import KIND_BY_NAME, KINDS, EventKind
from server.trace.recording import Args, Header, Recording

LINES_MAX = 2_000_000
COMM_MAX = 64

_FIELD = re.compile(r"\{(\w+)(?::\w+)?\}")
_PAIR = re.compile(r"(\w+)=(\S+)")
_WORK = re.compile(r"work struct[ =](?P<work>[^\s:]+)(?::? function[ =](?P<function>.+?))?(?: workqueue=|\s*$)")
_SWITCH = re.compile(
    r"(?P<prev_comm>.+):(?P<prev_pid>\d+) \[(?P<prev_prio>\d+)\] (?P<prev_state>\S+) ==> "
    r"(?P<next_comm>.+):(?P<next_pid>\d+) \[(?P<next_prio>\d+)\]"
)  # trace-cmd report
_WAKEUP = re.compile(r"(?P<comm>.+):(?P<pid>\d+) \[(?P<prio>\d+)\](?: success=\d)? CPU:(?P<target_cpu>\d+)")
_STAMP = re.compile(r"^\[ *\d+\.\d+\] ?")
_OBJECT_KINDS = {"timer": "timer", "hrtimer": "hrtimer", "tasklet": "tasklet"}
_IDENTS = {"next_task": ("next_pid", "next_comm"), "wakee": ("pid", "comm")}


class TraceTextError(ValueError):
    """A text in which there is no event that we know."""


def task_kind(comm: str, pid: int) -> str:
    """The kind of a task, as far as its name tells."""
    if pid == 0:
        return "idle"
    if comm.startswith("kworker/"):
        return "rescuer" if comm.startswith("kworker/R-") else "kworker"
    if comm.startswith("ksoftirqd/"):
        return "ksoftirqd"
    if comm.startswith(("kthreadd", "rcu_", "migration/", "cpuhp/", "irq/", "khungtaskd", "kcompactd")):
        return "kthread"
    return "session" if comm in ("sh", "bash", "init") else "command"


class _Template:
    """A kind's text form, cut into the words between its fields."""

    def __init__(self, kind: EventKind) -> None:
        self.names = _FIELD.findall(kind.text)
        words = _FIELD.split(kind.text)[0::2]
        self.first, self.words = words[0], [w.rstrip() for w in words[1:]]

    def parse(self, text: str) -> dict[str, str] | None:
        """The fields by name, or None where a word between them is missing."""
        if not text.startswith(self.first):
            return None
        values: dict[str, str] = {}
        at = len(self.first)
        for name, word in zip(self.names, self.words, strict=True):
            if word:
                end = text.find(word, at)
                if end < 0:
                    return None
            else:
                space = text.find(" ", at) if name != self.names[-1] else -1
                end = len(text) if space < 0 else space
            values[name] = text[at:end].strip()
            at = end + len(word)
            while text[at : at + 1] == " ":
                at += 1
        return values


class _Line(msgspec.Struct):
    comm: str
    pid: int
    cpu: int
    t_ns: int
    event: str
    rest: str


def _nanoseconds(stamp: str) -> int:
    seconds, dot, fraction = stamp.partition(".")
    return int(seconds) * 1_000_000_000 + (int(fraction[:9].ljust(9, "0")) if dot else 0)


def parse_line(line: str) -> _Line | None:
    """A line of any of the three forms, or None."""
    head, colon, rest = line.partition(": ")
    bracket = head.rfind(" [")
    if not colon or bracket < 0:
        return None
    who, where = head[:bracket].strip(), head[bracket + 2 :].split()
    if len(where) < 2 or not where[0].endswith("]"):
        return None
    if who.endswith(")"):  # the thread group, which trace options may add
        who = who[: who.rfind("(")].strip()
    cut = max(who.rfind("-"), who.rfind(" "))
    event, colon, rest = rest.partition(":")
    if rest.find(":") > 0 and rest[: rest.find(":")].replace("_", "").isalnum() and not rest.startswith(" "):
        event, colon, rest = rest.partition(":")  # perf script: system:event:
    try:
        pid, cpu, t_ns = int(who[cut + 1 :]), int(where[0][:-1]), _nanoseconds(where[-1])
    except ValueError:
        return None
    if not colon or cut < 0 or cpu > 255:
        return None
    return _Line(who[:cut].strip()[:COMM_MAX], pid, cpu, t_ns, event.strip(), rest.strip("\n"))


class _Importer:
    def __init__(self) -> None:
        self.recording = Recording(Header(producer="import", time_base="measured"))
        self.templates = [_Template(kind) for kind in KINDS]
        self.tasks: dict[tuple[int, str, int], int] = {}
        self.comms: dict[int, str] = {}
        self.objects: dict[tuple[str, int, str], int] = {}
        self.latest: dict[tuple[str, int], int] = {}
        self.per_function: dict[str, int] = {}
        self.events: list[tuple[int, int, int, int, Args]] = []
        self.skipped = 0
        self.cpus = 1

    def task(self, pid: int, comm: str, cpu: int) -> int:
        if pid == 0:
            comm = f"swapper/{cpu}"
        elif comm in ("<...>", ""):
            comm = self.comms.get(pid, "<...>")
        self.comms[pid] = comm
        key = (pid, comm, cpu if pid == 0 else 0)
        if key not in self.tasks:
            self.tasks[key] = self.recording.task(pid, comm, task_kind(comm, pid))
        return self.tasks[key]

    def obj(self, name: str, kind: EventKind, values: dict[str, str]) -> int:
        addr = int(values[name].removeprefix("0x") or "0", 16) & 0xFFFF_FFFF_FFFF_FFFF
        function = values.get("function", "")
        sort = _OBJECT_KINDS.get(name, "work")
        if kind.name.startswith("hrtimer"):
            sort = "hrtimer"
        elif kind.name.startswith("sched_kthread"):
            sort = "kthread_work"
        if not function and (sort, addr) in self.latest:
            return self.latest[sort, addr]
        if function == "wq_barrier_func":
            sort = "barrier"
        key = (sort, addr, function)
        if key not in self.objects:
            short = function.partition(" ")[0] or f"{addr:x}"
            count = self.per_function.get(short, 0)
            self.per_function[short] = count + 1
            self.objects[key] = self.recording.obj(sort, addr, f"{short}#{count}", function or short)
        self.latest[sort, addr] = self.objects[key]
        return self.objects[key]

    def fields(self, index: int, rest: str) -> dict[str, str] | None:
        """The values of an event's text, by the kernel's form or by one of the tools' forms."""
        kind = KINDS[index]
        values = self.templates[index].parse(rest)
        if values is not None:
            return values
        values = dict(_PAIR.findall(rest))
        tool = {"sched_switch": _SWITCH, "sched_wakeup": _WAKEUP, "sched_wakeup_new": _WAKEUP}.get(kind.name)
        if kind.system == "workqueue":
            tool = _WORK
        match = tool.search(rest) if tool else None
        if match:
            values.update({k: v for k, v in match.groupdict().items() if v is not None})
        return values

    def args(self, line: _Line, kind: EventKind, values: dict[str, str]) -> Args:
        """The arguments in order. Raises KeyError or ValueError where one is missing or malformed."""
        out: list[int | str] = []
        for name, sort in kind.fields.items():
            if sort == "obj":
                out.append(self.obj(name, kind, values))
            elif name in _IDENTS:
                pid, comm = _IDENTS[name]
                out.append(self.task(int(values[pid]), values[comm], line.cpu))
            elif sort == "str":
                out.append(values[name])
            elif sort == "ptr":
                out.append(int(values[name].removeprefix("0x"), 16))
            else:
                out.append(int(values.get(name, "0") if name in ("level", "vector") else values[name]))
        return tuple(out)

    def add(self, line: _Line) -> None:
        """One event; what does not parse is counted."""
        index = KIND_BY_NAME.get(line.event)
        if index is None or line.event.startswith("wqp"):
            self.skipped += not line.event.startswith("wqp_")  # ours name rows of tables that a text does not have
            return
        kind = KINDS[index]
        if kind.name == "console":
            values: dict[str, str] | None = {"text": _STAMP.sub("", line.rest.removeprefix(" "))}
        else:
            values = self.fields(index, line.rest.strip())
        try:
            task = self.task(line.pid, line.comm, line.cpu)
            args = self.args(line, kind, values or {})
        except (KeyError, ValueError):
            self.skipped += 1
            return
        self.cpus = max(self.cpus, line.cpu + 1)
        self.events.append((line.t_ns, line.cpu, index, task, args))


class LiveReader:
    """Lines into a recording that grows while they come: times that go back by a little are held to the last one."""

    def __init__(self, recording: Recording) -> None:
        self.last_ns = 0
        self.importer = _Importer()
        self.importer.recording = recording

    @property
    def skipped(self) -> int:
        """Lines and events that were left out."""
        return self.importer.skipped

    @property
    def comms(self) -> dict[int, str]:
        """The names of tasks by pid, as last told."""
        return self.importer.comms

    def line(self, line: str) -> int:
        """Adds what the line says; its time in ns, or 0 where it says nothing that we know."""
        parsed = None if line.startswith("#") else parse_line(line)
        if parsed is None:
            self.importer.skipped += 1
            return 0
        self.importer.add(parsed)
        if not self.importer.events:
            return 0
        t_ns, cpu, index, task, args = self.importer.events.pop()
        self.last_ns = max(self.last_ns, t_ns)
        try:
            self.importer.recording.event(self.last_ns, cpu, index, task, -1, args)
        except struct.error:  # a number larger than its place in a record
            self.importer.skipped += 1
            return 0
        return self.last_ns

    def place(self, line: str) -> tuple[int, int]:
        """Index of the task and CPU that a line names."""
        parsed = parse_line(line)
        return (self.importer.task(parsed.pid, parsed.comm, parsed.cpu), parsed.cpu) if parsed else (self.session(), 0)

    def session(self) -> int:
        """The session's task; one without a number where none was seen."""
        for (_, comm, _), index in self.importer.tasks.items():
            if task_kind(comm, 1) == "session":
                return index
        return self.importer.task(2**31 - 1, "sh", 0)


def read(text: Iterable[str], module: str = "") -> tuple[Recording, int]:
    """The recording of a trace, line by line, and how many lines or events were left out.

    `module` names the module whose trace it is; without it, it is taken from the functions' `[name]`.
    Raises TraceTextError where no event is found.
    """
    importer = _Importer()
    title = ""
    for number, line in enumerate(text):
        if number >= LINES_MAX:
            raise TraceTextError(f"more than {LINES_MAX} lines")
        if line.startswith("#") or not line.strip():
            title = title or (line[7:].partition(",")[0].strip() if line.startswith("# real ") else "")
            continue
        parsed = parse_line(line)
        if parsed is None:
            importer.skipped += 1
        else:
            importer.add(parsed)
    if not importer.events:
        raise TraceTextError("no event that we know: expected lines as in the kernel's trace file")
    importer.events.sort(key=lambda e: e[0])
    recording = importer.recording
    header = recording.header
    header.kernel = title
    header.machine = Machine(cpus=importer.cpus)
    header.module = module or _module(importer.events)
    for t_ns, cpu, index, task, args in importer.events:
        if header.origin_ns < 0 and recording.tasks[task].comm in ("insmod", "modprobe"):
            header.origin_ns = t_ns
        try:
            recording.event(t_ns, cpu, index, task, -1, args)
        except struct.error:  # a number larger than its place in a record
            importer.skipped += 1
    if not recording.rows:
        raise TraceTextError("no event whose numbers can be true")
    header.origin_ns = recording.origin()
    return recording, importer.skipped


def _module(events: list[tuple[int, int, int, int, Args]]) -> str:
    """The name in `function [name]` of the first work item that has one."""
    for _, _, index, _, args in events:
        if KINDS[index].system == "workqueue" and str(args[1]).endswith("]"):
            return str(args[1]).rpartition("[")[2][:-1]
    return ""
