"""Turns a bad access into a Finding: which object it belongs to, who allocated and freed it, and where C stands now."""

from __future__ import annotations

import sys
from types import FrameType
from typing import TYPE_CHECKING

import msgspec

from server.sim.cmodule.faults import Finding, Site, Step
from server.sim.cmodule.shadow import KINDS, PAGE_FREE, POISON, Region, kasan_code

if TYPE_CHECKING:
    from server.sim.cmodule.memory import Memory

FINDINGS_MAX = 1000
TRACE_MAX = 32
STEP_BYTES = 16  # of simulated text a source line


class FunctionText(msgspec.Struct, frozen=True):
    """A function's place in the simulated text."""

    name: str
    addr: int
    size: int
    line: int
    file: str
    module: str

    def symbol(self, line: int) -> str:
        """`fn+0x20/0x90` for a source line within it."""
        offset = min(max(line - self.line, 0) * STEP_BYTES + 4, self.size - 1)
        return f"{self.name}+{offset:#x}/{self.size:#x}"


class Variable(msgspec.Struct, frozen=True):
    """A global of a loaded module, for reports."""

    addr: int
    size: int
    name: str
    line: int
    file: str


class Finder:
    """Knows the loaded modules' text, variables and stack frames, and tells each mistake once per place."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is what is looked at."""
        self.memory = memory
        self.functions: dict[tuple[str, str], FunctionText] = {}  # (file, name)
        self.variables: list[Variable] = []
        self.stack_frames: dict[
            int, tuple[str, tuple[tuple[int, int, str], ...]]
        ] = {}  # base: function, (offset, size, name)
        self._told: set[tuple[object, ...]] = set()

    def forget(self) -> None:
        """Tell each mistake anew."""
        self._told.clear()

    # ---- where C stands --------------------------------------------------------------------------

    def _c_frames(self) -> list[tuple[FunctionText, int]]:
        out: list[tuple[FunctionText, int]] = []
        frame: FrameType | None = sys._getframe(2)
        functions = self.functions
        while frame is not None and len(out) < TRACE_MAX:
            code = frame.f_code
            text = functions.get((code.co_filename, code.co_name))
            if text is not None:
                out.append((text, frame.f_lineno))
            frame = frame.f_back
        return out

    def line(self) -> int:
        """The innermost line of the module's own text that is being executed, or -1."""
        frames = self._c_frames()
        return frames[0][1] if frames else -1

    def site(self) -> Site:
        """Who runs now, and the chain of C functions, innermost first."""
        steps = tuple(
            Step(text.name, f"{text.symbol(line)} [{text.module}]", line, text.file) for text, line in self._c_frames()
        )
        return Site(self.memory.who(), steps[0].line if steps else -1, steps)

    # ---- what was found --------------------------------------------------------------------------

    def tell(self, finding: Finding) -> None:
        """Hand a finding on, unless the same was told for this place already."""
        place = finding.at.trace[0] if finding.at.trace else None
        key = (finding.kind, place, finding.access, "" if place else finding.name)
        if key in self._told or len(self._told) >= FINDINGS_MAX:
            return
        self._told.add(key)
        self.memory.on_finding(finding)

    def bad_access(self, region: Region, bad: int, addr: int, size: int, access: str) -> None:
        """An access with a bad byte at offset `bad` of a region."""
        code = (region.writable if access == "write" else region.shadow)[bad >> 3]
        if code < POISON:  # behind the end of an object: the next granule or the region says what it is
            following = region.shadow[(bad >> 3) + 1] if (bad >> 3) + 1 < len(region.shadow) else PAGE_FREE
            code = following if following >= POISON else {"heap": 0xFC, "stack": 0xF2}.get(region.name, 0xF9)
            if code == 0xFB and region.name == "heap":
                code = 0xFC
        self.tell(self.describe(KINDS.get(code, "wild-memory-access"), region.base + bad, addr, size, access))

    def describe(self, kind: str, bad: int, addr: int, size: int, access: str) -> Finding:
        """A finding about the object around the address `bad`."""
        memory = self.memory
        granule = (bad & ~127) - 256
        codes = b""
        for region in memory.regions:
            if 0 <= bad - region.base < region.size:
                first = max(granule - region.base, 0)
                granule = region.base + first
                codes = bytes(kasan_code(c) for c in region.shadow[first >> 3 : (first >> 3) + 80])
        found = Finding(kind, addr, size, access, self.site(), shadow=codes, shadow_base=granule)
        alloc = memory.heap.find(bad)
        if alloc is not None:
            return msgspec.structs.replace(
                found, object=alloc.addr, size_object=alloc.size, offset=bad - alloc.addr, name=alloc.slab.cache,
                allocated=alloc.site, freed=alloc.freed, cache_size=alloc.slab.size,
            )  # fmt: skip
        near = [v for v in self.variables if v.addr - 64 <= bad < v.addr + v.size + 64]
        variable = min(near, key=lambda v: (max(v.addr - bad, bad - v.addr - v.size + 1, 0), v.addr), default=None)
        if variable is not None:
            return msgspec.structs.replace(found, object=variable.addr, size_object=variable.size,
                                           offset=bad - variable.addr, name=variable.name)  # fmt: skip
        return self._on_stack(found, bad)

    def _on_stack(self, found: Finding, bad: int) -> Finding:
        base = max((b for b in self.stack_frames if b <= bad < b + (16 << 10)), default=None)
        if base is None:
            return found
        function, objects = self.stack_frames[base]
        nearest = min(
            objects, key=lambda o: (max(base + o[0] - bad, bad - base - o[0] - o[1] + 1, 0), o[0]), default=None
        )
        if nearest is None:
            return found
        offset, size, name = nearest
        text = next((t for t in self.functions.values() if t.name == function), None)
        return msgspec.structs.replace(
            found, object=base + offset, size_object=size, offset=bad - base - offset, name=f"{name} of {function}()",
            frame=objects, frame_function=f"{text.name}+0x0/{text.size:#x} [{text.module}]" if text else function,
            frame_offset=bad - base,
        )  # fmt: skip

    def unwritten(self, region: Region, offset: int, size: int) -> None:
        """A value is used that nobody wrote."""
        addr = region.base + offset
        found = self.describe("uninit-value", addr, addr, size, "read")
        what = found.name or "memory"
        message = f"{what} is read at offset {found.offset} before anything was written there"
        self.tell(msgspec.structs.replace(found, message=message))

    def poison(self, name: str, function: str) -> None:
        """A local variable is used that was never set."""
        found = Finding("uninit-value", 0, 0, "read", self.site(), name=name,
                        message=f"'{name}' of {function}() is used before it has a value")  # fmt: skip
        self.tell(found)

    def shift(self, amount: int, bits: int) -> None:
        """A shift by a negative number of bits, or by all of them or more."""
        message = (f"shift exponent {amount} is negative" if amount < 0 else
                   f"shift exponent {amount} is too large for {bits}-bit type")  # fmt: skip
        self.tell(Finding("shift-out-of-bounds", 0, bits // 8, "", self.site(), offset=amount, message=message))

    def bad_free(self, addr: int) -> None:
        """kfree() of what is no live object: freed before, or never allocated."""
        alloc = self.memory.heap.find(addr)
        double = alloc is not None and alloc.addr == addr and alloc.freed is not None
        self.tell(self.describe("double-free" if double else "invalid-free", addr, addr, 0, "free"))
