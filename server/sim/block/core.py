"""The block layer of one kernel: its parts, which know each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.block.bios import Bios
from server.sim.block.disks import Disks
from server.sim.block.mq import BlkMq

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


class Block:
    """Made when something first asks for it."""

    def __init__(self, k: Kernel) -> None:
        self.bios = Bios(k)
        self.mq = BlkMq(k)
        self.disks = Disks(k, self.bios, self.mq)
        self.bios.disks = self.mq.disks = self.disks
        self.bios.mq = self.mq
        self.mq.bios = self.bios
