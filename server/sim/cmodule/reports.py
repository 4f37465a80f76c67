"""Writes a finding in the words and the form of the kernel's KASAN (mm/kasan/report.c and report_generic.c of 6.12).

Traces show the module's own functions: what KASAN itself and the kernel around them do is not simulated. The
hexadecimal offsets are made from source lines (16 bytes a line), so a place can be found again; `line` in the finding
says it outright.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.sim.cmodule.faults import Finding, Site

RULE = "=" * 66
ACCESSES = {"read": "Read", "write": "Write", "free": "Free"}
ROW = 16  # granules a row


def kasan_report(finding: Finding, header: Sequence[str] = (), below: Sequence[str] = ()) -> list[str]:
    """The lines of the report, without log level and time.

    `header` is what the kernel prints of CPU, task and taints; `below` the kernel's own functions under the module's.
    """
    at = finding.at
    place = at.trace[0].symbol if at.trace else f"{finding.addr:#018x}"
    out = [RULE, f"BUG: KASAN: {finding.kind} in {place}"]
    size = f" of size {finding.size}" if finding.access != "free" else ""
    word = ACCESSES.get(finding.access, "Read")
    out.append(f"{word}{size} {'of' if word == 'Free' else 'at'} addr {finding.addr:016x} by task {at.task}")
    comm, _, pid = at.task.rpartition("/")
    out += ["", *(header or [f"CPU: 0 UID: 0 PID: {pid} Comm: {comm} Not tainted"])]
    out += ["Call Trace:", " <TASK>", *(f" {step.symbol}" for step in at.trace), *(f" {symbol}" for symbol in below)]
    out.append(" </TASK>")
    out += _site("Allocated", finding.allocated) + _site("Freed", finding.freed)
    out += _belongs(finding)
    out += _memory(finding)
    return [*out, RULE]


def _site(word: str, site: Site | None) -> list[str]:
    if site is None:
        return []
    return ["", f"{word} by task {site.task.rpartition('/')[2]}:", *(f" {step.symbol}" for step in site.trace)]


def _belongs(finding: Finding) -> list[str]:
    if not finding.object:
        return []
    if finding.frame:
        word = "object" if len(finding.frame) == 1 else "objects"
        return [
            "",
            f"The buggy address belongs to stack of task {finding.at.task}",
            f" and is located at offset {finding.frame_offset} in frame:",
            f" {finding.frame_function}",
            "",
            f"This frame has {len(finding.frame)} {word}:",
            *(f" [{start}, {start + size}) '{name}'" for start, size, name in finding.frame),
        ]
    if not finding.cache_size:
        return [
            "",
            "The buggy address belongs to the variable:",
            f" {finding.name}+{finding.offset:#x}/{finding.size_object:#x}",
        ]
    start, end = finding.object, finding.object + finding.size_object
    offset = finding.offset
    inside = (
        finding.kind in ("slab-use-after-free", "double-free", "invalid-free") and 0 <= offset < finding.size_object
    )
    where = (
        f"{offset} bytes inside of" if 0 <= offset < finding.size_object
        else f"{-offset} bytes to the left of" if offset < 0
        else f"{offset - finding.size_object} bytes to the right of"
    )  # fmt: skip
    state = "freed " if inside and finding.freed else "allocated "
    return [
        "",
        f"The buggy address belongs to the object at {start:016x}",
        f" which belongs to the cache {finding.name} of size {finding.cache_size}",
        f"The buggy address is located {where}",
        f" {state}{finding.size_object}-byte region [{start:016x}, {end:016x})",
    ]


def _memory(finding: Finding) -> list[str]:
    """The shadow around the address: rows of 16 granules, the bad one in brackets and under a caret."""
    if not finding.shadow:
        return []
    bad = finding.object + finding.offset if finding.object else finding.addr
    out = ["", "Memory state around the buggy address:"]
    for row in range(0, len(finding.shadow) - ROW + 1, ROW):
        start = finding.shadow_base + row * 8
        codes = [f"{code:02x}" for code in finding.shadow[row : row + ROW]]
        here = start <= bad < start + ROW * 8
        out.append(f"{'>' if here else ' '}{start:016x}: {' '.join(codes)}")
        if here:
            out.append(" " * (19 + 3 * ((bad - start) // 8)) + "^")
    return out
