"""Network devices (net/core/dev.c): names, registration, up and down, under the one rtnl_mutex."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.net.layout import (
    DEV_ADDR_LEN,
    DEV_DEVICE,
    DEV_FLAGS,
    DEV_IFINDEX,
    DEV_LIST,
    DEV_MAX_MTU,
    DEV_MIN_MTU,
    DEV_MTU,
    DEV_OPS,
    DEV_REG_STATE,
    DEV_STATE,
    DEV_TIMEO,
    DEV_TYPE,
    DEV_WATCHDOG,
    IFF_LOOPBACK,
    IFF_PROMISC,
    IFF_UP,
    IFNAMSIZ,
    LINK_NOCARRIER,
    LINK_PRESENT,
    LINK_START,
    NB_CALL,
    NB_PRIORITY,
    OPS_CHANGE_MTU,
    OPS_INIT,
    OPS_OPEN,
    OPS_SET_MAC,
    OPS_SET_RX_MODE,
    OPS_STOP,
    OPS_TX_TIMEOUT,
    OPS_UNINIT,
    OPS_VALIDATE,
    REGISTERED,
    UNREGISTERED,
    UNREGISTERING,
)
from server.sim.net.napi import Napi
from server.sim.net.receive import Receive
from server.sim.net.sysfs import add_files
from server.sim.net.transmit import Transmit
from server.sim.softirq import NET_RX, NET_TX
from server.sim.views.cstruct import DEVICE_PARENT, signed

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

UP, DOWN, REGISTER, UNREGISTER, CHANGEMTU, CHANGEADDR, GOING_DOWN, PRE_UP, POST_INIT = 1, 2, 5, 6, 7, 8, 10, 14, 17
ENOENT, EBUSY, EEXIST, ENODEV, EINVAL, ENFILE, EOPNOTSUPP = 2, 16, 17, 19, 22, 23, 95
DEVICES_MAX = 1024
LO_INDEX, LO_MTU, LO_TYPE = 1, 65536, 772
NET_DEVICE_SIZE = 1024  # no less than struct net_device: for `lo`
MUTEX_SIZE, NET_SIZE = 32, 16
STOP_MASK = 0x8000

Answer = Generator[Any, Any, int]


class NetDevices:
    """Devices by name, in the order of registration; the rest of net/core hangs on them. Made when first used."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.rtnl = self._zeros(MUTEX_SIZE)
        k.locks.mutex_init(self.rtnl, "rtnl_mutex")
        self.net = self._zeros(NET_SIZE)  # init_net
        k.mem.store(self.net, 8, self.net)
        k.mem.store(self.net + 8, 8, self.net)
        self.by_name: dict[str, int] = {}
        self.freed: dict[int, int] = {}  # what is called once a device is gone: its function
        self._parted: list[int] = []  # unregistered, told at rtnl_unlock()
        self._notifiers: list[int] = []
        self._next_index = LO_INDEX + 1
        self.receive = Receive(k)
        self.transmit = Transmit(k, self.receive)
        self.napi = Napi(k, self.receive)
        k.softirq.open_softirq(NET_RX, self.napi.rx_action)
        k.softirq.open_softirq(NET_TX, self.transmit.tx_action)
        self._make_loopback()

    def _zeros(self, size: int) -> int:
        return self.k.mem.alloc(size, True, "net")

    def _make_loopback(self) -> None:
        """`lo`, down, as an initrd leaves it; it has no driver."""
        mem = self.k.mem
        lo = self._zeros(NET_DEVICE_SIZE)
        mem.write(lo, b"lo\0")
        for at, size, value in (
            (DEV_FLAGS, 4, IFF_LOOPBACK), (DEV_IFINDEX, 4, LO_INDEX), (DEV_MTU, 4, LO_MTU), (DEV_TYPE, 2, LO_TYPE),
            (DEV_STATE, 8, LINK_PRESENT), (DEV_REG_STATE, 4, REGISTERED), (DEV_ADDR_LEN, 1, 6),
        ):  # fmt: skip
            mem.store(lo + at, size, value)
        self.by_name["lo"] = lo
        self._link(lo)

    # ---- the mutex -------------------------------------------------------------------------------

    def rtnl_lock(self) -> Gen:
        """rtnl_lock."""
        yield from self.k.locks.mutex_lock(self.rtnl)

    def rtnl_unlock(self) -> Gen:
        """rtnl_unlock: netdev_run_todo() then ends what unregister_netdevice() began."""
        k = self.k
        parted, self._parted = self._parted, []
        k.locks.mutex_unlock(self.rtnl)
        for device in parted:
            yield from k.rcu.rcu_barrier()
            k.mem.store(device + DEV_REG_STATE, 4, UNREGISTERED)
            yield from k.ccall(self.freed.pop(device), device)

    # ---- notifiers -------------------------------------------------------------------------------

    def register_notifier(self, block: int) -> Gen:
        """register_netdevice_notifier: it hears of the devices that are there already."""
        k = self.k
        priority = signed(k.mem.load(block + NB_PRIORITY, 4), 32)
        before = [b for b in self._notifiers if signed(k.mem.load(b + NB_PRIORITY, 4), 32) >= priority]
        self._notifiers = [*before, block, *(b for b in self._notifiers if b not in before)]
        for device in list(self.by_name.values()):
            yield from self._tell(block, REGISTER, device)
            if k.mem.load(device + DEV_FLAGS, 4) & IFF_UP:
                yield from self._tell(block, UP, device)

    def unregister_notifier(self, block: int) -> Answer:
        """unregister_netdevice_notifier: it hears that all devices go; 0 or -ENOENT."""
        if block not in self._notifiers:
            return -ENOENT
        self._notifiers.remove(block)
        for device in list(self.by_name.values()):
            if self.k.mem.load(device + DEV_FLAGS, 4) & IFF_UP:
                yield from self._tell(block, GOING_DOWN, device)
                yield from self._tell(block, DOWN, device)
            yield from self._tell(block, UNREGISTER, device)
        return 0

    def _tell(self, block: int, event: int, device: int) -> Answer:
        k = self.k
        info = self._zeros(16)  # struct netdev_notifier_info
        k.mem.store(info, 8, device)
        function = k.mem.load(block + NB_CALL, 8)
        result = (yield from k.ccall(function, block, event, info)) & 0xFFFFFFFF
        k.mem.free(info)
        return result

    def _notify(self, event: int, device: int) -> Answer:
        """call_netdevice_notifiers: 0, or the -errno of the one that stopped it."""
        for block in list(self._notifiers):
            result = yield from self._tell(block, event, device)
            if result & STOP_MASK:
                return min(0, 1 - (result & ~STOP_MASK))
        return 0

    # ---- registration ----------------------------------------------------------------------------

    def _op(self, device: int, at: int) -> int:
        mem = self.k.mem
        ops = mem.load(device + DEV_OPS, 8)
        return mem.load(ops + at, 8) if ops else 0

    def _call(self, device: int, at: int, *args: int) -> Answer:
        """One of the driver's functions, if it has it; its int."""
        function = self._op(device, at)
        return signed((yield from self.k.ccall(function, device, *args)), 32) if function else 0

    def _name(self, device: int) -> str | int:
        """dev_get_valid_name: the device's name, with a number in place of `%d`; or -errno."""
        name = self.receive.device_name(device)
        if not name or name in (".", "..") or any(c in "/:" or c.isspace() for c in name):
            return -EINVAL
        if "%" not in name:
            return -EEXIST if name in self.by_name else name
        if name.count("%") != 1 or "%d" not in name:
            return -EINVAL
        for number in range(DEVICES_MAX):
            chosen = name.replace("%d", str(number))
            if chosen not in self.by_name:
                return chosen if len(chosen) < IFNAMSIZ else -ENFILE
        return -ENFILE

    def register(self, device: int, freed: int) -> Answer:
        """register_netdevice: 0 or -errno. `freed` is called with the device once it is unregistered."""
        k = self.k
        yield from k.might_sleep("register_netdevice")
        name = self._name(device)
        if isinstance(name, int):
            return name
        k.mem.write(device, name.encode().ljust(IFNAMSIZ, b"\0")[:IFNAMSIZ])
        error = yield from self._call(device, OPS_INIT)
        if error:
            return error if error < 0 else -5
        k.mem.store(device + DEV_IFINDEX, 4, self._next_index)
        self._next_index += 1
        yield from self._notify(POST_INIT, device)
        kobject = device + DEV_DEVICE
        k.fs.mkdir("/sys/class/net")
        error = k.fs.device_add(kobject, "net", k.mem.load(kobject + DEVICE_PARENT, 8), name)
        if error:
            yield from self._call(device, OPS_UNINIT)
            return error
        add_files(self, device, k.fs.paths[kobject])
        k.mem.store(device + DEV_REG_STATE, 4, REGISTERED)
        k.mem.store(device + DEV_STATE, 8, k.mem.load(device + DEV_STATE, 8) | LINK_PRESENT)
        self.by_name[name] = device
        self.freed[device] = freed
        self._link(device)
        yield from self._notify(REGISTER, device)
        return 0

    def _link(self, device: int) -> None:
        """list_add_tail(&dev->dev_list, &net->dev_base_head)."""
        mem = self.k.mem
        node, last = device + DEV_LIST, mem.load(self.net + 8, 8)
        for at, value in ((node, self.net), (node + 8, last), (last, node), (self.net + 8, node)):
            mem.store(at, 8, value)

    def unregister(self, device: int) -> Gen:
        """unregister_netdevice: down, out of sight; freed at rtnl_unlock()."""
        k = self.k
        mem = k.mem
        yield from k.might_sleep("unregister_netdevice")
        if mem.load(device + DEV_REG_STATE, 4) != REGISTERED:
            k.oops.warn_on(k.cx.line, "")
            return
        yield from self.close(device)
        self.by_name.pop(self.receive.device_name(device), None)
        node = device + DEV_LIST
        after, before = mem.load(node, 8), mem.load(node + 8, 8)
        mem.store(before, 8, after)
        mem.store(after + 8, 8, before)
        mem.store(device + DEV_REG_STATE, 4, UNREGISTERING)
        yield from self.napi.flush(device)
        yield from k.rcu.synchronize()
        yield from self._notify(UNREGISTER, device)
        yield from self._call(device, OPS_UNINIT)
        yield from k.fs.device_remove(device + DEV_DEVICE)
        yield from k.rcu.synchronize()
        self._parted.append(device)

    # ---- up and down -----------------------------------------------------------------------------

    def _state(self, device: int, bit: int, on: bool) -> None:
        mem = self.k.mem
        state = mem.load(device + DEV_STATE, 8)
        mem.store(device + DEV_STATE, 8, state | bit if on else state & ~bit)

    def flags(self, device: int) -> int:
        """Net_device.flags."""
        return self.k.mem.load(device + DEV_FLAGS, 4)

    def set_carrier(self, device: int, on: bool) -> None:
        """netif_carrier_on, netif_carrier_off."""
        self.k.charge("call")
        self._state(device, LINK_NOCARRIER, not on)

    def by_index(self, ifindex: int) -> int:
        """dev_get_by_index: 0 if there is none."""
        found = (d for d in self.by_name.values() if self.k.mem.load(d + DEV_IFINDEX, 4) == ifindex)
        return next(found, 0)

    def open(self, device: int) -> Answer:
        """dev_open: 0 or -errno."""
        k = self.k
        mem = k.mem
        if self.flags(device) & IFF_UP:
            return 0
        if not mem.load(device + DEV_STATE, 8) & LINK_PRESENT:
            return -ENODEV
        error = yield from self._notify(PRE_UP, device)
        if error:
            return error
        self._state(device, LINK_START, True)
        error = yield from self._call(device, OPS_VALIDATE)
        self.transmit.activate(device)
        error = error or (yield from self._call(device, OPS_OPEN))
        if error:
            self._state(device, LINK_START, False)
            yield from self.transmit.deactivate(device)
            return error
        mem.store(device + DEV_FLAGS, 4, self.flags(device) | IFF_UP)
        yield from self._call(device, OPS_SET_RX_MODE)
        if self._op(device, OPS_TX_TIMEOUT):
            ticks = mem.load(device + DEV_TIMEO, 4)
            if not ticks:
                ticks = 5 * k.profile.hz
                mem.store(device + DEV_TIMEO, 4, ticks)
            k.timers.mod_timer(device + DEV_WATCHDOG, k.timers.jiffies + ticks)
        yield from self._notify(UP, device)
        return 0

    def close(self, device: int) -> Gen:
        """dev_close."""
        if not self.flags(device) & IFF_UP:
            return
        yield from self._notify(GOING_DOWN, device)
        self._state(device, LINK_START, False)
        yield from self.transmit.deactivate(device)
        if self._op(device, OPS_TX_TIMEOUT):
            self.k.timers.timer_delete(device + DEV_WATCHDOG)
        yield from self.k.rcu.synchronize()
        yield from self._call(device, OPS_STOP)
        self.k.mem.store(device + DEV_FLAGS, 4, self.flags(device) & ~IFF_UP)
        yield from self._notify(DOWN, device)

    # ---- what a person sets ----------------------------------------------------------------------

    def locked(self, change: Callable[[], Answer]) -> Answer:
        """A change from user space: under rtnl_mutex."""
        yield from self.rtnl_lock()
        result = yield from change()
        yield from self.rtnl_unlock()
        return result

    def change_flags(self, device: int, flags: int) -> Answer:
        """dev_change_flags: up or down, promiscuous or not; 0 or -errno."""
        mem = self.k.mem
        old = self.flags(device)
        mem.store(device + DEV_FLAGS, 4, old & ~IFF_PROMISC | flags & IFF_PROMISC)
        if (old ^ flags) & IFF_PROMISC and old & IFF_UP:
            yield from self._call(device, OPS_SET_RX_MODE)
        if flags & IFF_UP:
            return (yield from self.open(device))
        yield from self.close(device)
        return 0

    def set_mtu(self, device: int, mtu: int) -> Answer:
        """dev_set_mtu: 0 or -errno."""
        mem = self.k.mem
        least, most = mem.load(device + DEV_MIN_MTU, 4), mem.load(device + DEV_MAX_MTU, 4)
        if mtu < least or (most and mtu > most):
            words = "less than device minimum" if mtu < least else "greater than device maximum"
            self.k.printk.log(3, f"{self.receive.device_name(device)}: mtu {words}")
            return -EINVAL
        if self._op(device, OPS_CHANGE_MTU):
            error = yield from self._call(device, OPS_CHANGE_MTU, mtu)
            if error:
                return error
        else:
            mem.store(device + DEV_MTU, 4, mtu)
        yield from self._notify(CHANGEMTU, device)
        return 0

    def set_address(self, device: int, address: bytes) -> Answer:
        """dev_set_mac_address: 0 or -errno."""
        mem = self.k.mem
        if not self._op(device, OPS_SET_MAC):
            return -EOPNOTSUPP
        sockaddr = self._zeros(16)
        mem.store(sockaddr, 2, mem.load(device + DEV_TYPE, 2))
        mem.write(sockaddr + 2, address)
        error = yield from self._call(device, OPS_SET_MAC, sockaddr)
        mem.free(sockaddr)
        if not error:
            yield from self._notify(CHANGEADDR, device)
        return error
