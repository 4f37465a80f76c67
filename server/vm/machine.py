"""One virtual machine: QEMU as a child without network, disk or host folder, its console, port and control socket.

Its memory is a file. A snapshot is that file and the state of the devices, taken when the agent is ready; a machine
that starts from one maps the file privately, so that starting costs no copy.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from server.scenario import Machine as Settings
from server.sim.profile import profile
from server.vm import lab
from server.vm.initramfs import Image
from server.vm.lab import LabError
from server.vm.qmp import Qmp

MEMORY_MIB = 512
CPUS_MAX = 4
START_SECONDS = 15.0
LIMITS = ("--as=8589934592", "--core=0", "--nofile=256")
BOOT = (
    "console=ttyS0 quiet loglevel=1 panic=-1 tsc=reliable mitigations=off nokaslr kfence.sample_interval=0 psi=0 "
    "workqueue.cpu_intensive_thresh_us=10000 panic_print=0x10 unknown_nmi_panic sysrq_always_enabled"
)


@dataclass(frozen=True)
class Boot:
    """What a scenario's machine has that the snapshots' have not: of how many CPUs each memory node is, and words for
    the kernel's command line. Where there is any, the machine boots.
    """

    nodes: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.nodes or self.words)


PLAIN = Boot()


def boot_of(machine: Settings) -> Boot:
    """What a scenario's machine asks of a boot: its memory nodes, and words for the kernel's command line, where
    the last one counts of a word given twice.

    Raises LabError for a topology that the lab cannot build, and for what is no setting.
    """
    try:
        wanted = profile("6.12", machine.config)
    except (KeyError, ValueError) as error:
        raise LabError(f"machine.config: {error}") from error
    plain = profile("6.12", {})
    words: list[str] = []
    if wanted.preempt != plain.preempt:
        words.append(f"preempt={wanted.preempt}")
    if wanted.panic_on_oops:
        words.append("oops=panic")
    if wanted.cpu_intensive_thresh_us != plain.cpu_intensive_thresh_us:
        words.append(f"workqueue.cpu_intensive_thresh_us={wanted.cpu_intensive_thresh_us}")
    return Boot(nodes_of(machine.topology), tuple(words))


def accelerator() -> str:
    """`kvm` where we may use it, else `tcg`."""
    return "kvm" if os.access("/dev/kvm", os.R_OK | os.W_OK) and not lab.is_root() else "tcg"


def nodes_of(topology: list[list[list[list[int]]]]) -> tuple[int, ...]:
    """CPUs of each memory node of a scenario's topology, none for a plain machine. Raises LabError where a node is not
    one socket of single-threaded cores, all of a size, in order.
    """
    if not topology:
        return ()
    nodes = [[cpu for cache in node for core in cache for cpu in core] for node in topology]
    plain = all(len(node) == 1 and all(len(core) == 1 for core in node[0]) for node in topology)
    in_order = [cpu for node in nodes for cpu in node] == list(range(sum(map(len, nodes))))
    if not plain or not in_order or len({len(node) for node in nodes}) != 1:
        raise LabError("the lab's machine cannot have this topology: each node must be one socket of as many CPUs")
    return tuple(len(node) for node in nodes)


def _numa(nodes: tuple[int, ...]) -> list[str]:
    """QEMU's options for memory nodes, each with its part of the memory and its CPUs."""
    options = ["-m", f"{MEMORY_MIB}M"]
    first = 0
    for number, cpus in enumerate(nodes):
        options += ["-object", f"memory-backend-ram,id=ram{number},size={MEMORY_MIB // len(nodes)}M"]
        options += ["-numa", f"node,nodeid={number},cpus={first}-{first + cpus - 1},memdev=ram{number}"]
        first += cpus
    return options


class Machine:
    """A machine that runs. `port` carries the agent's frames, `console` what the kernel writes when it dies."""

    def __init__(self, image: Image, cpus: int, memory: Path | None, state: Path | None, boot: Boot = PLAIN) -> None:
        """Starts QEMU: cold, its memory in the file `memory` if any, or from `state` and a private copy of that memory.

        `boot` is for a cold start; memory nodes, each a socket of its own, for one without a file. Raises LabError.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="wqplay-vm-"))
        self.port: socket.socket | None = None
        self.console: socket.socket | None = None
        self.qmp: Qmp | None = None
        lab.give(self.folder)
        command = lab.unprivileged(self._command(image, cpus, memory, state is not None, boot), LIMITS)
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        self.log = (self.folder / "qemu.log").open("w+b")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment, cwd="/"
        )
        try:
            self._connect()
            assert self.qmp is not None
            if state is not None:
                with state.open("rb") as file:
                    self.qmp.migrate("migrate-incoming", file.fileno())
            self.qmp.command("cont")
        except BaseException:
            self.close()
            raise

    def _command(self, image: Image, cpus: int, memory: Path | None, warm: bool, boot: Boot) -> list[str]:
        nodes = boot.nodes
        share = "off" if warm else "on"
        where = f"memory-backend-file,mem-path={memory},share={share}" if memory else "memory-backend-ram"
        kind = accelerator()
        options = [
            "-accel", "tcg,thread=multi" if kind == "tcg" else "kvm",
            "-cpu", "max,la57=off" if kind == "tcg" else "host",
            "-machine", "pc,usb=off,vmport=off" + ("" if nodes else ",memory-backend=ram"),
            *(_numa(nodes) if nodes else ["-object", f"{where},id=ram,size={MEMORY_MIB}M"]),
            "-smp", f"cpus={cpus},sockets={max(len(nodes), 1)},cores={cpus // max(len(nodes), 1)},threads=1",
            "-no-reboot", "-nodefaults", "-no-user-config", "-display", "none", "-S",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-kernel", str(image.kernel.vmlinuz), "-initrd", str(image.initrd),
            "-append", " ".join((BOOT, *boot.words)),
            "-chardev", f"socket,id=console,path={self.folder}/console,server=on,wait=off",
            "-serial", "chardev:console",
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=port,path={self.folder}/port,server=on,wait=off",
            "-device", "virtserialport,chardev=port,name=wqplay",
            "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off",
        ]  # fmt: skip
        if warm:
            options += ["-incoming", "defer"]
        return [lab.program("qemu-system-x86_64"), *options]

    def _connect(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not (self.folder / "qmp").exists():
            if self.process.poll() is not None:
                raise LabError(f"QEMU did not start: {self.said()}")
            if time.monotonic() > end:
                raise LabError(f"QEMU did not start within {START_SECONDS:g} s")
            time.sleep(0.01)
        time.sleep(0.01)
        self.console, self.port = (self._socket(name) for name in ("console", "port"))
        self.qmp = Qmp(self.folder / "qmp")

    def _socket(self, name: str) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self.folder / name))
        except OSError as error:
            raise LabError(f"QEMU does not answer: {error}; {self.said()}") from error
        return connection

    def said(self) -> str:
        """QEMU's own last words."""
        self.log.flush()
        text = (self.folder / "qemu.log").read_text(errors="replace").strip()
        return text.splitlines()[-1][:300] if text else "without a word"

    def prefer(self) -> None:
        """Lets little else on this computer delay the machine, where we may: first the timers' thread."""
        try:
            for thread in map(int, os.listdir(f"/proc/{self.process.pid}/task")):
                priority = 2 if thread == self.process.pid else 1
                os.sched_setscheduler(thread, os.SCHED_RR, os.sched_param(priority))
        except OSError:
            return  # not root, or in a container: other load will show as delays

    def queued_ns(self) -> int:
        """How long the machine's threads have waited for this computer's processors so far; 0 where it is not told."""
        total = 0
        try:
            for thread in os.listdir(f"/proc/{self.process.pid}/task"):
                total += int(Path(f"/proc/{self.process.pid}/task/{thread}/schedstat").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            return 0
        return total

    def asleep(self) -> bool:
        """Whether the guest is suspended. QEMU, which has nothing to do meanwhile, sees that the guest's alarm clock
        rings only when it is spoken to: so ask now and then. Raises LabError.
        """
        assert self.qmp is not None
        answer = self.qmp.command("query-status")
        return isinstance(answer, dict) and answer.get("status") == "suspended"

    def save(self, state: Path) -> None:
        """Stops the machine for good and writes the state of its devices. Raises LabError."""
        assert self.qmp is not None
        self.qmp.command("stop")
        part = state.with_suffix(".part")
        with part.open("wb") as file:
            self.qmp.migrate("migrate", file.fileno())
        part.rename(state)

    def close(self) -> None:
        """Ends it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for connection in (self.port, self.console, self.qmp):
            if connection is not None:
                connection.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
