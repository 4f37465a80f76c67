"""Character devices: numbers, cdevs, misc devices, and the nodes of /dev (fs/char_dev.c, drivers/char/misc.c).

A node of /dev is only a number; opening it looks for the cdev that has it, as chrdev_open() does, and takes a reference
of the cdev's module and of the module that owns the operations.
"""

from __future__ import annotations

from server.sim.views.cstruct import (
    CDEV_COUNT,
    CDEV_DEV,
    CDEV_OPS,
    CDEV_OWNER,
    CDEV_SIZE,
    DEVICE_CLASS,
    DEVICE_DEVT,
    DEVICE_DRVDATA,
    DEVICE_PARENT,
    FILE_OPERATIONS,
    is_error,
)
from server.sim.views.nodes import Node
from server.sim.views.protocol import Blocking
from server.sim.views.sysfs import Sysfs

ENXIO, ENOMEM, EBUSY, EINVAL, EEXIST, ENODEV = 6, 12, 16, 22, 17, 19
MINOR_BITS, MINOR_MASK = 20, (1 << 20) - 1
MAJOR_MAX = 512  # CHRDEV_MAJOR_MAX
DYNAMIC = (*range(254, 233, -1), *range(511, 383, -1))  # find_dynamic_major's order
MISC_MAJOR, MISC_DYNAMIC = 10, 255
BUILT_IN = ((1, "mem"), (4, "tty"), (5, "/dev/tty"), (10, "misc"), (128, "ptm"), (136, "pts"))
DEVICE_MODE = 0o600  # devtmpfs


class Region:
    """Numbers that somebody took: `count` from (major, first)."""

    __slots__ = ("major", "first", "count", "name")

    def __init__(self, major: int, first: int, count: int, name: str) -> None:
        self.major = major
        self.first = first
        self.count = count
        self.name = name


class CharDevices(Sysfs):
    """Numbers, cdevs and nodes."""

    regions: list[Region]
    cdevs: dict[int, tuple[int, int]]  # address of a cdev: first number, how many
    misc: dict[int, tuple[int, int, str]]  # minor: address of the miscdevice, its operations, its name

    def start(self) -> None:
        """An empty machine's devices."""
        super().start()
        self.regions = []
        self.cdevs = {}
        self.misc = {}
        self._registered: dict[tuple[int, int, int], int] = {}  # register_chrdev: the cdev it made

    # ---- numbers ---------------------------------------------------------------------------------

    def chrdev_region(self, major: int, first: int, count: int, name: str) -> int:
        """__register_chrdev_region: the major number (a free one for 0), or -errno."""
        if major >= MAJOR_MAX:
            self.k.printk.log(
                3, f'CHRDEV "{name}" major requested ({major}) is greater than the maximum ({MAJOR_MAX - 1})'
            )
            return -EINVAL
        if count <= 0 or first + count > MINOR_MASK + 1:
            self.k.printk.log(3, f'CHRDEV "{name}" minor range requested ({first}-{first + count - 1}) is out of range '
                                 f"of maximum range (0-{MINOR_MASK}) for a single major")  # fmt: skip
            return -EINVAL
        if not major:
            taken = {region.major for region in self.regions} | {number for number, _ in BUILT_IN}
            major = next((number for number in DYNAMIC if number not in taken), 0)
            if not major:
                self.k.printk.log(3, f'CHRDEV "{name}" dynamic allocation region is full')
                return -EBUSY
        for region in self.regions:
            if region.major == major and first < region.first + region.count and region.first < first + count:
                return -EBUSY
        if any(major == number for number, _ in BUILT_IN):
            return -EBUSY
        self.regions.append(Region(major, first, count, name[:63]))
        return major

    def unregister_chrdev_region(self, major: int, first: int, count: int) -> None:
        """unregister_chrdev_region: what was taken in one piece is given back in one piece."""
        self.regions = [r for r in self.regions if (r.major, r.first, r.count) != (major, first, count)]

    def register_chrdev(self, major: int, first: int, count: int, name: str, fops: int) -> int:
        """__register_chrdev: 0, the number if `major` was 0, or -errno."""
        found = self.chrdev_region(major, first, count, name)
        if found < 0:
            return found
        mem = self.k.mem
        cdev = mem.alloc(CDEV_SIZE, True, "cdev")
        mem.store(cdev + CDEV_OWNER, 8, mem.load(fops, 8))
        mem.store(cdev + CDEV_OPS, 8, fops)
        mem.store(cdev + CDEV_DEV, 4, found << MINOR_BITS | first)
        mem.store(cdev + CDEV_COUNT, 4, count)
        self.cdevs[cdev] = (found << MINOR_BITS | first, count)
        self._registered[found, first, count] = cdev
        return 0 if major else found

    def unregister_chrdev(self, major: int, first: int, count: int) -> None:
        """__unregister_chrdev."""
        cdev = self._registered.pop((major, first, count), 0)
        if cdev:
            self.cdevs.pop(cdev, None)
            self.k.mem.free(cdev)
        self.unregister_chrdev_region(major, first, count)

    def cdev_add(self, cdev: int, ops: int, dev: int, count: int) -> int:
        """cdev_add: 0; it works from now on."""
        self.cdevs[cdev] = (dev, count)
        return 0

    def cdev_del(self, cdev: int) -> None:
        """cdev_del: files that are open stay open."""
        self.cdevs.pop(cdev, None)

    def devices(self) -> str:
        """What /proc/devices shows."""
        rows = sorted([*BUILT_IN, *((region.major, region.name) for region in self.regions)], key=lambda row: row[0])
        return "Character devices:\n" + "".join(f"{major:3d} {name}\n" for major, name in rows) + "\nBlock devices:\n"

    # ---- nodes -----------------------------------------------------------------------------------

    def device_node(self, name: str, devt: int, mode: int = 0) -> bool:
        """A node of /dev (devtmpfs, mknod); False if the name is taken."""
        path = f"/dev/{name.replace('!', '/')}"

        def open_(flags: int) -> Blocking:
            return self._open_device(path, devt, flags)

        return self.add(path, Node(mode or DEVICE_MODE, open_, devt))

    def mknod(self, path: str, devt: int) -> bool:
        """mknod(2) of a character device below /dev; False if the name is taken."""
        return self.device_node(path.removeprefix("/dev/"), devt, 0o644)

    def _open_device(self, path: str, devt: int, flags: int) -> Blocking:
        if devt >> MINOR_BITS == MISC_MAJOR:
            return (yield from self._open_misc(path, devt, flags))
        for cdev, (first, count) in reversed(self.cdevs.items()):
            if first <= devt < first + count:
                ops = self.k.mem.load(cdev + CDEV_OPS, 8)
                if not ops:
                    return -ENXIO
                opened = yield from self._open_with(path, ops, FILE_OPERATIONS, 0, flags, cdev, devt)
                return -ENXIO if opened == -ENODEV else opened
        return -ENXIO

    def _open_misc(self, path: str, devt: int, flags: int) -> Blocking:
        """misc_open: private_data is the miscdevice."""
        found = self.misc.get(devt & MINOR_MASK)
        if found is None:
            return -ENODEV
        misc, fops, _ = found
        return (yield from self._open_with(path, fops, FILE_OPERATIONS, 0, flags, 0, devt, misc))

    # ---- misc ------------------------------------------------------------------------------------

    def misc_register(self, misc: int, minor: int, name: str, fops: int, mode: int = 0) -> int:
        """misc_register: the minor number, or -errno."""
        if minor == MISC_DYNAMIC:
            minor = next((number for number in range(127, 64, -1) if number not in self.misc), -1)
        if minor < 0 or minor in self.misc:
            return -EBUSY
        device = self.new_device("misc", 0, MISC_MAJOR << MINOR_BITS | minor, misc, name, mode)
        if is_error(device):
            return device - (1 << 64)
        self.misc[minor] = (misc, fops, name)
        self._misc_devices[misc] = device
        return minor

    def misc_device(self, misc: int) -> int:
        """The struct device of a misc device: `this_device`."""
        return self._misc_devices.get(misc, 0)

    def misc_deregister(self, misc: int) -> Blocking:
        """misc_deregister."""
        minor = next((number for number, row in self.misc.items() if row[0] == misc), None)
        if minor is not None:
            del self.misc[minor]
            yield from self.device_remove(self._misc_devices.pop(misc))

    def misc_list(self) -> str:
        """What /proc/misc shows."""
        return "".join(f"{minor:3d} {row[2]}\n" for minor, row in reversed(self.misc.items()))

    # ---- devices of classes ----------------------------------------------------------------------

    def device_create(self, cls: int, parent: int, devt: int, drvdata: int, name: str) -> Blocking:
        """device_create: a struct device, or ERR_PTR(-errno)."""
        if not cls or is_error(cls):
            return (1 << 64) - ENODEV
        mode = yield from self._devnode_mode(cls, devt)
        groups = self.k.mem.load(cls + self.class_groups_at, 8)
        device = self.new_device(self.class_names.get(cls, "?"), parent, devt, drvdata, name, mode, cls)
        if not is_error(device):
            self.add_groups(device, groups)
        return device

    def _devnode_mode(self, cls: int, devt: int) -> Blocking:
        """The mode that the class's devnode function asks for; it gets a device that has its number and class only."""
        function = self.k.mem.load(cls + self.devnode_at, 8)
        if not function or not devt:
            return 0
        mem = self.k.mem
        device = self.bare_device(cls, devt)
        where = mem.alloc(2, True, "mode")
        yield from self.k.ccall(function, device, where)
        mode = mem.load(where, 2) & 0o777
        mem.free(where)
        mem.free(device)
        return mode

    def new_device(
        self, cls_name: str, parent: int, devt: int, drvdata: int, name: str, mode: int = 0, cls: int = 0
    ) -> int:
        """device_add of a new struct device, with its node; or ERR_PTR(-errno)."""
        device = self.bare_device(cls, devt)
        if not device:
            return (1 << 64) - ENOMEM
        self.k.mem.store(device + DEVICE_DRVDATA, 8, drvdata)
        error = self.device_add(device, cls_name, parent, name)
        if error:
            self.k.mem.free(device)
            return error & (1 << 64) - 1
        self.owned_devices[device] = None
        if devt:
            self.device_node(name, devt, mode)
        return device

    def device_add_own(self, device: int, name: str) -> int:
        """device_add of a device that a module defines: 0 or -errno."""
        mem = self.k.mem
        cls = mem.load(device + DEVICE_CLASS, 8)
        parent = mem.load(device + DEVICE_PARENT, 8)
        error = self.device_add(device, self.class_names.get(cls, ""), parent, name)
        devt = mem.load(device + DEVICE_DEVT, 4)
        if not error and devt:
            self.device_node(name, devt)
        return error

    def device_destroy(self, cls: int, devt: int) -> Blocking:
        """device_destroy: the device of this class and number."""
        for device, (of_class, number) in self.device_numbers.items():
            if of_class == cls and number == devt:
                yield from self.device_remove(device)
                return
