"""Sending (dev_queue_xmit): a packet waits in the device's queue until the driver takes it.

A queue that the driver has stopped keeps its packets; waking it, or a driver that is busy, leads to NET_TX_SOFTIRQ. One
CPU at a time is in a driver's xmit function, others leave their packets in the queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Cpu, Gen
from server.sim.net.layout import (
    DEV_FLAGS,
    DEV_OPS,
    DEV_PRIV_FLAGS,
    DEV_QLEN,
    DEV_TX,
    DRV_XOFF,
    IFF_NO_QUEUE,
    IFF_UP,
    OPS_XMIT,
    QUEUE_STATE,
    QUEUE_TRANS_START,
    SKB_DATA,
    SKB_DEV,
    SKB_HEAD,
    SKB_MAC,
)
from server.sim.softirq import NET_TX

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.net.receive import Receive

XMIT_DROP, XMIT_CN, TX_BUSY = 1, 2, 0x10
ENETDOWN, EINVAL = 100, 22
TX_WEIGHT = 64  # dev_tx_weight: then the softirq goes on

Answer = Generator[Any, Any, int]


class Transmit:
    """The queues of devices, pfifo_fast with one band."""

    def __init__(self, k: Kernel, receive: Receive) -> None:
        self.k = k
        self.receive = receive
        self.queues: dict[int, deque[int]] = {}  # devices that are up
        self._running: dict[int, bool] = {}
        self._scheduled: list[int] = []

    def activate(self, device: int) -> None:
        """dev_activate: the device has a queue from now on."""
        self.queues[device] = deque()

    def deactivate(self, device: int) -> Gen:
        """dev_deactivate: what waits is dropped, and nobody is in the driver any more."""
        for skb in self.queues.pop(device, ()):
            yield from self.receive.free_skb(skb)
        while self._running.get(device):
            yield from self.k.relax()

    def queue_xmit(self, skb: int) -> Answer:
        """dev_queue_xmit: a NET_XMIT code, or -errno."""
        k = self.k
        mem = k.mem
        device = mem.load(skb + SKB_DEV, 8)
        mem.store(skb + SKB_MAC, 2, mem.load(skb + SKB_DATA, 8) - mem.load(skb + SKB_HEAD, 8))
        k.charge("call")
        k.softirq.local_bh_disable()
        result = 0
        queue = self.queues.get(device)
        if queue is None or not mem.load(device + DEV_FLAGS, 4) & IFF_UP:
            yield from self.receive.free_skb(skb)
            result = -ENETDOWN if mem.load(device + DEV_PRIV_FLAGS, 8) & IFF_NO_QUEUE else XMIT_CN
        elif mem.load(device + DEV_PRIV_FLAGS, 8) & IFF_NO_QUEUE:
            result = yield from self._direct(skb, device)
        elif len(queue) >= mem.load(device + DEV_QLEN, 4):
            yield from self.receive.free_skb(skb)
            result = XMIT_DROP
        else:
            queue.append(skb)
            yield from self._run(device)
        yield from k.softirq.local_bh_enable()
        return result

    def _stopped(self, device: int) -> bool:
        return bool(self.k.mem.load(self.k.mem.load(device + DEV_TX, 8) + QUEUE_STATE, 8) & DRV_XOFF)

    def _xmit(self, skb: int, device: int) -> Answer:
        """dev_hard_start_xmit."""
        k = self.k
        function = k.mem.load(k.mem.load(device + DEV_OPS, 8) + OPS_XMIT, 8)
        self._running[device] = True
        result = (yield from k.ccall(function, skb, device)) & 0xFFFFFFFF
        self._running[device] = False
        if result != TX_BUSY:
            k.mem.store(k.mem.load(device + DEV_TX, 8) + QUEUE_TRANS_START, 8, k.timers.jiffies)
        return result

    def _direct(self, skb: int, device: int) -> Answer:
        """A device without a queue (IFF_NO_QUEUE): taken at once, or dropped."""
        if not self._stopped(device):
            result = yield from self._xmit(skb, device)
            if result != TX_BUSY:
                return result
        self.k.printk.log(2, f"Virtual device {self.receive.device_name(device)} asks to queue packet!")
        yield from self.receive.free_skb(skb)
        return -ENETDOWN

    def _run(self, device: int) -> Gen:
        """__qdisc_run: until the queue is empty, stopped, or has had its share."""
        queue = self.queues.get(device)
        left = TX_WEIGHT
        while queue and not self._running.get(device) and not self._stopped(device):
            if not left:
                self.schedule(device)
                return
            left -= 1
            skb = queue.popleft()
            if (yield from self._xmit(skb, device)) == TX_BUSY:
                queue.appendleft(skb)
                self.schedule(device)
                return

    def schedule(self, device: int) -> None:
        """__netif_schedule: the softirq looks at the device's queue."""
        if device not in self._scheduled:
            self._scheduled.append(device)
        self.k.softirq.raise_softirq(NET_TX)

    def tx_action(self, cpu: Cpu) -> Gen:
        """net_tx_action."""
        del cpu
        devices, self._scheduled = self._scheduled, []
        for device in devices:
            yield from self._run(device)
