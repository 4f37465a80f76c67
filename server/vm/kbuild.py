"""A module built by the kernel's own kbuild, from the user's sources alone: no Makefile of theirs is read.

What the compiler and modpost say comes back as diagnostics, as the simulator's front end gives them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import msgspec

from server.cfront import kbuild as makefile
from server.scenario import Diagnostic
from server.vm import lab, packages

BUILD_SECONDS = 60
OUTPUT_MAX = 1 << 20
LIMITS = ("--cpu=60", "--as=2147483648", "--fsize=67108864", "--core=0")
DIAGNOSTICS_MAX = 50
FLAGS = "-fdiagnostics-column-unit=byte -fno-diagnostics-show-caret -fdiagnostics-color=never -fmessage-length=0"

_MESSAGE = re.compile(
    r"^(?P<file>[^:\s]+):(?P<line>\d+):(?:(?P<col>\d+):)? (?P<kind>fatal error|error|warning): (?P<text>.*)$"
)
_OPTION = re.compile(r" \[-W(?P<name>[\w=+-]+)\]$")
_UNDEFINED = re.compile(r'^(ERROR|WARNING): modpost: "(?P<name>[^"]+)" \[.*\] undefined!$')
_MODPOST = re.compile(r"^ERROR: modpost: (?P<text>.*)$")


class Built(msgspec.Struct, frozen=True):
    """A module, or None where it does not build; and what was said about it."""

    ko: bytes | None
    diagnostics: list[Diagnostic]


def build(name: str, files: dict[str, str], kernel: packages.Kernel) -> Built:
    """Builds NAME.ko, or takes it from the cache. Raises LabError where the lab is at fault.

    `files` are C sources and headers by plain file name, checked before by `server/validate.py`.
    """
    others = [other for other in makefile.modules(files, name) if other != name]
    if others:
        said = f"the lab builds one module, and this Makefile lists others: {', '.join(others)}"
        return Built(None, [Diagnostic("Makefile", 1, 1, "error", "one-module", said)])
    facts = msgspec.json.encode([kernel.release, name, sorted(files.items()), FLAGS])
    kept = lab.folder() / f"ko/{hashlib.sha256(facts).hexdigest()[:32]}.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Built)
    with tempfile.TemporaryDirectory(prefix="wqplay-build-") as scratch:
        work = Path(scratch)
        lab.give(work)
        _write(work, name, files)
        code, said = _make(work, kernel)
        diagnostics = parse(said, files)
        ko = work / f"{name}.ko"
        if code == 0 and ko.exists():
            lab.run([lab.program("strip"), "--strip-debug", str(ko)], 30)
            built = Built(ko.read_bytes(), diagnostics)
        else:
            if not any(d.severity == "error" for d in diagnostics):
                diagnostics.append(Diagnostic("module.c", 0, 0, "error", "kbuild", _last_words(code, said)))
            built = Built(None, diagnostics)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(msgspec.json.encode(built))
    part.rename(kept)
    return built


def _write(work: Path, name: str, files: dict[str, str]) -> None:
    """Sources and our Makefile. An object may not be called as the module that it is a part of."""
    objects = []
    for file, text in files.items():
        if file == "Makefile":
            continue
        stem, _, suffix = file.rpartition(".")
        if suffix == "c":
            if stem == name:
                stem, text = f"{stem}_c", f'#line 1 "{file}"\n{text}'
            objects.append(f"{stem}.o")
        (work / f"{stem}.{suffix}").write_text(text)
    (work / "Makefile").write_text(f"obj-m := {name}.o\n{name}-y := {' '.join(sorted(objects))}\n")


def _make(work: Path, kernel: packages.Kernel) -> tuple[int, str]:
    command = [lab.program("make"), "-s", "-C", str(kernel.tree), f"M={work}", f"KCFLAGS={FLAGS}", "modules"]
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "HOME": str(work), "TMPDIR": str(work)}
    process = subprocess.Popen(
        lab.unprivileged(command, LIMITS),
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=BUILD_SECONDS)
        return process.returncode, said[:OUTPUT_MAX].decode(errors="replace")
    except subprocess.TimeoutExpired:
        return -1, f"the compiler took longer than {BUILD_SECONDS} s"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # whatever it left behind
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()


def parse(said: str, files: dict[str, str]) -> list[Diagnostic]:
    """The diagnostics in what kbuild printed, those about the user's files, in its order and each once."""
    found: list[Diagnostic] = []
    for line in said.splitlines():
        match = _MESSAGE.match(line)
        if match and Path(match["file"]).name in files:
            option = _OPTION.search(match["text"])
            code = option["name"] if option else "gcc"
            severity = "warning" if match["kind"] == "warning" else "error"
            text = match["text"][: option.start()] if option else match["text"]
            place = (Path(match["file"]).name, int(match["line"]), int(match["col"] or 1))
            found.append(Diagnostic(*place, severity, code, text))
        elif undefined := _UNDEFINED.match(line):
            found.append(_undefined(undefined["name"], files))
        elif modpost := _MODPOST.match(line):
            found.append(Diagnostic("module.c", 0, 0, "error", "modpost", modpost["text"]))
    return list({(d.file, d.line, d.col, d.message): d for d in found}.values())[:DIAGNOSTICS_MAX]


def _undefined(name: str, files: dict[str, str]) -> Diagnostic:
    """A function that no module exports, at the first place where the source names it."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for file, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines(), 1):
            if match := word.search(line):
                message = f"the kernel exports no '{name}' to modules"
                return Diagnostic(file, number, match.start() + 1, "error", "undefined-symbol", message)
    return Diagnostic("module.c", 0, 0, "error", "undefined-symbol", f"the kernel exports no '{name}' to modules")


def _last_words(code: int, said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("make")]
    return f"kbuild failed ({code}): {lines[-1][:300] if lines else 'without a word'}"


def clear() -> None:
    """Forgets all modules that were built."""
    shutil.rmtree(lab.folder() / "ko", ignore_errors=True)
