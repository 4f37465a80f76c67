"""Shadow memory: one byte for each granule of 8 bytes says which of them may be touched.

0       all 8 bytes are addressable and have been written
1..7    the first 1..7 bytes are (the rest is behind the end of an object)
8..15   as 0..7, but some of these bytes were never written: the region's `init` bits say which
16..    nothing here may be touched; the code says why (KASAN's codes where it has one)
"""

from __future__ import annotations

UNINIT = 8
POISON = 16  # the least code of memory that may not be touched

READ_ONLY = 0xE0  # only in the shadow for stores
GUARD = 0xED  # below a task's stack
UNMAPPED = 0xEE
STACK_LEFT, STACK_MID, STACK_RIGHT = 0xF1, 0xF2, 0xF3
STACK_GONE = 0xF5  # the frame has returned; the kernel's KASAN does not see this
GLOBAL_REDZONE = 0xF9
SLAB_FREE = 0xFB
SLAB_REDZONE = 0xFC
PAGE_FREE = 0xFF

LONG = 64  # bytes from which whole stretches of shadow are looked at
WHOLE = bytes((0, UNINIT))  # codes of granules all of whose bytes are addressable
WRITTEN = bytes(code & 7 if UNINIT <= code < POISON else code for code in range(256))

KINDS = {
    STACK_LEFT: "stack-out-of-bounds", STACK_MID: "stack-out-of-bounds", STACK_RIGHT: "stack-out-of-bounds",
    STACK_GONE: "stack-use-after-return", GLOBAL_REDZONE: "global-out-of-bounds", SLAB_FREE: "slab-use-after-free",
    SLAB_REDZONE: "slab-out-of-bounds", PAGE_FREE: "use-after-free",
}  # fmt: skip


def kasan_code(code: int) -> int:
    """Our code as the kernel would have it: it does not know what was never written, nor frames that are gone."""
    if code < POISON:
        return code & 7
    return {STACK_GONE: 0, GUARD: 0, UNMAPPED: 0xF8, READ_ONLY: 0}.get(code, code)


class Region:
    """A stretch of mapped addresses from `base`: bytes, their shadow, and which of them were written.

    `writable` is the shadow for stores; it is `shadow` itself except where there is read-only data.
    Buffers are replaced when the region grows: whoever keeps views asks `on_grow` for new ones.
    """

    __slots__ = ("name", "base", "limit", "data", "words", "size", "shadow", "writable", "init", "fill", "read_only")

    def __init__(self, name: str, base: int, limit: int, size: int, fill: int, read_only: bool = False) -> None:
        """`limit` is the most it may grow to; new memory has shadow code `fill`."""
        self.name, self.base, self.limit, self.fill, self.read_only = name, base, limit, fill, read_only
        self.data = bytearray()
        self.words = memoryview(self.data).cast("Q")  # the same, as 64-bit words
        self.size = 0  # bytes that are there now
        self.shadow = bytearray()
        self.writable = bytearray() if read_only else self.shadow
        self.init = bytearray()
        self.grow(size)

    def grow(self, size: int) -> None:
        """Make it at least `size` bytes, in whole words. The buffers are new ones: the old may still be exported."""
        size = min(max((size + 7) & ~7, len(self.data)), self.limit)
        more = size - len(self.data)
        self.data = self.data + bytearray(more)
        self.words = memoryview(self.data).cast("Q")
        self.size = size
        fill = bytes((self.fill,)) * (more >> 3)
        self.shadow = self.shadow + fill
        self.writable = self.writable + fill if self.read_only else self.shadow
        self.init = self.init + bytearray(more >> 3)

    def paint(self, start: int, end: int, code: int) -> None:
        """Set the shadow of whole granules from offset `start` to `end` (exclusive)."""
        first, last = start >> 3, (end + 7) >> 3
        codes = bytes((code,)) * (last - first)
        self.shadow[first:last] = codes
        if self.read_only:
            self.writable[first:last] = codes

    def open(self, start: int, size: int, written: bool, writable: bool = True) -> None:
        """Make `size` bytes from the aligned offset `start` addressable; unless `written`, their use is a finding."""
        uninit = 0 if written else UNINIT
        self.paint(start, start + (size & ~7), uninit)
        if size & 7:
            self.paint(start + (size & ~7), start + size, uninit | (size & 7))
        first, last = start >> 3, (start + size + 7) >> 3
        if not written:
            self.init[first:last] = bytes(last - first)
        if not writable:
            self.writable[first:last] = bytes((READ_ONLY,)) * (last - first)

    def bad(self, start: int, size: int, store: bool) -> int:
        """Offset of the first byte of an access that may not be touched, or -1."""
        shadow = self.writable if store else self.shadow
        end = start + size
        if size > LONG and not shadow[start >> 3 : (end + 7) >> 3].translate(None, WHOLE):
            return -1
        at = start
        while at < end:
            code = shadow[at >> 3] if at >> 3 < len(shadow) else UNMAPPED
            stop = min((at | 7) + 1, end)
            if code:
                if code >= POISON:
                    return at
                valid = code & 7 or 8
                if (stop - 1) & 7 >= valid:
                    return max(at, (at & ~7) + valid)
            at = stop
        return -1

    def clean(self, start: int, size: int) -> bool:
        """Whether the shadow of an access is all 0: the quick answer for long ones."""
        first, last = start >> 3, (start + size + 7) >> 3
        return self.shadow.count(0, first, last) == last - first

    def unwritten(self, start: int, size: int) -> bool:
        """Whether any of the bytes was never written."""
        for granule in range(start >> 3, (start + size + 7) >> 3):
            code = self.shadow[granule]
            if UNINIT <= code < POISON:
                low = max(start - granule * 8, 0)
                high = min(start + size - granule * 8, 8, (code & 7) or 8)
                mask = (1 << high) - (1 << low)
                if high > low and self.init[granule] & mask != mask:
                    return True
        return False

    def mark_written(self, start: int, size: int) -> None:
        """Note that bytes were written; a granule that is complete needs no more looking after."""
        if size > LONG:
            first, last = (start + 7) >> 3, (start + size) >> 3
            for shadow in (self.shadow, self.writable) if self.read_only else (self.shadow,):
                shadow[first:last] = shadow[first:last].translate(WRITTEN)
            self.mark_written(start, first * 8 - start)
            start, size = last * 8, start + size - last * 8
        for granule in range(start >> 3, (start + size + 7) >> 3):
            code = self.shadow[granule]
            if UNINIT <= code < POISON:
                low, high = max(start - granule * 8, 0), min(start + size - granule * 8, 8)
                bits = self.init[granule] | ((1 << high) - (1 << low))
                self.init[granule] = bits
                valid = code & 7
                whole = (1 << (valid or 8)) - 1
                if bits & whole == whole:
                    self.shadow[granule] = valid
                    if self.read_only:
                        self.writable[granule] = valid

    def mark_unwritten(self, start: int, size: int) -> None:
        """Forget that bytes were written, granule by granule (a local that comes into being again)."""
        for granule in range(start >> 3, (start + size + 7) >> 3):
            code = self.shadow[granule]
            if code < POISON:
                low, high = max(start - granule * 8, 0), min(start + size - granule * 8, 8)
                bits = self.init[granule] if code & UNINIT else 255
                self.init[granule] = bits & ~((1 << high) - (1 << low))
                self.shadow[granule] = (code & 7) | UNINIT

    def copy_written(self, start: int, source: Region, source_start: int, size: int) -> None:
        """After a copy of bytes: what was never written in the source is not written here either."""
        self.mark_written(start, size)
        first, last = source_start >> 3, (source_start + size + 7) >> 3
        for granule in range(first, last):
            if UNINIT <= source.shadow[granule] < POISON:
                low, high = max(source_start, granule * 8), min(source_start + size, granule * 8 + 8)
                for i in range(low, high):
                    if not source.init[granule] >> (i & 7) & 1:
                        self.mark_unwritten(start + i - source_start, 1)
