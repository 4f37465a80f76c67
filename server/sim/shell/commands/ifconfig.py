"""`ifconfig`: shows network devices and sets them up and down."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from server.sim.net import sysfs
from server.sim.net.layout import (
    DEV_MTU,
    DEV_QLEN,
    DEV_TYPE,
    IFF_BROADCAST,
    IFF_LOOPBACK,
    IFF_MULTICAST,
    IFF_NOARP,
    IFF_PROMISC,
    IFF_UP,
)
from server.sim.shell.command import Command, Steps
from server.sim.shell.commands.ip import MAC
from server.sim.shell.process import Process, strerror

FLAGS = (
    (IFF_UP, "UP"), (IFF_BROADCAST, "BROADCAST"), (IFF_LOOPBACK, "LOOPBACK"), (IFF_UP, "RUNNING"), (IFF_NOARP, "NOARP"),
    (IFF_PROMISC, "PROMISC"), (IFF_MULTICAST, "MULTICAST"),
)  # fmt: skip
ENCAPSULATIONS = {1: "Ethernet", 772: "Local Loopback"}
NO_ADDRESSES = "Address family not supported by protocol"

Answer = Generator[Any, Any, int]


def run(process: Process, words: list[str]) -> Steps:
    """`ifconfig [-a] [DEV [up|down|mtu N|promisc|-promisc|hw ether MAC]]`; there are no addresses to give."""
    rest = words[1:]
    everything = "-a" in rest
    rest = [word for word in rest if word != "-a"]
    net = process.k.net
    if not rest:
        names = [name for name, device in net.by_name.items() if everything or net.flags(device) & IFF_UP]
        return (yield from _show(process, names))
    if rest[0] not in net.by_name:
        if len(rest) == 1:
            yield from process.err(f"ifconfig: {rest[0]}: error fetching interface information: Device not found\n")
            return 1
        return (yield from process.complain(f"SIOCGIFFLAGS: {strerror(19)}"))
    if len(rest) == 1:
        return (yield from _show(process, rest))
    return (yield from _set(process, net.by_name[rest[0]], rest[1:]))


def _show(process: Process, names: list[str]) -> Steps:
    net = process.k.net
    mem = net.k.mem
    text = ""
    for name in names:
        device = net.by_name[name]
        flags = net.flags(device)
        s = yield from sysfs.statistics(net, device)
        kind = mem.load(device + DEV_TYPE, 2)
        hardware = f"HWaddr {sysfs.address_of(net, device).upper()}  " if kind == 1 else ""
        text += (
            f"{name:<9} Link encap:{ENCAPSULATIONS.get(kind, 'UNSPEC')}  {hardware}\n"
            f"          {' '.join(word for bit, word in FLAGS if flags & bit)}  MTU:{mem.load(device + DEV_MTU, 4)}"
            f"  Metric:1\n"
            f"          RX packets:{s[0]} errors:{s[4]} dropped:{s[6]} overruns:{s[14]} frame:{s[13]}\n"
            f"          TX packets:{s[1]} errors:{s[5]} dropped:{s[7]} overruns:{s[18]} carrier:{s[17]}\n"
            f"          collisions:{s[9]} txqueuelen:{mem.load(device + DEV_QLEN, 4)} \n"
            f"          RX bytes:{s[2]} ({s[2]:.1f} B)  TX bytes:{s[3]} ({s[3]:.1f} B)\n\n"
        )
    return (yield from process.out(text))


def _set(process: Process, device: int, settings: list[str]) -> Steps:
    net = process.k.net
    while settings:
        word = settings.pop(0)
        change: Callable[[], Answer]
        flags = net.flags(device)
        call = "SIOCSIFFLAGS"
        if word in ("up", "down"):
            change = partial(net.change_flags, device, flags | IFF_UP if word == "up" else flags & ~IFF_UP)
        elif word in ("promisc", "-promisc"):
            wanted = flags | IFF_PROMISC if word == "promisc" else flags & ~IFF_PROMISC
            change = partial(net.change_flags, device, wanted)
        elif word == "mtu" and settings and settings[0].isdigit():
            call, change = "SIOCSIFMTU", partial(net.set_mtu, device, int(settings.pop(0)[:9]))
        elif word == "hw" and len(settings) > 1 and settings[0] == "ether" and MAC(settings[1]):
            address = bytes(int(part, 16) for part in settings[1].split(":"))
            call, change = "SIOCSIFHWADDR", partial(net.set_address, device, address)
            del settings[:2]
        else:
            return (yield from process.complain(f"SIOCSIFADDR: {NO_ADDRESSES}"))
        yield from process.spend(2 * process.k.cost("syscall"))
        error = yield from net.locked(change)
        if error:
            return (yield from process.complain(f"{call}: {strerror(-error)}"))
    return 0


COMMAND = Command(
    run,
    "ifconfig [-a] [DEV [up|down|mtu N|promisc|hw ether MAC]]",
    "Shows network devices, and sets them up and down.",
    options=None,
    path="/sbin",
)
