"""Disks (block/genhd.c, bdev.c): numbers, allocation, coming and going, opening."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.block import layout as at
from server.sim.block.bios import Bios
from server.sim.block.files import BlockFile, PageCache
from server.sim.machine import Gen
from server.sim.views.cstruct import signed
from server.sim.views.nodes import Node
from server.sim.warn import warn_at

if TYPE_CHECKING:
    from server.sim.block.mq import BlkMq
    from server.sim.kernel import Kernel

ENOENT, ENXIO, ENOMEM, EBUSY, EINVAL, EROFS = 2, 6, 12, 16, 22, 30
EXT_MAJOR, MAJOR_MAX = 259, 512
DYNAMIC = range(254, 0, -1)  # register_blkdev's order
TAKEN = (1, 7, 8, 9, 11, 65, 253)  # numbers that the machine's own drivers have
MODE = 0o600
SECTOR = 512
OPEN_READ, OPEN_WRITE = 1, 2  # blk_mode_t
READ_ONLY = 2  # of gendisk.state
SCAN_BYTES = 4096  # what looking for a partition table reads of a disk without one

Answer = Generator[Any, Any, int]


class Disks:
    """struct gendisk by address; those of `live` can be opened."""

    def __init__(self, k: Kernel, bios: Bios, mq: BlkMq) -> None:
        self.k = k
        self.bios = bios
        self.mq = mq
        self.majors: dict[int, str] = {}
        self.live: dict[int, str] = {}  # disk: its name
        self.caches: dict[int, PageCache] = {}
        self.openers: dict[int, int] = {}
        self._added: dict[int, list[str]] = {}  # disk: paths that it has made
        self._references: dict[int, int] = {}
        self._next_minor = 0

    def name(self, disk: int) -> str:
        """gendisk.disk_name."""
        raw = self.k.peek(disk + at.DISK_NAME, at.NAME_LEN).to_bytes(at.NAME_LEN, "little")
        return raw.split(b"\0")[0].decode("utf-8", "replace")

    # ---- numbers ---------------------------------------------------------------------------------

    def register_blkdev(self, major: int, name: str) -> int:
        """__register_blkdev: 0, the number if `major` was 0, or -errno."""
        if major >= MAJOR_MAX:
            self.k.printk.log(3, f"__register_blkdev: major requested ({major}) is greater than the maximum "
                                 f"({MAJOR_MAX - 1}) for {name}")  # fmt: skip
            return -EINVAL
        if major:
            if major in self.majors or major in TAKEN:
                self.k.printk.log(4, f"register_blkdev: cannot get major {major} for {name}")
                return -EBUSY
            self.majors[major] = name
            return 0
        found = next((n for n in DYNAMIC if n not in self.majors and n not in TAKEN), 0)
        if not found:
            return -EBUSY
        self.majors[found] = name
        return found

    def unregister_blkdev(self, major: int, name: str) -> None:
        """unregister_blkdev."""
        if self.majors.get(major) != name:
            warn_at(self.k, "unregister_blkdev", "block/genhd.c:290", "")
            return
        del self.majors[major]

    def devices(self) -> str:
        """The block part of /proc/devices."""
        rows = sorted([*self.majors.items(), (EXT_MAJOR, "blkext")])
        return "".join(f"{major:3d} {name}\n" for major, name in rows)

    def partitions(self) -> str:
        """/proc/partitions."""
        mem = self.k.mem
        text = "major minor  #blocks  name\n\n"
        for disk, name in self.live.items():
            sectors = mem.load(mem.load(disk + at.DISK_PART0, 8) + at.BDEV_SECTORS, 8)
            if sectors:
                major, minor = mem.load(disk + at.DISK_MAJOR, 4), mem.load(disk + at.DISK_MINOR, 4)
                text += f"{major:4d}  {minor:7d} {sectors >> 1:10d} {name}\n"
        return text

    # ---- allocation ------------------------------------------------------------------------------

    def alloc(self, limits: int, tag_set: int, queuedata: int) -> Answer:
        """__blk_alloc_disk, __blk_mq_alloc_disk: the disk, or -errno."""
        k = self.k
        mem = k.mem
        yield from k.might_sleep("alloc_disk")
        if tag_set and tag_set not in self.mq.sets:
            return -EINVAL
        queue, part0, disk = (mem.alloc(n, True, "block") for n in (at.QUEUE_SIZE, at.BDEV_SIZE, at.DISK_SIZE))
        if not disk:
            return -ENOMEM
        error = self._limits(queue + at.QUEUE_LIMITS, limits)
        if error:
            for address in (queue, part0, disk):
                mem.free(address)
            return error
        for address, value in (
            (queue + at.QUEUE_DATA, queuedata), (queue + at.QUEUE_SET, tag_set), (queue + at.QUEUE_DISK, disk),
            (part0 + at.BDEV_DISK, disk), (part0 + at.BDEV_QUEUE, queue), (disk + at.DISK_QUEUE, queue),
            (disk + at.DISK_PART0, part0),
        ):  # fmt: skip
            mem.store(address, 8, value)
        self._references[disk] = 1
        if tag_set:
            error = yield from self._hardware_queues(queue, tag_set)
            if error:
                yield from self.put(disk)
                return error
        return disk

    def _limits(self, to: int, limits: int) -> int:
        """blk_validate_limits: what is not said has a default; 0 or -EINVAL."""
        mem = self.k.mem
        if limits:
            mem.write(to, mem.read(limits, at.LIMITS_SIZE))
        logical = mem.load(to + at.LIMIT_LOGICAL, 4) or SECTOR
        if logical < SECTOR or logical > 4096 or logical & (logical - 1):
            return -EINVAL
        mem.store(to + at.LIMIT_LOGICAL, 4, logical)
        mem.store(to + at.LIMIT_PHYSICAL, 4, max(mem.load(to + at.LIMIT_PHYSICAL, 4), logical))
        most = mem.load(to + at.LIMIT_MAX_HW, 4) or 255
        mem.store(to + at.LIMIT_MAX_HW, 4, most)
        mem.store(to + at.LIMIT_MAX, 4, most)
        return 0

    def _hardware_queues(self, queue: int, tag_set: int) -> Answer:
        """blk_mq_realloc_hw_ctxs."""
        mem = self.k.mem
        count = len(self.mq.sets[tag_set].tags)
        ops = mem.load(tag_set + at.SET_OPS, 8)
        first = mem.alloc(count * at.HCTX_SIZE, True, "block")
        mem.store(queue + at.QUEUE_OPS, 8, ops)
        mem.store(queue + at.QUEUE_HCTX, 8, first)
        mem.store(queue + at.QUEUE_NR, 4, count)
        mem.store(queue + at.QUEUE_DEPTH, 4, mem.load(tag_set + at.SET_DEPTH, 4))
        function, data = mem.load(ops + at.OPS_INIT_HCTX, 8), mem.load(tag_set + at.SET_DATA, 8)
        for number in range(count):
            hctx = first + number * at.HCTX_SIZE
            mem.store(hctx + at.HCTX_QUEUE, 8, queue)
            mem.store(hctx + at.HCTX_NUM, 4, number)
            mem.store(hctx + at.HCTX_FLAGS, 8, mem.load(tag_set + at.SET_FLAGS, 4))
            error = signed((yield from self.k.ccall(function, hctx, data, number)), 32) if function else 0
            if error:
                return error
        return 0

    def put(self, disk: int) -> Gen:
        """put_disk: the last reference frees disk and queue."""
        k = self.k
        mem = k.mem
        left = self._references.get(disk, 0) - 1
        self._references[disk] = left
        if left > 0:
            return
        del self._references[disk]
        queue, fops = mem.load(disk + at.DISK_QUEUE, 8), mem.load(disk + at.DISK_FOPS, 8)
        first = mem.load(queue + at.QUEUE_HCTX, 8)
        if first:
            leave = mem.load(mem.load(queue + at.QUEUE_OPS, 8) + at.OPS_EXIT_HCTX, 8)
            for number, hctx in enumerate(self.mq.queues_of(queue)):
                if leave:
                    yield from k.ccall(leave, hctx, number)
            mem.free(first)
        freed = mem.load(fops + at.FOPS_FREE, 8) if fops else 0
        if freed:
            yield from k.ccall(freed, disk)
        for address in (mem.load(disk + at.DISK_PART0, 8), queue, disk):
            mem.free(address)

    # ---- coming and going ------------------------------------------------------------------------

    def add(self, disk: int, parent: int) -> Answer:
        """device_add_disk: a number, a node, files of /sys; then its partition table is looked for. 0 or -errno."""
        k = self.k
        mem = k.mem
        yield from k.might_sleep("device_add_disk")
        name = self.name(disk)
        fops = mem.load(disk + at.DISK_FOPS, 8)
        major, minors = mem.load(disk + at.DISK_MAJOR, 4), mem.load(disk + at.DISK_MINORS, 4)
        if (major and not minors) or (not major and minors):
            warn_at(k, "device_add_disk", f"block/genhd.c:{432 if major else 447}", "")
            return -EINVAL
        if bool(mem.load(mem.load(disk + at.DISK_QUEUE, 8) + at.QUEUE_OPS, 8)) == bool(mem.load(fops, 8)):
            return -EINVAL
        if not major:
            major = EXT_MAJOR
            mem.store(disk + at.DISK_MAJOR, 4, major)
            mem.store(disk + at.DISK_MINOR, 4, self._next_minor)
            self._next_minor += 1
        number = major << 20 | mem.load(disk + at.DISK_MINOR, 4)
        part0 = mem.load(disk + at.DISK_PART0, 8)
        mem.store(part0 + at.BDEV_DEVT, 4, number)
        paths = [f"/dev/{name}", f"/sys/devices/virtual/block/{name}", f"/sys/block/{name}", f"/sys/class/block/{name}"]
        del parent
        if not name or not self._publish(disk, number, paths):
            return -EINVAL if not name else -17
        self._added[disk] = paths
        self.live[disk] = name
        self.caches[disk] = PageCache(self, part0)
        if mem.load(part0 + at.BDEV_SECTORS, 8) and not mem.load(disk + at.DISK_FLAGS, 4) & at.NO_PART:
            yield from self.bios.transfer(part0, at.OP_READ, 0, bytes(min(SCAN_BYTES, self.caches[disk].size)))
        return 0

    def _publish(self, disk: int, number: int, paths: list[str]) -> bool:
        """Its node in /dev and its directory in /sys; False if the name is taken."""
        fs, mem = self.k.fs, self.k.mem
        part0 = mem.load(disk + at.DISK_PART0, 8)

        def open_(flags: int) -> Gen:
            return self.open(disk, flags)

        if not fs.add(paths[0], Node(MODE, open_, number, block=True)):
            return False
        shown = {
            "dev": lambda: f"{number >> 20}:{number & 0xFFFFF}\n",
            "size": lambda: f"{mem.load(part0 + at.BDEV_SECTORS, 8)}\n",
            "ro": lambda: f"{int(bool(mem.load(disk + at.DISK_STATE, 8) & READ_ONLY))}\n",
            "removable": lambda: f"{mem.load(disk + at.DISK_FLAGS, 4) & at.REMOVABLE}\n",
            "queue/logical_block_size": lambda: (
                f"{mem.load(mem.load(disk + at.DISK_QUEUE, 8) + at.QUEUE_LIMITS + at.LIMIT_LOGICAL, 4)}\n"
            ),
        }
        for name, show in shown.items():
            fs.show(f"{paths[1]}/{name}", show)
        for link in paths[2:]:
            fs.link(link, paths[1])
        return True

    def remove(self, disk: int) -> Gen:
        """del_gendisk: out of sight; what is dirty is written, requests that are under way are waited for."""
        k = self.k
        yield from k.might_sleep("del_gendisk")
        if disk not in self.live:
            return
        yield from self.caches[disk].flush()
        for path in self._added.pop(disk):
            k.fs.links.pop(path, None)
            k.fs.remove(path)
        del self.live[disk]
        del self.caches[disk]
        yield from self.mq.freeze(k.mem.load(disk + at.DISK_QUEUE, 8))

    # ---- opening ---------------------------------------------------------------------------------

    def open(self, disk: int, flags: int) -> Generator[Any, Any, BlockFile | int]:
        """blkdev_open: a file, or -errno."""
        mode = (flags & 3) + 1 & 3
        error = yield from self.get(disk, mode)
        return error or BlockFile(self, disk, flags)

    def get(self, disk: int, mode: int) -> Answer:
        """blkdev_get_whole: a reference of the driver's module; its open function; 0 or -errno."""
        k = self.k
        mem = k.mem
        if disk not in self.live:
            return -ENXIO
        if mode & OPEN_WRITE and mem.load(disk + at.DISK_STATE, 8) & READ_ONLY:
            return -EROFS
        fops = mem.load(disk + at.DISK_FOPS, 8)
        owner = mem.load(fops + at.FOPS_OWNER, 8)
        if not k.modules.try_module_get(owner):
            return -ENXIO
        function = mem.load(fops + at.FOPS_OPEN, 8)
        error = signed((yield from k.ccall(function, disk, mode)), 32) if function else 0
        if error:
            k.modules.module_put(owner)
            return error
        self.openers[disk] = self.openers.get(disk, 0) + 1
        self._references[disk] += 1
        return 0

    def drop(self, disk: int) -> Gen:
        """blkdev_put: the last close writes what is dirty and forgets what was read."""
        k = self.k
        mem = k.mem
        self.openers[disk] -= 1
        if not self.openers[disk] and disk in self.caches:
            yield from self.caches[disk].flush()
            self.caches[disk].pages.clear()
        fops = mem.load(disk + at.DISK_FOPS, 8)
        function = mem.load(fops + at.FOPS_RELEASE, 8)
        if function:
            yield from k.ccall(function, disk)
        k.modules.module_put(mem.load(fops + at.FOPS_OWNER, 8))
        yield from self.put(disk)

    def open_path(self, path: str, mode: int) -> Answer:
        """bdev_file_open_by_path: the block_device, or -errno."""
        disk = next((disk for disk, name in self.live.items() if path == f"/dev/{name}"), 0)
        if not disk:
            return -ENOENT
        error = yield from self.get(disk, mode)
        return error or self.k.mem.load(disk + at.DISK_PART0, 8)

    def close_bdev(self, bdev: int) -> Gen:
        """bdev_fput."""
        yield from self.drop(self.k.mem.load(bdev + at.BDEV_DISK, 8))
