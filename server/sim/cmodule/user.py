"""User-space buffers: addresses that copy_from_user() and friends reach and that module code must not touch itself."""

from __future__ import annotations

from bisect import bisect_right

USER_BASE = 0x00007FFE00000000
LIMIT = 16 << 20


class UserSpace:
    """Buffers of the session's processes. A module that dereferences one faults, as SMAP has it."""

    def __init__(self) -> None:
        """Empty."""
        self._starts: list[int] = []
        self._buffers: dict[int, bytearray] = {}
        self._top = USER_BASE
        self._used = 0

    def alloc(self, data: bytes, size: int = 0) -> int:
        """A buffer with `data`, at least `size` bytes long; 0 when user space is full."""
        size = max(size, len(data), 1)
        if self._used + size > LIMIT:
            return 0
        addr = self._top
        self._top += -(-size // 4096) * 4096 + 4096
        self._used += size
        self._starts.append(addr)
        self._buffers[addr] = bytearray(data.ljust(size, b"\0"))
        return addr

    def free(self, addr: int) -> None:
        """Forget a buffer."""
        buffer = self._buffers.pop(addr, None)
        if buffer is not None:
            self._starts.remove(addr)
            self._used -= len(buffer)

    def _find(self, addr: int) -> tuple[bytearray, int] | None:
        at = bisect_right(self._starts, addr) - 1
        if at < 0:
            return None
        start = self._starts[at]
        return self._buffers[start], addr - start

    def read(self, addr: int, size: int) -> bytes:
        """What can be read from `addr`: fewer bytes than `size` where the buffer ends."""
        found = self._find(addr)
        return bytes(found[0][found[1] : found[1] + size]) if found else b""

    def write(self, addr: int, data: bytes) -> int:
        """Write as much of `data` as fits; returns how many bytes did."""
        found = self._find(addr)
        if found is None:
            return 0
        buffer, at = found
        size = max(0, min(len(data), len(buffer) - at))
        buffer[at : at + size] = data[:size]
        return size
