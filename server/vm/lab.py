"""Where the lab keeps its files, and how it starts programs: as an unprivileged user, bounded, never by a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

GUEST = Path(__file__).parent / "guest"
NOBODY = 65534
NEEDS = {  # a program that we start, and Debian's package that has it
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "kmod": "kmod",
    "make": "make",
    "gcc": "gcc",
    "objcopy": "binutils",
    "objdump": "binutils",
    "strip": "binutils",
    "setpriv": "util-linux",
    "prlimit": "util-linux",
    "dpkg-deb": "dpkg",
    "apt-get": "apt",
}
SBIN = ("/usr/sbin", "/sbin")


class LabError(Exception):
    """The lab cannot do it; the message says why, and what to install where something is missing."""


def folder() -> Path:
    """WQPLAY_LAB_DIR, or a cache of the system (as root) or the user: large files, all of which can be made again."""
    named = os.environ.get("WQPLAY_LAB_DIR")
    if named:
        return Path(named)
    return Path("/var/cache/wqplay-lab") if is_root() else Path.home() / ".cache/wqplay-lab"


def is_root() -> bool:
    """Whether there are privileges to give up."""
    return os.geteuid() == 0


def program(name: str) -> str:
    """The path of a program. Raises LabError, naming the package, where there is none."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(SBIN))
    if found is None:
        raise LabError(f"the lab needs {name}: apt-get install {NEEDS.get(name, name)}")
    return found


def missing() -> list[str]:
    """Debian's packages that are to be installed before the lab can work."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *SBIN])
    return sorted({package for name, package in NEEDS.items() if shutil.which(name, path=path) is None})


def unprivileged(command: Sequence[str], limits: Sequence[str] = ()) -> list[str]:
    """The command as nobody, without a way back, where we are root; `limits` are options of prlimit."""
    out = [program("prlimit"), *limits, "--"] if limits else []
    out += [program("setpriv"), "--no-new-privs", "--pdeathsig=KILL"]  # it ends with us, however we end
    if is_root():
        who = str(NOBODY)
        out += [f"--reuid={who}", f"--regid={who}", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]
    return [*out, *command]


def give(path: Path) -> None:
    """Lets the unprivileged user write there."""
    if is_root():
        os.chown(path, NOBODY, NOBODY)


def run(command: Sequence[str], seconds: float, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program of ours to its end. Raises LabError where it fails, with what it said last."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
    try:
        done = subprocess.run(
            list(command), cwd=cwd, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{command[0]} took longer than {seconds:g} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise LabError(f"{command[0]} failed ({done.returncode}): {' / '.join(said)}")
    return done
