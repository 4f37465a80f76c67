"""<linux/timer.h> as kapi calls it: timer_list structures by address."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from server.sim.machine import Gen
from server.sim.timer import OFF_PPREV, Timer, Timers

# struct timer_list: entry 0 (next, pprev), expires 16, function 24, flags 32
OFF_EXPIRES, OFF_FUNCTION, OFF_FLAGS = 16, 24, 32
TIMER_DEFERRABLE, TIMER_PINNED, TIMER_IRQSAFE = 0x80000, 0x100000, 0x200000


class TimerApi(Timers):
    """The exported functions; a timer is known by its address from its first use on."""

    def init_timer(self, addr: int, func: int, flags: int) -> None:
        """timer_setup(): a fresh timer, whatever was there before."""
        mem = self.k.mem
        self.by_addr.pop(addr, None)
        mem.store(addr, 8, 0)
        mem.store(addr + OFF_PPREV, 8, 0)
        mem.store(addr + OFF_FUNCTION, 8, func)
        mem.store(addr + OFF_FLAGS, 4, flags | self.k.cpu.id)
        self._timer(addr)

    def _timer(self, addr: int) -> Timer:
        """The timer at an address, made when first seen."""
        k = self.k
        func = k.mem.load(addr + OFF_FUNCTION, 8)
        timer = self.by_addr.get(addr)
        if timer is None:
            flags = k.peek(addr + OFF_FLAGS, 4)
            name = k.function_name(func)
            obj = k.obj("timer", addr, k.object_name(addr, name), name)
            timer = Timer(
                self._run,
                name,
                obj,
                pinned=bool(flags & TIMER_PINNED),
                deferrable=bool(flags & TIMER_DEFERRABLE),
                irqsafe=bool(flags & TIMER_IRQSAFE),
                data=addr,
            )
            timer.addr = addr
            self.by_addr[addr] = timer
        return timer

    def _run(self, timer: Timer) -> Gen:
        addr = int(timer.data)
        func = self.k.peek(addr + OFF_FUNCTION, 8)
        held = self.k.lockdep.timer_begin(addr)
        yield from self.k.ccall(func, addr)
        self.k.lockdep.timer_end(held)

    def mod_timer(self, addr: int, expires: int) -> bool:
        """mod_timer(): whether it was pending."""
        timer = self._timer(addr)
        if not self.k.peek(addr + OFF_FUNCTION, 8):
            return False  # shut down
        was = self.mod(timer, expires)
        self.k.mem.store(addr + OFF_EXPIRES, 8, expires)
        self.k.charge("call")
        return was

    def mod_timer_pending(self, addr: int, expires: int) -> bool:
        """mod_timer_pending(): only a pending timer is changed."""
        return self._timer(addr).pending and self.mod_timer(addr, expires)

    def timer_reduce(self, addr: int, expires: int) -> bool:
        """timer_reduce(): sooner, never later."""
        timer = self._timer(addr)
        if timer.pending and timer.expires <= expires:
            return True
        return self.mod_timer(addr, expires)

    def add_timer(self, addr: int) -> None:
        """add_timer(): for its `expires`."""
        if self._timer(addr).pending:
            self.k.oops.warn_once("add_timer", 1294, "add_timer() of a pending timer", file="kernel/time/timer.c")
            return
        self.mod_timer(addr, self.k.mem.load(addr + OFF_EXPIRES, 8))

    def add_timer_on(self, addr: int, cpu: int) -> None:
        """add_timer_on(): on a CPU's own base."""
        timer = self._timer(addr)
        if timer.pending:
            self.k.oops.warn_once("add_timer_on", 1343, "add_timer_on() of a pending timer", file="kernel/time/timer.c")
            return
        self.mod(timer, self.k.mem.load(addr + OFF_EXPIRES, 8), cpu)
        self.k.charge("call")

    def add_timer_pinned(self, addr: int, pinned: bool) -> None:
        """add_timer_local(), add_timer_global(): from now on it is one that stays on its CPU, or is not."""
        timer = self._timer(addr)
        if not timer.pending:
            timer.pinned = pinned
        self.add_timer(addr)

    def timer_delete(self, addr: int) -> bool:
        """timer_delete(): whether it was pending."""
        timer = self._timer(addr)
        was = self.delete(timer)
        self.k.charge("call")
        return was

    def timer_delete_sync(self, addr: int) -> Generator[Any, Any, bool]:
        """timer_delete_sync(): waits for a running callback."""
        timer = self._timer(addr)
        self.k.lockdep.timer_sync(addr)
        was = yield from self.delete_sync(timer)
        self.k.charge("call")
        return bool(was)

    def try_to_del_timer_sync(self, addr: int) -> int:
        """try_to_del_timer_sync(): -1 while the callback runs."""
        timer = self._timer(addr)
        return -1 if timer.running_cpu >= 0 else int(self.timer_delete(addr))

    def timer_shutdown(self, addr: int) -> bool:
        """timer_shutdown(): off for good."""
        was = self.timer_delete(addr)
        self._timer(addr).shutdown = True
        return was

    def timer_shutdown_sync(self, addr: int) -> Generator[Any, Any, bool]:
        """timer_shutdown_sync()."""
        was = yield from self.timer_delete_sync(addr)
        self._timer(addr).shutdown = True
        return bool(was)
