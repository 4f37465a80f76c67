"""`ioctl`: one ioctl() on a file. Ours: a program that a module's author would write for the purpose."""

from __future__ import annotations

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.numbers import number_of
from server.sim.shell.process import Process, strerror
from server.sim.shell.streams import KernelFile, bytes_of, text_of
from server.sim.shell.syntax import Word

READS, WRITES, SIZE_MASK = 2, 1, 0x3FFF
BUFFER_LEAST = 4096
NUMBER_MAX = 8


def run(process: Process, words: list[str]) -> Steps:
    """`ioctl FILE REQUEST [ARG]`: a number is passed as it is, `@N` and `@TEXT` as the address of one.

    A request made by _IOW, _IOR or _IOWR takes the address of ARG in any case; what it reads is printed, a number of
    up to 8 bytes as a number, else as text. Without these the result is printed if it is not 0.
    """
    if len(words) not in (3, 4) or number_of(words[2]) is None:
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 1
    request = (number_of(words[2]) or 0) & 0xFFFF_FFFF
    stream = yield from process.open(words[1], "rw")
    if isinstance(stream, int):
        return (yield from process.complain(f"{words[1]}: {strerror(-stream)}"))
    if not isinstance(stream, KernelFile):
        yield from process.close(stream)
        return (yield from process.complain(f"{words[1]}: {strerror(25)}"))
    yield from process.spend(process.k.cost("syscall"))
    status = yield from _call(process, stream, request, words[3] if len(words) == 4 else "")
    yield from process.close(stream)
    return status


def _call(process: Process, stream: KernelFile, request: int, word: str) -> Steps:
    direction, size = request >> 30, request >> 16 & SIZE_MASK
    number = number_of(word.removeprefix("@"))
    address = 0
    if direction or word.startswith("@"):
        data = (
            bytes_of(word.removeprefix("@")) + b"\0" if number is None else number.to_bytes(16, "little", signed=True)
        )
        address = process.k.fs.user_buffer(data.ljust(max(size, BUFFER_LEAST), b"\0"))
    elif number is None and word:
        return (yield from process.complain(f"'{word}' is no number: @{word} passes its address"))
    result = yield from stream.opened.ioctl(request, address or (number or 0) & (1 << 64) - 1)
    read = process.k.fs.user_take(address, size or NUMBER_MAX) if address else b""
    if result < 0:
        return (yield from process.complain(f"{request:#x}: {strerror(-result)}"))
    if direction & READS:
        shown = (
            str(int.from_bytes(read, "little", signed=True)) if size <= NUMBER_MAX else text_of(read.split(b"\0")[0])
        )
        return (yield from process.out(f"{shown}\n"))
    return (yield from process.out(f"{result}\n")) if result else 0


def check(words: list[Word], report: Report) -> None:
    """Requests that are no numbers."""
    text = words[2].text() if len(words) > 2 else "0"
    if text is not None and number_of(text) is None:
        report(
            words[2],
            f"'{text}' is no number",
            "the module's macro is not known here: write its value, such as 0x40046b01",
        )


COMMAND = Command(
    run,
    "ioctl FILE REQUEST [ARG | @ARG]",
    "Calls ioctl() on a file; `@ARG` passes the address of a number or text.",
    options=None,
    check=check,
)
