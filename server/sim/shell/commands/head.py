"""`head`: the first lines."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import READ_MAX, Process, strerror
from server.sim.shell.streams import KernelFile, Stream

COUNT_MAX = 10**9


def amount(text: str) -> int | None:
    """`20`, `-20`; None if it is no number."""
    digits = text.lstrip("+-")
    return None if not digits.isdigit() or len(digits) > 9 else -int(digits) if text.startswith("-") else int(digits)


def cut(text: str, count: int, by_bytes: bool) -> str:
    """The first `count` lines or characters; all but the last ones where it is negative."""
    if by_bytes:
        return text[:count]
    return "".join(text.splitlines(keepends=True)[:count])


def run(process: Process, words: list[str]) -> Steps:
    """From each file or from standard input, which it stops reading when it has enough."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    by_bytes = "c" in options
    text = options.value("c" if by_bytes else "n", "10")
    count = amount(text)
    if count is None:
        return (yield from process.complain(f"invalid number '{text}'"))
    if not options.operands:
        return (yield from _stream(process, process.stdin, count, by_bytes))
    status, told = 0, False
    for name in options.operands:
        stream = yield from process.open(name, "r")
        if isinstance(stream, int):
            status = yield from process.complain(f"{name}: {strerror(-stream)}")
            continue
        if (len(options.operands) > 1 or "v" in options) and "q" not in options:
            yield from process.out(("\n" if told else "") + f"==> {name} <==\n")
            told = True
        status |= yield from _stream(process, stream, count, by_bytes)
        yield from process.close(stream)
        if isinstance(stream, KernelFile) and stream.error:
            status = yield from process.complain(f"{name}: {strerror(stream.error)}")
    return status


def _stream(process: Process, stream: Stream, count: int, by_bytes: bool) -> Steps:
    if count < 0 or by_bytes:
        text = yield from stream.everything(READ_MAX if count < 0 else count)
        return (yield from process.out(cut(text, count, by_bytes)))
    while count > 0:
        line = yield from stream.line()
        if not line:
            return 0
        if (yield from process.out(line)):
            return 1
        count -= 1
    return 0


COMMAND = Command(run, "head [-n N] [-c N] [FILE...]", "The first 10 lines, or N.", options="n:c:qv", digits="n")
