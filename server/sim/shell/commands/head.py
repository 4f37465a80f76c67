"""`head`: the first lines."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror

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
        return (yield from _stream(process, count, by_bytes))
    status, told = 0, False
    for name in options.operands:
        found = yield from process.read_file(name)
        if isinstance(found, int):
            status = yield from process.complain(f"{name}: {strerror(-found)}")
            continue
        if (len(options.operands) > 1 or "v" in options) and "q" not in options:
            yield from process.out(("\n" if told else "") + f"==> {name} <==\n")
            told = True
        status |= yield from process.out(cut(found, count, by_bytes))
    return status


def _stream(process: Process, count: int, by_bytes: bool) -> Steps:
    if count < 0 or by_bytes:
        text = yield from process.stdin.everything(4 * 1024 * 1024 if count < 0 else count)
        return (yield from process.out(cut(text, count, by_bytes)))
    while count > 0:
        line = yield from process.stdin.line()
        if not line:
            return 0
        if (yield from process.out(line)):
            return 1
        count -= 1
    return 0


COMMAND = Command(run, "head [-n N] [-c N] [FILE...]", "The first 10 lines, or N.", options="n:c:qv", digits="n")
