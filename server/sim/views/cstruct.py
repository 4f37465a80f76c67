"""The structs file, inode, seq_file, proc_ops and file_operations as kapi declares them: offsets in bytes."""

from __future__ import annotations

from typing import Protocol

# struct inode
INODE_SIZE, INODE_MODE, INODE_RDEV, INODE_CDEV, INODE_PRIVATE = 64, 0, 24, 48, 56
# struct file
FILE_SIZE, FILE_MODE, FILE_FLAGS, FILE_POS, FILE_OP, FILE_INODE, FILE_PRIVATE, FILE_DENTRY = 56, 0, 4, 8, 16, 24, 32, 48
# struct dentry: d_name is { len, name }
DENTRY_SIZE, DENTRY_LENGTH, DENTRY_NAME, DENTRY_INODE = 32, 0, 8, 16
# struct seq_file
SEQ_SIZE, SEQ_OP, SEQ_PRIVATE = 88, 56, 80


# struct cdev
CDEV_SIZE, CDEV_OWNER, CDEV_OPS, CDEV_DEV, CDEV_COUNT = 40, 0, 8, 16, 20
# struct kobject, attribute, kobj_type, kset, attribute_group
KOBJECT_SIZE, KOBJECT_NAME, KOBJECT_PARENT, KOBJECT_KSET, KOBJECT_TYPE = 64, 0, 24, 32, 40
ATTRIBUTE_MODE, ATTRIBUTE_SHOW, ATTRIBUTE_STORE = 8, 16, 24
TYPE_SYSFS_OPS, TYPE_GROUPS, KSET_KOBJECT = 8, 16, 24
GROUP_NAME, GROUP_VISIBLE, GROUP_ATTRS = 0, 8, 16
# struct class, device, device_driver, platform_device, platform_driver
CLASS_DEV_GROUPS, CLASS_DEVNODE = 16, 32
MISC_NAME, MISC_FOPS, MISC_THIS, MISC_GROUPS, MISC_NODENAME, MISC_MODE = 8, 16, 48, 56, 64, 72
DEVICE_SIZE, DEVICE_PARENT, DEVICE_INIT_NAME, DEVICE_DRVDATA, DEVICE_CLASS, DEVICE_DEVT = 144, 64, 72, 88, 96, 104
DEVICE_DRIVER, DEVICE_RELEASE, DEVICE_GROUPS = 112, 128, 136
PDEV_NAME, PDEV_ID, PDEV_DEVICE = 0, 8, 16
PDRV_PROBE, PDRV_REMOVE, PDRV_SUSPEND, PDRV_RESUME, PDRV_DRIVER, PDRV_TABLE = 0, 8, 24, 32, 40, 104
# struct device_driver, dev_pm_ops
DRIVER_PM, PM_SUSPEND, PM_RESUME = 24, 16, 24


class Operations:
    """Where a table of operations has its functions; 0 where it cannot have one (nothing stands at offset 0)."""

    def __init__(
        self, *, owner: bool, open_: int, read: int, write: int, release: int, llseek: int, poll: int, ioctl: int,
        flush: int, read_iter: int,
    ) -> None:  # fmt: skip
        self.owner = owner  # a module's reference is held while such a file is open
        self.open = open_
        self.read = read
        self.write = write
        self.release = release
        self.llseek = llseek
        self.poll = poll
        self.ioctl = ioctl
        self.flush = flush
        self.read_iter = read_iter


PROC_OPS = Operations(
    owner=False, open_=8, read=16, write=32, release=48, llseek=40, poll=56, ioctl=64, flush=0, read_iter=24
)
FILE_OPERATIONS = Operations(
    owner=True, open_=104, read=24, write=32, release=120, llseek=16, poll=72, ioctl=80, flush=112, read_iter=40
)


class Memory(Protocol):
    """What is needed of the machine's memory."""

    def load(self, addr: int, size: int, signed: bool = False) -> int:
        """A number."""
        ...

    def store(self, addr: int, size: int, value: int) -> None:
        """Stores a number."""
        ...

    def alloc(self, size: int, zero: bool, what: str = "kmalloc") -> int:
        """Kmalloc."""
        ...

    def free(self, addr: int) -> None:
        """Kfree."""
        ...

    def read(self, addr: int, size: int) -> bytes:
        """Bytes."""
        ...

    def write(self, addr: int, data: bytes) -> None:
        """Stores bytes."""
        ...

    def cstr(self, addr: int, limit: int = 0) -> bytes:
        """A string without its NUL."""
        ...

    def opaque(self, kind: str) -> int:
        """An address that means something to the host only."""
        ...


def signed(value: int, bits: int) -> int:
    """What a function returned, as a signed number of so many bits."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def is_error(pointer: int) -> bool:
    """IS_ERR: the last page of addresses."""
    return pointer & ((1 << 64) - 1) >= (1 << 64) - 4095
