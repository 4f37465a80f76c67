"""Kernel profiles and cost sets: all in which one simulated kernel differs from another, as data.

A profile is a configuration of Linux 6.12.117; a cost set says how long things take. No other file asks for a version.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """The configuration facts that decide what is visible (cmwq-model section 0)."""

    name: str
    release: str = "6.12.117+deb12-cloud-amd64"  # the flavour of the recorded runs
    hz: int = 250
    nr_cpus_const: int = 8192  # CONFIG_NR_CPUS = WORK_CPU_UNBOUND, printed as req_cpu
    preempt: str = "voluntary"  # or "full"
    wq_watchdog_s: int = 0  # CONFIG_WQ_WATCHDOG's threshold, 0: not built
    hog_report: bool = False  # CONFIG_WQ_CPU_INTENSIVE_REPORT
    cpu_intensive_thresh_us: int = 10_000
    lockdep: bool = False
    odebug: bool = False
    kasan: bool = False
    atomic_sleep: bool = False  # CONFIG_DEBUG_ATOMIC_SLEEP
    hung_task_s: int = 120
    soft_lockup_s: int = 22
    panic_on_oops: bool = False
    boot_ns: int = 3_200_000_000  # uptime when the session starts
    initial_jiffies: int = 2**32 - 75_000

    @property
    def tick_ns(self) -> int:
        """One jiffy."""
        return 1_000_000_000 // self.hz


PROFILES: dict[str, Profile] = {
    "6.12": Profile("6.12"),
    "6.12-debug": Profile(
        "6.12-debug", wq_watchdog_s=30, hog_report=True, lockdep=True, odebug=True, kasan=True, atomic_sleep=True
    ),
}


_YES, _NO = ("1", "y", "Y", "true"), ("0", "n", "N", "false")


def _value(key: str, sort: str, text: str) -> bool | int | str:
    if sort == "bool":
        if text not in (*_YES, *_NO):
            raise ValueError(f"{key} is 1 or 0, not '{text}'")
        return text in _YES
    if sort != "int":
        return text
    if not re.fullmatch(r"\d{1,12}", text):
        raise ValueError(f"{key} is a whole number of at most 12 digits, not '{text}'")
    return int(text)


def profile(name: str, config: dict[str, str]) -> Profile:
    """The named profile with `config` laid over it. Raises KeyError for an unknown name or setting, ValueError for a
    bad value.
    """
    base = PROFILES[name]
    types = {f.name: str(f.type) for f in dataclasses.fields(Profile)}
    changes: dict[str, Any] = {}
    for key, value in config.items():
        if key == "name" or key not in types:
            raise KeyError(key)
        changes[key] = _value(key, types[key], value)
    if changes.get("preempt", "full") not in ("voluntary", "full"):
        raise ValueError("preempt is voluntary or full")
    if changes.get("hz", 250) not in (100, 250, 300, 1000):
        raise ValueError("hz is 100, 250, 300 or 1000, as in the kernel's own configuration")
    return dataclasses.replace(base, **changes)


# name: (hardware ns, tcg ns, where the figure comes from). hardware: a 3 GHz x86-64, figures of the order that
# lmbench, perf sched and ftrace show there; tcg: fitted to ../tests/fidelity's recordings, named with the case.
_COSTS: dict[str, tuple[int, int, str]] = {
    "statement": (2, 60, "a C statement: about 6 cycles; burn_bound"),
    "call": (20, 400, "a kernel function that does little; flush_one"),
    "printk": (900, 10_000, "formatting and the ring buffer, no console; workqueue_demo: consecutive pr_info"),
    "cpu_relax": (45, 900, "PAUSE on Skylake and later; burn_bound"),
    "ktime_get": (25, 700, "rdtsc and the clocksource's arithmetic; burn_bound"),
    "queue_work": (300, 6_000, "queue to activate event; workqueue_demo"),
    "cancel_work": (20, 6_000, "the line before cancel_work() to its own, in a row; random_100 to 131"),
    "next_work": (200, 30_000, "an item's end to its worker's next start, 1,500 times: 19 us, 50 with an activation"),
    "context_switch": (1_500, 25_000, "lat_ctx; sched.1.txt of bound_sleepers: switch to execute_start"),
    "wake_local": (1_000, 25_000, "try_to_wake_up to need_resched; workqueue_demo"),
    "wake_remote": (5_000, 80_000, "IPI and idle exit; random_100 to 131: queue on CPU 0 to start on CPU 1"),
    "idle_exit": (2_000, 90_000, "interrupt to the switch from idle; workqueue_demo at 5.190"),
    "irq": (700, 15_000, "entry and exit of the timer interrupt; delays"),
    "softirq": (300, 8_000, "a softirq vector's entry and exit; delays"),
    "timer_callback": (200, 6_000, "timer_expire_entry to queue_work; delays"),
    "kthread_create": (30_000, 220_000, "kthreadd's clone; random_1 to 16: a manager's sleep to its worker"),
    "fork": (80_000, 1_500_000, "lat_proc fork; sessions with grep"),
    "exec": (400_000, 8_000_000, "lat_proc exec; sessions with kmod"),
    "kmod": (0, 65_000_000, "its shared libraries (hardware: in exec); sess_mix: insmod to insmod 80 to 105 ms"),
    "exit": (60_000, 2_500_000, "lat_proc exit; mutex_contention: insmod, from its last item to sched_process_exit"),
    "waitpid": (
        40_000,
        1_500_000,
        "the parent goes on: faults after its fork; mutex_contention: sh until it sleeps",
    ),
    "insmod": (900_000, 9_600_000, "finit_module up to init: read, relocate; dmesg: taint line to first line"),
    "rmmod": (300_000, 6_000_000, "delete_module after exit; workqueue_demo"),
    "alloc_workqueue": (12_000, 150_000, "without the rescuer's thread; max_active"),
    "destroy_workqueue": (10_000, 120_000, "after the drain; max_active"),
    "dump_stack": (100_000, 700_000, "unwinding and printing; sleep_on_idle: from one complaint to the next"),
    "kmalloc": (60, 1_500, "SLUB fast path; workqueue_demo"),
    "kfree": (50, 1_200, "SLUB fast path"),
    "mutex": (25, 500, "uncontended lock or unlock; mutex_contention"),
    "spinlock": (15, 300, "uncontended lock or unlock"),
    "schedule": (400, 6_000, "entry of schedule() up to the switch"),
    "resume": (0, 5_000, "from the switch back to where a task slept"),
    "shell": (3_000, 120_000, "a shell builtin: parsing and expansion; hotplug"),
    "console_read": (20_000, 400_000, "reading the kernel log"),
    "syscall": (150, 4_000, "entry and exit"),
    "cpu_up": (15_000_000, 29_000_000, "cpu online: 22 ms to `Booting`, 6 ms to the callbacks; hotplug, hotplug_mix"),
    "cpu_down": (12_000_000, 44_000_000, "cpu offline: 9 ms from the callbacks to its last line; hotplug_mix"),
    "suspend_begin": (
        900_000,
        5_400_000,
        "locks and the sync of file systems, before anything is frozen; suspend_resume",
    ),
    "freeze_tasks": (400_000, 1_600_000, "one round over the tasks, and the sleep after it; suspend_resume"),
    "suspend_devices": (2_000_000, 1_300_000, "the machine's own, before the module's; suspend_resume"),
    "resume_devices": (3_000_000, 2_200_000, "the machine's own, after the module's; suspend_resume"),
    # the first time that a CPU does it since it was idle: a translator's caches hold other code then (hardware's are
    # not told apart)
    "queue_work_cold": (300, 45_000, "first queue event of init, and after a sleep, to its line; random_100 to 131"),
    "printk_cold": (900, 58_000, "console line to execute_end after a sleep: 58 us, 8 in a row; random_100 to 131"),
    "cancel_work_cold": (20, 60_000, "cancel_work() the first time: 79 us to its line; random_100 to 131"),
    "kill_cold": (20_000, 6_000_000, "the shell's first `kill`: by its `wait` the killed process has ended; misc_dev"),
    "resume_cold": (0, 35_000, "sched_switch from idle to what the task does first; sched.1.txt of random_1 to 16"),
}
COST_SETS: dict[str, dict[str, int]] = {
    "hardware": {name: row[0] for name, row in _COSTS.items()},
    "tcg": {name: row[1] for name, row in _COSTS.items()},
}
# Where modules were compiled, as BUG() and WARN() print it: with the recordings' costs, where the recorded ones were.
BUILD_DIRS: dict[str, str] = {"hardware": "/home/user", "tcg": "/root/.cache/workqueue-rig/cases"}
# Whose words say that a loaded module cannot go: in the recorded sessions busybox's, on a Debian machine kmod's.
BUSYBOX_RMMOD: dict[str, bool] = {"hardware": False, "tcg": True}
COST_SOURCES: dict[str, str] = {name: row[2] for name, row in _COSTS.items()}
