"""What goes wrong while C runs: faults that stop a task, limits that stop the run, findings that stop nothing.

A `Fault` is an exception of the processor, which the engine turns into the kernel's oops. A `Finding` is what a checker
such as KASAN sees: the access goes on, somebody is told. `LimitReached` ends the run.
"""

from __future__ import annotations

import msgspec


class Fault(Exception):
    """A trap of the simulated processor.

    `kind`: "null" (an address in the first page), "wild" (an address where nothing is mapped, or not writable),
    "divide", "bug" (BUG()), "stack-overflow" (the guard page of a task's stack), "nx" (a call of what is no function).
    `access` is "read", "write" or "exec"; `size` in bytes; `line` in module.c, -1 where none is known.
    """

    def __init__(
        self, kind: str, addr: int = 0, access: str = "read", size: int = 0, line: int = -1, what: str = ""
    ) -> None:
        """Keep the parts; `what` says more in words (an overflow's function)."""
        super().__init__(kind, addr, access, size, line, what)
        self.kind, self.addr, self.access, self.size, self.line, self.what = kind, addr, access, size, line, what

    @property
    def canonical(self) -> bool:
        """Whether the address is one that page tables could map; others are a general protection fault."""
        return self.addr < 1 << 47 or self.addr >= 0xFFFF800000000000

    @property
    def dies(self) -> bool:
        """Whether die() ends the task, by SIGSEGV; the oops of a page fault ends it by SIGKILL."""
        return self.kind in ("bug", "divide", "stack-overflow") or not self.canonical

    def __str__(self) -> str:
        """For logs of the simulator itself; the kernel's words are the engine's."""
        return f"{self.kind} fault: {self.access} of {self.size} at {self.addr:#018x}, line {self.line}"


class LimitReached(Exception):
    """A limit of the run was met: `name` as in `scenario.Limits`, `message` for people."""

    def __init__(self, name: str, message: str) -> None:
        """Keep both parts."""
        super().__init__(name, message)
        self.name, self.message = name, message


class Step(msgspec.Struct, frozen=True):
    """One line of a C call trace. `symbol` is `fn+0x20/0x90 [module]`; `line` stands in `file`."""

    function: str
    symbol: str
    line: int
    file: str


class Site(msgspec.Struct, frozen=True):
    """Who did something, and where: `task` is `comm/pid`, `line` the innermost of the module's own lines, or -1."""

    task: str
    line: int
    trace: tuple[Step, ...]


class Finding(msgspec.Struct, frozen=True):
    """What a checker saw.

    `kind` is KASAN's bug type ("slab-use-after-free", "slab-out-of-bounds", "global-out-of-bounds",
    "stack-out-of-bounds", "double-free", "invalid-free") or ours, which no kernel prints: "uninit-value",
    "stack-use-after-return", "use-after-unload", "shift-out-of-bounds" (UBSAN has this one), "leak".
    `object` is the address of the object that the bad address belongs to (0: none), `size_object` the bytes asked for,
    `offset` from its start (negative: before it). `name` tells the object in words: a variable, or a cache
    such as `kmalloc-64`.
    """

    kind: str
    addr: int
    size: int
    access: str
    at: Site
    object: int = 0
    size_object: int = 0
    offset: int = 0
    name: str = ""
    allocated: Site | None = None
    freed: Site | None = None
    message: str = ""
    shadow: bytes = b""  # KASAN's own codes of the 80 granules around the address, from `shadow_base`
    shadow_base: int = 0
    cache_size: int = 0
    frame: tuple[tuple[int, int, str], ...] = ()  # of a stack object: all objects of its frame (offset, size, name)
    frame_function: str = ""
    frame_offset: int = 0  # of the bad address in the frame


KASAN_KINDS = frozenset(
    (
        "slab-use-after-free", "slab-out-of-bounds", "global-out-of-bounds", "stack-out-of-bounds", "double-free",
        "invalid-free", "use-after-free", "wild-memory-access",
    )
)  # fmt: skip
"""The kinds that a kernel with CONFIG_KASAN reports itself; all others are findings of the simulator."""
