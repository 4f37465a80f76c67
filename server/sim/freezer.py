"""The freezer and suspend's outline (kernel/power/, workqueue's freeze_workqueues_*; model 6.2).

Freezable workqueues get max_active 0: queueing works, nothing activates, what is active finishes. Thawing activates
in rounds. kworkers themselves are never frozen. `suspend` is what writing to /sys/power/state does, up to pm_test; a
machine that goes all the way is woken at once by its user, and its clocks have stood still meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue.create import adjust_max_active
from server.sim.workqueue.pwq import WQ_FREEZABLE

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

EBUSY, EINVAL = 16, 22
LEVELS = ("none", "core", "processors", "platform", "devices", "freezer")  # pm_test
STATES = {"freeze": "s2idle", "mem": "deep"}
PREPARE, POST = 3, 4  # PM_SUSPEND_PREPARE, PM_POST_SUSPEND
STOP_MASK = 0x8000
TIMEOUT_NS = 20_000_000_000
TEST_NS = 5_000_000_000  # pm_test_delay
SLEEP_FIRST_US, SLEEP_MAX_US = 1000, 8000
OFF_NEXT, OFF_PRIORITY = 8, 16

Answer = Generator[Any, Any, int]


def _seconds(ns: int) -> str:
    """As the freezer prints times."""
    return f"{ns // 1_000_000_000}.{ns // 1_000_000 % 1000:03d}"


class Freezer:
    """Freezing and thawing. `level` is /sys/power/pm_test."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.level = "none"
        self.frozen = False  # pm_freezing: kernel threads are being frozen or are
        self._notifiers: list[int] = []
        self._busy = False

    # ---- workqueues ------------------------------------------------------------------------------

    def freeze_workqueues_begin(self) -> None:
        """freeze_workqueues_begin: nothing freezable activates from here on (law L62)."""
        s = self.k.wq
        s.freezing = True
        for wq in s.all:
            adjust_max_active(s, wq)

    def freeze_workqueues_busy(self) -> bool:
        """freeze_workqueues_busy: an item of a freezable workqueue is still active."""
        return any(wq.flags & WQ_FREEZABLE and any(p.nr_active for p in wq.pwqs) for wq in self.k.wq.all)

    def thaw_workqueues(self) -> None:
        """thaw_workqueues: limits are restored; each round activates one item a pwq."""
        s = self.k.wq
        if not s.freezing:
            return
        s.freezing = False
        for wq in s.all:
            adjust_max_active(s, wq)

    # ---- notifiers -------------------------------------------------------------------------------

    def register_pm_notifier(self, nb: int) -> int:
        """register_pm_notifier: by priority, then in order of registration."""
        if nb in self._notifiers:
            return -17
        priority = self._priority(nb)
        at = next(
            (i for i, other in enumerate(self._notifiers) if self._priority(other) < priority), len(self._notifiers)
        )
        self._notifiers.insert(at, nb)
        return 0

    def unregister_pm_notifier(self, nb: int) -> int:
        """unregister_pm_notifier: 0, or -ENOENT."""
        if nb not in self._notifiers:
            return -2
        self._notifiers.remove(nb)
        return 0

    def _priority(self, nb: int) -> int:
        value = self.k.peek(nb + OFF_PRIORITY, 4)
        return value - (1 << 32) if value >= 1 << 31 else value

    def _notify(self, action: int) -> Answer:
        """The chain; an answer with NOTIFY_STOP_MASK ends it, with its errno."""
        k = self.k
        for nb in list(self._notifiers):
            answer = yield from k.ccall(k.peek(nb, 8), nb, action, 0)
            answer &= 0xFFFFFFFF
            if answer & STOP_MASK:
                value = answer & ~STOP_MASK
                return 1 - value if value > 1 else 0  # notifier_to_errno
        return 0

    # ---- suspend ---------------------------------------------------------------------------------

    def pm_test_text(self) -> str:
        """What /sys/power/pm_test shows."""
        return " ".join(f"[{name}]" if name == self.level else name for name in LEVELS) + "\n"

    def store_pm_test(self, text: str) -> int:
        """Writing /sys/power/pm_test: 0 or -EINVAL."""
        if text.strip() not in LEVELS:
            return -EINVAL
        self.level = text.strip()
        return 0

    def store_state(self, text: str) -> Answer:
        """Writing /sys/power/state: 0 or a negative errno, when the machine is awake again."""
        if text.strip() not in STATES:
            return -EINVAL
        return (yield from self.suspend(STATES[text.strip()]))

    def suspend(self, state: str = "s2idle") -> Answer:
        """pm_suspend(), `s2idle` or `deep`: notifiers, freezing, devices, sleep, and all of it back."""
        k = self.k
        if self._busy:
            return -EBUSY
        self._busy = True
        k.printk.log(6, f"PM: suspend entry ({state})")
        k.printk.log(6, "Filesystems sync: 0.000 seconds")
        yield from k.elapse("suspend_begin")
        result = yield from self._notify(PREPARE)
        if not result:
            result = yield from self._freeze_and_enter(state)
        yield from self._notify(POST)
        k.printk.log(6, "PM: suspend exit")
        self._busy = False
        return result

    def _freeze_and_enter(self, state: str) -> Answer:
        """enter_state(), between the notifiers."""
        k = self.k
        k.printk.log(6, "Freezing user space processes")
        start = k.cx.now
        yield from k.elapse("freeze_tasks")
        k.printk.log(6, f"Freezing user space processes completed (elapsed {_seconds(k.cx.now - start)} seconds)")
        k.printk.log(6, "OOM killer disabled.")
        result = yield from self._freeze_kernel()
        if not result:
            if not (yield from self._test("freezer")):
                result = yield from self._devices_and_enter(state)
        k.printk.log(6, "OOM killer enabled.")
        k.printk.vprintk(b"\x016Restarting tasks ... ")
        self._thaw_kernel()
        k.printk.vprintk(b"\x01cdone.\n")
        k.printk.log(6, "random: crng reseeded on system resumption")
        return result

    def _devices_and_enter(self, state: str) -> Answer:
        """suspend_devices_and_enter: 0, or what a device said that refuses."""
        k = self.k
        k.printk.log(6, "printk: Suspending console(s) (use no_console_suspend to debug)")
        yield from k.elapse("suspend_devices")
        result: int = yield from k.fs.suspend_devices()
        if not result and not (yield from self._test("devices")):
            yield from self._enter(state)
        yield from k.fs.resume_devices()
        yield from k.elapse("resume_devices")
        return result

    def _enter(self, state: str) -> Gen:
        """suspend_enter: a deep sleep is one of a single CPU."""
        k = self.k
        deep = state == "deep"
        if deep:
            k.printk.log(6, "ACPI: PM: Preparing to enter system sleep state S3")
        if (yield from self._test("platform")) or not deep:
            return
        k.printk.log(6, "ACPI: PM: Saving platform NVS memory")
        k.printk.log(6, "Disabling non-boot CPUs ...")
        others = [cpu.id for cpu in k.cpus if cpu.online and cpu.id]
        for number in others:
            yield from k.hotplug.cpu_down(number)
        if not (yield from self._test("processors")) and not (yield from self._test("core")):
            k.printk.log(6, "ACPI: PM: Low-level resume complete")
            k.printk.log(6, "ACPI: PM: Restoring platform NVS memory")
        k.printk.log(6, "Enabling non-boot CPUs ...")
        for number in others:
            yield from k.hotplug.cpu_up(number)
            k.printk.log(6, f"CPU{number} is up")
        k.printk.log(6, "ACPI: PM: Waking up from system sleep state S3")

    def _freeze_kernel(self) -> Answer:
        """freeze_kernel_threads: 0, or -EBUSY after 20 s."""
        k = self.k
        k.printk.log(6, "Freezing remaining freezable tasks")
        start, sleep_us = k.cx.now, SLEEP_FIRST_US
        self.frozen = True
        self.freeze_workqueues_begin()
        yield from k.elapse("freeze_tasks")
        while self.freeze_workqueues_busy():
            if k.cx.now - start > TIMEOUT_NS:
                self._tell_busy(k.cx.now - start)
                self._thaw_kernel()
                return -EBUSY
            yield from k.hrtimers.usleep_range(sleep_us // 2, sleep_us)
            sleep_us = min(2 * sleep_us, SLEEP_MAX_US)
        k.printk.log(6, f"Freezing remaining freezable tasks completed (elapsed {_seconds(k.cx.now - start)} seconds)")
        return 0

    def _tell_busy(self, ns: int) -> None:
        k = self.k
        k.printk.log(3, f"Freezing remaining freezable tasks failed after {_seconds(ns)} seconds "
                        "(0 tasks refusing to freeze, wq_busy=1):")  # fmt: skip
        k.printk.log(6, "Showing freezable workqueues that are still busy:")
        for wq in k.wq.all:
            if wq.flags & WQ_FREEZABLE:
                k.wq.show_workqueue(wq)
        k.printk.log(6, "Restarting kernel threads ... done.")

    def _thaw_kernel(self) -> None:
        self.frozen = False
        self.thaw_workqueues()

    def _test(self, level: str) -> Generator[Any, Any, bool]:
        """suspend_test: whether pm_test ends the way down here, after five seconds in which the CPU is kept busy."""
        k = self.k
        if self.level != level:
            return False
        k.printk.log(6, "PM: suspend debug: Waiting for 5 second(s).")
        yield from k.spin(TEST_NS)  # mdelay()
        return True
