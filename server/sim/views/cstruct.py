"""The structs file, inode, seq_file, proc_ops and file_operations as kapi declares them: offsets in bytes."""

from __future__ import annotations

from typing import Protocol

# struct inode
INODE_SIZE, INODE_MODE, INODE_PRIVATE = 64, 0, 56
# struct file
FILE_SIZE, FILE_MODE, FILE_FLAGS, FILE_POS, FILE_OP, FILE_INODE, FILE_PRIVATE = 56, 0, 4, 8, 16, 24, 32
# struct seq_file
SEQ_SIZE, SEQ_OP, SEQ_PRIVATE = 88, 56, 80


class Operations:
    """Where a table of operations has its functions."""

    def __init__(self, open_: int, read: int, write: int, release: int) -> None:
        self.open = open_
        self.read = read
        self.write = write
        self.release = release


PROC_OPS = Operations(8, 16, 32, 48)
FILE_OPERATIONS = Operations(104, 24, 32, 120)


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
