"""What happened in a run, kept small: packed records, and the tables of tasks, objects and strings they index.

A record is, little-endian and without padding:

    0        8     9     10     12      14
    | t_ns q | kind | cpu | line H | task H | arguments, by kind |

`line` 65535 means none. An argument takes 4 bytes (`str`: index of the string table; `ptr` likewise, as hex text;
`obj`: index of the object table, or -1), 8 where it is a clock reading (`WIDE`), 2 where it is a priority or a task
(`NARROW`). `server/trace/wqrec.py` reads and writes files; nothing here does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import TYPE_CHECKING

import msgspec

from server.scenario import Diagnostic, Machine, Outcome
from server.trace.events import KIND_BY_NAME, KINDS, EventKind

if TYPE_CHECKING:
    from server.trace.opens import Opens

Args = tuple[int | str, ...]

NO_LINE = 0xFFFF
WIDE = frozenset(("expires", "softexpires", "now", "baseclk", "bucket_expiry", "timeout"))
NARROW = {"prio": "h", "prev_prio": "h", "next_prio": "h", "next_task": "H", "wakee": "H"}
STRIDE = 256  # an offset is kept for every so many records

WQP_MODULE = KIND_BY_NAME["wqp:module"]


class Header(msgspec.Struct):
    """Where a recording comes from. `time_base` is simulated or measured; `origin_ns` -1 until it is known."""

    producer: str = "simulator"  # simulator, vm, import
    engine: str = ""
    kernel: str = ""
    scenario: str = ""  # its hash
    time_base: str = "simulated"
    origin_ns: int = -1
    module: str = ""
    title: str = ""
    machine: Machine = Machine()
    tick_ns: int = 4_000_000


class TaskRow(msgspec.Struct, frozen=True):
    """A task under one name; `kind` as in `events.Sink.task`."""

    pid: int
    comm: str
    kind: str


class ObjectRow(msgspec.Struct, frozen=True):
    """A work item, timer, lock, pool, …; see `events.Sink.obj`."""

    kind: str
    addr: int
    name: str
    info: str


class Event(msgspec.Struct, frozen=True):
    """One record, decoded; `args` in the order of its kind's fields, strings and pointers as text."""

    seq: int
    t_ns: int
    cpu: int
    kind: int
    task: int
    line: int
    args: Args


def field_code(name: str) -> str:
    """The struct letter of a field."""
    return "q" if name in WIDE else NARROW.get(name, "i")


class _Strings(dict[str, int]):
    """Interns on lookup: a hit costs one dict access in C."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []

    def __missing__(self, text: str) -> int:
        index = self[text] = len(self.rows)
        self.rows.append(text)
        return index


_HEAD = Struct("<qBBHH")
_T_NS = Struct("<q")
RECORDS = tuple(Struct("<qBBHH" + "".join(field_code(n) for n in kind.fields)) for kind in KINDS)
SIZES = tuple(record.size for record in RECORDS)
_UNPACK = tuple(record.unpack_from for record in RECORDS)
_STRING_ARGS = tuple(tuple(i for i, t in enumerate(kind.fields.values()) if t in ("str", "ptr")) for kind in KINDS)


def _hexed(pointer: int | str) -> str:
    return pointer if isinstance(pointer, str) else f"{pointer:016x}"


Coder = Callable[[int, int, int, int, int, Args], bytes]


def _coder(index: int, kind: EventKind, strings: _Strings) -> Coder:
    """A function that packs an event of this kind; generated, because it runs once for every event of a run."""
    forms = {"str": "s[a[{0}]]", "ptr": "s[hexed(a[{0}])]"}
    values = [forms.get(t, "a[{0}]").format(i) for i, t in enumerate(kind.fields.values())]
    packed = ", ".join(["t", "kind", "cpu", f"line & {NO_LINE}", "task", *values])
    source = f"lambda t, cpu, kind, task, line, a: pack({packed})"
    coder: Coder = eval(source, {"pack": RECORDS[index].pack, "s": strings, "hexed": _hexed, "__builtins__": {}})
    return coder


class Recording:
    """A `Sink` that keeps everything, in at most 40 bytes a record."""

    def __init__(self, header: Header | None = None) -> None:
        self.header = header or Header()
        self.tasks: list[TaskRow] = []
        self.objects: list[ObjectRow] = []
        self.diagnostics: list[Diagnostic] = []
        self.outcome: Outcome | None = None
        self.opens: Opens | None = None  # what Linux leaves open here, where other runs were looked at
        self.rows = 0
        self._strings = _Strings()
        self._data = bytearray()
        self._offsets: list[int] = []
        self.cut_at = -1  # when there are so many rows, on_cut() is called: frames are cut by rows
        self.on_cut: Callable[[], None] | None = None
        self._coders = [_coder(i, kind, self._strings) for i, kind in enumerate(KINDS)]

    @property
    def strings(self) -> list[str]:
        """The string table, in order of first use."""
        return self._strings.rows

    # -- Sink

    def task(self, pid: int, comm: str, kind: str) -> int:
        """See `events.Sink.task`."""
        self.tasks.append(TaskRow(pid, comm, kind))
        return len(self.tasks) - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """See `events.Sink.obj`."""
        self.objects.append(ObjectRow(kind, addr, name, info))
        return len(self.objects) - 1

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: Args) -> None:
        """See `events.Sink.event`. Raises `struct.error` where an argument does not fit its field."""
        if not self.rows % STRIDE:
            self._offsets.append(len(self._data))
        self._data += self._coders[kind](t_ns, cpu, kind, task, line, args)
        self.rows += 1
        if kind == WQP_MODULE and self.header.origin_ns < 0 and args[0] == "init":
            self.header.origin_ns = t_ns
        if self.rows == self.cut_at and self.on_cut is not None:
            self.on_cut()

    def extend(self, events: Sequence[tuple[int, int, int, int, int, Args]]) -> None:
        """Several events at once, each as `event` takes it."""
        done, total = 0, len(events)
        while done < total and self.header.origin_ns < 0:
            self.event(*events[done])
            done += 1
        coders = self._coders
        while done < total:
            room = STRIDE - self.rows % STRIDE
            if room == STRIDE:
                self._offsets.append(len(self._data))
            if self.cut_at > self.rows:
                room = min(room, self.cut_at - self.rows)
            part = events[done : done + room]
            self._data += b"".join([coders[kind](t, cpu, kind, task, line, a) for t, cpu, kind, task, line, a in part])
            self.rows += len(part)
            done += len(part)
            if self.rows == self.cut_at and self.on_cut is not None:
                self.on_cut()

    # -- reading

    @property
    def size(self) -> int:
        """Bytes kept for the records."""
        return len(self._data)

    @property
    def data(self) -> bytes:
        """The packed records."""
        return bytes(self._data)

    def events(self, first: int = 0, last: int | None = None) -> Iterator[Event]:
        """The events numbered `first` up to, without, `last`."""
        strings = self._strings.rows
        for seq, values in enumerate(self.packed(first, last), first):
            kind = values[1]
            args: Args = values[5:]
            if _STRING_ARGS[kind]:
                decoded = list(args)
                for i in _STRING_ARGS[kind]:
                    decoded[i] = strings[values[5 + i]]
                args = tuple(decoded)
            line = values[3]
            yield Event(seq, values[0], values[2], kind, values[4], -1 if line == NO_LINE else line, args)

    def packed(self, first: int = 0, last: int | None = None) -> Iterator[tuple[int, ...]]:
        """The same as integers: (t_ns, kind, cpu, line, task, arguments…); strings as indices, no line as 65535."""
        last = self.rows if last is None else min(last, self.rows)
        if first >= last:
            return
        data, sizes, unpack = self._data, SIZES, _UNPACK
        seq = first - first % STRIDE
        offset = self._offsets[seq // STRIDE]
        while seq < first:
            offset += sizes[data[offset + 8]]
            seq += 1
        while seq < last:
            kind = data[offset + 8]
            yield unpack[kind](data, offset)
            offset += sizes[kind]
            seq += 1

    def last_ns(self) -> int:
        """Time of the last event, or 0."""
        for event in self.events(self.rows - 1) if self.rows else ():
            return event.t_ns
        return 0

    def origin(self) -> int:
        """`header.origin_ns`, or where no module was initialised, the time of the first event."""
        if self.header.origin_ns >= 0:
            return self.header.origin_ns
        return _T_NS.unpack_from(self._data)[0] if self.rows else 0

    # -- identity

    def digest(self) -> str:
        """SHA-256 of all that happened: tables and records, not the header."""
        tables = msgspec.msgpack.encode((self.tasks, self.objects, self.strings))
        return hashlib.sha256(tables + self._data).hexdigest()

    def load(self, tasks: list[TaskRow], objects: list[ObjectRow], strings: list[str], data: bytes) -> None:
        """Fills an empty recording. Raises ValueError where a record, or what it indexes, is not there."""
        self.tasks, self.objects = tasks, objects
        for text in strings:
            if self._strings[text] != len(self._strings) - 1:
                raise ValueError(f"string {text!r} twice")
        self._data = bytearray(data)
        offset, then = 0, 0
        while offset < len(data):
            if not self.rows % STRIDE:
                self._offsets.append(offset)
            offset, then = self._checked(offset, then)
            self.rows += 1

    def _checked(self, offset: int, then: int) -> tuple[int, int]:
        """The offset after the record and its time, once it is seen to be whole."""
        data = self._data
        kind = data[offset + 8] if offset + 8 < len(data) else len(KINDS)
        if kind >= len(KINDS) or offset + SIZES[kind] > len(data):
            raise ValueError(f"record {self.rows} is cut off or of no known kind")
        values = RECORDS[kind].unpack_from(data, offset)
        tables = {"str": len(self.strings), "ptr": len(self.strings), "obj": len(self.objects)}
        for value, (name, sort) in zip(values[5:], KINDS[kind].fields.items(), strict=True):
            if sort in tables and not (-1 if sort == "obj" else 0) <= value < tables[sort]:
                raise ValueError(f"record {self.rows}: {name} {value} is not in its table")
        if values[4] >= len(self.tasks) or values[0] < then:
            raise ValueError(f"record {self.rows}: task or time out of order")
        return offset + SIZES[kind], values[0]
