"""What lockdep knows: classes, who was taken under whom, in which contexts."""

from __future__ import annotations

from collections import deque

# usage bits are (direction, state, read)
USED_IN, ENABLED = 0, 1
HARDIRQ, SOFTIRQ = 0, 1
STATES = ("HARDIRQ", "SOFTIRQ")
Bit = tuple[int, int, bool]


class LockClass:
    """All locks of one init site. `usage` has a trace for each context in which it was taken."""

    __slots__ = ("name", "types", "usage", "after", "before", "version")

    def __init__(self, name: str, types: str, version: int) -> None:
        self.name = name
        self.types = types
        self.version = version  # of several classes with this name
        self.usage: dict[Bit, list[str]] = {}
        self.after: dict[LockClass, list[str]] = {}  # taken while this one was held: where
        self.before: dict[LockClass, bool] = {}

    def usage_text(self) -> str:
        """get_usage_chars: hard and soft, each exclusive and shared: `.` neither, `+` irqs on, `-` in irq, `?` both."""
        chars = []
        for state in (HARDIRQ, SOFTIRQ):
            for read in (False, True):
                on, used = (ENABLED, state, read) in self.usage, (USED_IN, state, read) in self.usage
                chars.append("?" if on and used else "+" if on else "-" if used else ".")
        return "".join(chars)

    @property
    def title(self) -> str:
        """The name with its version, as scenarios print it."""
        return self.name + (f"#{self.version}" if self.version > 1 else "")

    def text(self) -> str:
        """`(name){+.+.}-{3:3}`."""
        return f"({self.title}){{{self.usage_text()}}}-{{{self.types}}}"


class Map:
    """A lockdep_map: one lock's link to its class."""

    __slots__ = ("addr", "label", "cls")

    def __init__(self, addr: int, label: str, cls: LockClass) -> None:
        self.addr = addr
        self.label = label
        self.cls = cls


class Held:
    """A held_lock. `at` is the kernel's function that took it, empty: the module's at `line`."""

    __slots__ = ("map", "trylock", "read", "line", "at", "context", "checked")

    def __init__(self, lock: Map, trylock: bool, read: int, line: int, at: str, context: int) -> None:
        self.map = lock
        self.trylock = trylock
        self.read = read
        self.line = line
        self.at = at
        self.context = context
        self.checked = True


class Graph:
    """Classes and the edges between them."""

    def __init__(self) -> None:
        self._classes: dict[object, LockClass] = {}
        self._names: dict[str, int] = {}

    def map(self, addr: int, label: str, key: object, types: str) -> Map:
        """A map of the class with this key."""
        cls = self._classes.get(key)
        if cls is None:
            self._names[label] = version = self._names.get(label, 0) + 1
            cls = self._classes[key] = LockClass(label, types, version)
        return Map(addr, label, cls)

    @staticmethod
    def has_edge(a: LockClass, b: LockClass) -> bool:
        """Whether b was taken under a before."""
        return b in a.after

    @staticmethod
    def add_edge(a: LockClass, b: LockClass, trace: list[str]) -> None:
        """Under a, b was taken, at `trace`."""
        a.after[b] = trace
        b.before[a] = True

    @staticmethod
    def path(source: LockClass, target: LockClass) -> list[LockClass] | None:
        """The shortest chain of edges from one class to another, both included; None if there is none."""
        came: dict[LockClass, LockClass | None] = {source: None}
        queue = deque([source])
        while queue:
            here = queue.popleft()
            if here is target:
                chain = [here]
                while (back := came[chain[-1]]) is not None:
                    chain.append(back)
                return chain[::-1]
            for cls in here.after:
                if cls not in came:
                    came[cls] = here
                    queue.append(cls)
        return None

    @staticmethod
    def find(start: LockClass, usage: tuple[int, int], *, forwards: bool) -> LockClass | None:
        """The nearest class with a usage, along the edges or against them; `start` included."""
        seen = {start: True}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if (usage[0], usage[1], False) in here.usage or (usage[0], usage[1], True) in here.usage:
                return here
            for cls in here.after if forwards else here.before:
                if cls not in seen:
                    seen[cls] = True
                    queue.append(cls)
        return None
