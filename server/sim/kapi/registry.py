"""The table of the kernel's functions: handlers with their C prototypes, and the headers made from them.

A kapi file has `HEADER` (C text: types and macros), `INLINE` (C text: functions written in C, which may use every
prototype), and handlers: Python functions under `@kernel("prototype")`. `api()` scans the files of `HEADERS` in
that order, which is the order of the C text. All `<linux/*.h>` bring in everything, so the order is no user's concern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

HEADERS = (
    "compiler", "types", "bits", "list", "module", "printk", "bug", "atomic", "string", "slab", "mutex", "spinlock",
    "semaphore", "rbtree", "timer", "hrtimer", "percpu", "wait", "workqueue", "sched", "delay", "kthread", "interrupt",
    "rcu", "kfifo", "idr", "notifier", "random", "fs", "proc_fs", "device",
)  # fmt: skip

# every header that modules are known to include; each brings in everything
PATHS = tuple(
    f"linux/{name}.h"
    for name in ["module", "init", "kernel", "workqueue", "slab", "mutex", "delay", "sched", "timer", "hrtimer", "jiffies", "time", "time64", "ktime", "timekeeping", "list", "hashtable", "llist", "rculist", "rcupdate", "srcu", "spinlock", "spinlock_types", "rwlock", "rwsem", "semaphore", "seqlock", "atomic", "refcount", "kref", "completion", "wait", "swait", "kthread", "interrupt", "irq", "irqreturn", "irq_work", "irqflags", "hardirq", "bottom_half", "preempt", "percpu", "percpu-defs", "cpumask", "cpu", "cpuhotplug", "smp", "topology", "numa", "nodemask", "string", "string_helpers", "ctype", "kstrtox", "sprintf", "errno", "err", "types", "stddef", "limits", "const", "math", "minmax", "math64", "log2", "bits", "bitops", "bitmap", "bitfield", "find", "build_bug", "bug", "compiler", "compiler_types", "compiler_attributes", "container_of", "export", "moduleparam", "kmod", "version", "vermagic", "utsname", "printk", "kern_levels", "ratelimit", "ratelimit_types", "dev_printk", "dynamic_debug", "gfp", "gfp_types", "mm", "mm_types", "vmalloc", "mempool", "kmemleak", "kasan", "rbtree", "rbtree_augmented", "kfifo", "circ_buf", "idr", "xarray", "radix-tree", "notifier", "reboot", "suspend", "pm", "pm_runtime", "freezer", "random", "prandom", "uuid", "crc32", "jhash", "hash", "sort", "bsearch", "fs", "fs_struct", "cdev", "miscdevice", "uaccess", "poll", "ioctl", "kdev_t", "major", "proc_fs", "seq_file", "debugfs", "kobject", "sysfs", "device", "device/class", "platform_device", "of", "mod_devicetable", "pid", "pid_namespace", "cred", "uidgid", "capability", "signal", "sched/signal", "sched/task", "sched/clock", "sched/types", "sched/rt", "sched/prio", "nsproxy", "kallsyms", "panic", "panic_notifier", "stringify", "once", "ftrace", "trace_events", "tracepoint", "stacktrace", "lockdep", "debug_locks", "mutex_types", "rtmutex", "cleanup", "overflow", "unaligned", "swab", "byteorder/generic", "syscalls", "fcntl", "stat", "namei", "dcache", "file", "path", "statfs", "io", "iopoll", "ioport", "pci", "usb", "i2c", "gpio", "gpio/consumer", "dma-mapping", "netdevice", "etherdevice", "skbuff", "if_ether", "ip", "tcp", "inet", "in", "net", "socket", "blkdev", "blk-mq", "bio", "genhd", "genalloc", "highmem", "pagemap", "swap", "rwlock_types", "wait_bit", "sched/mm", "sched/debug", "sched/task_stack", "kernel_stat", "tick", "clockchips", "clocksource", "profile", "input", "keyboard", "tty", "console", "vt_kern", "leds", "backlight", "security", "binfmts", "elf", "user_namespace", "sched/user", "acct", "audit", "nmi", "dmi", "ktime_api", "asn1", "crypto", "kprobes", "uprobes", "perf_event"]
) + tuple(
    f"asm/{name}.h"
    for name in ["atomic", "uaccess", "io", "irq", "current", "processor", "page", "bitops", "barrier", "byteorder", "types", "errno", "param", "delay", "segment", "system", "ioctl", "ptrace", "cacheflush", "msr", "div64", "unaligned", "cpufeature", "smp", "topology", "timex", "tsc"]
) + ("asm-generic/errno.h", "uapi/linux/sched/types.h", "uapi/linux/errno.h", "generated/utsrelease.h", "stdarg.h",
     "linux/stdarg.h", "asm/unaligned.h", "trace/events/workqueue.h", "net/sock.h")  # fmt: skip

REMOVED_PATHS = {
    "linux/config.h": "<linux/config.h> was removed in 2.6.19: drop the line",
    "linux/smp_lock.h": "<linux/smp_lock.h> was removed in 2.6.39: drop the line, and use a mutex of your own",
    "linux/devfs_fs_kernel.h": "<linux/devfs_fs_kernel.h> was removed in 2.6.18: use class_create() and device_create()",
    "linux/autoconf.h": "<linux/autoconf.h> was removed in 2.6.33: drop the line",
    "asm/semaphore.h": "<asm/semaphore.h> was removed in 2.6.27: use <linux/semaphore.h>",
    "linux/cryptohash.h": "<linux/cryptohash.h> was removed in 5.8: use <crypto/sha1.h>",
}

Handler = Callable[..., Any]
F = TypeVar("F", bound=Handler)
_NAME = re.compile(r"(\w+)\s*\(")
_DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)|^static inline[^;{=]*?\b(\w+)\s*\(", re.M)

_INLINE = re.compile(r"^(static inline [^{;]*)\{", re.M)


class Prototype:
    """What the front end, completion and docs know of a kernel function."""

    __slots__ = ("c", "name", "may_sleep", "doc", "header", "attributes", "handler")

    def __init__(self, c: str, may_sleep: bool, attributes: str, handler: Handler) -> None:
        """`header` is filled in by the scan."""
        match = _NAME.search(c)
        assert match, c
        self.c, self.name, self.may_sleep, self.attributes, self.handler = c, match[1], may_sleep, attributes, handler
        self.doc = (handler.__doc__ or "").strip()
        self.header = ""


def kernel(prototype: str, may_sleep: bool = False, attributes: str = "") -> Callable[[F], F]:
    """Declare a Python function as a function of the kernel. Several may stand on one handler.

    `attributes` is GNU C text for the declaration, such as `__printf(1, 2)`.
    """

    def mark(handler: F) -> F:
        marks = handler.__dict__.setdefault("prototypes", [])
        marks.append(Prototype(prototype, may_sleep, attributes, handler))
        return handler

    return mark


class Api:
    """All of it: `files` (virtual headers), `prototypes` by name, `functions` with a handler, `names` for hints."""

    def __init__(self) -> None:
        """Scan the files of HEADERS."""
        self.prototypes: dict[str, Prototype] = {}
        text, declared, inline = [], [], []
        for header in HEADERS:
            module = import_module("server.sim.kapi." + header)
            text.append(getattr(module, "HEADER", ""))
            inline.append(getattr(module, "INLINE", ""))
            for handler in vars(module).values():
                for prototype in getattr(handler, "prototypes", ()):
                    if prototype.handler.__module__ != module.__name__:
                        continue
                    prototype.header = header
                    self.prototypes[prototype.name] = prototype
                    if not prototype.name.startswith("__get_"):
                        declared.append(f"{prototype.c} {prototype.attributes};")
        forward = [head.rstrip() + ";" for part in inline for head in _INLINE.findall(part)]
        self.text = "\n".join(["#pragma once", *text, *declared, *forward, *inline, ""])
        self.functions = frozenset(self.prototypes)
        self.files = {"/wq/include/" + path: "#include <wqplay/kernel.h>\n" for path in PATHS}
        for path, why in REMOVED_PATHS.items():
            self.files["/wq/include/" + path] = f"/* {why} */\n"
        self.files["/wq/include/wqplay/kernel.h"] = self.text

    @property
    def names(self) -> frozenset[str]:
        """Every function and macro that a module may use."""
        defined = {a or b for a, b in _DEFINE.findall(self.text)}
        return frozenset(n for n in self.functions | defined if not n.startswith("__"))


@cache
def api() -> Api:
    """The table, made once in a process."""
    return Api()


def handler(name: str) -> Handler | None:
    """The handler of a kernel function; called as `handler(k, *arguments)`."""
    prototype = api().prototypes.get(name)
    return prototype.handler if prototype else None
