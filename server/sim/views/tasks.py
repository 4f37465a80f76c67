"""Tasks as /proc/PID and ps show them (fs/proc/array.c; kernel/workqueue.c wq_worker_comm)."""

from __future__ import annotations

from server.sim.machine import Task
from server.sim.views.masks import to_hex, to_list
from server.sim.views.protocol import Kernel

KERNEL_KINDS = ("idle", "kworker", "rescuer", "kthread", "ksoftirqd")
STATES = {"R": "running", "S": "sleeping", "D": "disk sleep", "T": "stopped", "Z": "zombie", "X": "dead", "I": "idle"}
PF_KTHREAD, PF_WQ_WORKER, PF_NO_SETAFFINITY = 0x00200000, 0x00000020, 0x04000000
USER_HZ_NS = 10_000_000
# where a task sleeps, by the cause of its wait, when nothing better is known
WAITS_IN = {
    "LOCK": "__mutex_lock.constprop.0",
    "TIMER": "schedule_timeout",
    "FLUSH": "__flush_work",
    "THREAD": "kthread_stop",
    "GRACE_PERIOD": "__wait_rcu_gp",
    "CONDITION": "prepare_to_wait_event",
    "DRAINING": "drain_workqueue",
}


def is_kernel_thread(task: Task) -> bool:
    """Without memory of its own: shown in brackets, deaf to signals."""
    return task.kind in KERNEL_KINDS and task.pid != 1


def name(task: Task) -> str:
    """The name in /proc and ps: a worker's in full, with `+desc` while it runs an item, `-desc` afterwards."""
    worker = task.worker
    if worker is None:
        return task.comm
    if not worker.desc or worker.pool is None:
        return worker.name[:63]
    return f"{worker.name}{'+' if worker.current_work is not None else '-'}{worker.desc}"[:63]


def command_line(task: Task) -> str:
    """The command of a user process."""
    return "/bin/sh /init" if task.pid == 1 else task.desc or name(task)


def parent_pid(task: Task) -> int:
    """PID of the parent: kthreadd for kernel threads."""
    if is_kernel_thread(task):
        return 0 if task.comm == "kthreadd" else 2
    if task.parent is None or task.parent.state == "X" or not task.parent.pid:
        return int(task.pid != 1)  # init takes in orphans
    return task.parent.pid


def terminal(task: Task) -> str:
    """The terminal of the session's processes; actions and their children have another one."""
    if is_kernel_thread(task) or task.pid == 1:
        return "?"
    seen: Task | None = task
    for _ in range(50):
        if seen is None or seen.kind == "action":
            break
        if seen.kind == "session":
            return "ttyS0"
        seen = seen.parent
    return "ttyS1"


def stat_letters(task: Task) -> str:
    """The STAT column of ps: the state, `<` or `N` for its nice value, `+` on the terminal."""
    nice = "<" if task.nice < 0 else "N" if task.nice > 0 else ""
    leader = "s" if task.kind in ("session", "action") else ""
    return task.state[:1] + nice + leader + ("" if is_kernel_thread(task) or task.pid == 1 else "+")


def flags(task: Task) -> int:
    """PF_* as far as they are modelled."""
    if not is_kernel_thread(task):
        return 0x400000
    return PF_KTHREAD | (PF_WQ_WORKER | PF_NO_SETAFFINITY if task.worker is not None else 0)


def wchan(task: Task) -> str:
    """The kernel function that a task sleeps in; "" for one that does not."""
    if task.state == "R":
        return ""
    if task.worker is not None and task.worker.current_work is None:
        return "rescuer_thread" if task.kind == "rescuer" else "worker_thread"
    return WAITS_IN.get(task.sleep_cause[0], "schedule")


def stat(k: Kernel, task: Task) -> str:
    """/proc/PID/stat: 52 fields."""
    ticks = task.sum_exec // USER_HZ_NS
    kernel = is_kernel_thread(task)
    priority = -1 - task.rt_prio if task.rt_prio else 20 + task.nice
    head = f"{task.pid} ({name(task)}) {task.state[:1]} {parent_pid(task)}"
    group = "0 0 0 -1" if kernel else f"{task.pid} {task.pid} 1088 {task.pid}"
    start = task.started_ns // USER_HZ_NS
    memory = "0 0" if kernel else "2637824 240"
    policy = f"{task.rt_prio} {1 if task.rt_prio else 0}"
    tail = f"18446744073709551615 0 0 0 0 0 0 0 2147483647 0 0 0 0 {0 if kernel else 17} {task.cpu} {policy}"
    return (
        f"{head} {group} {flags(task)} 0 0 0 0 0 {ticks} 0 0 {priority} {task.nice} 1 0 {start} {memory} {tail} "
        "0 0 0 0 0 0 0 0 0 0 0\n"
    )


def status(k: Kernel, task: Task) -> str:
    """/proc/PID/status, as far as it is modelled."""
    allowed = task.allowed if task.allowed is not None else frozenset(cpu.id for cpu in k.cpus)
    rows = [
        ("Name", name(task)),
        ("Umask", "0022"),
        ("State", f"{task.state[:1]} ({STATES.get(task.state[:1], 'sleeping')})"),
        ("Tgid", str(task.pid)),
        ("Ngid", "0"),
        ("Pid", str(task.pid)),
        ("PPid", str(parent_pid(task))),
        ("TracerPid", "0"),
        ("Uid", "0\t0\t0\t0"),
        ("Gid", "0\t0\t0\t0"),
        ("FDSize", "64"),
        ("Groups", " "),
        ("Kthread", str(int(is_kernel_thread(task)))),
        ("Threads", "1"),
        ("SigPnd", f"{_mask(task):016x}"),
        ("Cpus_allowed", to_hex(allowed, len(k.cpus))),
        ("Cpus_allowed_list", to_list(allowed)),
    ]
    return "".join(f"{key}:\t{value}\n" for key, value in rows)


def _mask(task: Task) -> int:
    return 1 << (task.pending_signal - 1) if task.pending_signal else 0


def stack(k: Kernel, task: Task) -> str:
    """/proc/PID/stack: where the task sleeps and what called it, as far as it is modelled; offsets are left out."""
    if task.state == "R":
        return ""
    worker = task.worker
    names = [wchan(task)]
    if worker is not None:
        if worker.current_work is not None:
            names += [worker.current_fn, "process_one_work"]
            names.append("rescuer_thread" if task.kind == "rescuer" else "worker_thread")
        names += ["kthread", "ret_from_fork", "ret_from_fork_asm"]
    elif is_kernel_thread(task):
        names += ["kthread", "ret_from_fork", "ret_from_fork_asm"]
    else:
        names += ["do_syscall_64", "entry_SYSCALL_64_after_hwframe"]
    return "".join(f"[<0>] {entry}\n" for entry in names)
