"""Import of ftrace text in the page against `trace-cmd report` on the same events; goal: at least three times as fast.

    python -m bench.ftrace [--seconds N] [--turns N] [--keep FILE]

`trace-cmd record` takes a trace.dat in the lab's virtual machine (`server/vm`) while processes come and go: workqueue,
sched, timer and irq events, with the kernel's own numbers. `trace-cmd report` writes it as text, to nowhere, on this
machine; Chromium's page looks through that text as it does when the file is dropped on it. Both by turns, the fastest
counts. For information: how long it takes until the first 50,000 events, of which the server makes lanes, are shown.
Exits with 1 below the goal, with 0 and a word where there is no lab or no trace-cmd.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect, sync_playwright

from server.vm import lab, packages
from server.vm.initramfs import archive
from tests.browser.conftest import CHROMIUM, running_server

GOAL = 3.0
GUEST_SECONDS_MAX = 300
FILE, FOLDER, LINK = 0o100755, 0o040755, 0o120777
APPLETS = ("sh", "mount", "cat", "seq", "sleep", "poweroff", "sync", "timeout", "mkdir")

INIT = """#!/bin/sh
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing
trace-cmd record -q -b 65536 -e workqueue -e sched -e timer -e irq -o /trace.dat timeout {seconds} sh /load
cat /trace.dat > /dev/vport0p1
sync
poweroff -f
"""
LOAD = """for i in $(seq 1000000); do echo "$i" | cat > /dev/null; done
"""

SCAN = """async (input) => {
  const { scanTrace } = await import("/static/js/tracefile.js");
  const t0 = performance.now();
  const { lines, kept } = await scanTrace(input.files[0]);
  return { ms: performance.now() - t0, lines, kept };
}"""


def _guest(seconds: int) -> Iterator[tuple[str, int, bytes]]:
    """Busybox, trace-cmd and what it needs."""
    program = Path(shutil.which("trace-cmd") or "")
    told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    libraries = re.findall(r"(/\S+)", told)
    folders = {str(parent) for path in libraries for parent in Path(path.lstrip("/")).parents} - {"."}
    for name in sorted({*folders, "bin", "proc", "sys", "dev", "tmp", "var", "var/run"}):
        yield name, FOLDER, b""
    yield "bin/busybox", FILE, Path(lab.program("busybox")).read_bytes()
    for applet in APPLETS:
        yield f"bin/{applet}", LINK, b"busybox"
    yield "bin/trace-cmd", FILE, program.read_bytes()
    for path in libraries:
        yield path.lstrip("/"), FILE, Path(path).read_bytes()
    yield "init", FILE, INIT.format(seconds=seconds).encode()
    yield "load", FILE, LOAD.encode()


def record(seconds: int, target: Path) -> None:
    """A trace.dat of so many seconds of the guest."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "initrd"
        image.write_bytes(archive(_guest(seconds)))
        command = [
            lab.program("qemu-system-x86_64"), "-accel", "tcg,thread=multi", "-cpu", "max,la57=off", "-M", "pc",
            "-m", "1024", "-smp", "2", "-nodefaults", "-display", "none", "-no-reboot",
            "-kernel", str(packages.kernel().vmlinuz), "-initrd", str(image),
            "-append", "console=ttyS0 quiet panic=-1 tsc=reliable mitigations=off",
            "-serial", f"file:{folder}/console", "-device", "virtio-serial-pci",
            "-chardev", f"file,id=port,path={target}", "-device", "virtserialport,chardev=port",
        ]  # fmt: skip
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=GUEST_SECONDS_MAX, check=True)
        if not target.read_bytes()[3:10] == b"tracing":
            raise SystemExit(f"no trace came: {(Path(folder) / 'console').read_text(errors='replace')[-2000:]}")


def report(trace: Path, text: Path | None) -> float:
    """Milliseconds of `trace-cmd report`; into a file, else nowhere."""
    with text.open("wb") if text else open("/dev/null", "wb") as out:
        start = time.monotonic()
        subprocess.run(["trace-cmd", "report", trace], stdout=out, stderr=subprocess.DEVNULL, check=True)
        return (time.monotonic() - start) * 1e3


def main() -> int:
    """Prints both rates and the ratio; 1 where it is below the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="a trace.dat to measure with; recorded there where it is missing")
    options = parser.parse_args()
    if missing := lab.missing():
        print(f"not measured: the lab needs apt-get install {' '.join(missing)}")
        return 0
    if not shutil.which("trace-cmd"):
        print("not measured: apt-get install trace-cmd")
        return 0
    with tempfile.TemporaryDirectory() as folder, running_server() as url, sync_playwright() as play:
        trace, text = options.keep or Path(folder) / "trace.dat", Path(folder) / "report.txt"
        if not trace.exists():
            record(options.seconds, trace)
        report(trace, text)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url)
        page.locator("#pane-module .cm-content").wait_for(state="attached", timeout=60_000)
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'bench' }))"
        )
        page.locator("#bench").set_input_files(text)
        theirs, ours = [], []
        for _ in range(options.turns):
            theirs.append(report(trace, None))
            told = page.locator("#bench").evaluate(SCAN)
            ours.append(told["ms"])
        start = time.monotonic()
        page.locator("#trace-file").set_input_files(text)
        expect(page.locator("#notice")).to_contain_text("nothing is stored", timeout=GUEST_SECONDS_MAX * 1e3)
        shown = (time.monotonic() - start) * 1e3
        browser.close()
        events = told["lines"]
        print(json.dumps({"dat_bytes": trace.stat().st_size, "text_bytes": text.stat().st_size, **told}))
    print(json.dumps({"from file to lanes, ms": round(shown)}))
    for who, ms in (("trace-cmd report", min(theirs)), ("page", min(ours))):
        print(json.dumps({who: round(ms, 1), "us_an_event": round(ms * 1e3 / events, 3)}))
    ratio = min(theirs) / min(ours)
    print(json.dumps({"times_as_fast": round(ratio, 2)}))
    return int(ratio < GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
