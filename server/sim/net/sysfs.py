"""What /sys/class/net/NAME and /proc/net/dev show of a device, and what can be set there."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from server.sim.net.layout import (
    DEV_ADDR,
    DEV_ADDR_LEN,
    DEV_BROADCAST,
    DEV_FLAGS,
    DEV_IFINDEX,
    DEV_MTU,
    DEV_OPS,
    DEV_QLEN,
    DEV_STATE,
    DEV_STATS,
    DEV_TYPE,
    IFF_UP,
    LINK_NOCARRIER,
    OPS_STATS,
    OPS_STATS64,
    STATS_COUNT,
)
from server.sim.views.nodes import Node
from server.sim.views.openfiles import TextFile
from server.sim.views.protocol import Blocking

if TYPE_CHECKING:
    from server.sim.net.devices import NetDevices

EINVAL = 22
STATS64_SIZE = 200
ADDRESS_MAX = 32
RX_DROPPED = 6
STATISTICS = (
    "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped",
    "multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors",
    "rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors",
    "tx_heartbeat_errors", "tx_window_errors", "rx_compressed", "tx_compressed",
)  # fmt: skip
HEADER = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier"
    " compressed\n"
)

Answer = Generator[Any, Any, int]


class SettingFile(TextFile):
    """A number of a device that can be written."""

    def __init__(self, data: bytes, store: Callable[[int], Answer]) -> None:
        super().__init__(data)
        self.store = store

    def write(self, data: bytes) -> Blocking:
        """kstrtoul(), then the change."""
        try:
            value = int(data.decode("ascii").strip()[:20], 0)
        except ValueError:
            return -EINVAL
        error = yield from self.store(value)
        return error or len(data)


def address_of(net: NetDevices, device: int, at: int = 0) -> str:
    """A hardware address as text: the device's own, or the broadcast address."""
    mem = net.k.mem
    length = min(mem.load(device + DEV_ADDR_LEN, 1), ADDRESS_MAX)
    where = device + at if at else mem.load(device + DEV_ADDR, 8)
    return mem.read(where, length).hex(":") if where and length else "00:00:00:00:00:00"


def broadcast_of(net: NetDevices, device: int) -> str:
    """The broadcast address."""
    return address_of(net, device, DEV_BROADCAST)


def operstate(net: NetDevices, device: int) -> str:
    """What `operstate` shows: devices that do not say more are unknown while they are up."""
    if not net.k.mem.load(device + DEV_FLAGS, 4) & IFF_UP:
        return "down"
    return "down" if net.k.mem.load(device + DEV_STATE, 8) & LINK_NOCARRIER else "unknown"


def statistics(net: NetDevices, device: int) -> Generator[Any, Any, list[int]]:
    """dev_get_stats: from ndo_get_stats64, ndo_get_stats or dev->stats, and what the core dropped."""
    k = net.k
    mem = k.mem
    ops = mem.load(device + DEV_OPS, 8)
    where, storage = device + DEV_STATS, 0
    if ops and mem.load(ops + OPS_STATS64, 8):
        where = storage = mem.alloc(STATS64_SIZE, True, "net")
        yield from k.ccall(mem.load(ops + OPS_STATS64, 8), device, storage)
    elif ops and mem.load(ops + OPS_STATS, 8):
        where = yield from k.ccall(mem.load(ops + OPS_STATS, 8), device)
    values = [mem.load(where + 8 * index, 8) for index in range(STATS_COUNT)]
    if storage:
        mem.free(storage)
    values[RX_DROPPED] += net.receive.dropped.get(device, 0)
    return values


def proc_net_dev(net: NetDevices) -> Blocking:
    """/proc/net/dev."""
    text = HEADER
    for name, device in list(net.by_name.items()):
        s = yield from statistics(net, device)
        text += (
            f"{name:>6}: {s[2]:7} {s[0]:7} {s[4]:4} {s[6]:4} {s[14]:4} {s[10] + s[11] + s[12] + s[13]:5} {s[21]:10}"
            f" {s[8]:9} {s[3]:8} {s[1]:7} {s[5]:4} {s[7]:4} {s[18]:4} {s[9]:5}"
            f" {s[16] + s[17] + s[19] + s[20]:7} {s[22]:10}\n"
        )
    return text


def add_files(net: NetDevices, device: int, directory: str) -> None:
    """The files of a device's directory."""
    mem = net.k.mem

    def number(at: int, size: int) -> Callable[[], str]:
        return lambda: f"{mem.load(device + at, size)}\n"

    shown = {
        "address": lambda: address_of(net, device) + "\n",
        "broadcast": lambda: broadcast_of(net, device) + "\n",
        "operstate": lambda: operstate(net, device) + "\n",
        "carrier": lambda: f"{int(not mem.load(device + DEV_STATE, 8) & LINK_NOCARRIER)}\n",
        "ifindex": number(DEV_IFINDEX, 4),
        "type": number(DEV_TYPE, 2),
        "addr_len": number(DEV_ADDR_LEN, 1),
    }
    for name, show in shown.items():
        net.k.fs.show(f"{directory}/{name}", show)
    _set(net, f"{directory}/flags", lambda: f"0x{mem.load(device + DEV_FLAGS, 4):x}\n",
         lambda value: net.locked(lambda: net.change_flags(device, value)))  # fmt: skip
    _set(net, f"{directory}/mtu", number(DEV_MTU, 4), lambda value: net.locked(lambda: net.set_mtu(device, value)))

    def set_queue_length(value: int) -> Answer:
        mem.store(device + DEV_QLEN, 4, value)
        return 0
        yield

    _set(net, f"{directory}/tx_queue_len", number(DEV_QLEN, 4), set_queue_length)
    for index, name in enumerate(STATISTICS):
        _statistic(net, device, f"{directory}/statistics/{name}", index)


def _set(net: NetDevices, path: str, show: Callable[[], str], store: Callable[[int], Answer]) -> None:
    def open_(flags: int) -> Blocking:
        return SettingFile(show().encode(), store)
        yield

    net.k.fs.add(path, Node(0o644, open_))


def _statistic(net: NetDevices, device: int, path: str, index: int) -> None:
    def open_(flags: int) -> Blocking:
        values = yield from statistics(net, device)
        return TextFile(f"{values[index]}\n".encode())

    net.k.fs.add(path, Node(0o444, open_))
