"""Open block devices (block/fops.c): through the page cache, or with O_DIRECT past it.

The page cache reads ahead as the kernel's begins to: four pages, then twice as many at each step of a sequential read,
up to 128 KiB; what is written waits until fsync(), BLKFLSBUF or the last close. With `iflag=direct` or `oflag=direct`
each read() or write() is one bio.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.block import layout as at
from server.sim.machine import Gen
from server.sim.views.cstruct import signed
from server.sim.views.nodes import ENOTTY, O_ACCMODE, OpenFile
from server.sim.views.protocol import Blocking

if TYPE_CHECKING:
    from server.sim.block.disks import Disks

PAGE, SECTOR = 4096, 512
O_DIRECT = 0o40000
RA_FIRST, RA_MOST = 4, 32  # pages
EIO, EINVAL, ENOSPC = 5, 22, 28
BLKGETSIZE, BLKFLSBUF, BLKSSZGET, BLKGETSIZE64, HDIO_GETGEO = 0x1260, 0x1261, 0x1268, 0x80081272, 0x0301
GEO_SIZE = 16


class PageCache:
    """The pages of one device."""

    def __init__(self, disks: Disks, bdev: int) -> None:
        self.disks = disks
        self.bdev = bdev
        self.pages: dict[int, bytes] = {}
        self.dirty: dict[int, None] = {}
        self._next = 0  # where a sequential read goes on
        self._window = RA_FIRST

    @property
    def size(self) -> int:
        """Bytes of the device."""
        return self.disks.k.mem.load(self.bdev + at.BDEV_SECTORS, 8) * SECTOR

    def read(self, offset: int, count: int) -> Generator[Any, Any, bytes | int]:
        """So many bytes, fewer at the end of the device, or -errno."""
        end = min(offset + count, self.size)
        if end <= offset:
            return b""
        first, last = offset // PAGE, (end - 1) // PAGE
        for index in range(first, last + 1):
            if index not in self.pages:
                error = yield from self._fill(index, max(last + 1 - index, self._ahead(index)))
                if error:
                    return error
        data = b"".join(self.pages[index] for index in range(first, last + 1))
        return data[offset - first * PAGE : end - first * PAGE]

    def _ahead(self, index: int) -> int:
        """How many pages to read at a miss."""
        if index == self._next and index:
            self._window = min(RA_MOST, 2 * self._window)
        else:
            self._window = RA_FIRST if not index else 1
        return self._window

    def _fill(self, index: int, count: int) -> Generator[Any, Any, int]:
        end = min(index + min(count, RA_MOST), -(-self.size // PAGE))
        while end - 1 > index and any(page in self.pages for page in range(index + 1, end)):
            end -= 1
        size = min(end * PAGE, self.size) - index * PAGE
        got = yield from self.disks.bios.transfer(self.bdev, at.OP_READ, index * PAGE // SECTOR, bytes(size))
        if isinstance(got, int):
            return got
        for page in range(index, end):
            self.pages[page] = got[(page - index) * PAGE : (page - index + 1) * PAGE]
        self._next = end
        return 0

    def write(self, offset: int, data: bytes) -> Generator[Any, Any, int]:
        """Into the pages: bytes taken, or -errno."""
        data = data[: max(0, self.size - offset)]
        if not data:
            return -ENOSPC
        at_byte = offset
        while at_byte < offset + len(data):
            index, within = divmod(at_byte, PAGE)
            room = min(PAGE, self.size - index * PAGE)
            piece = data[at_byte - offset : at_byte - offset + room - within]
            if index not in self.pages and len(piece) < room:
                error = yield from self._fill(index, 1)
                if error:
                    return error
            old = self.pages.get(index, bytes(room))
            self.pages[index] = old[:within] + piece + old[within + len(piece) :]
            self.dirty[index] = None
            at_byte += len(piece)
        return len(data)

    def flush(self) -> Gen:
        """sync_blockdev: neighbouring dirty pages in one bio."""
        waiting = sorted(self.dirty)
        self.dirty.clear()
        while waiting:
            run = [waiting.pop(0)]
            while waiting and waiting[0] == run[-1] + 1:
                run.append(waiting.pop(0))
            data = b"".join(self.pages[index] for index in run)
            yield from self.disks.bios.transfer(self.bdev, at.OP_WRITE, run[0] * PAGE // SECTOR, data)


class BlockFile(OpenFile):
    """An open /dev/DISK."""

    def __init__(self, disks: Disks, disk: int, flags: int) -> None:
        self.disks = disks
        self.disk = disk
        self.flags = flags
        self.at = 0
        self.bdev = disks.k.mem.load(disk + at.DISK_PART0, 8)
        self._released = False

    @property
    def _cache(self) -> PageCache | None:
        return self.disks.caches.get(self.disk)

    def _aligned(self, count: int) -> bool:
        mem = self.disks.k.mem
        block = mem.load(mem.load(self.disk + at.DISK_QUEUE, 8) + at.QUEUE_LIMITS + at.LIMIT_LOGICAL, 4)
        return not (self.at % block or count % block)

    def read(self, size: int) -> Blocking:
        """blkdev_read_iter."""
        cache = self._cache
        if cache is None:
            return -EIO
        if self.flags & O_DIRECT:
            size = min(size, max(0, cache.size - self.at))
            if not self._aligned(size):
                return -EINVAL
            yield from cache.flush()
            got = yield from self.disks.bios.transfer(self.bdev, at.OP_READ, self.at // SECTOR, bytes(size))
        else:
            got = yield from cache.read(self.at, size)
        if not isinstance(got, int):
            self.at += len(got)
        return got

    def write(self, data: bytes) -> Blocking:
        """blkdev_write_iter."""
        cache = self._cache
        if cache is None:
            return -EIO
        if not self.flags & O_ACCMODE:
            return -EINVAL
        if not self.flags & O_DIRECT:
            taken = yield from cache.write(self.at, data)
        else:
            data = data[: max(0, cache.size - self.at)]
            if not data:
                return -ENOSPC
            if not self._aligned(len(data)):
                return -EINVAL
            opf = at.OP_WRITE | at.REQ_SYNC | at.REQ_IDLE
            cache.pages.clear()
            done = yield from self.disks.bios.transfer(self.bdev, opf, self.at // SECTOR, data)
            taken = done if isinstance(done, int) else len(done)
        if taken > 0:
            self.at += taken
        return taken

    def seek(self, offset: int, whence: int) -> Blocking:
        """blkdev_llseek."""
        size = self._cache.size if self._cache else 0
        target = offset + (self.at if whence == 1 else size if whence == 2 else 0)
        if not 0 <= target <= size:
            return -EINVAL
        self.at = target
        return target
        yield

    def sync(self) -> Blocking:
        """blkdev_fsync."""
        if self._cache is not None:
            yield from self._cache.flush()

    def ioctl(self, request: int, argument: int) -> Blocking:
        """blkdev_ioctl: what every device can do, else the driver's function."""
        disks = self.disks
        mem = disks.k.mem
        cache = self._cache
        if cache is None:
            return -EIO
        fops = mem.load(self.disk + at.DISK_FOPS, 8)
        if request in (BLKGETSIZE, BLKGETSIZE64):
            size = cache.size if request == BLKGETSIZE64 else cache.size // SECTOR
            disks.k.fs.user_write(argument, size.to_bytes(8, "little"))
            return 0
        if request == BLKSSZGET:
            disks.k.fs.user_write(argument, SECTOR.to_bytes(4, "little"))
            return 0
        if request == BLKFLSBUF:
            yield from cache.flush()
            cache.pages.clear()
            return 0
        if request == HDIO_GETGEO and mem.load(fops + at.FOPS_GETGEO, 8):
            geometry = mem.alloc(GEO_SIZE, True, "block")
            error = signed((yield from disks.k.ccall(mem.load(fops + at.FOPS_GETGEO, 8), self.bdev, geometry)), 32)
            disks.k.fs.user_write(argument, mem.read(geometry, GEO_SIZE))
            mem.free(geometry)
            return error
        function = mem.load(fops + at.FOPS_IOCTL, 8)
        if not function:
            return -ENOTTY
        mode = (self.flags & 3) + 1 & 3
        return signed((yield from disks.k.ccall(function, self.bdev, mode, request, argument)), 32)

    def release(self) -> Blocking:
        """blkdev_release."""
        if not self._released:
            self._released = True
            yield from self.disks.drop(self.disk)
