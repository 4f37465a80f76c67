"""What the simulator gives to running C: a `Host`, and the table of everything that has an address to call."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from inspect import isgeneratorfunction
from typing import Any, NamedTuple, Protocol

from server.sim.cmodule.faults import Fault
from server.sim.cmodule.memory import Memory

KERNEL_TEXT = 0xFFFFFFFF81000000
KERNEL_STEP = 0x140
MODULE_TEXT = 0xFFFFFFFFC0200000


class CContext(Protocol):
    """The part of the engine's context that C needs; times in ns."""

    now: int
    horizon: int
    line: int
    steps: int
    max_steps: int
    stmt_ns: int
    sp: int


class Entry(NamedTuple):
    """Something callable. `arity` -1: it takes what it is given (kernel functions)."""

    call: Callable[..., Any]
    is_generator: bool
    name: str
    arity: int = -1


class Text(dict[int, Entry]):
    """Callable addresses. Kernel functions get theirs on first use; modules add and remove their own."""

    def __init__(
        self, k: object, kernel_function: Callable[[str], Callable[..., Any] | None], line: Callable[[], int]
    ) -> None:
        """`k` is the first argument of kernel functions; `line` tells where C stands."""
        super().__init__()
        self._k, self._kernel_function, self._line = k, kernel_function, line
        self._kernel: dict[str, int] = {}
        self.next_module = MODULE_TEXT
        self.version = 0  # differs when a name that was found for an address may have become another one

    def __setitem__(self, addr: int, entry: Entry) -> None:
        self.version += 1
        super().__setitem__(addr, entry)

    def pop(self, addr: int, *default: Any) -> Any:
        """As a dict's."""
        self.version += 1
        return super().pop(addr, *default)

    def kernel_address(self, name: str) -> int:
        """The address of a kernel function, given at its first use. Raises KeyError for an unknown one."""
        addr = self._kernel.get(name)
        if addr is None:
            function = self._kernel_function(name)
            if function is None:
                raise KeyError(name)
            addr = self._kernel[name] = KERNEL_TEXT + KERNEL_STEP * (len(self._kernel) + 1)
            self[addr] = Entry(partial(function, self._k), isgeneratorfunction(function), name)
        return addr

    def entry(self, addr: int) -> Entry:
        """What is called at `addr`. Raises Fault if it is no function (any more)."""
        found = self.get(addr)
        if found is None:
            raise Fault("null" if addr < 4096 else "nx", addr, "exec", 0, self._line())
        return found

    def begin(self, addr: int, arg: int) -> Generator[None, None, int] | None:
        """Call the function at `addr` if it cannot wait, and that is all; else what is to be driven. Raises Fault."""
        found = self.get(addr)
        if found is None or found.is_generator or found.arity != 1:
            return self.call(addr, arg)
        try:
            found.call(arg)
        except RecursionError:
            raise Fault("stack-overflow", addr, "write", 8, self._line(), found.name) from None
        return None

    def call(self, addr: int, *args: int) -> Generator[None, None, int]:
        """Call the function at `addr`; arguments too many are dropped, missing ones are 0. Raises Fault."""
        call, is_generator, name, arity = self.get(addr) or self.entry(addr)
        if 0 <= arity != len(args):
            args = (args + (0,) * arity)[:arity]
        try:
            result = call(*args)
            if is_generator:
                result = yield from result
        except RecursionError:  # by way of kernel functions that call back: they have no frames on the task's stack
            raise Fault("stack-overflow", addr, "write", 8, self._line(), name) from None
        return 0 if result is None else int(result)


class Host(Protocol):
    """What `Program.load` needs. The engine's Kernel is one."""

    @property
    def cx(self) -> CContext:
        """Time, horizon and counters of what runs."""

    @property
    def mem(self) -> Memory:
        """The machine's memory."""

    @property
    def k(self) -> object:
        """The first argument of kernel functions."""

    @property
    def text(self) -> Text:
        """Callable addresses."""

    def kernel_function(self, name: str) -> Callable[..., Any] | None:
        """The handler of a kernel function, or None if the simulator has none."""
