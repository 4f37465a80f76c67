"""Why something waits: the closed list of cause codes and their words.

Words take the culprits (`{culprits}`, names joined by ", ") and the detail's parameters.
"""

from __future__ import annotations

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
        Cause("MAX_ACTIVE", "max_active", "max_active of {wq} is {max}: {culprits} hold every slot", "pwq_tryinc_nr_active"),
        Cause("ORDERED", "ordered", "{wq} is ordered: behind {culprits}", "pwq_tryinc_nr_active"),
        Cause("CONCURRENCY", "CPU pool busy", "the pool runs one item at a time while it does not sleep: {culprits} runs",
              "need_more_worker"),
        Cause("NO_IDLE_WORKER", "no idle worker", "no idle worker is left: {culprits} creates one", "manage_workers"),
        Cause("WORKER_WAKING", "worker waking", "{culprits} was woken and is about to run", "kick_pool"),
        Cause("NOT_REENTRANT", "still running", "the same item still runs on {culprits}", "assign_work"),
        Cause("BARRIER", "barrier", "linked behind {culprits}", "insert_wq_barrier"),
        Cause("FLUSH", "flush", "waits for {culprits} to finish", "__flush_work"),
        Cause("HIGHER_PRIORITY", "higher priority", "{culprits} has a higher priority on this CPU", "pick_next_task"),
        Cause("CPU_BUSY", "CPU busy", "CPU {cpu} is busy with {culprits}", "pick_next_task"),
        Cause("TIMER", "timer", "sleeps until its timer expires{until}", "process_timeout"),
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
