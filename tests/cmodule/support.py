"""A host for running C without a simulator: memory, a context, and the few kernel functions that the tests call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from server.cfront import compile_in_process
from server.scenario import Limits
from server.sim.cmodule import ir
from server.sim.cmodule.faults import Finding
from server.sim.cmodule.host import Text
from server.sim.cmodule.image import Image, lower
from server.sim.cmodule.memory import Memory

TESTS = Path(__file__).parent.parent
SHIM = TESTS / "c" / "shim"
GFP_ZERO = 0x100
GCC = ["gcc", "-std=gnu11", "-O2", "-w", "-fwrapv", "-fno-strict-overflow", "-fno-strict-aliasing", "-funsigned-char"]


class TestContext:
    """Time stands still unless a test sets a horizon."""

    __test__ = False
    __slots__ = ("now", "horizon", "line", "steps", "max_steps", "stmt_ns", "sp")

    def __init__(self) -> None:
        self.now, self.horizon, self.line, self.steps = 0, 1 << 62, -1, 0
        self.max_steps, self.stmt_ns, self.sp = 20_000_000, 2, 0


def msleep(host: TestHost, ms: int) -> Generator[str, None, None]:
    """Blocks once."""
    host.calls.append(("msleep", host.cx.line))
    yield "sleep"


KERNEL: dict[str, Callable[..., Any]] = {
    "kmalloc": lambda h, size, flags: h.mem.alloc(size, bool(flags & GFP_ZERO)),
    "kzalloc": lambda h, size, flags: h.mem.alloc(size, True),
    "kfree": lambda h, addr: h.mem.free(addr),
    "memcpy": lambda h, to, of, n: h.mem.copy(to, of, n) or to,
    "memmove": lambda h, to, of, n: h.mem.copy(to, of, n) or to,
    "memset": lambda h, to, value, n: h.mem.write(to, bytes((value & 255,)) * n) or to,
    "strlen": lambda h, s: len(h.mem.cstr(s)),
    "_printk": lambda h, fmt, *args: h.calls.append((h.mem.cstr(fmt).decode(), h.cx.line, *args)) or 0,
    "msleep": msleep,
}  # fmt: skip


class TestHost:
    """Knows `KERNEL`, and what a test adds in `more`."""

    __test__ = False

    def __init__(self, more: dict[str, Callable[..., Any]] | None = None, **memory: Any) -> None:
        self.cx = TestContext()
        self.mem = Memory(**memory)
        self.k = self
        self.table = {**KERNEL, **(more or {})}
        self.text = Text(self, self.table.get, self.mem.find.line)
        self.findings: list[Finding] = []
        self.mem.on_finding = self.findings.append
        self.calls: list[Any] = []

    def kernel_function(self, name: str) -> Callable[..., Any] | None:
        return self.table.get(name)


def compiled(source: str, **files: str) -> ir.Unit:
    """The IR of a module's text; the diagnostics are the assertion's message."""
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(6000)  # as the front end's child process has it
    unit, diagnostics = compile_in_process({"module.c": source, **files}, "module", Limits())
    sys.setrecursionlimit(depth)
    assert unit is not None, "\n".join(f"{d.file}:{d.line}:{d.col}: {d.message}" for d in diagnostics)
    return unit


def loaded(source: str, host: TestHost | None = None, **files: str) -> tuple[Image, TestHost]:
    """A module in memory."""
    host = host or TestHost()
    return lower(compiled(source, **files)).load(host, "module"), host


def run(image: Image, function: str, *args: int) -> int:
    """A function's result; blocking calls return at once, yields at the horizon move it on."""
    host = image.host
    call = host.text.call(image.functions[function], *args)
    try:
        while True:
            if next(call) is None:
                host.cx.horizon = max(host.cx.horizon, host.cx.now + 1)
    except StopIteration as done:
        return int(done.value)


def with_gcc(source: Path, build: Path, *flags: str) -> str:
    """Compile and run a C program; what it prints."""
    program = build / source.stem
    command = [*GCC, f"-I{SHIM}", *flags, str(source), "-o", str(program)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return subprocess.run([str(program)], check=True, capture_output=True, text=True, timeout=20).stdout
