"""The freezer and suspend's outline (kernel/power/, workqueue's freeze_workqueues_*; model 6.2).

Freezable workqueues get max_active 0: queueing works, nothing activates, what is active finishes. Thawing activates
in rounds. kworkers themselves are never frozen. `suspend` is what writing to /sys/power/state does, up to pm_test.
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
STATES = ("freeze", "mem")
PREPARE, POST = 3, 4  # PM_SUSPEND_PREPARE, PM_POST_SUSPEND
STOP_MASK = 0x8000
TIMEOUT_NS = 20_000_000_000
TEST_NS = 5_000_000_000  # pm_test_delay
SLEEP_FIRST_US, SLEEP_MAX_US = 1000, 8000
OFF_NEXT, OFF_PRIORITY = 8, 16

Answer = Generator[Any, Any, int]


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
        return (yield from self.suspend())

    def suspend(self) -> Answer:
        """pm_suspend(): notifiers, freezing, the test's five seconds (a real sleep is as long), thawing."""
        k = self.k
        if self._busy:
            return -EBUSY
        self._busy = True
        k.printk.log(6, "PM: suspend entry (s2idle)")
        k.printk.log(6, "Filesystems sync: 0.000 seconds")
        result = yield from self._notify(PREPARE)
        if not result:
            result = yield from self._freeze_and_test()
        yield from self._notify(POST)
        k.printk.log(6, "PM: suspend exit")
        self._busy = False
        return result

    def _freeze_and_test(self) -> Answer:
        k = self.k
        k.printk.log(6, "Freezing user space processes")
        k.printk.log(6, "Freezing user space processes completed (elapsed 0.000 seconds)")
        k.printk.log(6, "OOM killer disabled.")
        result = yield from self._freeze_kernel()
        if not result:
            if self.level != "freezer":
                result = yield from k.fs.suspend_devices()
            if not result:
                yield from self._test()
            if self.level != "freezer":
                yield from k.fs.resume_devices()
            self._thaw_kernel()
        k.printk.log(6, "OOM killer enabled.")
        k.printk.log(6, "Restarting tasks ... done.")
        return result

    def _freeze_kernel(self) -> Answer:
        """freeze_kernel_threads: 0, or -EBUSY after 20 s."""
        k = self.k
        k.printk.log(6, "Freezing remaining freezable tasks")
        start, sleep_us = k.cx.now, SLEEP_FIRST_US
        self.frozen = True
        self.freeze_workqueues_begin()
        while self.freeze_workqueues_busy():
            if k.cx.now - start > TIMEOUT_NS:
                self._tell_busy(k.cx.now - start)
                self._thaw_kernel()
                return -EBUSY
            yield from k.hrtimers.usleep_range(sleep_us // 2, sleep_us)
            sleep_us = min(2 * sleep_us, SLEEP_MAX_US)
        ms = (k.cx.now - start) // 1_000_000
        k.printk.log(6, f"Freezing remaining freezable tasks completed (elapsed {ms // 1000}.{ms % 1000:03d} seconds)")
        return 0

    def _tell_busy(self, ns: int) -> None:
        k = self.k
        ms = ns // 1_000_000
        k.printk.log(3, f"Freezing remaining freezable tasks failed after {ms // 1000}.{ms % 1000:03d} seconds "
                        "(0 tasks refusing to freeze, wq_busy=1):")  # fmt: skip
        k.printk.log(6, "Showing freezable workqueues that are still busy:")
        for wq in k.wq.all:
            if wq.flags & WQ_FREEZABLE:
                k.wq.show_workqueue(wq)
        k.printk.log(6, "Restarting kernel threads ... done.")

    def _thaw_kernel(self) -> None:
        self.frozen = False
        self.thaw_workqueues()

    def _test(self) -> Gen:
        """suspend_test: with a level set the CPU is kept busy for five seconds; without, the machine sleeps as long."""
        k = self.k
        if self.level == "none":
            yield from k.hrtimers.sleep(TEST_NS, "D", 0)
            return
        k.printk.log(6, "PM: suspend debug: Waiting for 5 second(s).")
        yield from k.spin(TEST_NS)  # mdelay()
