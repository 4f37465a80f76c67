"""The kernel and its build tree, unpacked from Debian's packages; nothing is installed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec

from server.vm import lab

META = "linux-headers-6.12-cloud-amd64"
_DEPENDS = re.compile(r"Depends: linux-headers-(6\.12\S*)-cloud-amd64$", re.MULTILINE)
_RELEASE = re.compile(r"linux-headers-(6\.12\S*-cloud-amd64)$")


class Kernel(msgspec.Struct, frozen=True):
    """An unpacked kernel: its release, image, and build tree."""

    release: str
    vmlinuz: Path
    tree: Path


def version() -> str:
    """The version of 6.12 that Debian offers now. Raises LabError where apt knows none."""
    told = lab.run(["apt-cache", "depends", META], 30).stdout
    match = _DEPENDS.search(told)
    if match is None:
        raise lab.LabError(
            f"apt knows no {META}: run `apt-get update` as root, on Debian 12 with backports of security"
        )
    return match[1]


def kernel() -> Kernel:
    """The newest kernel in the lab's folder; fetched where there is none. Raises LabError."""
    trees = sorted((lab.folder() / "kernel").glob("*/usr/src/linux-headers-6.12*-cloud-amd64/.config"))
    if not trees:
        fetch()
        trees = sorted((lab.folder() / "kernel").glob("*/usr/src/linux-headers-6.12*-cloud-amd64/.config"))
    tree = trees[-1].parent
    match = _RELEASE.match(tree.name)
    assert match is not None
    return Kernel(match[1], tree.parents[2] / f"boot/vmlinuz-{match[1]}", tree)


def fetch() -> None:
    """Downloads and unpacks image, headers and kbuild. Raises LabError."""
    number = version()
    home = lab.folder() / "kernel"
    target, scratch = home / number, home / f"{number}.part"
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "debs").mkdir(parents=True)
    names = [f"linux-image-{number}-cloud-amd64", f"linux-headers-{number}-cloud-amd64"]
    names += [f"linux-headers-{number}-common", f"linux-kbuild-{number}"]
    lab.run(["apt-get", "download", "-qq", *names], 300, cwd=scratch / "debs")
    for deb in sorted((scratch / "debs").glob("*.deb")):
        lab.run(["dpkg-deb", "-x", str(deb), str(scratch)], 120)
    shutil.rmtree(scratch / "debs")
    shutil.rmtree(scratch / "lib", ignore_errors=True)  # the kernel's own modules: the guest needs none
    tree = scratch / f"usr/src/linux-headers-{number}-cloud-amd64"
    (tree / "vmlinux").unlink(missing_ok=True)  # with it, kbuild wants pahole, for type information nobody reads
    common = target / f"usr/src/linux-headers-{number}-common"
    (tree / "Makefile").write_text(f"include {common}/Makefile\n")  # the package's names a place in /usr/src
    for name in ("scripts", "tools"):
        if (tree / name).is_symlink():
            (tree / name).unlink()
            (tree / name).symlink_to(target / f"usr/lib/linux-kbuild-{number}" / name)
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)
