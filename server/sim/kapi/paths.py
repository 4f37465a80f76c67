"""The headers that modules are known to include: data. Each brings in everything."""

_LINUX = (
    "module", "init", "kernel", "workqueue", "slab", "mutex", "delay", "sched", "timer", "hrtimer", "jiffies", "time",
    "time64", "ktime", "timekeeping", "list", "hashtable", "llist", "rculist", "rcupdate", "srcu", "spinlock",
    "spinlock_types", "rwlock", "rwsem", "semaphore", "seqlock", "atomic", "refcount", "kref", "completion", "wait",
    "swait", "kthread", "interrupt", "irq", "irqreturn", "irq_work", "irqflags", "hardirq", "bottom_half", "preempt",
    "percpu", "percpu-defs", "cpumask", "cpu", "cpuhotplug", "smp", "topology", "numa", "nodemask", "string",
    "string_helpers", "ctype", "kstrtox", "sprintf", "errno", "err", "types", "stddef", "limits", "const", "math",
    "minmax", "math64", "log2", "bits", "bitops", "bitmap", "bitfield", "find", "build_bug", "bug", "compiler",
    "compiler_types", "compiler_attributes", "container_of", "export", "moduleparam", "kmod", "version", "vermagic",
    "utsname", "printk", "kern_levels", "ratelimit", "ratelimit_types", "dev_printk", "dynamic_debug", "gfp",
    "gfp_types", "mm", "mm_types", "vmalloc", "mempool", "kmemleak", "kasan", "rbtree", "rbtree_augmented", "kfifo",
    "circ_buf", "idr", "xarray", "radix-tree", "notifier", "reboot", "suspend", "pm", "pm_runtime", "freezer",
    "random", "prandom", "uuid", "crc32", "jhash", "hash", "sort", "bsearch", "fs", "fs_struct", "cdev", "miscdevice",
    "uaccess", "poll", "ioctl", "kdev_t", "major", "proc_fs", "seq_file", "debugfs", "kobject", "sysfs", "device",
    "device/class", "platform_device", "of", "mod_devicetable", "pid", "pid_namespace", "cred", "uidgid",
    "capability", "signal", "sched/signal", "sched/task", "sched/clock", "sched/types", "sched/rt", "sched/prio",
    "nsproxy", "kallsyms", "panic", "panic_notifier", "stringify", "once", "ftrace", "trace_events", "tracepoint",
    "stacktrace", "lockdep", "debug_locks", "mutex_types", "rtmutex", "cleanup", "overflow", "unaligned", "swab",
    "byteorder/generic", "syscalls", "fcntl", "stat", "namei", "dcache", "file", "path", "statfs", "io", "iopoll",
    "ioport", "pci", "usb", "i2c", "gpio", "gpio/consumer", "dma-mapping", "socket", "genalloc", "highmem",
    "pagemap", "swap", "rwlock_types", "wait_bit", "sched/mm", "sched/debug", "sched/task_stack", "kernel_stat",
    "tick", "clockchips", "clocksource", "profile", "input", "keyboard", "tty", "console", "vt_kern", "leds",
    "backlight", "security", "binfmts", "elf", "user_namespace", "sched/user", "acct", "audit", "nmi", "dmi",
    "ktime_api", "asn1", "crypto", "kprobes", "uprobes", "perf_event",
)  # fmt: skip
_ASM = (
    "atomic", "uaccess", "io", "irq", "current", "processor", "page", "bitops", "barrier", "byteorder", "types",
    "errno", "param", "delay", "segment", "ioctl", "ptrace", "cacheflush", "msr", "div64",
    "cpufeature", "smp", "topology", "timex", "tsc",
)  # fmt: skip
_OTHER = (
    "linux/build-salt.h", "linux/anon_inodes.h", "asm-generic/io.h", "linux/netlink.h", "linux/dmaengine.h",
    "linux/aio.h", "linux/uio.h", "asm/hardirq.h", "linux/sched/loadavg.h", "linux/sched/cputime.h", "linux/rtc.h", "linux/cpufreq.h",
    "linux/pagevec.h", "linux/mount.h", "linux/of_platform.h", "linux/pinctrl/consumer.h", "linux/regmap.h",
    "linux/jump_label.h", "linux/unistd.h", "asm/unistd.h", "linux/of_device.h", "linux/of_gpio.h", "linux/of_irq.h", "linux/of_address.h",
    "linux/kd.h", "linux/vt.h", "linux/console_struct.h", "linux/hw_random.h", "linux/spi/spi.h",
    "asm-generic/errno.h", "generated/utsrelease.h", "linux/init_task.h", "linux/softirq.h", "linux/container_of.h", "linux/property.h", "linux/pm_wakeup.h", "linux/nospec.h",
    "linux/stdarg.h", "trace/events/workqueue.h",
)  # fmt: skip
PATHS = (
    *(f"{root}linux/{name}.h" for root in ("", "uapi/") for name in _LINUX),
    *(f"asm/{name}.h" for name in _ASM),
    *_OTHER,
)

_NET = (
    "netdevice", "etherdevice", "skbuff", "ethtool", "rtnetlink", "if_ether", "if_arp", "if", "if_packet", "if_vlan", "ip",
    "ipv6", "tcp", "udp", "icmp", "inet", "inetdevice", "in", "in6", "net", "netdev_features", "u64_stats_sync",
)  # fmt: skip
_BLOCK = ("blkdev", "blk-mq", "bio", "blk_types", "bvec", "hdreg", "buffer_head", "blkpg")
GROUP_PATHS = {
    "net": (
        *(f"linux/{name}.h" for name in _NET),
        "net/sock.h",
        "net/net_namespace.h",
        "net/rtnetlink.h",
        "net/ip.h",
        "net/checksum.h",
        "asm/checksum.h",
    ),
    "block": (*(f"linux/{name}.h" for name in _BLOCK), "uapi/linux/hdreg.h"),
}
"""Headers that bring in a group of `registry.GROUPS` as well; the first is the one to name."""

REMOVED_PATHS = {
    "asm/unaligned.h": "<asm/unaligned.h> was removed in 6.12: use <linux/unaligned.h>",
    "asm/system.h": "<asm/system.h> was removed in 3.4: drop the line",
    "stdarg.h": "<stdarg.h> is not there since 5.16: use <linux/stdarg.h>",
    "linux/genhd.h": "<linux/genhd.h> was removed in 5.18: use <linux/blkdev.h>",
    "linux/config.h": "<linux/config.h> was removed in 2.6.19: drop the line",
    "linux/smp_lock.h": "<linux/smp_lock.h> was removed in 2.6.39: drop the line, and use a mutex of your own",
    "linux/devfs_fs_kernel.h": "<linux/devfs_fs_kernel.h> was removed in 2.6.18: use class_create() and device_create()",
    "linux/autoconf.h": "<linux/autoconf.h> was removed in 2.6.33: drop the line",
    "asm/semaphore.h": "<asm/semaphore.h> was removed in 2.6.27: use <linux/semaphore.h>",
    "linux/cryptohash.h": "<linux/cryptohash.h> was removed in 5.8: use <crypto/sha1.h>",
}
