"""Why something waits: the closed list of cause codes and their words.

Words take the culprits (`{culprits}`, joined by ", "; for LOCK `{culprits}` are the locks and `{holder}` the tasks)
and the detail's parameters; `(holds|hold)` chooses by their number. A parameter that a wait does not carry has neutral
words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec


class Cause(msgspec.Struct, frozen=True):
    """A cause: `chip` for a label on a bar, `words` for a sentence, `rule` the kernel function that decides it."""

    code: str
    chip: str
    words: str
    rule: str


CAUSES: dict[str, Cause] = {
    c.code: c
    for c in (
        Cause("MAX_ACTIVE", "max_active", "max_active of {wq} is {max}: {culprits} (holds|hold) every slot",
              "pwq_tryinc_nr_active"),
        Cause("ORDERED", "ordered", "{wq} is ordered: behind {culprits}", "pwq_tryinc_nr_active"),
        Cause("CONCURRENCY", "CPU pool busy",
              "the pool runs one item at a time while it does not sleep: {culprits} (runs|run)", "need_more_worker"),
        Cause("NO_IDLE_WORKER", "no idle worker", "no idle worker is left: {culprits} creates one", "manage_workers"),
        Cause("WORKER_WAKING", "worker waking", "{culprits} was woken and is about to run", "kick_pool"),
        Cause("NOT_REENTRANT", "still running", "the same item still runs on {culprits}", "assign_work"),
        Cause("BARRIER", "barrier", "linked behind {culprits}", "insert_wq_barrier"),
        Cause("FLUSH", "flush", "waits for {culprits} to finish", "__flush_work"),
        Cause("HIGHER_PRIORITY", "higher priority", "{culprits} has a higher priority on this CPU", "pick_next_task"),
        Cause("CPU_BUSY", "CPU busy", "CPU {cpu} is busy with {culprits}", "pick_next_task"),
        Cause("TIMER", "timer", "waits until its timer expires{until}", "process_timeout"),
        Cause("CONDITION", "condition", "waits for a wake-up on {culprits}", "prepare_to_wait_event"),
        Cause("THREAD", "thread", "waits for {culprits} to start or stop", "kthread_stop"),
        Cause("GRACE_PERIOD", "RCU", "waits for an RCU grace period", "synchronize_rcu"),
        Cause("LOCK", "lock", "{culprits} is held by {holder}", "__mutex_lock"),
        Cause("FROZEN", "frozen", "{wq} is frozen until thaw", "wq_adjust_max_active"),
        Cause("RESCUER", "rescuer", "waits for the rescuer {culprits}", "rescuer_thread"),
        Cause("DRAINING", "draining", "{wq} is being drained", "drain_workqueue"),
        Cause("UNKNOWN", "unknown", "the trace does not say why", ""),
    )
}  # fmt: skip


CODES = tuple(CAUSES)  # a cause travels as its place here
HELD_CAUSES = frozenset(("MAX_ACTIVE", "ORDERED", "FROZEN", "DRAINING"))  # of items that are not activated
_NEUTRAL = {
    "wq": "the workqueue",
    "max": "reached",
    "cpu": "of this item",
    "until": "",
    "culprits": "something that the trace does not name",
    "holder": "a task that the trace does not name",
}
_CHOICE = re.compile(r"\((\w+)\|(\w+)\)")


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _NEUTRAL.get(name, "")


def parameters(detail: str) -> dict[str, str]:
    """`slots=1 line=51` as a mapping; what has no `=` is left out."""
    return dict(part.split("=", 1) for part in detail.split() if "=" in part)


def words(code: str, culprits: Sequence[str], known: Mapping[str, str], holders: Sequence[str] = ()) -> str:
    """The sentence for a wait. `culprits` and `holders` are names, or places for names; `known` has the parameters."""
    values = _Words(known)
    if culprits:
        values["culprits"] = ", ".join(culprits)
    if holders:
        values["holder"] = ", ".join(holders)
    plural = len(culprits) > 1
    text = _CHOICE.sub(lambda m: m[2] if plural else m[1], CAUSES[code].words)
    return text.format_map(values)
