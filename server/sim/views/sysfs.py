"""The device model's face: kobjects as directories of /sys, attributes as files, classes and their devices.

fs/sysfs, lib/kobject.c, drivers/base/{core,class}.c. An attribute's show and store functions stand behind it in memory
(kobj_attribute, device_attribute, class_attribute alike); a kobject whose type has sysfs_ops is asked through those.
"""

from __future__ import annotations

from collections.abc import Callable

from server.sim.views.cstruct import (
    ATTRIBUTE_MODE,
    ATTRIBUTE_SHOW,
    ATTRIBUTE_STORE,
    CLASS_DEV_GROUPS,
    CLASS_DEVNODE,
    DEVICE_CLASS,
    DEVICE_DEVT,
    DEVICE_GROUPS,
    DEVICE_PARENT,
    DEVICE_RELEASE,
    DEVICE_SIZE,
    GROUP_ATTRS,
    GROUP_NAME,
    KOBJECT_KSET,
    KOBJECT_NAME,
    KOBJECT_PARENT,
    KOBJECT_TYPE,
    KSET_KOBJECT,
    TYPE_GROUPS,
    TYPE_SYSFS_OPS,
    signed,
)
from server.sim.views.fileops import FileOps, writing
from server.sim.views.nodes import Node, OpenFile
from server.sim.views.openfiles import TextFile
from server.sim.views.protocol import Blocking

EIO, ENOENT, EACCES, EEXIST, EINVAL, ENODEV = 5, 2, 13, 17, 22, 19
PAGE = 4096
GROUPS_MAX = 64
ATTRIBUTES_MAX = 1024


class Sysfs(FileOps):
    """Directories and attributes of /sys."""

    class_groups_at = CLASS_DEV_GROUPS
    devnode_at = CLASS_DEVNODE

    def start(self) -> None:
        """What is there at boot."""
        super().start()
        self.named: dict[str, int] = {}
        self.class_names: dict[int, str] = {}
        self.owned_devices: dict[int, None] = {}  # struct devices that the kernel made and frees
        self.device_numbers: dict[int, tuple[int, int]] = {}  # struct device: its class, its number
        self.managed: dict[int, list[tuple[str, int, int]]] = {}  # devm_*: (what, address, argument) by device
        self._misc_devices: dict[int, int] = {}

    # ---- kobjects --------------------------------------------------------------------------------

    def named_kobject(self, name: str) -> int:
        """A kobject of the kernel's own: /sys/NAME."""
        if name not in self.named:
            self.named[name] = self._enter(f"/sys/{name}", "kobject")
        return self.named[name]

    def kobject_add(self, kobj: int, parent: int, name: str) -> int:
        """kobject_add_internal: 0 or -errno."""
        mem = self.k.mem
        kset = mem.load(kobj + KOBJECT_KSET, 8)
        if not parent and kset:
            parent = kset + KSET_KOBJECT
            mem.store(kobj + KOBJECT_PARENT, 8, parent)
        if not name or "/" in name:
            self.k.printk.log(3, f"kobject: (0x{kobj:x}): attempted to be registered with empty name!")
            return -EINVAL
        path = f"{self.paths.get(parent, '/sys')}/{name}"
        if not self.mkdir(path):
            self.duplicate(path)
            self.k.printk.log(3, f"kobject: kobject_add_internal failed for {name} with -EEXIST, don't try to register "
                                 "things with the same name in the same directory.")  # fmt: skip
            return -EEXIST
        self.paths[kobj] = path
        ktype = mem.load(kobj + KOBJECT_TYPE, 8)
        return self.add_groups(kobj, mem.load(ktype + TYPE_GROUPS, 8)) if ktype else 0

    def duplicate(self, path: str) -> None:
        """sysfs_warn_dup."""
        self.k.printk.log(4, f"sysfs: cannot create duplicate filename '{path.removeprefix('/sys')}'")

    def kobject_del(self, kobj: int) -> Blocking:
        """kobject_del: its directory goes with all that is in it, once nobody is in its attributes (kernfs_drain)."""
        path = self.paths.get(kobj)
        if path is not None:
            yield from self._rundown(path)

    def _text(self, addr: int) -> str:
        return self.k.mem.cstr(addr).decode("utf-8", "replace") if addr else ""

    def name_of(self, kobj: int) -> str:
        """A kobject's name."""
        return self._text(self.k.mem.load(kobj + KOBJECT_NAME, 8))

    # ---- attributes ------------------------------------------------------------------------------

    def sysfs_create_file(self, kobj: int, attr: int, name: str, mode: int, group: str) -> int:
        """sysfs_create_file, in the directory of a named group too: 0 or -errno."""
        directory = self.paths.get(kobj)
        if directory is None:
            return -ENOENT
        path = f"{directory}/{group}/{name}" if group else f"{directory}/{name}"

        def open_(flags: int) -> Blocking:
            if writing(flags) and not node.mode & 0o222:
                return -EACCES
            return Attribute(self, node, kobj, attr)
            yield

        node = Node(mode & 0o777, open_)
        if not self.add(path, node):
            self.duplicate(path)
            return -EEXIST
        return 0

    def sysfs_remove_file(self, kobj: int, name: str, group: str) -> Blocking:
        """sysfs_remove_file: waits for who is in its functions; an attribute that removes itself waits for ever."""
        directory = self.paths.get(kobj)
        if directory is not None:
            yield from self._rundown(f"{directory}/{group}/{name}" if group else f"{directory}/{name}")

    def sysfs_remove_file_self(self, kobj: int, name: str) -> bool:
        """sysfs_remove_file_self: called by the attribute's own function; true for the one that removes it."""
        path = f"{self.paths.get(kobj, '')}/{name}"
        there = path in self.files
        self.remove(path)
        return there

    def sysfs_link(self, kobj: int, target: int, name: str) -> int:
        """sysfs_create_link: 0 or -errno."""
        source, path = self.paths.get(kobj), self.paths.get(target)
        if source is None or path is None:
            return -ENOENT
        return 0 if self.link(f"{source}/{name}", path) else -EEXIST

    def sysfs_unlink(self, kobj: int, name: str) -> None:
        """sysfs_remove_link."""
        directory = self.paths.get(kobj)
        if directory is not None:
            self.remove(f"{directory}/{name}")

    def add_groups(self, kobj: int, groups: int) -> int:
        """sysfs_create_groups of an array that ends with NULL: 0 or -errno. `is_visible` is not asked for a mode."""
        mem = self.k.mem
        for index in range(GROUPS_MAX if groups else 0):
            group = mem.load(groups + 8 * index, 8)
            if not group:
                break
            error = self._add_group(kobj, group)
            if error:
                return error
        return 0

    def _add_group(self, kobj: int, group: int) -> int:
        mem = self.k.mem
        name = self._text(mem.load(group + GROUP_NAME, 8))
        attrs = mem.load(group + GROUP_ATTRS, 8)
        for index in range(ATTRIBUTES_MAX if attrs else 0):
            attr = mem.load(attrs + 8 * index, 8)
            if not attr:
                break
            mode = mem.load(attr + ATTRIBUTE_MODE, 2)
            error = self.sysfs_create_file(kobj, attr, self._text(mem.load(attr, 8)), mode, name)
            if error:
                return error
        return 0

    # ---- classes ---------------------------------------------------------------------------------

    def class_create(self, cls: int, name: str) -> int:
        """class_register: 0 or -errno."""
        path = f"/sys/class/{name}"
        if not self.mkdir(path):
            self.duplicate(path)
            return -EEXIST
        self.paths[cls] = path
        self.class_names[cls] = name
        return 0

    def class_destroy(self, cls: int) -> Blocking:
        """class_unregister."""
        path = self.paths.get(cls)
        if path is not None:
            yield from self._rundown(path)
        self.class_names.pop(cls, None)

    def class_file(self, cls: int, attr: int, name: str, mode: int, create: bool) -> Blocking:
        """class_create_file, class_remove_file."""
        if create:
            return self.sysfs_create_file(cls, attr, name, mode, "")
        yield from self.sysfs_remove_file(cls, name, "")
        return 0

    # ---- devices ---------------------------------------------------------------------------------

    def bare_device(self, cls: int, devt: int) -> int:
        """A struct device with its class and number; 0 without memory."""
        mem = self.k.mem
        device = mem.alloc(DEVICE_SIZE, True, "device")
        if device:
            mem.store(device + DEVICE_CLASS, 8, cls)
            mem.store(device + DEVICE_DEVT, 4, devt)
        return device

    def device_add(self, device: int, cls_name: str, parent: int, name: str) -> int:
        """device_add: a directory of /sys/devices, seen from the class; 0 or -errno."""
        mem = self.k.mem
        above = self.paths.get(parent) if parent else None
        directory = (
            f"{above}/{cls_name}" if above else f"/sys/devices/virtual/{cls_name}" if cls_name else "/sys/devices"
        )
        path = f"{directory}/{name}"
        if not self.mkdir(path):
            self.duplicate(path)
            return -EEXIST
        copy = mem.alloc(len(name.encode()) + 1, False, "device name")
        mem.write(copy, name.encode() + b"\0")
        mem.store(device + KOBJECT_NAME, 8, copy)
        mem.store(device + DEVICE_PARENT, 8, parent)
        self.paths[device] = path
        devt = mem.load(device + DEVICE_DEVT, 4)
        self.device_numbers[device] = (mem.load(device + DEVICE_CLASS, 8), devt)
        lines = f"MAJOR={devt >> 20}\nMINOR={devt & 0xFFFFF}\nDEVNAME={name}\n" if devt else ""
        self._line(f"{path}/uevent", lines, 0o644)
        if devt:
            self._line(f"{path}/dev", f"{devt >> 20}:{devt & 0xFFFFF}\n", 0o444)
        if cls_name:
            self.link(f"/sys/class/{cls_name}/{name}", path)
        return self.add_groups(device, mem.load(device + DEVICE_GROUPS, 8))

    def _line(self, path: str, text: str, mode: int) -> None:
        def open_(flags: int) -> Blocking:
            return TextFile(text.encode()) if mode & 0o222 or not writing(flags) else -EACCES
            yield

        self.add(path, Node(mode, open_))

    def show(self, path: str, text: Callable[[], str]) -> None:
        """A file of the kernel's own whose text is made when it is opened."""

        def open_(flags: int) -> Blocking:
            return -EACCES if writing(flags) else TextFile(text().encode())
            yield

        self.add(path, Node(0o444, open_))

    def device_remove(self, device: int) -> Blocking:
        """device_unregister: directory, link and node go; what the kernel made is freed."""
        path = self.paths.get(device)
        if path is None:
            return
        name = path.rpartition("/")[2]
        _, devt = self.device_numbers.pop(device, (0, 0))
        for link in [link for link, target in self.links.items() if target == path]:
            del self.links[link]
        yield from self._rundown(path)
        if devt and self.device(f"/dev/{name.replace('!', '/')}") == devt:
            self.remove(f"/dev/{name.replace('!', '/')}")
        self.free_managed(device)
        mem = self.k.mem
        mem.free(mem.load(device + KOBJECT_NAME, 8))
        mem.store(device + KOBJECT_NAME, 8, 0)
        if device in self.owned_devices:
            del self.owned_devices[device]
            mem.free(device)

    def release_of(self, device: int) -> int:
        """The release function of a device that is the module's own."""
        return 0 if device in self.owned_devices else self.k.mem.load(device + DEVICE_RELEASE, 8)

    # ---- devm ------------------------------------------------------------------------------------

    def devm_add(self, device: int, address: int) -> None:
        """Memory that goes with a device."""
        if address:
            self.managed.setdefault(device, []).append(("memory", address, 0))

    def devm_remove(self, device: int, address: int) -> None:
        """Memory that its owner frees itself."""
        self.managed[device] = [row for row in self.managed.get(device, []) if row[1] != address]

    def free_managed(self, device: int) -> None:
        """devres_release_all: memory, newest first. Actions that run C are run by the bus, before this."""
        for what, address, _ in reversed(self.managed.pop(device, [])):
            if what == "memory":
                self.k.mem.free(address)


class Attribute(OpenFile):
    """An open file of sysfs: one page, shown once, stored at each write."""

    def __init__(self, files: Sysfs, node: Node, kobj: int, attr: int) -> None:
        self.files = files
        self.node = node
        self.kobj = kobj
        self.attr = attr
        self.shown: bytes | None = None
        self.at = 0

    def _function(self, direct: int, of_type: int) -> int:
        """The function to call: the type's own, else the one behind the attribute."""
        mem = self.files.k.mem
        ktype = 0 if self.kobj in self.files.class_names else mem.load(self.kobj + KOBJECT_TYPE, 8)
        ops = mem.load(ktype + TYPE_SYSFS_OPS, 8) if ktype else 0
        return mem.load(ops + of_type, 8) if ops else mem.load(self.attr + direct, 8)

    def _call(self, function: int, *args: int) -> Blocking:
        """A show or store function, with an active reference: who removes the attribute waits for it."""
        return (yield from self.files.active_call(self.node, function, self.kobj, self.attr, *args))

    def read(self, size: int) -> Blocking:
        """The next piece of what the show function wrote."""
        if self.node.gone:
            return -ENODEV
        if self.shown is None:
            k = self.files.k
            function = self._function(ATTRIBUTE_SHOW, 0)
            if not function:
                return -EIO
            page = k.mem.alloc(PAGE, True, "sysfs page")
            count = signed((yield from self._call(function, page)), 64)
            text = k.mem.read(page, min(max(count, 0), PAGE))
            k.mem.free(page)
            if count < 0:
                return count
            if count >= PAGE:
                k.printk.log(4, f"fill_read_buffer: {k.function_name(function)} returned bad count")
            self.shown = text[: PAGE - 1]
        piece = self.shown[self.at : self.at + size]
        self.at += len(piece)
        return piece

    def write(self, data: bytes) -> Blocking:
        """The store function, with the text and a NUL in a page of its own."""
        if self.node.gone:
            return -ENODEV
        k = self.files.k
        function = self._function(ATTRIBUTE_STORE, 8)
        if not function:
            return -EIO
        data = data[: PAGE - 1]
        page = k.mem.alloc(len(data) + 1, False, "sysfs page")
        k.mem.write(page, data + b"\0")
        count = signed((yield from self._call(function, page, len(data))), 64)
        k.mem.free(page)
        return count

    def seek(self, offset: int, whence: int) -> Blocking:
        """The beginning again: the next read shows anew."""
        self.at, self.shown = max(offset, 0), None
        return self.at
        yield
