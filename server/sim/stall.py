"""Watching for the end: hung tasks, soft lockups, and the verdict on a run (kernel/hung_task.c, kernel/watchdog.c)."""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING

from server.scenario import Outcome
from server.sim import splat
from server.sim.cmodule.faults import LimitReached
from server.sim.cmodule.spin import frames
from server.sim.engine import TASK
from server.sim.machine import Cpu, Gen, Task

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

SECOND = 1_000_000_000
HUNG_WARNINGS = 10  # sysctl_hung_task_warnings


class Watch:
    """khungtaskd's rounds and the soft lockup detector; ends a run whose session hangs after the hung-task message."""

    def __init__(self, k: Kernel, shell: Task, actions_at_ns: list[int]) -> None:
        self.k = k
        self.actions_at_ns = actions_at_ns
        self.shell = shell
        self.warnings = HUNG_WARNINGS
        self.hung: list[Task] = []
        self.hung_seen: dict[int, int] = {}
        self.ended = False
        k.timers.on_tick.append(self._soft_lockup)
        self._next_round()
        self._wait_for_shell()

    def _wait_for_shell(self) -> None:
        gen = self.shell.gen
        assert gen is not None

        def body() -> Gen:
            code = yield from gen
            self.ended = True
            self.k.engine.at(max(self.k.cx.now, self.last_action_ns()), TASK, 0, self._stop)
            return code

        self.shell.gen = body()

    def last_action_ns(self) -> int:
        """When the last action that a person gave is due, with a second to take effect; 0 if there is none."""
        origin = max(self.k.origin_ns, self.k.profile.boot_ns)
        return max((origin + at + SECOND for at in self.actions_at_ns), default=0)

    def _stop(self) -> None:
        """The session and the actions are over: so is the run."""
        self.k.engine.stopped = True

    def _next_round(self) -> None:
        period = self.k.profile.hung_task_s * SECOND
        self.k.engine.at(self.k.engine.time + period, TASK, 0, self._hung_round)

    def _hung_round(self) -> None:
        """check_hung_uninterruptible_tasks: a task in D that has not run since the last round."""
        k = self.k
        if self.shell.state == "X":
            return
        k.cpu = k.cpus[0]
        k.current = k.cpu.idle
        limit = k.profile.hung_task_s
        for pid in sorted(k.tasks):
            task = k.tasks[pid]
            if task.state != "D" or k.engine.time - task.blocked_at < limit * SECOND:
                continue
            if self.hung_seen.get(pid) == task.blocked_at or self.warnings <= 0:
                continue
            self.hung_seen[pid] = task.blocked_at
            self.warnings -= 1
            self.hung.append(task)
            self._tell_hung(task, limit)
        if self.hung and not self._anything_else() or self._spins_for_good():
            k.engine.stopped = True
            return
        self._next_round()

    def _tell_hung(self, task: Task, limit: int) -> None:
        k = self.k
        k.printk.log(3, f"INFO: task {task.comm}:{task.pid} blocked for more than {limit} seconds.")
        k.printk.log(
            3,
            f"      {splat.taint_flags(k)} {k.profile.release} #1 Debian 6.12.117-1~deb12u1".replace(
                "Tainted: ", "Tainted: "
            ),
        )
        k.printk.log(3, '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.')
        ppid = task.parent.pid if task.parent is not None else 2
        k.printk.log(
            6,
            f"task:{task.comm:<15} state:D stack:0     pid:{task.pid:<5} tgid:{task.pid:<5} "
            f"ppid:{ppid:<6} flags:0x00004000",
        )
        if task.worker is not None and task.worker.current_pwq is not None:
            k.printk.log(6, f"Workqueue: {task.worker.current_pwq.wq.name} {task.worker.current_fn}")

    def _anything_else(self) -> bool:
        """Whether a timer of the module or the session can still change something."""
        return not (self.shell in self.hung or self._waits_for_hung(self.shell))

    def _waits_for_hung(self, task: Task) -> bool:
        """Follows THREAD and FLUSH waits of the session to a hung task."""
        return any(link in self.hung for link in _chain(self.k, task))

    def _spins_for_good(self) -> bool:
        """Whether the session needs a CPU on which a loop has only waited since the last round.

        Such a loop sees nothing change from event to event, and nothing else runs there: the soft lockup was told.
        """
        cpu = _needed_cpu(self.k, self.shell)
        stuck_ns = self.k.engine.time - cpu.watchdog_ns
        spins = cpu.spin_places.waiting or any(cpu in lock.spinners for lock in self.k.locks.all())
        return cpu.lockup_told and spins and stuck_ns >= self.k.profile.hung_task_s * SECOND

    def _soft_lockup(self, cpu: Cpu) -> None:
        """watchdog_timer_fn: no other task has run on a CPU for longer than the threshold."""
        k = self.k
        stuck = k.cx.now - cpu.watchdog_ns
        if k.sched.full and not cpu.current.preempt and not cpu.current.bh_off:
            return  # the detector's stopper thread preempts
        if cpu.lockup_told or stuck < k.profile.soft_lockup_s * SECOND or cpu.rq == [] and not self._in_kernel(cpu):
            return
        cpu.lockup_told = True
        task = cpu.current
        k.printk.log(
            0, f"watchdog: BUG: soft lockup - CPU#{cpu.id} stuck for {stuck // SECOND}s! [{task.comm}:{task.pid}]"
        )
        k.oops.tainted["L"] = True
        k.printk.log(0, f"Modules linked in: {k.modules.linked_in()}")
        for line in (*splat.header_lines(k, task), *splat.trace_lines(k, task, [])):
            k.printk.log(0, line)
        k.check("soft-lockup", f"{task.comm} has kept CPU {cpu.id} for {stuck // SECOND} s without a preemption point")

    @staticmethod
    def _in_kernel(cpu: Cpu) -> bool:
        return not cpu.current.is_user


def _chain(k: Kernel, task: Task) -> list[Task]:
    """A task, whom it waits for, whom that waits for, …: as far as waits for threads, flushes and locks name one."""
    links: list[Task] = []
    following: Task | None = task
    while following is not None and following not in links and len(links) < 100:
        links.append(following)
        cause, culprits, _ = following.sleep_cause
        if following.state in "RX" or cause not in ("THREAD", "FLUSH", "LOCK"):
            break
        rows = [int(part[5:]) for part in culprits.split(",") if part.startswith("task:")]
        following = k.task_rows.get(rows[0]) if rows else None
    return links


def _needed_cpu(k: Kernel, shell: Task) -> Cpu:
    """The CPU that the session needs to go on, or whomever it waits for."""
    return k.cpus[_chain(k, shell)[-1].cpu]


def _standing(k: Kernel, task: Task) -> str:
    """` in fn(), module.c:12`: where a task's C stands; or nothing."""
    place = k.modules.standing(reversed(frames(task.gen))) if task.gen is not None else ""
    return f" in {place}" if place else ""


def whereabouts(k: Kernel, limit: LimitReached) -> str:
    """What met a limit, or kept a CPU busy at the end: what follows the limit's message."""
    place = k.modules.standing(frame for frame, _ in reversed(list(walk_tb(limit.__traceback__))))
    if place:
        return f", at last {k.current.comm}-{k.current.pid} in {place}"
    busy = [cpu for cpu in k.cpus if cpu.lockup_told]
    return "".join(f"; {_who_keeps(k, cpu)}" for cpu in busy)


def _who_keeps(k: Kernel, cpu: Cpu) -> str:
    task, since = cpu.current, (k.engine.time - cpu.watchdog_ns) // SECOND
    return f"{task.comm}-{task.pid} has kept CPU {cpu.id} busy for {since} s{_standing(k, task)}"


def verdict(k: Kernel, shell: Task, watch: Watch) -> Outcome:
    """How a run ended whose engine stopped or has nothing left to do."""
    now = k.engine.time
    if k.panicked:
        return Outcome("crashed", now, f"Kernel panic - not syncing: {k.panicked}")
    if shell.state == "X" or watch.ended:
        return Outcome("completed", now, "")
    from server.sim.deadlock import find_cycle

    cycle = find_cycle(k)
    if cycle:
        return Outcome("deadlock", now, cycle[0], cycle)
    last = _chain(k, shell)[-1]
    if last.state == "R":
        return Outcome("stalled", now, _who_keeps(k, k.cpus[last.cpu]))
    cause = last.sleep_cause[0].lower().replace("_", " ") or "unknown"
    where = _standing(k, last)
    return Outcome("stalled", now, f"{last.comm}-{last.pid} waits{where} for what never comes ({cause})")
