"""Which lanes there are: one a CPU, pool, worker, timer and task, and rows on which waiting items lie.

    pool 2                CPU 0, normal        a heading with counters
      worklist            [item]   [item]      as many rows as items wait at once
      worklist                [item]
      held                [item      ]
      kworker/0:1         [running][sleeping]

A pool is named by a key: `0`, `0H` (CPU 0, high priority), `u8` (unbound pool 8), `bh0`, `rescuers`, and `wq:NAME`, as
long as a trace does not say which unbound pool serves a workqueue.
"""

from __future__ import annotations

import re
from heapq import heappop, heappush

from server.trace.recording import ObjectRow, TaskRow
from server.trace.rows import Lane, Rows

ROWS_MAX = 32  # of one kind in one pool

_BOUND = re.compile(r"(?:kworker/)(\d+):\d+(H?)")
_UNBOUND = re.compile(r"(?:kworker/)u(\d+):\d+")
_POOL_CPU = re.compile(r"cpu=(\d+)")
_NICE = re.compile(r"nice=(-?\d+)")
_SYSTEM = ("kthreadd", "rcu_", "migration/", "cpuhp/", "ksoftirqd", "khungtaskd", "kcompactd")

ORDER_CPU, ORDER_POOL, ORDER_UNBOUND, ORDER_RESCUERS, ORDER_TIMER, ORDER_TASK, ORDER_SYSTEM = (
    0,
    1_000,
    2_000,
    90_000,
    100_000,
    200_000,
    300_000,
)


def pool_of_worker(comm: str) -> str:
    """The key of the pool that a kworker's name places it in; its name may change, its pool only for a rescuer."""
    if match := _UNBOUND.match(comm):
        return f"u{match[1]}"
    if match := _BOUND.match(comm):
        return match[1] + match[2]
    return "rescuers"


def pool_of_object(row: ObjectRow) -> str:
    """The key of a pool in the object table."""
    cpu, nice = _POOL_CPU.search(row.info), _NICE.search(row.info)
    if "unbound" in row.info or cpu is None:
        digits = re.search(r"\d+", row.name)
        return f"u{digits[0] if digits else row.name}"
    high = "H" if nice and int(nice[1]) < 0 else ""
    return f"{'bh' if 'bh' in row.info else ''}{cpu[1]}{high}"


class RowPacker:
    """Rows for things that overlap: each takes the lowest free one, for as long as it lies there."""

    def __init__(self) -> None:
        self.lanes: list[int] = []
        self.free: list[int] = []

    def give_back(self, row: int) -> None:
        """Frees a row."""
        heappush(self.free, row)


class Lanes:
    """Makes lanes when they are first needed."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.by_id: dict[int, Lane] = {}
        self.pools: dict[str, int] = {}
        self.pool_objects: dict[str, ObjectRow] = {}
        self.cpus: dict[int, int] = {}
        self.packers: dict[tuple[str, str], RowPacker] = {}
        self.commands = RowPacker()
        self.served: dict[str, list[str]] = {}  # by pool: workqueues seen on it

    def _add(self, lane: Lane) -> int:
        self.rows.lanes.append(lane)
        self.by_id[lane.id] = lane
        return lane.id

    def _new(self, kind: str, name: str, order: int, parent: int = -1, sub: str = "", **of: int) -> int:
        lane = Lane(len(self.by_id), kind, name, sub, parent, order)
        lane.pid, lane.cpu, lane.object = of.get("pid", -1), of.get("cpu", -1), of.get("object", -1)
        return self._add(lane)

    def change(self, lane: int, name: str, sub: str | None = None) -> None:
        """Renames a lane: a new version of its row."""
        old = self.by_id[lane]
        if old.name != name or (sub is not None and sub != old.sub):
            new = Lane(old.id, old.kind, name, old.sub if sub is None else sub, old.parent, old.order)
            new.pid, new.cpu, new.object = old.pid, old.cpu, old.object
            self._add(new)

    def cpu(self, cpu: int) -> int:
        """The lane of a CPU."""
        if cpu not in self.cpus:
            self.cpus[cpu] = self._new("cpu", f"CPU {cpu}", ORDER_CPU + cpu, cpu=cpu)
        return self.cpus[cpu]

    def pool(self, key: str) -> int:
        """The heading of a pool."""
        if key not in self.pools:
            self.pools[key] = self._pool(key)
        return self.pools[key]

    def _pool(self, key: str) -> int:
        row = self.pool_objects.get(key)
        name = (row.name if row.name.startswith("pool") else f"pool {row.name}") if row else "pool"
        if key == "rescuers":
            return self._new("pool", "rescuers", ORDER_RESCUERS)
        if key.startswith("wq:"):
            return self._new("pool", name, ORDER_UNBOUND + 9_999, sub=f"unbound · {key[3:]}")
        if key.startswith("u"):
            number = int(key[1:]) if key[1:].isdigit() else 0
            return self._new("pool", f"pool {key[1:]}", ORDER_UNBOUND + min(number, 9_000), sub="unbound")
        cpu = int(re.sub(r"\D", "", key) or 0)
        bh, high = key.startswith("bh"), key.endswith("H")
        words = " ".join(["BH"] * bh + ["high priority"] * high) or "normal"
        return self._new("pool", name, ORDER_POOL + cpu * 4 + high + 2 * bh, sub=f"CPU {cpu}, {words}", cpu=cpu)

    def serves(self, key: str, workqueue: str, ordered: bool) -> None:
        """An unbound pool's heading tells the workqueues that it has served."""
        if not key.startswith("u"):
            return
        names = self.served.setdefault(key, [])
        text = workqueue + (", ordered" if ordered else "")
        if text not in names and len(names) < 4:
            names.append(text)
            lane = self.pool(key)
            self.change(lane, self.by_id[lane].name, " · ".join(["unbound", *names]))

    def take(self, key: str, kind: str) -> int:
        """A free row of a pool's `worklist` or `held` rows; -1 when there are as many as may be."""
        packer = self.packers.setdefault((key, kind), RowPacker())
        if packer.free:
            return packer.lanes[heappop(packer.free)]
        if len(packer.lanes) >= ROWS_MAX:
            return -1
        order = len(packer.lanes) + (0 if kind == "worklist" else 100)
        packer.lanes.append(self._new(kind, kind, order, parent=self.pool(key)))
        return packer.lanes[-1]

    def give_back(self, key: str, kind: str, lane: int) -> None:
        """Frees a row that `take` gave."""
        if lane >= 0:
            packer = self.packers[key, kind]
            packer.give_back(packer.lanes.index(lane))

    def worker(self, row: TaskRow, key: str) -> int:
        """The lane of a kworker or rescuer."""
        number = re.search(r":(\d+)", row.comm)
        order = 1_000 + (int(number[1]) if number else row.pid)
        return self._new("worker", row.comm, order, parent=self.pool(key), sub=f"pid {row.pid}", pid=row.pid)

    def bottom_half(self, cpu: int) -> int:
        """The lane of BH work on a CPU: it runs in softirq context, on no task of its own."""
        return self._new("worker", f"softirq CPU {cpu}", 1_000, parent=self.pool(f"bh{cpu}"), cpu=cpu)

    def timer(self, name: str, obj: int) -> int:
        """The lane of a timer."""
        return self._new("timer", name, ORDER_TIMER + obj, object=obj)

    def task(self, row: TaskRow) -> int:
        """The lane of any other task, except for commands of the session."""
        system = row.kind == "ksoftirqd" or row.comm.startswith(_SYSTEM)
        order = (ORDER_SYSTEM if system else ORDER_TASK + (0 if row.kind == "session" else 50_000)) + row.pid
        name = "session" if row.kind == "session" else row.comm
        return self._new("task", name, order, sub=f"pid {row.pid}", pid=row.pid)

    def take_command(self) -> tuple[int, int]:
        """A lane for a command of the session, and the row to give back at its end."""
        packer = self.commands
        if packer.free:
            row = heappop(packer.free)
        else:
            row = len(packer.lanes)
            packer.lanes.append(self._new("task", "commands", ORDER_TASK + 40_000 + row))
        return packer.lanes[row], row
