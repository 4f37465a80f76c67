"""The machine as printf sees it: strings, bytes, names of addresses, and the hash that %p shows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

ADDRESS_MASK = (1 << 64) - 1


class MachineReader:
    """`kapi.format.Reader` over a kernel."""

    def __init__(self, k: Kernel) -> None:
        self.k = k

    def cstr(self, address: int) -> bytes:
        """A string of memory. Raises Fault."""
        return self.k.mem.cstr(address)

    def bytes_at(self, address: int, size: int) -> bytes:
        """Bytes of memory. Raises Fault."""
        return self.k.mem.read(address, size)

    def symbol(self, address: int) -> str:
        """`name+0x0/0x40 [module]` of an address in a module or of a kernel function; an empty string for others."""
        entry = self.k.text.get(address)
        for module in self.k.modules.list.values():
            found = module.image.symbol(address)
            if found is not None:
                name, offset = found
                text = module.image.text(name)
                size = text.size if text is not None else 0x40
                return f"{name}+0x{offset:x}/0x{size:x} [{module.name}]"
        return f"{entry.name}+0x0/0x140" if entry is not None else ""

    def hashed(self, address: int) -> int:
        """32 bits that tell addresses apart without giving them away: siphash with a boot key in the kernel."""
        digest = hashlib.blake2s((address & ADDRESS_MASK).to_bytes(8, "little"), key=b"wqplay", digest_size=4)
        return int.from_bytes(digest.digest(), "little")

    def cpu_bits(self) -> int:
        """How many CPUs a cpumask has: nr_cpu_ids."""
        return len(self.k.cpus)
