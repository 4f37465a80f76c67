"""NAPI and the backlog (net/core/dev.c): what runs in NET_RX_SOFTIRQ.

napi_schedule      SCHED is set: on this CPU's poll list, softirq raised; while it is set: MISSED, polled once more
net_rx_action      polls in turn, up to 300 packets or 2 jiffies; who used up its weight comes last next time
napi_complete_done SCHED goes, unless MISSED came meanwhile
netif_rx           a packet for process_backlog, which every CPU has one of
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Cpu, Gen
from server.sim.net.layout import DEV_STATE, LINK_START, NAPI_DEV, NAPI_POLL, NAPI_STATE, NAPI_WEIGHT, SKB_DEV
from server.sim.softirq import NET_RX
from server.sim.views.cstruct import signed

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.net.receive import Receive

SCHED, MISSED, DISABLE, NPSVC = 1, 2, 4, 8
BUDGET, TIME_JIFFIES = 300, 2  # net.core.netdev_budget, netdev_budget_usecs
BACKLOG_MAX, BACKLOG_WEIGHT = 1000, 64  # net.core.netdev_max_backlog, dev_weight
BACKLOG = 0  # stands in a poll list for the CPU's backlog
DROP = 1

Answer = Generator[Any, Any, int]


class CpuQueue:
    """struct softnet_data."""

    __slots__ = ("polls", "round", "backlog", "backlog_scheduled", "active", "squeezed")

    def __init__(self) -> None:
        self.polls: list[int] = []
        self.round: list[int] = []  # what net_rx_action works on
        self.backlog: deque[int] = deque()
        self.backlog_scheduled = False
        self.active = False
        self.squeezed = 0


class Napi:
    """NAPI instances by address; their bits are in memory."""

    def __init__(self, k: Kernel, receive: Receive) -> None:
        self.k = k
        self.receive = receive
        self.queues = {cpu.id: CpuQueue() for cpu in k.cpus}
        self._told: dict[int, bool] = {}

    def _state(self, napi: int) -> int:
        return self.k.mem.load(napi + NAPI_STATE, 8)

    def _set(self, napi: int, state: int) -> None:
        self.k.mem.store(napi + NAPI_STATE, 8, state)

    # ---- what drivers call -----------------------------------------------------------------------

    def schedule_prep(self, napi: int) -> bool:
        """napi_schedule_prep: whether the caller is to schedule it; while it is scheduled, it is to run once more."""
        state = self._state(napi)
        if state & DISABLE:
            return False
        self._set(napi, state | SCHED | (MISSED if state & SCHED else 0))
        return not state & SCHED

    def schedule(self, napi: int) -> None:
        """__napi_schedule: into this CPU's list."""
        queue = self.queues[self.k.cpu.id]
        queue.polls.append(napi)
        if not queue.active:
            self.k.softirq.raise_softirq(NET_RX)

    def complete_done(self, napi: int) -> bool:
        """napi_complete_done: no longer scheduled; False, and scheduled again, if somebody asked meanwhile."""
        state = self._state(napi)
        if state & NPSVC:
            return False
        for queue in self.queues.values():
            for polls in (queue.polls, queue.round):
                if napi in polls:
                    polls.remove(napi)
        if state & MISSED:
            self._set(napi, state & ~MISSED)
            self.schedule(napi)
            return False
        self._set(napi, state & ~SCHED)
        return True

    def enable(self, napi: int) -> Gen:
        """napi_enable: it can be scheduled from now on. BUG if it is enabled already."""
        state = self._state(napi)
        if not state & SCHED:
            yield from self.k.oops.bug(self.k.cx.line)
        self._set(napi, state & ~(SCHED | NPSVC))

    def disable(self, napi: int) -> Gen:
        """napi_disable: waits until it is polled no more."""
        k = self.k
        yield from k.might_sleep("napi_disable")
        self._set(napi, self._state(napi) | DISABLE)
        while self._state(napi) & (SCHED | NPSVC):
            yield from k.hrtimers.usleep_range(20, 200)
        self._set(napi, (self._state(napi) | SCHED | NPSVC) & ~DISABLE)

    def netif_rx(self, skb: int) -> Answer:
        """netif_rx: into this CPU's backlog; NET_RX_DROP where it is full, or the device down."""
        k = self.k
        outside = not k.irq_depth and not k.current.bh_off
        if outside:
            k.softirq.local_bh_disable()
        queue = self.queues[k.cpu.id]
        running = k.mem.load(k.mem.load(skb + SKB_DEV, 8) + DEV_STATE, 8) & LINK_START
        result = 0
        if running and len(queue.backlog) <= BACKLOG_MAX:
            queue.backlog.append(skb)
            if not queue.backlog_scheduled:
                queue.backlog_scheduled = True
                self.schedule(BACKLOG)
        else:
            result = DROP
            yield from self.receive.free_skb(skb)
        if outside:
            yield from k.softirq.local_bh_enable()
        return result

    # ---- the softirq -----------------------------------------------------------------------------

    def rx_action(self, cpu: Cpu) -> Gen:
        """net_rx_action."""
        k = self.k
        queue = self.queues[cpu.id]
        limit = k.timers.jiffies + TIME_JIFFIES
        budget = BUDGET
        queue.active = True
        queue.round, queue.polls = queue.polls, []
        again: list[int] = []
        while queue.round:
            napi = queue.round.pop(0)
            budget -= yield from self._poll(queue, napi, again)
            if budget <= 0 or k.timers.jiffies >= limit:
                queue.squeezed += 1
                break
        queue.active = False
        queue.polls = queue.round + queue.polls + again
        queue.round = []
        if queue.polls:
            k.softirq.raise_softirq(NET_RX)

    def _poll(self, queue: CpuQueue, napi: int, again: list[int]) -> Answer:
        """napi_poll: one turn; what it returns is what it used of the budget."""
        k = self.k
        k.charge("call")
        if napi == BACKLOG:
            return (yield from self._process_backlog(queue, again))
        weight = k.mem.load(napi + NAPI_WEIGHT, 4)
        if not self._state(napi) & SCHED:
            return 0
        poll = k.mem.load(napi + NAPI_POLL, 8)
        work = signed((yield from k.ccall(poll, napi, weight)), 32)
        if work > weight and poll not in self._told:
            self._told[poll] = True
            name = self.receive.device_name(k.mem.load(napi + NAPI_DEV, 8))
            words = f"NAPI poll function {k.function_name(poll)} returned {work}, exceeding its budget of {weight}."
            k.printk.log(3, f"{name}: {words}")
        if work < weight:
            return work
        if self._state(napi) & DISABLE:
            self.complete_done(napi)
        else:
            again.append(napi)
        return work

    def _process_backlog(self, queue: CpuQueue, again: list[int]) -> Answer:
        """process_backlog: up to its weight of packets."""
        work = 0
        while queue.backlog and work < BACKLOG_WEIGHT:
            yield from self.receive.receive_skb(queue.backlog.popleft())
            work += 1
        if work < BACKLOG_WEIGHT:
            queue.backlog_scheduled = False
        else:
            again.append(BACKLOG)
        return work

    def flush(self, device: int) -> Gen:
        """flush_all_backlogs: packets of a device that goes are dropped."""
        for queue in self.queues.values():
            gone = [skb for skb in queue.backlog if self.k.mem.load(skb + SKB_DEV, 8) == device]
            queue.backlog = deque(skb for skb in queue.backlog if skb not in gone)
            for skb in gone:
                yield from self.receive.free_skb(skb)
