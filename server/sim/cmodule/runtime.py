"""What lowered code calls besides the accessors: division, shifts, frames, bit-fields, calls by address, va_arg."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from server.sim.cmodule.faults import Fault, LimitReached
from server.sim.cmodule.host import Host
from server.sim.cmodule.lower_base import Frame
from server.sim.cmodule.memory import STACK_BASE, STACK_GUARD, STACK_SIZE
from server.sim.cmodule.poison import Poison
from server.sim.cmodule.shadow import STACK_GONE, UNMAPPED

KEEP_ROOM = 512  # between the running frame and a kept record: the frames of functions called meanwhile


class Runtime:
    """The helpers, bound to one host. `names` goes into the namespace of lowered code."""

    def __init__(self, host: Host) -> None:
        """Bind to the host."""
        self.host, self.cx, self.mem = host, host.cx, host.mem
        mem = host.mem
        self.names: dict[str, Any] = {
            "$cx": host.cx, "$k": host.k, "$M": mem.ns["M"], "$slow_load": mem.slow_load, "$slow_store": mem.slow_store,
            "$read": mem.read, "$write": self.write, "$copy": mem.copy, "$keep": self.keep, "$div": self.divide,
            "$mod": self.modulo, "$shift": self.shift, "$get_bits": self.get_bits, "$set_bits": self.set_bits,
            "$enter": self.enter, "$leave": self.leave, "$unset": self.unset, "$line": self.line, "$limit": self.limit,
            "$icall": self.icall, "$va_area": self.va_area, "$va_arg": self.va_arg,
        }  # fmt: skip
        for name, function in mem.ns.items():
            if name[:2] in ("ld", "st", "up") and len(name) == 4:
                self.names["$" + name] = function

    def poison(self, variable: str, function: str) -> Poison:
        """The value of a local that was never set."""
        find = self.mem.find
        return Poison(lambda: find.poison(variable, function))

    def limit(self) -> None:
        """Raises LimitReached("steps")."""
        raise LimitReached("steps", f"the module executed more than {self.cx.max_steps:,} C statements")

    def line(self, value: Any, line: int) -> Any:
        """Sets the line of the call under way, in the middle of an expression."""
        self.cx.line = line
        return value

    # ---- arithmetic ------------------------------------------------------------------------------

    def divide(self, left: int, right: int, low: int) -> int:
        """C's `/`: towards 0. `low` is the least value of the type. Raises Fault as the processor does."""
        left, right = int(left), int(right)
        if right == 0 or (right == -1 and left == low):
            raise Fault("divide", 0, "exec", 0, self.mem.find.line())
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient

    def modulo(self, left: int, right: int, low: int) -> int:
        """C's `%`: the sign of the left operand."""
        return int(left) - self.divide(left, right, low) * int(right)

    def shift(self, amount: int, bits: int) -> int:
        """A shift by what is no proper amount: told, then as the processor does it."""
        self.mem.find.shift(int(amount), bits)
        return amount & (bits - 1)

    # ---- memory ----------------------------------------------------------------------------------

    def write(self, addr: int, data: bytes) -> bytes:
        """Store bytes; their value."""
        self.mem.write(addr, data)
        return data

    def keep(self, data: bytes) -> int:
        """Put a record value where its members can be read: below the stack of the running task."""
        sp = self.stack_pointer()
        addr = (sp - KEEP_ROOM - len(data)) & ~31
        if addr < (sp & ~(STACK_SIZE - 1)) + STACK_GUARD:
            raise Fault("stack-overflow", addr, "write", len(data), self.mem.find.line())
        offset = addr - STACK_BASE
        region = self.mem.stacks
        region.open(offset, len(data), written=True)
        region.data[offset : offset + len(data)] = data
        return addr

    def get_bits(self, addr: int, shift: int, bits: int, signed: bool) -> int:
        """A bit-field's value."""
        size = (shift + bits + 7) >> 3
        value = self.mem.slow_load(addr, size, False) >> shift & ((1 << bits) - 1)
        return value - (1 << bits) if signed and value >> (bits - 1) else value

    def set_bits(self, addr: int, shift: int, bits: int, signed: bool, value: int) -> int:
        """Store a bit-field; the value as it then reads."""
        size = (shift + bits + 7) >> 3
        region, offset = self.mem.check(addr, size, "write")
        value = int(value)
        mask = (1 << bits) - 1
        old = int.from_bytes(region.data[offset : offset + size], "little")
        self.mem.slow_store(addr, size, False, old & ~(mask << shift) | (value & mask) << shift)
        value &= mask
        return value - (1 << bits) if signed and value >> (bits - 1) else value

    # ---- frames ----------------------------------------------------------------------------------

    def stack_pointer(self) -> int:
        """The running task's stack pointer; a task without a stack gets one now."""
        if not self.cx.sp:
            self.cx.sp = self.mem.stack(self.mem.who())
        return self.cx.sp

    def enter(self, frame: Frame) -> int:
        """Make a stack frame; its base address. Raises Fault when the stack is full."""
        sp = self.stack_pointer()
        base = (sp - frame.size) & ~31
        bottom = sp & ~(STACK_SIZE - 1)
        if base < bottom + STACK_GUARD:
            raise Fault("stack-overflow", base, "write", 8, self.mem.find.line(), frame.function)
        region = self.mem.stacks
        first = (base - STACK_BASE) >> 3
        granules = len(frame.shadow)
        region.shadow[first : first + granules] = frame.shadow
        region.init[first : first + granules] = bytes(granules)
        self.mem.find.stack_frames[base] = (frame.function, frame.objects)
        self.cx.sp = base
        return base

    def leave(self, frame: Frame, base: int) -> None:
        """Take a stack frame down: pointers into it are stale from now on."""
        region = self.mem.stacks
        first = (base - STACK_BASE) >> 3
        granules = len(frame.shadow)
        region.shadow[first : first + granules] = bytes((STACK_GONE,)) * granules

    def unset(self, addr: int, size: int) -> None:
        """A local comes into being (again): whatever it held is gone."""
        self.mem.stacks.mark_unwritten(addr - STACK_BASE, size)

    # ---- calls -----------------------------------------------------------------------------------

    def icall(self, addr: int, *args: int) -> Generator[None, None, Any]:
        """A call through a pointer. Raises Fault if that is no function."""
        text = self.host.text
        found = text.get(addr) or text.entry(addr)
        if found.arity != len(args) and found.arity >= 0:
            args = (args + (0,) * found.arity)[: found.arity]
        result = found.call(*args)
        if found.is_generator:
            result = yield from result
        return 0 if result is None else result

    def va_area(self, values: tuple[int, ...]) -> int:
        """Puts variable arguments on the stack, 8 bytes each; the address of the first."""
        sp = self.stack_pointer()
        size = 8 * len(values) + 8
        base = (sp - size) & ~31
        if base < (sp & ~(STACK_SIZE - 1)) + STACK_GUARD:
            raise Fault("stack-overflow", base, "write", 8, self.mem.find.line())
        region = self.mem.stacks
        region.paint(base - STACK_BASE, sp - STACK_BASE, UNMAPPED)
        region.open(base - STACK_BASE, size, written=True)
        for i, value in enumerate(values):
            self.mem.store(base + 8 * i, 8, value)
        self.cx.sp = base
        return base

    def va_arg(self, va_list: int) -> int:
        """The next variable argument, as 64 bits."""
        at = self.mem.load(va_list, 8)
        self.mem.store(va_list, 8, at + 8)
        return self.mem.load(at, 8)
