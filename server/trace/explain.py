"""From a `wqp:wait` event to a row of the waits table: cause, culprits, sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from server.trace.causes import CAUSES, CODES, parameters, words
from server.trace.durations import duration
from server.trace.recording import Recording
from server.trace.rows import ITEM, OBJECT, TASK, Culprits, Rows
from server.trace.tracks import Told

_NUMBERS = {code: i for i, code in enumerate(CODES)}
CULPRITS_MAX = 16
TEXTS_MAX = 4096  # sentences kept: the same few come again and again


class HasItem(Protocol):
    """A life, as far as this module knows it."""

    item: int


class Explainer:
    """Knows the tables that culprits point into. `basis` is 0 where the engine spoke, 1 where waits were inferred."""

    def __init__(self, recording: Recording, rows: Rows, life_of: Callable[[int], HasItem | None]) -> None:
        self.recording = recording
        self.rows = rows
        self.life_of = life_of
        self.texts: dict[tuple[object, ...], str] = {}
        self.doing: Callable[[int], int] = lambda task: -1  # the item that a task executes; the timeline sets it
        self.basis = 0 if recording.header.producer == "simulator" else 1

    def culprits(self, text: str, by_item: bool = False) -> tuple[Culprits, list[str]]:
        """`task:3,item:5,lock:7` as flat pairs, and the sort of each; what is not in the tables is left out.

        With `by_item`, a worker stands for the item that it executes.
        """
        flat: list[int] = []
        sorts: list[str] = []
        for part in text.split(",")[:CULPRITS_MAX]:
            sort, _, number = part.partition(":")
            if not number.isdigit():
                continue
            index = int(number)
            if sort == "task" and index < len(self.recording.tasks):
                item = self.doing(index) if by_item else -1
                flat += (ITEM, item) if item >= 0 else (TASK, index)
            elif sort == "item" and index < len(self.recording.objects):
                life = self.life_of(index)
                flat += (ITEM, life.item) if life else (OBJECT, index)
            elif index < len(self.recording.objects):
                flat += (OBJECT, index)
            else:
                continue
            sorts.append(sort)
        return tuple(flat), sorts

    def explain(self, wait: int, told: Told, basis: int, wq: str, max_active: str) -> None:
        """Says of a wait why; workqueue and limit (or "") are parameters of the words besides those of the event."""
        code = told.cause if told.cause in CAUSES else "UNKNOWN"
        flat, sorts = self.culprits(told.culprits, by_item=code == "CONCURRENCY") if told.culprits else ((), [])
        until_ns = parameters(told.detail).get("until_ns", "") if "until_ns" in told.detail else ""
        after_ns = max(int(until_ns) - self.rows.waits.start[wait], 0) if until_ns.isdigit() else -1
        key = (code, tuple(sorts), told.detail if after_ns < 0 else after_ns, wq, max_active)
        text = self.texts.get(key)
        if text is None:
            text = self._text(code, sorts, told.detail, after_ns, {"wq": wq, "max": max_active})
            if len(self.texts) < TEXTS_MAX:
                self.texts[key] = text
        self.rows.waits.explain(wait, _NUMBERS[code], flat, text, basis)

    @staticmethod
    def _text(code: str, sorts: list[str], detail: str, after_ns: int, known: dict[str, str]) -> str:
        holders = [f"{{{i}}}" for i, sort in enumerate(sorts) if code == "LOCK" and sort == "task"]
        names = [place for i in range(len(sorts)) if (place := f"{{{i}}}") not in holders]
        known = {name: value for name, value in known.items() if value} | parameters(detail)
        if not names and ("on" in known or "irq" in known):  # a place that is no object
            names = [known.get("on", "") or f"interrupt {known['irq']}"]
        if after_ns >= 0:
            known["until"] = f", after {duration(after_ns)}"
        return words(code, names, known, holders)

    def name(self, kind: int, index: int) -> str:
        """What a person calls a culprit."""
        if kind == TASK:
            return self.recording.tasks[index].comm
        return self.recording.objects[self.rows.items.object[index] if kind == ITEM else index].name

    def sentence(self, wait: int) -> str:
        """The words of a wait with the names of its culprits."""
        flat = self.rows.waits.culprits[wait]
        names = [self.name(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
        text = self.rows.waits.text[wait]
        for i, name in enumerate(names):
            text = text.replace(f"{{{i}}}", name)
        return text
