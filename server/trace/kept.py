"""The facts that a short link or a token rests on, in a few hundred bytes; and which of them another run changes.

An engine's next version may simulate something otherwise. Whoever shared a run, or passed a challenge with it, is told
then what was so at the time, fact by fact, instead of being shown another run without a word.
"""

from __future__ import annotations

import hashlib

import msgspec

from server.trace.causes import CAUSES
from server.trace.compare import mask
from server.trace.durations import duration
from server.trace.facts import NEVER, SHORT_NS, Facts, ordinals

KEPT_VERSION = 1
ITEMS_MAX = 24  # of a run; more would not be compact
CHANGES_MAX = 12
SAME = 1.02  # durations that differ by less are called the same
SAME_NS = 20_000


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One life: where it started (-1: never), how long and for what it waited, how long it took (-1: no end)."""

    name: str
    nth: int
    cpu: int
    waited: int
    cause: str
    took: int

    @property
    def label(self) -> str:
        """The name; from the second time on with its number."""
        return self.name if self.nth == 1 else f"{self.name}#{self.nth}"


class Kept(msgspec.Struct, frozen=True):
    """The facts of a run: how it ended, its first items, and how many lines its log has, with a hash of them."""

    outcome: str
    items: list[Item]
    lines: int
    log: str
    v: int = KEPT_VERSION


def kept(facts: Facts) -> Kept:
    """The facts of a run that are kept with what rests on it."""
    ordinal = ordinals(facts)
    items = []
    for life in facts.lives[:ITEMS_MAX]:
        by_cause: dict[str, int] = {}
        for wait in facts.waits:
            if wait.item == life.number and not wait.task and wait.cause != "TIMER":
                by_cause[wait.cause] = by_cause.get(wait.cause, 0) + wait.end - wait.start
        start = life.started if life.started != NEVER else life.cancelled if life.cancelled != NEVER else facts.end_ns
        waited = start - life.queued if life.queued != NEVER else 0
        cause = max(by_cause, key=lambda c: by_cause[c], default="") if waited >= SHORT_NS else ""
        took = life.ended - life.started if life.ended != NEVER else -1
        items.append(Item(*ordinal[life.number], life.cpu, waited, cause, took))
    lines = [mask(line.text) for line in facts.log if line.t_ns >= 0]
    log = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    outcome = facts.outcome.kind if facts.outcome else "unknown"
    return Kept(outcome, items, len(lines), log)


def changes(then: Kept, now: Kept) -> list[str]:
    """What is not so any more, a sentence each; none where all facts are the same."""
    found = []
    if then.outcome != now.outcome:
        found.append(f"the run ended as {then.outcome} then, now as {now.outcome}")
    there = {(item.name, item.nth): item for item in now.items}
    for item in then.items:
        other = there.get((item.name, item.nth))
        found += _changes(item, other) if other else [f"{item.label} was queued then, now it is not"]
    known = {(item.name, item.nth) for item in then.items}
    if len(then.items) < ITEMS_MAX:
        found += [f"{i.label} is queued now, then it was not" for i in now.items if (i.name, i.nth) not in known]
    if (then.lines, then.log) != (now.lines, now.log):
        count = f": {then.lines} lines then, now {now.lines}" if then.lines != now.lines else ""
        found.append(f"the kernel's log reads otherwise{count}")
    more = len(found) - CHANGES_MAX
    return found if more <= 0 else [*found[:CHANGES_MAX], f"and {more} more"]


def _changes(then: Item, now: Item) -> list[str]:
    name = then.label
    if (then.cpu < 0) != (now.cpu < 0):
        return [f"{name} started then, now it does not" if now.cpu < 0 else f"{name} did not start then, now it does"]
    found = []
    if then.cpu != now.cpu:
        found.append(f"{name} started on CPU {then.cpu} then, now on CPU {now.cpu}")
    if _differ(then.waited, now.waited) or then.cause != now.cause:
        found.append(f"{name} waited {_waited(then)} then, now {_waited(now)}")
    if min(then.took, now.took) < 0 <= max(then.took, now.took):
        found.append(f"{name} {'did not end then, now it does' if then.took < 0 else 'ended then, now it does not'}")
    elif _differ(then.took, now.took):
        found.append(f"{name} took {duration(then.took)} then, now {duration(now.took)}")
    return found


def _differ(a: int, b: int) -> bool:
    return abs(a - b) > SAME_NS and max(a, b) > SAME * min(a, b)


def _waited(item: Item) -> str:
    if not item.cause:
        return duration(item.waited)
    cause = CAUSES.get(item.cause)
    return f"{duration(item.waited)} ({cause.chip if cause else item.cause})"
