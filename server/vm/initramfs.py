"""The guest's file system, made from Debian's busybox and kmod and our agent, as a cpio archive."""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from server.vm import kbuild, lab, packages

KMOD_TOOLS = ("insmod", "rmmod", "lsmod", "modinfo", "modprobe", "depmod")
FOLDERS = ("bin", "sbin", "proc", "sys", "dev", "tmp", "root", "etc", "lib", "lib64", "lab", "mnt")
_REGULAR, _FOLDER, _LINK = 0o100000, 0o040000, 0o120000
_LIBRARY = re.compile(r"(/\S+)")


class Image(msgspec.Struct, frozen=True):
    """What a machine boots: kernel, initramfs, and a name that changes with either."""

    kernel: packages.Kernel
    initrd: Path
    key: str


def archive(files: Iterable[tuple[str, int, bytes]]) -> bytes:
    """A cpio archive, newc: names, modes and contents."""
    out = bytearray()
    for number, (name, mode, content) in enumerate([*files, ("TRAILER!!!", 0, b"")], 1):
        label = name.encode() + b"\0"
        values = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(label), 0)
        out += b"070701" + b"".join(b"%08X" % value for value in values) + label
        out += b"\0" * (-len(out) % 4) + content
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def image() -> Image:
    """The image for today's sources of the guest; built where it is not there. Raises LabError."""
    kernel = packages.kernel()
    key = hashlib.sha256(kernel.release.encode())
    for path in sorted(lab.GUEST.iterdir()):
        key.update(path.name.encode() + b"\0" + path.read_bytes())
    for program in (lab.program("busybox"), lab.program("kmod"), __file__):
        key.update(Path(program).read_bytes())
    name = key.hexdigest()[:16]
    target = lab.folder() / f"image/{name}.cpio"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        data = archive(_files(kernel))
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(data)
        Path(file.name).chmod(0o644)
        Path(file.name).rename(target)
    return Image(kernel, target, name)


def _files(kernel: packages.Kernel) -> Iterator[tuple[str, int, bytes]]:
    with tempfile.TemporaryDirectory(prefix="wqplay-image-") as scratch:
        work = Path(scratch)
        agent = work / "agent"
        flags = ["-static", "-O2", "-Wall", "-o", str(agent)]
        lab.run([lab.program("gcc"), *flags, str(lab.GUEST / "agent.c")], 60)
        source = (lab.GUEST / "wqplay_irq.c").read_text()
        made = kbuild.build("wqplay_irq", {"module.c": source}, kernel)
        if made.ko is None:
            raise lab.LabError(f"our own helper module does not build: {made.diagnostics}")
        yield from ((name, _FOLDER | 0o755, b"") for name in FOLDERS)
        yield "init", _REGULAR | 0o755, (lab.GUEST / "init.sh").read_bytes()
        yield "lab/agent", _REGULAR | 0o755, agent.read_bytes()
        yield "lab/events", _REGULAR | 0o644, (lab.GUEST / "events").read_bytes()
        yield "lab/wqplay_irq.ko", _REGULAR | 0o644, made.ko
        yield "lab/offsets", _REGULAR | 0o644, _offsets(made.ko, work).encode()
    yield from _programs()


def _offsets(ko: bytes, work: Path) -> str:
    """Where struct module has its name and its text, as shell variables."""
    (work / "helper.ko").write_bytes(ko)
    out = work / "offsets"
    command = [lab.program("objcopy"), "-O", "binary", "--only-section=.wqplay_offsets", "--set-section-flags"]
    lab.run([*command, ".wqplay_offsets=alloc", str(work / "helper.ko"), str(out)], 20)
    name, text = struct.unpack("<QQ", out.read_bytes())
    return f"NAME_AT={name}\nTEXT_AT={text}\n"


def _programs() -> Iterator[tuple[str, int, bytes]]:
    busybox, kmod = Path(lab.program("busybox")), Path(lab.program("kmod"))
    yield "bin/busybox", _REGULAR | 0o755, busybox.read_bytes()
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, timeout=20, check=True).stdout
    for applet in listed.split():
        if applet not in (*KMOD_TOOLS, "busybox", "init"):
            yield f"bin/{applet}", _LINK | 0o777, b"busybox"
    yield "bin/kmod", _REGULAR | 0o755, kmod.read_bytes()
    for tool in KMOD_TOOLS:
        yield f"sbin/{tool}", _LINK | 0o777, b"../bin/kmod"
    told = subprocess.run([shutil.which("ldd") or "ldd", kmod], capture_output=True, text=True, timeout=20, check=True)
    folders = set(FOLDERS)
    for path in _LIBRARY.findall(told.stdout):
        for parent in list(Path(path.lstrip("/")).parents)[-2::-1]:
            if str(parent) not in folders:
                folders.add(str(parent))
                yield str(parent), _FOLDER | 0o755, b""
        yield path.lstrip("/"), _REGULAR | 0o755, Path(path).read_bytes()
