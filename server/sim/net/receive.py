"""Delivery (__netif_receive_skb_core): a packet goes to every packet handler of its type; without one it is dropped."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.net.layout import (
    DEV_IFINDEX,
    DEV_RX_HANDLER,
    IFNAMSIZ,
    PTYPE_DEV,
    PTYPE_FUNC,
    PTYPE_TYPE,
    SHARED_DATAREF,
    SKB_DATA,
    SKB_DESTRUCTOR,
    SKB_DEV,
    SKB_END,
    SKB_HEAD,
    SKB_IIF,
    SKB_NETWORK,
    SKB_PROTOCOL,
    SKB_TRANSPORT,
    SKB_USERS,
)

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

ETH_P_ALL = 0x0300  # htons(ETH_P_ALL)
RX_CONSUMED, RX_ANOTHER, RX_EXACT = 0, 1, 2
ROUNDS_MAX = 16  # rx handlers that hand on to one another
DROP = 1

Answer = Generator[Any, Any, int]


class Receive:
    """Packet handlers, the newest first; `dropped` counts what nobody took, by device."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.handlers: list[int] = []
        self.dropped: dict[int, int] = {}

    def device_name(self, device: int) -> str:
        """The name of a struct net_device."""
        raw = self.k.peek(device, IFNAMSIZ).to_bytes(IFNAMSIZ, "little")
        return raw.split(b"\0")[0].decode("utf-8", "replace")

    def free_skb(self, skb: int) -> Gen:
        """kfree_skb: the last user frees the struct, the last clone the data."""
        mem = self.k.mem
        users = mem.load(skb + SKB_USERS, 4)
        if users > 1:
            mem.store(skb + SKB_USERS, 4, users - 1)
            return
        destructor = mem.load(skb + SKB_DESTRUCTOR, 8)
        if destructor:
            yield from self.k.ccall(destructor, skb)
        head = mem.load(skb + SKB_HEAD, 8)
        counter = head + mem.load(skb + SKB_END, 4) + SHARED_DATAREF
        owners = mem.load(counter, 4) - 1
        mem.store(counter, 4, owners)
        if not owners:
            mem.free(head)
        mem.free(skb)

    def add_pack(self, handler: int) -> None:
        """dev_add_pack."""
        self.k.mem.load(handler + PTYPE_FUNC, 8)
        self.handlers.insert(0, handler)

    def remove_pack(self, handler: int) -> Gen:
        """dev_remove_pack: nobody is in it when this returns."""
        if handler in self.handlers:
            self.handlers.remove(handler)
        else:
            self.k.printk.log(4, f"dev_remove_pack: {handler:x} not found")
        yield from self.k.rcu.synchronize()

    def receive_skb(self, skb: int) -> Answer:
        """netif_receive_skb: NET_RX_SUCCESS, or NET_RX_DROP where nobody wanted it."""
        k = self.k
        k.charge("call")
        origin = self._enter(skb)
        device = k.mem.load(skb + SKB_DEV, 8)
        for _ in range(ROUNDS_MAX):
            wanted = self._wanted(skb, all_types=True)
            for handler in wanted:
                yield from self._deliver(skb, handler, origin, keep=True)
            result = yield from self._rx_handler(skb)
            if isinstance(result, int):
                return result
            skb = result[0]
            if not result[1]:
                break
        wanted = self._wanted(skb, all_types=False)
        for position, handler in enumerate(wanted):
            yield from self._deliver(skb, handler, origin, keep=position + 1 < len(wanted))
        if wanted:
            return 0
        self.dropped[device] = self.dropped.get(device, 0) + 1
        yield from self.free_skb(skb)
        return DROP

    def _enter(self, skb: int) -> int:
        """Network and transport headers begin at the data; the device that it came in by."""
        mem = self.k.mem
        offset = mem.load(skb + SKB_DATA, 8) - mem.load(skb + SKB_HEAD, 8)
        mem.store(skb + SKB_NETWORK, 2, offset)
        if mem.load(skb + SKB_TRANSPORT, 2) == 0xFFFF:
            mem.store(skb + SKB_TRANSPORT, 2, offset)
        device = mem.load(skb + SKB_DEV, 8)
        mem.store(skb + SKB_IIF, 4, mem.load(device + DEV_IFINDEX, 4))
        return device

    def _wanted(self, skb: int, *, all_types: bool) -> list[int]:
        mem = self.k.mem
        protocol = mem.load(skb + SKB_PROTOCOL, 2)
        device = mem.load(skb + SKB_DEV, 8)
        return [
            handler
            for handler in self.handlers
            if mem.load(handler + PTYPE_TYPE, 2) == (ETH_P_ALL if all_types else protocol)
            and mem.load(handler + PTYPE_DEV, 8) in (0, device)
        ]

    def _deliver(self, skb: int, handler: int, origin: int, *, keep: bool) -> Gen:
        """deliver_skb: the handler owns a reference."""
        mem = self.k.mem
        if keep:
            mem.store(skb + SKB_USERS, 4, mem.load(skb + SKB_USERS, 4) + 1)
        function = mem.load(handler + PTYPE_FUNC, 8)
        yield from self.k.ccall(function, skb, mem.load(skb + SKB_DEV, 8), handler, origin)

    def _rx_handler(self, skb: int) -> Generator[Any, Any, int | tuple[int, bool]]:
        """The device's rx_handler: 0 where it took the packet, else (the packet, whether to begin again)."""
        k = self.k
        function = k.mem.load(k.mem.load(skb + SKB_DEV, 8) + DEV_RX_HANDLER, 8)
        if not function:
            return skb, False
        place = k.mem.alloc(8, True, "net")
        k.mem.store(place, 8, skb)
        result = (yield from k.ccall(function, place)) & 0xFFFFFFFF
        skb = k.mem.load(place, 8)
        k.mem.free(place)
        if result == RX_CONSUMED:
            return 0
        return skb, result == RX_ANOTHER
