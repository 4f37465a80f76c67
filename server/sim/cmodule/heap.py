"""The kmalloc heap: size classes in slabs, freed objects used again last-first as SLUB does, or kept in a quarantine.

    slab of class 64:   | red zone 32 | object 64 | red zone 32 | object 64 | red zone 32 | …
    an object of 50:    | 50 bytes, 14 poisoned |

Objects have red zones in every kernel profile, so that findings are the same everywhere; the distance between two
objects is nothing that C may rely on.
"""

from __future__ import annotations

from collections import deque

from server.sim.cmodule.faults import Site
from server.sim.cmodule.shadow import SLAB_FREE, SLAB_REDZONE, Region

CLASSES = (8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192)
REDZONE = 32
PAGE = 4096
QUARANTINE_BYTES = 4 << 20
ZERO_SIZE_PTR = 16


class Alloc:
    """One allocation, alive or freed; it is remembered until its place is used again."""

    __slots__ = ("addr", "size", "what", "site", "freed", "slab")

    def __init__(self, addr: int, size: int, what: str, site: Site, slab: Slab) -> None:
        """`size` is what was asked for."""
        self.addr, self.size, self.what, self.site, self.slab = addr, size, what, site, slab
        self.freed: Site | None = None


class Slab:
    """Pages with objects of one class; `slots` holds the latest allocation of each place."""

    __slots__ = ("start", "size", "stride", "slots", "pages", "lead")

    def __init__(self, start: int, size: int, stride: int, pages: int) -> None:
        """`start` is an offset in the heap's region; `size` the class."""
        self.start, self.size, self.stride, self.pages = start, size, stride, pages
        self.lead = PAGE if size >= PAGE else REDZONE
        self.slots: list[Alloc | None] = [None] * ((pages * PAGE - self.lead) // stride)

    def place(self, slot: int) -> int:
        """Offset of a slot's object in the region."""
        return self.start + self.lead + slot * self.stride

    @property
    def cache(self) -> str:
        """The cache's name in reports."""
        if self.size > CLASSES[-1]:
            return "page_alloc"
        return f"kmalloc-{self.size}" if self.size < 1024 else f"kmalloc-{self.size // 1024}k"


class Heap:
    """Allocates from `region`. Counts what is alive against `limit` bytes."""

    def __init__(self, region: Region, limit: int, quarantine: bool) -> None:
        """`quarantine` False: SLUB's order of reuse, last freed first by class."""
        self.region, self.limit, self.quarantine = region, limit, quarantine
        self.used = 0
        self._top = PAGE  # the first page is nobody's
        self._free: dict[int, list[tuple[Slab, int]]] = {}
        self._pages: dict[int, Slab] = {}
        self._queue: deque[tuple[Slab, int]] = deque()
        self._queued = 0
        self.live: dict[int, Alloc] = {}

    def alloc(self, size: int, zero: bool, what: str, site: Site) -> int:
        """Offset of a new object in the region, or -1 when the limit is met."""
        klass = next((c for c in CLASSES if size <= c), -(-size // PAGE) * PAGE)
        if self.used + klass > self.limit:
            return -1
        if not self._free.get(klass) and not self._new_slab(klass):
            return -1
        slab, slot = self._free[klass].pop()
        start = slab.place(slot)
        alloc = Alloc(self.region.base + start, size, what, site, slab)
        slab.slots[slot] = alloc
        self.live[alloc.addr] = alloc
        self.used += klass
        region = self.region
        if zero:
            region.data[start : start + size] = bytes(size)
        region.paint(start + (size + 7 & ~7), start + slab.stride, SLAB_REDZONE)
        region.open(start, size, written=zero)
        return start

    def _new_slab(self, klass: int) -> bool:
        stride = klass + REDZONE if klass < PAGE else klass + PAGE  # whole pages stay aligned
        pages = -(-(stride + (REDZONE if klass < PAGE else PAGE)) // PAGE)
        if self._top + pages * PAGE > self.region.limit:
            return self._drain(klass)
        slab = Slab(self._top, klass, stride, pages)
        self._top += pages * PAGE
        if self._top > self.region.size:
            self.region.grow(max(self._top, self.region.size * 2))
        self.region.paint(slab.start, self._top, SLAB_REDZONE)
        for page in range(slab.start // PAGE, self._top // PAGE):
            self._pages[page] = slab
        self._free.setdefault(klass, []).extend((slab, i) for i in reversed(range(len(slab.slots))))
        return True

    def _drain(self, klass: int) -> bool:
        """No pages are left: what the quarantine holds may be used again."""
        while self._queue and not self._free.get(klass):
            self._release(*self._queue.popleft())
        return bool(self._free.get(klass))

    def find(self, addr: int) -> Alloc | None:
        """The object that an address in or around it belongs to: the latest of its place, alive or freed."""
        offset = addr - self.region.base
        slab = self._pages.get(offset // PAGE)
        if slab is None:
            return None
        slot = max((offset - slab.place(0)) // slab.stride, 0)
        before, after = (slab.slots[i] if i < len(slab.slots) else None for i in (slot, slot + 1))
        if before is None or (after is not None and after.addr - addr < addr - before.addr - before.size + 1):
            return after or before
        return before

    def free(self, alloc: Alloc, site: Site) -> None:
        """Frees a live object."""
        del self.live[alloc.addr]
        alloc.freed = site
        slab = alloc.slab
        self.used -= slab.size
        start = alloc.addr - self.region.base
        self.region.paint(start, start + slab.size, SLAB_FREE)
        entry = (slab, (start - slab.place(0)) // slab.stride)
        if not self.quarantine:
            self._release(*entry)
            return
        self._queue.append(entry)
        self._queued += slab.size
        while self._queued > QUARANTINE_BYTES:
            self._release(*self._queue.popleft())

    def _release(self, slab: Slab, slot: int) -> None:
        if self.quarantine:
            self._queued -= slab.size
        self._free.setdefault(slab.size, []).append((slab, slot))
