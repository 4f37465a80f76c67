"""The memory of the simulated machine: flat bytes at kernel addresses, with allocator, shadow and checks.

    0xffff888100000000  heap (kmalloc, per-CPU areas)      0xffffffffc0200000  text of modules: only called, never read
    0xffffc90010000000  stacks of tasks                    0xffffffffc1000000  data of modules
    0xffff888200000000  opaque kernel objects              0x00007ffe00000000  user space (`user.py`)

A bad access is reported to `on_finding` and then goes on, as with KASAN; where nothing is mapped it raises `Fault`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.sim.cmodule.access import CODE, FORMATS
from server.sim.cmodule.faults import Fault, Finding, LimitReached, Site
from server.sim.cmodule.findings import Finder
from server.sim.cmodule.heap import PAGE, ZERO_SIZE_PTR, Alloc, Heap
from server.sim.cmodule.shadow import GUARD, PAGE_FREE, POISON, UNMAPPED, Region
from server.sim.cmodule.user import UserSpace

HEAP_BASE, HEAP_LIMIT = 0xFFFF888100000000, 64 << 20
STACK_BASE, STACK_LIMIT = 0xFFFFC90010000000, 256 << 20
DATA_BASE, DATA_LIMIT = 0xFFFFFFFFC1000000, 16 << 20
OPAQUE_BASE, OPAQUE_STEP = 0xFFFF888200000000, 0x440
STACK_SIZE, STACK_GUARD = 16 << 10, 256
PERCPU_UNIT, PERCPU_RAW = 32 << 10, 0x20000
MASK = (1 << 64) - 1


class Stores:
    """Whether something was stored since anybody asked, and how often it then was."""

    __slots__ = ("dirty", "count")

    def __init__(self) -> None:
        self.dirty = False
        self.count = 0


class Memory:
    """All memory of one run."""

    def __init__(
        self, heap_bytes: int = HEAP_LIMIT, quarantine: bool = True, nr_cpus: int = 1, kasan: bool = True
    ) -> None:
        """`quarantine` False: freed objects are used again last-first, as without KASAN. `kasan`: the kernel has it."""
        self.kasan, self.nr_cpus = kasan, nr_cpus
        self.heap_region = Region("heap", HEAP_BASE, HEAP_LIMIT, 1 << 18, PAGE_FREE)
        self.stacks = Region("stack", STACK_BASE, STACK_LIMIT, 1 << 16, UNMAPPED)
        self.modules = Region("module", DATA_BASE, DATA_LIMIT, 1 << 16, UNMAPPED, read_only=True)
        self.regions = (self.heap_region, self.modules, self.stacks)
        self.heap = Heap(self.heap_region, min(heap_bytes, HEAP_LIMIT), quarantine)
        self.user = UserSpace()
        self.who: Callable[[], str] = lambda: "swapper/0/0"
        self.on_finding: Callable[[Finding], None] = lambda finding: None
        self.find = Finder(self)
        self.stores = Stores()
        self._opaque: list[str] = []
        self._stack_top = 0
        self._stacks_free: list[int] = []
        self._stack_names: dict[int, str] = {}
        self._data_top = 0
        self._percpu: Alloc | None = None
        self._percpu_top = 0
        self._namespaces: list[tuple[dict[str, Any], int, int]] = []
        self.ns: dict[str, Any] = {
            "M": self.stores, "slow_load": self.slow_load, "slow_store": self.slow_store,
            "slow_update": self.slow_update,
        }  # fmt: skip
        exec(CODE, self.ns)
        self._loads: dict[tuple[int, bool], Callable[[int], int]] = {}
        self._stores: dict[int, Callable[[int, int], int]] = {}
        for size, signed in FORMATS:
            name = f"{size}{'s' if signed else 'u'}"
            self._loads[size, signed] = self.ns["ld" + name]
            if not signed:
                self._stores[size] = self.ns["st" + name]
        self.load8 = self._loads[8, False]  # load() of 8 bytes at an address below 2**64
        self._sizes: tuple[int, ...] = ()
        self.refresh()

    # ---- views ---------------------------------------------------------------------------------

    def bind(self, ns: dict[str, Any], addr: int, size: int) -> None:
        """Keep views of a module's data (`$d4s` …) up to date in the namespace of its code."""
        self._namespaces.append((ns, addr - DATA_BASE, size))
        self._update(ns, addr - DATA_BASE, size)

    def _update(self, ns: dict[str, Any], start: int, size: int) -> None:
        part = memoryview(self.modules.data)[start : start + size]
        for (width, signed), code in FORMATS.items():
            ns[f"$d{width}{'s' if signed else 'u'}"] = part.cast(code)

    def unbind(self, ns: dict[str, Any]) -> None:
        """Forget a namespace."""
        self._namespaces = [other for other in self._namespaces if other[0] is not ns]

    def _views(self) -> dict[str, Any]:
        views: dict[str, Any] = {}
        for letter, region in zip("hms", self.regions, strict=True):
            whole = memoryview(region.data)
            for (size, signed), code in FORMATS.items():
                views[f"{letter}{size}{'s' if signed else 'u'}"] = whole.cast(code)
            views[letter + "s"], views[letter + "w"] = region.shadow, region.writable
            views[letter + "B"], views[letter + "N"] = region.base, region.size
        return views

    def refresh(self) -> None:
        """After anything that may have made a region grow: new views where needed."""
        sizes = tuple(region.size for region in self.regions)
        if sizes != self._sizes:
            self._sizes = sizes
            self.ns.update(self._views())
            for ns, start, size in self._namespaces:
                self._update(ns, start, size)

    @property
    def writes(self) -> int:
        """Differs from its last value if and only if memory was written in between."""
        stores = self.stores
        if stores.dirty:
            stores.dirty = False
            stores.count += 1
        return stores.count

    # ---- access --------------------------------------------------------------------------------

    def load(self, addr: int, size: int, signed: bool = False) -> int:
        """A scalar. Raises Fault where nothing is mapped."""
        load = self._loads.get((size, signed))
        return load(addr & MASK) if load else self.slow_load(addr, size, signed)

    def store(self, addr: int, size: int, value: int) -> None:
        """Store a scalar, cut to its size. Raises Fault where nothing is mapped or writable."""
        store = self._stores.get(size)
        value &= (1 << 8 * size) - 1
        if store:
            store(addr & MASK, value)
        else:
            self.slow_store(addr, size, False, value)

    def region(self, addr: int, size: int, access: str) -> Region:
        """The region that holds all of an access. Raises Fault if there is none."""
        for region in self.regions:
            offset = addr - region.base
            if 0 <= offset < region.size:
                if offset + size <= region.size:
                    return region
                addr = region.base + region.size
                break
        else:
            offset = addr - HEAP_BASE
            if offset >= 0 and offset + size <= HEAP_LIMIT:
                self.heap_region.grow(offset + size + PAGE)
                self.refresh()
                return self.heap_region
        raise Fault("null" if addr < PAGE else "wild", addr, access, size, self.find.line())

    def check(self, addr: int, size: int, access: str) -> tuple[Region, int]:
        """Check an access of any length; reports what is bad. Returns where it goes. Raises Fault."""
        addr &= MASK
        region = self.region(addr, size, access)
        offset = addr - region.base
        store = access == "write"
        if size and not (region.clean(offset, size) and (not store or region.writable is region.shadow)):
            bad = region.bad(offset, size, store)
            if bad >= 0:
                self._bad(region, bad, addr, size, access)
        return region, offset

    def _bad(self, region: Region, bad: int, addr: int, size: int, access: str) -> None:
        code = (region.writable if access == "write" else region.shadow)[bad >> 3]
        if code == GUARD:
            raise Fault("stack-overflow", region.base + bad, access, size, self.find.line())
        if region is self.modules and code >= POISON and code in (UNMAPPED, 0xE0):
            raise Fault("wild", region.base + bad, access, size, self.find.line())
        if region is self.stacks and code == UNMAPPED:
            raise Fault("wild", region.base + bad, access, size, self.find.line())
        self.find.bad_access(region, bad, addr, size, access)

    def slow_load(self, addr: int, size: int, signed: bool) -> int:
        """A load that is not plainly good: unaligned, odd, unwritten or bad."""
        region, offset = self.check(addr, size, "read")
        if region.unwritten(offset, size):
            self.find.unwritten(region, offset, size)
        return int.from_bytes(region.data[offset : offset + size], "little", signed=signed)

    def slow_store(self, addr: int, size: int, signed: bool, value: int) -> int:
        """A store that is not plainly good."""
        region, offset = self.check(addr, size, "write")
        self.stores.dirty = True
        value = int(value)
        region.data[offset : offset + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        region.mark_written(offset, size)
        return value

    def slow_update(self, addr: int, size: int, signed: bool, step: int) -> int:
        """An update that is not plainly good; the new value."""
        value = (self.slow_load(addr, size, signed) + int(step)) & ((1 << 8 * size) - 1)
        if signed and value >> (8 * size - 1):
            value -= 1 << 8 * size
        return self.slow_store(addr, size, signed, value)

    def read(self, addr: int, size: int) -> bytes:
        """Bytes, written or not. Raises Fault."""
        if size <= 0:
            return b""
        region, offset = self.check(addr, size, "read")
        return bytes(region.data[offset : offset + size])

    def write(self, addr: int, data: bytes) -> None:
        """Store bytes. Raises Fault."""
        if not data:
            return
        region, offset = self.check(addr, len(data), "write")
        self.stores.dirty = True
        region.data[offset : offset + len(data)] = data
        region.mark_written(offset, len(data))

    def copy(self, to: int, source: int, size: int) -> None:
        """`memmove`: what was never written stays so. Raises Fault."""
        if size <= 0:
            return
        region, offset = self.check(source, size, "read")
        target, at = self.check(to, size, "write")
        self.stores.dirty = True
        target.data[at : at + size] = region.data[offset : offset + size]
        if region.clean(offset, size):
            target.mark_written(at, size)
        else:
            target.copy_written(at, region, offset, size)

    def cstr(self, addr: int, limit: int = 4096) -> bytes:
        """The bytes of a C string without its zero, at most `limit`. Raises Fault."""
        region = self.region(addr & MASK, 1, "read")
        offset = (addr & MASK) - region.base
        end = region.data.find(0, offset, min(offset + limit, region.size))
        size = (end if end >= 0 else min(offset + limit, region.size)) - offset
        region, offset = self.check(addr, min(size + 1, limit), "read")
        if not region.clean(offset, size + 1) and region.unwritten(offset, min(size + 1, limit)):
            self.find.unwritten(region, offset, min(size + 1, limit))
        return bytes(region.data[offset : offset + size])

    # ---- heap ----------------------------------------------------------------------------------

    def alloc(self, size: int, zero: bool, what: str = "kmalloc") -> int:
        """An object of `size` bytes; 0 when the heap's limit is met. `what` says who asked, for leak reports."""
        if size == 0:
            return ZERO_SIZE_PTR
        if size < 0 or size > self.heap.limit:
            return 0
        offset = self.heap.alloc(size, zero, what, self.find.site())
        self.refresh()
        self.stores.dirty = True
        return HEAP_BASE + offset if offset >= 0 else 0

    def free(self, addr: int) -> None:
        """Free an object; 0 is fine. Double and invalid frees are findings and do nothing."""
        if addr in (0, ZERO_SIZE_PTR):
            return
        self.stores.dirty = True
        alloc = self.heap.live.get(addr)
        if alloc is not None:
            self.heap.free(alloc, self.find.site())
            return
        self.find.bad_free(addr)

    def size_of(self, addr: int) -> int:
        """The bytes that a live object was asked to have; 0 for any other address."""
        alloc = self.heap.live.get(addr)
        return alloc.size if alloc else 0

    def live(self) -> list[Alloc]:
        """All live heap objects, oldest first."""
        return list(self.heap.live.values())

    # ---- opaque objects, stacks, per-CPU areas, module data --------------------------------------

    def opaque(self, kind: str) -> int:
        """An address for a kernel object that modules only pass around; never used again, an access to it faults."""
        self._opaque.append(kind)
        return OPAQUE_BASE + OPAQUE_STEP * len(self._opaque)

    def opaque_kind(self, addr: int) -> str | None:
        """The kind of the opaque object at an address, or None."""
        number, rest = divmod(addr - OPAQUE_BASE, OPAQUE_STEP)
        return self._opaque[number - 1] if rest == 0 and 1 <= number <= len(self._opaque) else None

    def stack(self, task: str) -> int:
        """A stack for a task: 16 KiB with a guard at its lower end. Returns its initial stack pointer.

        Raises LimitReached("tasks") when there is no room for more.
        """
        if self._stacks_free:
            start = self._stacks_free.pop()
        else:
            start = self._stack_top
            if start + STACK_SIZE > STACK_LIMIT:
                raise LimitReached("tasks", "there is no room for the stack of another task")
            self._stack_top += STACK_SIZE
            if self._stack_top > self.stacks.size:
                self.stacks.grow(max(self._stack_top, self.stacks.size * 2))
                self.refresh()
        self.stacks.paint(start, start + STACK_GUARD, GUARD)
        self.stacks.paint(start + STACK_GUARD, start + STACK_SIZE, UNMAPPED)
        self._stack_names[start] = task
        return STACK_BASE + start + STACK_SIZE - 64

    def stack_free(self, sp: int) -> None:
        """A task has exited: its stack is unmapped, and used again later."""
        start = (sp - STACK_BASE) & ~(STACK_SIZE - 1)
        if self._stack_names.pop(start, None) is not None:
            self.stacks.paint(start, start + STACK_SIZE, UNMAPPED)
            self._stacks_free.append(start)

    def stack_owner(self, addr: int) -> str:
        """The task whose stack an address lies in, or an empty string."""
        return self._stack_names.get((addr - STACK_BASE) & ~(STACK_SIZE - 1), "")

    def percpu_alloc(self, size: int, align: int = 8) -> int:
        """A per-CPU variable: the raw address, which faults until `percpu_offset(cpu)` is added; 0: no room. Zeroed."""
        if self._percpu is None:
            offset = self.heap.alloc(PERCPU_UNIT * self.nr_cpus, True, "percpu", self.find.site())
            if offset < 0:
                return 0
            self.refresh()
            self._percpu = self.heap.live[HEAP_BASE + offset]
        start = -(-self._percpu_top // max(align, 8)) * max(align, 8)
        if start + size > PERCPU_UNIT:
            return 0
        self._percpu_top = start + size
        return PERCPU_RAW + start

    def percpu_offset(self, cpu: int) -> int:
        """What to add to a raw per-CPU address for the copy of `cpu`."""
        base = self._percpu.addr if self._percpu else HEAP_BASE
        return base + cpu * PERCPU_UNIT - PERCPU_RAW

    def percpu_split(self, addr: int) -> tuple[int, int] | None:
        """(raw address, cpu) of an address in a CPU's area, or None."""
        if self._percpu is None or not 0 <= addr - self._percpu.addr < self._percpu.size:
            return None
        cpu, offset = divmod(addr - self._percpu.addr, PERCPU_UNIT)
        return PERCPU_RAW + offset, cpu

    def map_data(self, size: int) -> int:
        """Room for a module's data, all of it still behind shadow. The room of the module that was
        mapped last is used again once it is gone, as vmalloc does. Raises LimitReached.
        """
        start = self._data_top
        size = -(-size // PAGE) * PAGE
        if start + size > DATA_LIMIT:
            raise LimitReached("heap_bytes", "the data of the module is larger than the simulated machine has room for")
        self._data_top = start + size
        if self._data_top > self.modules.size:
            self.modules.grow(max(self._data_top, self.modules.size * 2))
            self.refresh()
        return DATA_BASE + start

    def unmap_data(self, addr: int, size: int) -> None:
        """Unmap a module's data: any access faults from now on."""
        self.modules.paint(addr - DATA_BASE, addr - DATA_BASE + size, UNMAPPED)
        if addr - DATA_BASE + size == self._data_top:
            self._data_top = addr - DATA_BASE

    def site(self) -> Site:
        """Who runs now, and where in the module."""
        return self.find.site()
