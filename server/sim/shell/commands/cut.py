"""`cut`: parts of lines."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def ranges(text: str) -> list[tuple[int, int]] | None:
    """`1,3-5,7-` as pairs from 1; None if it is no list."""
    out = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not (first or last) or not (first + last).isdigit() or len(part) > 20:
            return None
        low = int(first or 1)
        high = int(last) if last else (10**9 if dash else low)
        if low < 1 or high < low:
            return None
        out.append((low, high))
    return out


def run(process: Process, words: list[str]) -> Steps:
    """`-d C -f LIST` fields, `-c LIST` characters."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    by_field = "f" in options
    text = options.value("f") or options.value("c") or options.value("b")
    if not text:
        return (yield from process.complain("expected a list of bytes, characters, or fields"))
    chosen = ranges(text)
    if chosen is None:
        return (yield from process.complain(f"invalid range {text}"))
    between = options.value("d", "\t")[:1]
    inputs = yield from process.inputs(options.operands, "{name}: {error}")
    out = []
    for _, content in inputs:
        for line in content.splitlines():
            parts = line.split(between) if by_field else list(line)
            if by_field and len(parts) == 1:
                if "s" not in options:
                    out.append(line)
                continue
            kept = [part for i, part in enumerate(parts, 1) if any(a <= i <= b for a, b in chosen)]
            out.append((between if by_field else "").join(kept))
    yield from process.out("".join(f"{line}\n" for line in out))
    return int(len(inputs) < len(options.operands))


COMMAND = Command(
    run,
    "cut -f LIST [-d C] [-s] [FILE...], cut -c LIST [FILE...]",
    "Fields or characters of each line.",
    options="f:c:b:d:sn",
)
