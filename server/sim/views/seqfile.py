"""seq_file (fs/seq_file.c): what a show function prints, kept until it is read.

A file's records are made at its first read, one after another, and handed out from there. `SeqFiles` knows the
struct seq_file of each open file by its address.
"""

from __future__ import annotations

from server.sim.views.cstruct import FILE_PRIVATE, SEQ_OP, SEQ_PRIVATE, SEQ_SIZE, Memory, is_error, signed
from server.sim.views.protocol import Blocking, Caller

START_TOKEN, SKIP = 1, 1
SHOW, NEXT, STOP, START = 24, 16, 8, 0  # struct seq_operations
BUFFER_MAX = 1024 * 1024
RECORDS_MAX = 100_000


class Seq:
    """The host's side of one seq_file: `show` for single_open, else `op`, the address of its seq_operations."""

    def __init__(self, show: int, op: int) -> None:
        self.show = show
        self.op = op
        self.text = b""
        self.made = False


class SeqFiles:
    """seq_open() and its kin."""

    def __init__(self, k: Caller) -> None:
        self.k = k
        self.open: dict[int, Seq] = {}

    @property
    def mem(self) -> Memory:
        """The machine's memory."""
        return self.k.mem

    def make(self, file: int, show: int, op: int, data: int) -> int:
        """A seq_file for `file`: 0, or -ENOMEM."""
        m = self.mem.alloc(SEQ_SIZE, True, "seq_file")
        if not m:
            return -12
        self.mem.store(m + SEQ_OP, 8, op)
        self.mem.store(m + SEQ_PRIVATE, 8, data)
        self.mem.store(file + FILE_PRIVATE, 8, m)
        self.open[m] = Seq(show, op)
        return 0

    def put(self, m: int, data: bytes) -> None:
        """seq_write and what is made of it."""
        seq = self.open.get(m)
        if seq is not None:
            seq.text += data[: max(BUFFER_MAX - len(seq.text), 0)]

    def release(self, file: int) -> int:
        """seq_release, single_release."""
        m = self.mem.load(file + FILE_PRIVATE, 8)
        if self.open.pop(m, None) is not None:
            self.mem.free(m)
        return 0

    def text(self, file: int) -> Blocking:
        """All that the file shows, made now if it has not been; -errno where a function fails."""
        m = self.mem.load(file + FILE_PRIVATE, 8)
        seq = self.open.get(m)
        if seq is None:
            return -22
        if not seq.made:
            error: int = yield from (self._records(m, seq) if seq.op else self._show(m, seq, seq.show, START_TOKEN))
            if error < 0:
                return error
            seq.made = True
        return seq.text

    def _show(self, m: int, seq: Seq, show: int, v: int) -> Blocking:
        before = seq.text
        result = signed((yield from self.k.ccall(show, m, v)), 32)
        if result == SKIP:
            seq.text = before
        return min(result, 0)

    def _records(self, m: int, seq: Seq) -> Blocking:
        """start, show and next in turn, stop (traverse and seq_read_iter in one)."""
        mem = self.mem
        start, stop, following, show = (mem.load(seq.op + at, 8) for at in (START, STOP, NEXT, SHOW))
        pos = mem.alloc(8, True, "seq position")
        v: int = yield from self.k.ccall(start, m, pos)
        error = 0
        for _ in range(RECORDS_MAX):
            if not v or is_error(v):
                break
            error = yield from self._show(m, seq, show, v)
            if error < 0:
                break
            v = yield from self.k.ccall(following, m, v, pos)
        yield from self.k.ccall(stop, m, v)
        mem.free(pos)
        return signed(v, 64) if is_error(v) else error
