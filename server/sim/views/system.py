"""Files of the whole machine: /proc/version, uptime, cpuinfo, interrupts, softirqs, modules, CPUs on and off line."""

from __future__ import annotations

from server.sim.views.masks import to_list
from server.sim.views.protocol import Blocking, Kernel

VERSION = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1~deb12u1 (2025-12-06)"
SOFTIRQS = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
EINVAL, EPERM = 22, 1


def version(k: Kernel) -> str:
    """/proc/version."""
    compiler = "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40"
    return f"Linux version {k.profile.release} (debian-kernel@lists.debian.org) ({compiler}) {VERSION}\n"


def uptime(k: Kernel) -> str:
    """/proc/uptime: seconds since boot, and idle seconds of all CPUs."""
    busy = sum(task.sum_exec for task in k.tasks.values())
    idle = max(k.cx.now * len(k.cpus) - busy, 0)
    return f"{_centiseconds(k.cx.now)} {_centiseconds(idle)}\n"


def _centiseconds(ns: int) -> str:
    return f"{ns // 1_000_000_000}.{ns // 10_000_000 % 100:02d}"


def loadavg(k: Kernel) -> str:
    """/proc/loadavg: the load of a machine that has just booted, then runnable and all tasks, and the last PID."""
    runnable = sum(1 for task in k.tasks.values() if task.state == "R")
    return f"0.00 0.00 0.00 {runnable}/{len(k.tasks)} {max(k.tasks, default=1)}\n"


def cpuinfo(k: Kernel) -> str:
    """/proc/cpuinfo of the CPUs that are on line."""
    out = []
    for cpu in k.cpus:
        if not cpu.online:
            continue
        node = k.topology.node_of(cpu.id)
        core = next(i for i, group in enumerate(k.topology.cores) if cpu.id in group)
        rows = (
            ("processor\t", str(cpu.id)),
            ("vendor_id\t", "GenuineIntel"),
            ("cpu family\t", "6"),
            ("model\t\t", "165"),
            ("model name\t", "Simulated CPU @ 3.00GHz"),
            ("stepping\t", "2"),
            ("cpu MHz\t\t", "3000.000"),
            ("physical id\t", str(node)),
            ("core id\t\t", str(core)),
            ("bogomips\t", "6000.00"),
        )
        out.append("".join(f"{key}: {value}\n" for key, value in rows))
    return "\n".join(out) + "\n"


def modules(k: Kernel) -> str:
    """/proc/modules: name, size, users, state, address, taint; the youngest first."""
    states = {"live": "Live", "coming": "Loading", "going": "Unloading"}
    users = {m.name: "".join(f"{user}," for user in m.users) or "-" for m in k.modules.list.values()}
    return "".join(
        f"{m.name} {m.size} {m.refcount} {users[m.name]} {states.get(m.state, 'Live')} 0x{m.addr:016x} (OE)\n"
        for m in reversed(list(k.modules.list.values()))
    )


def interrupts(k: Kernel) -> str:
    """/proc/interrupts: the lines that modules requested, and each CPU's timer."""
    cpus = [cpu for cpu in k.cpus if cpu.online]
    width = 3
    out = (
        " " * (width + 1)
        + "".join(f"       CPU{cpu.id}" if cpu.id < 10 else f"      CPU{cpu.id}" for cpu in cpus)
        + "\n"
    )
    for number, handler, counts in k.irq.lines():
        numbers = "".join(f" {counts.get(cpu.id, 0):10d}" for cpu in cpus)
        out += f"{number:{width}d}:{numbers}   IO-APIC  {number:2d}-edge      {handler}\n"
    ticks = "".join(
        f" {k.cx.now // k.profile.tick_ns if cpu.id == cpus[0].id else cpu.clock_ns // k.profile.tick_ns:10d}"
        for cpu in cpus
    )
    return out + f"LOC:{ticks}   Local timer interrupts\n"


def softirqs(k: Kernel) -> str:
    """/proc/softirqs: how often each vector ran on each CPU."""
    cpus = [cpu for cpu in k.cpus if cpu.online]
    out = " " * 20 + "".join(f"{f'CPU{cpu.id}':<11}" for cpu in cpus) + "\n"
    for vector, name in enumerate(SOFTIRQS):
        counts = "".join(f" {k.softirq.counts.get((cpu.id, vector), 0):10d}" for cpu in cpus)
        out += f"{name:>12}:{counts}\n"
    return out


def online(k: Kernel) -> str:
    """/sys/devices/system/cpu/online."""
    return to_list(cpu.id for cpu in k.cpus if cpu.online) + "\n"


def offline(k: Kernel) -> str:
    """/sys/devices/system/cpu/offline."""
    return to_list(cpu.id for cpu in k.cpus if not cpu.online) + "\n"


def possible(k: Kernel) -> str:
    """/sys/devices/system/cpu/possible and present."""
    return to_list(cpu.id for cpu in k.cpus) + "\n"


def set_online(k: Kernel, cpu: int, text: str) -> Blocking:
    """Writing cpuN/online: 0 or -errno."""
    value = text.strip()
    if value not in ("0", "1", "y", "n", "Y", "N"):
        return -EINVAL
    wanted = value in ("1", "y", "Y")
    if k.cpus[cpu].online == wanted:
        return 0
    result: int = yield from k.hotplug.set_online(cpu, wanted)
    return result
