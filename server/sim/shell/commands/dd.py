"""`dd`: copies in blocks, each one read() and one write()."""

from __future__ import annotations

from collections.abc import Generator

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.numbers import size_of
from server.sim.shell.process import Process, strerror
from server.sim.shell.streams import KernelFile, Stream
from server.sim.shell.syntax import Word

KEYS = ("if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "iflag", "oflag", "status")
O_DIRECT = 0o40000
NUMBERS = ("bs", "ibs", "obs", "count", "skip", "seek")
BLOCK_MAX, BLOCKS_MAX = 1024 * 1024, 100_000


class Copy:
    """The settings of one run."""

    def __init__(self, settings: dict[str, str]) -> None:
        def number(key: str, default: int) -> int:
            found = size_of(settings.get(key, ""))
            return default if found is None else found

        both = number("bs", 512)
        self.read_size = min(number("ibs", both), BLOCK_MAX)
        self.write_size = min(number("obs", both), BLOCK_MAX)
        self.count = number("count", BLOCKS_MAX) if "count" in settings else BLOCKS_MAX
        self.skip = number("skip", 0)
        self.seek = number("seek", 0)
        self.settings = settings


def run(process: Process, words: list[str]) -> Steps:
    """`if=FILE of=FILE bs=N count=N skip=N seek=N`; the counts of blocks on standard error."""
    settings: dict[str, str] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if key not in KEYS or not equals or (key in NUMBERS and size_of(value) is None):
            return (yield from process.complain(f"invalid argument '{word}'"))
        settings[key] = value
    direct = [O_DIRECT if "direct" in settings.get(key, "").split(",") else 0 for key in ("iflag", "oflag")]
    source = yield from _opened(process, settings.get("if", ""), "r", direct[0])
    if source is None:
        return 1
    mode = "rw" if "notrunc" in settings.get("conv", "") else "w"
    target = yield from _opened(process, settings.get("of", ""), mode, direct[1])
    if target is None:
        return 1
    status = yield from _copy(process, Copy(settings), source, target)
    if "fsync" in settings.get("conv", "").split(",") and isinstance(target, KernelFile):
        yield from target.sync()
    for stream, key in ((source, "if"), (target, "of")):
        if key in settings:
            yield from process.close(stream)
    return status


def _opened(process: Process, name: str, mode: str, more: int) -> Generator[None, None, Stream | None]:
    """The file, or the standard stream; None after a message."""
    if not name:
        return process.fds.get(0 if mode == "r" else 1) or Stream()
    found = yield from process.open(name, mode, more)
    if isinstance(found, int):
        yield from process.complain(f"can't open '{name}': {strerror(-found)}")
        return None
    return found


def _copy(process: Process, copy: Copy, source: Stream, target: Stream) -> Steps:
    whole_in = part_in = whole_out = part_out = 0
    status = yield from _position(process, copy, source, target)
    while not status and whole_in + part_in < copy.count:
        yield from process.spend(2 * process.k.cost("syscall"))
        text = yield from source.piece(copy.read_size)
        if isinstance(source, KernelFile) and source.error:
            status = yield from process.complain(f"{copy.settings.get('if', 'stdin')}: {strerror(source.error)}")
            break
        if not text:
            break
        full = len(text) == copy.read_size
        whole_in, part_in = whole_in + full, part_in + (not full)
        error = yield from target.write(text)
        if error < 0:
            status = yield from process.complain(
                f"error writing '{copy.settings.get('of', 'stdout')}': {strerror(-error)}"
            )
            break
        whole_out, part_out = whole_out + full, part_out + (not full)
    yield from process.err(f"{whole_in}+{part_in} records in\n{whole_out}+{part_out} records out\n")
    return status


def _position(process: Process, copy: Copy, source: Stream, target: Stream) -> Steps:
    """skip= and seek=: lseek() where the file can, else blocks are read and forgotten."""
    if copy.skip:
        moved = yield from source.seek(copy.skip * copy.read_size, 0)
        for _ in range(min(copy.skip, BLOCKS_MAX) if moved < 0 else 0):
            if not (yield from source.piece(copy.read_size)):
                break
    if copy.seek:
        moved = yield from target.seek(copy.seek * copy.write_size, 0)
        if moved < 0:
            return (
                yield from process.complain(f"{copy.settings.get('of', 'stdout')}: cannot seek: {strerror(-moved)}")
            )
    return 0


def check(words: list[Word], report: Report) -> None:
    """Settings that dd does not have."""
    for word in words[1:]:
        text = word.text()
        if text is not None and text.partition("=")[0] not in KEYS:
            report(word, f"dd has no setting '{text}'", f"usage: {COMMAND.usage}")


COMMAND = Command(
    run,
    "dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [iflag=direct] [oflag=direct] [conv=fsync]",
    "Copies blocks: one read() and one write() each.",
    options=None,
    check=check,
)
