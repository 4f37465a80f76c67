"""`ip`: shows network devices and sets them up and down (busybox's `ip link`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from server.sim.net import sysfs
from server.sim.net.layout import (
    DEV_IFINDEX,
    DEV_MTU,
    DEV_QLEN,
    DEV_STATE,
    DEV_TYPE,
    IFF_BROADCAST,
    IFF_LOOPBACK,
    IFF_MULTICAST,
    IFF_NOARP,
    IFF_PROMISC,
    IFF_UP,
    LINK_NOCARRIER,
)
from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror

FLAGS = (
    (IFF_LOOPBACK, "LOOPBACK"), (IFF_BROADCAST, "BROADCAST"), (IFF_MULTICAST, "MULTICAST"), (IFF_PROMISC, "PROMISC"),
    (IFF_NOARP, "NOARP"),
)  # fmt: skip
TYPES = {1: "ether", 772: "loopback"}
MAC = re.compile(r"(?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}").fullmatch
SETTINGS = ("up", "down", "mtu", "address", "promisc", "multicast", "arp", "txqueuelen", "qlen")

Answer = Generator[Any, Any, int]


def describe(process: Process, name: str, device: int) -> str:
    """The two lines of a device."""
    net = process.k.net
    mem = net.k.mem
    flags = net.flags(device)
    words = [word for bit, word in FLAGS if flags & bit]
    if flags & IFF_UP:
        words += ["UP"] if mem.load(device + DEV_STATE, 8) & LINK_NOCARRIER else ["UP", "LOWER_UP"]
    kind = TYPES.get(mem.load(device + DEV_TYPE, 2), "[65534]")
    return (
        f"{mem.load(device + DEV_IFINDEX, 4)}: {name}: <{','.join(words)}> mtu {mem.load(device + DEV_MTU, 4)}"
        f" qlen {mem.load(device + DEV_QLEN, 4)}\n"
        f"    link/{kind} {sysfs.address_of(net, device)} brd {sysfs.broadcast_of(net, device)}\n"
    )


def run(process: Process, words: list[str]) -> Steps:
    """`ip link [show [DEV]]`, `ip link set [dev] DEV up|down|mtu N|address MAC|promisc on|off`, `ip addr`."""
    rest = [word for word in words[1:] if word not in ("-s", "-o", "-d", "-4", "-6")]
    statistics = "-s" in words
    what = rest[0] if rest else ""
    if what not in ("link", "l", "addr", "address", "a"):
        return (
            yield from process.complain("the simulated machine has no protocol stack: it knows `ip link` and `ip addr`")
        )
    action = rest[1] if len(rest) > 1 else "show"
    names = [word for word in rest[2:] if word != "dev"]
    if action in ("show", "list", "ls"):
        return (yield from _show(process, names, statistics))
    if action == "set" and what in ("link", "l") and names:
        return (yield from _set(process, names[0], names[1:]))
    yield from process.err("ip: RTNETLINK answers: Operation not supported\n")
    return 2


def _show(process: Process, names: list[str], statistics: bool) -> Steps:
    net = process.k.net
    if names and names[0] not in net.by_name:
        return (yield from process.complain(f"can't find device '{names[0]}'"))
    text = ""
    for name, device in list(net.by_name.items()):
        if names and name not in names:
            continue
        text += describe(process, name, device)
        if statistics:
            s = yield from sysfs.statistics(net, device)
            text += "    RX: bytes  packets  errors  dropped overrun mcast   \n"
            text += f"    {s[2]:<10} {s[0]:<8} {s[4]:<7} {s[6]:<7} {s[11]:<7} {s[8]:<7}\n"
            text += "    TX: bytes  packets  errors  dropped carrier collsns \n"
            text += f"    {s[3]:<10} {s[1]:<8} {s[5]:<7} {s[7]:<7} {s[17]:<7} {s[9]:<7}\n"
    return (yield from process.out(text))


def _set(process: Process, name: str, settings: list[str]) -> Steps:
    net = process.k.net
    device = net.by_name.get(name)
    if device is None:
        return (yield from process.complain(f"SIOCGIFFLAGS: {strerror(19)}"))
    flags = net.flags(device)
    changes: list[Callable[[], Answer]] = []
    while settings:
        word = settings.pop(0)
        if word in ("up", "down"):
            flags = flags | IFF_UP if word == "up" else flags & ~IFF_UP
            continue
        value = settings.pop(0) if settings else ""
        if word not in SETTINGS or not value:
            return (yield from process.complain(f"invalid argument '{word}' to 'ip'"))
        if word == "promisc":
            flags = flags | IFF_PROMISC if value == "on" else flags & ~IFF_PROMISC
        elif word == "mtu" and value.isdigit():
            changes.append(partial(net.set_mtu, device, int(value[:9])))
        elif word == "address" and MAC(value):
            changes.append(partial(net.set_address, device, bytes(int(part, 16) for part in value.split(":"))))
    yield from process.spend(2 * process.k.cost("syscall"))
    if flags != net.flags(device):
        changes.append(partial(net.change_flags, device, flags))
    for change in changes:
        error = yield from net.locked(change)
        if error:
            return (yield from process.complain(f"SIOCSIFFLAGS: {strerror(-error)}"))
    return 0


COMMAND = Command(
    run,
    "ip link [show [DEV]] | ip link set DEV up|down|mtu N|address MAC|promisc on|off",
    "Shows network devices, and sets them up and down.",
    options=None,
    path="/sbin",
)
