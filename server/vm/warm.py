"""Warm start: a machine that has booted once is kept as memory file and device state, one a number of CPUs."""

from __future__ import annotations

import fcntl
import select
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.vm import lab
from server.vm.channel import Channel
from server.vm.initramfs import Image, image
from server.vm.lab import LabError
from server.vm.machine import BOOT, MEMORY_MIB, PLAIN, Boot, Machine, accelerator

BOOT_SECONDS = 45.0
BOOTS = 2


def _target(made: Image, cpus: int) -> Path:
    name = f"{made.key}-{zlib.crc32(BOOT.encode()):08x}-{cpus}-{accelerator()}"
    return lab.folder() / "snapshots" / name


def ready(cpus: int) -> bool:
    """Whether a machine with so many CPUs starts from a snapshot. Raises LabError."""
    return (_target(image(), cpus) / "state").exists()


def snapshot(made: Image, cpus: int) -> Path:
    """The folder of a snapshot, taken where there is none. Raises LabError."""
    target = _target(made, cpus)
    home = target.parent
    if (target / "state").exists():
        return target
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two who begin at the same time boot once
        if (target / "state").exists():
            return target
        for old in home.glob(f"*-{cpus}-{accelerator()}"):
            shutil.rmtree(old, ignore_errors=True)  # of an older image
        target.mkdir()
        _take(made, cpus, target)
    return target


def _take(made: Image, cpus: int, target: Path) -> None:
    memory = target / "memory"
    with memory.open("wb") as file:
        file.truncate(MEMORY_MIB << 20)
    lab.give(memory)
    machine = _booted(made, cpus, memory)
    try:
        machine.save(target / "state")
    finally:
        machine.close()


def _booted(made: Image, cpus: int, memory: Path | None, boot: Boot = PLAIN) -> Machine:
    """A machine that has just booted; booted once more where a busy computer kept it from it. Raises LabError."""
    for _ in range(BOOTS):
        machine = Machine(made, cpus, memory, None, boot)
        try:
            machine.prefer()  # nobody's module runs yet
            if _ready(machine):
                return machine
        except BaseException:
            machine.close()
            raise
        machine.close()
    raise LabError(f"the kernel did not boot within {BOOT_SECONDS:g} s, {BOOTS} times")


def _ready(machine: Machine) -> bool:
    """Waits for the agent's word."""
    assert machine.port is not None
    channel = Channel(machine.port)
    end = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < end and not channel.closed:
        if not select.select([machine.port], [], [], 0.5)[0]:
            continue
        if any(kind == "R" for kind, _ in channel.receive()):
            return True
    return False


@contextmanager
def machine(cpus: int, cold: bool = False, boot: Boot = PLAIN) -> Iterator[Machine]:
    """A machine whose agent is ready; ended at the end. Raises LabError.

    Machines that start from the snapshot are alike in everything, even in which worker is the next: `cold` boots one of
    its own, as is right for what is to be compared with. One that `boot` asks for always boots.
    """
    made = image()
    if cold or boot:
        started = _booted(made, cpus, None, boot)
    else:
        folder = snapshot(made, cpus)
        started = Machine(made, cpus, folder / "memory", folder / "state")
    try:
        yield started
    finally:
        started.close()
