"""Bios (block/blk-core.c, bio.c): to the driver's submit_bio, or as requests to blk-mq; and back by bio_endio."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.block.layout import (
    BDEV_DISK,
    BDEV_SECTORS,
    BDEV_START,
    BIO_BDEV,
    BIO_BYTES,
    BIO_CNT,
    BIO_END_IO,
    BIO_MAX_VECS,
    BIO_OPF,
    BIO_PRIO,
    BIO_REMAINING,
    BIO_SECTOR,
    BIO_SIZE,
    BIO_STATUS,
    BIO_VCNT,
    BIO_VEC,
    DISK_FOPS,
    ERRNO_OF,
    FOPS_SUBMIT,
    OP_MASK,
    OP_WRITE,
    PAGE_ADDRESS,
    PAGE_STRUCT,
    STS_IOERR,
    VEC_LEN,
    VEC_OFFSET,
    VEC_PAGE,
    VEC_SIZE,
)
from server.sim.machine import Gen, Task

if TYPE_CHECKING:
    from server.sim.block.disks import Disks
    from server.sim.block.mq import BlkMq
    from server.sim.kernel import Kernel

PAGE = 4096
VECS_MAX = 256
PRIO_BEST_EFFORT = 2 << 13 | 4

Answer = Generator[Any, Any, int]


class Bios:
    """Submission and completion. `disks` and `mq` are set when all are made."""

    disks: Disks
    mq: BlkMq

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._lists: dict[int, list[int]] = {}  # by task: bios that a submit_bio function submits itself
        self._waiting: dict[int, Task | None] = {}  # the kernel's own bios: who sleeps for them

    def submit(self, bio: int) -> Gen:
        """submit_bio: bios that are submitted within a driver's submit_bio wait until that returns."""
        k = self.k
        mem = k.mem
        k.charge("call")
        bdev = mem.load(bio + BIO_BDEV, 8)
        disk = mem.load(bdev + BDEV_DISK, 8)
        if not self._fits(bio, bdev, disk):
            mem.store(bio + BIO_STATUS, 1, STS_IOERR)
            yield from self.endio(bio)
            return
        start = mem.load(bdev + BDEV_START, 8)
        mem.store(bio + BIO_SECTOR, 8, mem.load(bio + BIO_SECTOR, 8) + start)
        function = mem.load(mem.load(disk + DISK_FOPS, 8) + FOPS_SUBMIT, 8)
        if not function:
            yield from self.mq.submit(bio, disk)
            return
        key = -1 - k.cpu.id if k.irq_depth else k.current.index
        if key in self._lists:
            self._lists[key].append(bio)
            return
        waiting = self._lists[key] = [bio]
        try:
            while waiting:
                bio = waiting.pop(0)
                disk = mem.load(mem.load(bio + BIO_BDEV, 8) + BDEV_DISK, 8)
                function = mem.load(mem.load(disk + DISK_FOPS, 8) + FOPS_SUBMIT, 8)
                if function:
                    yield from k.ccall(function, bio)
                else:
                    yield from self.mq.submit(bio, disk)
        finally:
            del self._lists[key]

    def _fits(self, bio: int, bdev: int, disk: int) -> bool:
        """bio_check_eod: within the device."""
        mem = self.k.mem
        sectors, limit = mem.load(bio + BIO_BYTES, 4) >> 9, mem.load(bdev + BDEV_SECTORS, 8)
        first = mem.load(bio + BIO_SECTOR, 8)
        if disk not in self.disks.live:
            return False
        if sectors and first + sectors > limit:
            name = self.disks.name(disk)
            opf = mem.load(bio + BIO_OPF, 4)
            self.k.printk.log(6, f"{self.k.current.comm}: attempt to access beyond end of device")
            self.k.printk.log(6, f"{name}: rw={opf}, sector={first}, nr_sectors = {sectors} limit={limit}")
            return False
        return True

    def submit_wait(self, bio: int) -> Answer:
        """submit_bio_wait: 0 or -errno."""
        k = self.k
        yield from k.might_sleep("submit_bio_wait")
        self._waiting[bio] = None
        yield from self.submit(bio)
        yield from self.wait([bio])
        return -ERRNO_OF.get(k.mem.load(bio + BIO_STATUS, 1), 5)

    def wait(self, bios: list[int]) -> Gen:
        """Sleeps until all of these, which `_waiting` knows, are done."""
        k = self.k
        for bio in bios:
            while bio in self._waiting:
                self._waiting[bio] = k.current
                disk = k.mem.load(k.mem.load(bio + BIO_BDEV, 8) + BDEV_DISK, 8)
                yield from k.sched.block("D", "CONDITION", "", f"on={self.disks.name(disk)}")

    def endio(self, bio: int) -> Gen:
        """bio_endio: once all parts of it are done, its bi_end_io is called, or its waiter woken."""
        k = self.k
        k.charge("call")
        left = k.mem.load(bio + BIO_REMAINING, 4) - 1
        k.mem.store(bio + BIO_REMAINING, 4, left)
        if left > 0:
            return
        if bio in self._waiting:
            task = self._waiting.pop(bio)
            if task is not None:
                k.sched.wake_up(task)
            return
        function = k.mem.load(bio + BIO_END_IO, 8)
        if function:
            yield from k.ccall(function, bio)

    # ---- the kernel's own ------------------------------------------------------------------------

    def make(self, bdev: int, opf: int, sector: int, data: bytes) -> int:
        """A bio of the page cache or of O_DIRECT, with pages that hold `data`."""
        mem = self.k.mem
        count = -(-len(data) // PAGE)
        bio = mem.alloc(BIO_SIZE + count * VEC_SIZE, True, "block")
        for at, size, value in (
            (BIO_BDEV, 8, bdev), (BIO_OPF, 4, opf), (BIO_PRIO, 2, PRIO_BEST_EFFORT), (BIO_REMAINING, 4, 1),
            (BIO_CNT, 4, 1), (BIO_SECTOR, 8, sector), (BIO_BYTES, 4, len(data)), (BIO_VCNT, 2, count),
            (BIO_MAX_VECS, 2, count), (BIO_VEC, 8, bio + BIO_SIZE),
        ):  # fmt: skip
            mem.store(bio + at, size, value)
        for index in range(count):
            piece = data[index * PAGE : (index + 1) * PAGE]
            page, room = mem.alloc(PAGE_STRUCT, True, "block"), mem.alloc(PAGE, True, "block")
            mem.store(page + PAGE_ADDRESS, 8, room)
            mem.write(room, piece)
            vec = bio + BIO_SIZE + index * VEC_SIZE
            mem.store(vec + VEC_PAGE, 8, page)
            mem.store(vec + VEC_LEN, 4, len(piece))
            mem.store(vec + VEC_OFFSET, 4, 0)
        return bio

    def take(self, bio: int) -> tuple[int, bytes]:
        """(status, what is in the pages) of a bio that is done; it is freed."""
        mem = self.k.mem
        status, data = mem.load(bio + BIO_STATUS, 1), b""
        for index in range(mem.load(bio + BIO_VCNT, 2)):
            vec = bio + BIO_SIZE + index * VEC_SIZE
            page = mem.load(vec + VEC_PAGE, 8)
            room = mem.load(page + PAGE_ADDRESS, 8)
            data += mem.read(room, mem.load(vec + VEC_LEN, 4))
            mem.free(room)
            mem.free(page)
        mem.free(bio)
        return status, data

    def transfer(self, bdev: int, opf: int, sector: int, data: bytes) -> Generator[Any, Any, bytes | int]:
        """Reads as many bytes as `data` has, or writes it, in bios of up to 1 MiB: the bytes, or -errno."""
        made = []
        step = VECS_MAX * PAGE
        for at in range(0, len(data), step):
            bio = self.make(bdev, opf, sector + (at >> 9), data[at : at + step])
            self._waiting[bio] = None
            made.append(bio)
            yield from self.submit(bio)
        yield from self.wait(made)
        done = [self.take(bio) for bio in made]
        error = next((status for status, _ in done if status), 0)
        if error:
            return -ERRNO_OF.get(error, 5)
        return data if opf & OP_MASK == OP_WRITE else b"".join(piece for _, piece in done)
