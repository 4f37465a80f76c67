"""/proc/sysrq-trigger: what the keys print into the log (drivers/tty/sysrq.c)."""

from __future__ import annotations

from server.sim.machine import Task
from server.sim.views import tasks as view
from server.sim.views.protocol import Kernel
from server.sim.workqueue.show import show_all

LEVELS = "0123456789"
HELP = (
    "HELP : loglevel(0-9) reboot(b) crash(c) terminate-all-tasks(e) memory-full-oom-kill(f) kill-all-tasks(i) "
    "thaw-filesystems(j) sak(k) show-backtrace-all-active-cpus(l) show-memory-usage(m) nice-all-RT-tasks(n) "
    "poweroff(o) "
    "show-registers(p) show-all-timers(q) unraw(r) sync(s) show-task-states(t) unmount(u) force-fb(v) "
    "show-blocked-tasks(w) dump-ftrace-buffer(z)"
)


def sysrq(k: Kernel, text: str) -> int:
    """Handles the first character."""
    key = text[:1]
    log = k.printk.log
    if key == "t":
        log(6, "sysrq: Show State")
        for _, task in sorted(k.tasks.items()):
            show_task(k, task)
        show_all(k.wq)
    elif key == "w":
        log(6, "sysrq: Show Blocked State")
        for _, task in sorted(k.tasks.items()):
            if task.state == "D":
                show_task(k, task)
    elif key in LEVELS and key:
        log(6, f"sysrq: Changing Loglevel\nsysrq: Loglevel set to {key}")
        k.printk.console_level = int(key)
    elif key == "l":
        log(6, "sysrq: Show backtrace of all active CPUs")
        for cpu in k.cpus:
            if cpu.online and cpu.current is not cpu.idle:
                show_task(k, cpu.current)
    else:
        log(6, f"sysrq: {HELP}")
    return 0


def show_task(k: Kernel, task: Task) -> None:
    """sched_show_task: one line, the work item of a worker, where it sleeps."""
    log = k.printk.log
    log(
        6,
        f"task:{task.comm:<15} state:{task.state[:1]} stack:0     pid:{task.pid:<5} tgid:{task.pid:<5} "
        f"ppid:{view.parent_pid(task):<6} flags:0x{0x4000:08x}",
    )
    worker = task.worker
    if worker is not None and worker.current_pwq is not None:
        log(6, f"Workqueue: {worker.current_pwq.wq.name} {worker.current_fn}")
    where = view.stack(k, task)
    if where:
        log(6, "Call Trace:\n <TASK>\n" + "".join(f" {line[6:]}\n" for line in where.splitlines()) + " </TASK>")
