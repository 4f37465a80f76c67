"""`struct task_struct` in memory: what C reads of a task, written when C asks for it.

The simulator's `Task` is the truth; `publish` copies its visible fields into the task's structure, whose address is
`task.data`. Offsets are those of the structure in sched.py; tests compare them with the compiled layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.machine import Task

SIZE = 512
OFFSETS = {
    "__state": 0, "flags": 16, "on_cpu": 20, "cpu": 24, "on_rq": 32, "prio": 36, "static_prio": 40, "normal_prio": 44,
    "rt_priority": 48, "policy": 52, "se.sum_exec_runtime": 64, "tasks": 80, "mm": 96, "exit_state": 112, "exit_code": 116, "pid": 120, "tgid": 124,
    "real_parent": 128, "parent": 136, "group_leader": 176, "thread_pid": 184, "start_time": 224, "real_cred": 232,
    "cred": 240, "comm": 248, "nr_cpus_allowed": 288,
}  # fmt: skip
CRED_AT, PID_AT = 400, 432
STATES = {"R": 0, "S": 1, "D": 2, "I": 0x402, "T": 4, "P": 0x40, "X": 0x80, "Z": 0x80}
STATE_LETTERS = {0: "R", 1: "S", 2: "D", 0x402: "I", 0x102: "D", 0x40: "D"}
PF_WQ_WORKER, PF_KTHREAD, PF_NO_SETAFFINITY = 0x20, 0x200000, 0x4000000


def current_struct(k: Kernel) -> int:
    """Address of the running task's structure."""
    return publish(k, k.current)


def publish(k: Kernel, task: Task) -> int:
    """Write a task's visible fields to its structure, making that at first; its address."""
    base = task.data
    first = not base
    if first:
        base = task.data = int(k.mem.alloc(SIZE, True, "task_struct"))
    comm = task.comm.encode()[:15]
    _poke(k, base, "__state", 4, STATES.get(task.state, 0))
    _poke(k, base, "cpu", 4, task.cpu)
    running = k.cx.now - task.exec_start if task is k.current else 0
    _poke(k, base, "se.sum_exec_runtime", 8, task.sum_exec + max(running, 0))
    k.poke(base + OFFSETS["comm"], 16, int.from_bytes(comm.ljust(16, b"\0"), "little"))
    kernel_thread = task.kind in ("kthread", "kworker", "worker", "idle", "rescuer", "ksoftirqd")
    allowed = len(k.cpus) if task.allowed is None else len(task.allowed)
    if first or _peek(k, base, "prio") != task.prio or _peek(k, base, "nr_cpus_allowed") != allowed:
        worker = task.worker is not None
        bound = worker or kernel_thread and k.sched.is_bound(task)
        flags = PF_KTHREAD * kernel_thread | PF_WQ_WORKER * worker | PF_NO_SETAFFINITY * bound
        for name, value in (
            ("flags", flags), ("prio", task.prio), ("static_prio", 120 + task.nice), ("normal_prio", task.prio),
            ("rt_priority", task.rt_prio), ("policy", 1 if task.rt_prio else 0), ("nr_cpus_allowed", allowed),
        ):  # fmt: skip
            _poke(k, base, name, 4, value)
    if not first:
        return base
    for name, size, value in (
        ("pid", 4, task.pid), ("tgid", 4, task.pid), ("on_rq", 4, 1), ("group_leader", 8, base), ("parent", 8, base),
        ("real_parent", 8, base), ("cred", 8, base + CRED_AT), ("real_cred", 8, base + CRED_AT),
        ("thread_pid", 8, base + PID_AT), ("mm", 8, 0 if kernel_thread else base + CRED_AT),
        ("start_time", 8, task.started_ns),
    ):  # fmt: skip
        _poke(k, base, name, size, value)
    k.poke(base + PID_AT, 4, task.pid)
    k.poke(base + PID_AT + 8, 8, base)
    return base


def _poke(k: Kernel, base: int, name: str, size: int, value: int) -> None:
    k.poke(base + OFFSETS[name], size, value)


def _peek(k: Kernel, base: int, name: str) -> int:
    return int(k.peek(base + OFFSETS[name], 4))


def task_of(k: Kernel, address: int) -> Task | None:
    """The task whose structure is at `address`; None if it has ended or is none."""
    if address == k.current.data:
        return k.current
    for task in k.tasks.values():
        if task.data == address:
            return task
    return None
