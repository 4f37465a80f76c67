"""/proc/sys/kernel: settings that a session may look at or change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from server.sim.views.protocol import Kernel

EINVAL, EACCES = 22, 13
TAINTS = "PFSRMBUDAWCIOELKXTN"

SETTINGS: dict[str, Callable[[Kernel], str]] = {
    "hostname": lambda k: "playground",
    "hung_task_timeout_secs": lambda k: str(k.profile.hung_task_s),
    "osrelease": lambda k: k.profile.release,
    "ostype": lambda k: "Linux",
    "panic_on_oops": lambda k: str(int(k.profile.panic_on_oops)),
    "printk": lambda k: f"{k.printk.console_level}\t4\t1\t7",
    "soft_watchdog": lambda k: "1",
    "tainted": lambda k: str(taint_mask(k)),
    "watchdog_thresh": lambda k: str(k.profile.soft_lockup_s // 2),
}


def taint_mask(k: Kernel) -> int:
    """The bits of the taints, in the order of the kernel's letters."""
    return sum(1 << TAINTS.index(letter) for letter, is_set in k.oops.tainted.items() if is_set and letter in TAINTS)


def read_setting(k: Kernel, name: str) -> str:
    """The value, with a newline."""
    return SETTINGS[name](k) + "\n"


def write_setting(k: Kernel, name: str, text: str) -> int:
    """The console's log level and panic_on_oops can be changed: the others are the profile's."""
    words = text.split()
    if name not in ("printk", "panic_on_oops"):
        return -EACCES
    if name == "panic_on_oops" and len(words) == 1 and words[0].lstrip("-").isdigit() and len(words[0]) < 10:
        k.set_profile(replace(k.profile, panic_on_oops=words[0].lstrip("-0") != ""))
        return 0
    if name != "printk" or not words or not all(word.isdigit() and len(word) < 4 for word in words):
        return -EINVAL
    k.printk.console_level = int(words[0])
    return 0
