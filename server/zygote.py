"""A small process that keeps ready-made children: each waits, does one job, and ends.

It imports the front end and the engine once, and nothing of the web, so that a child costs a fork. It never runs what
came from outside itself, has one thread, and answers the server at once. Two sockets:

    control (stdin of this process)           one for each child
    server -> zygote   F warm     fork one     server -> child  length, job (JSON)
                       K pid      kill one     child -> server  length, message; length, message; … end of file
    zygote -> server   S pid + fd a spare
                       X pid code it ended (code as subprocess has it: negative is a signal)

Start: `python -m server.zygote MODULE:FUNCTION`; the function gets the job's bytes and a `write(bytes)`. Where the
module has a `warm()`, it is called here once, and by each child that was asked to warm itself while it waits: what a
fork shares is copied page by page when it is first written, and better before the job than in it.
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable

RECORD = struct.Struct("<cii")  # what, pid, code
LENGTH = struct.Struct("<I")
JOB_BYTES_MAX = 64 * 1024 * 1024  # a recorded trace: 16 MiB (trace_api.py), each byte of which may become three
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 30
OPEN_FILES = 64

Handler = Callable[[bytes, Callable[[bytes], None]], None]
Warm = Callable[[], object]


def main(arguments: list[str]) -> None:
    """Serves the control socket on descriptor 0 until it is closed."""
    module, _, function = arguments[0].partition(":")
    imported = importlib.import_module(module)
    handler: Handler = getattr(imported, function)
    warm: Warm = getattr(imported, "warm", int)
    warm()  # what else is best done once
    control = socket.socket(fileno=0)
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C is the server's business: it closes the socket
    gc.collect()
    gc.freeze()  # what is here stays: children do not copy it by counting
    children: set[int] = set()
    try:
        _serve(control, (wake, woken), children, handler, warm)
    finally:
        signal.set_wakeup_fd(-1)  # nobody listens to the ends of those that are killed now
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _serve(
    control: socket.socket, wakes: tuple[socket.socket, socket.socket], children: set[int], handler: Handler, warm: Warm
) -> None:
    wake = wakes[0]
    while True:
        ready, _, _ = select.select([control, wake], [], [])
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                wake.recv(4096)
            _reap(control, children)
        if control in ready:
            record = control.recv(RECORD.size, socket.MSG_WAITALL)
            if len(record) < RECORD.size:
                return
            what, pid, _ = RECORD.unpack(record)
            if what == b"F":
                children.add(_fork(control, wakes, handler, warm if pid else None))
            elif what == b"K" and pid in children:  # in the table, so not reaped: the pid is still its own
                os.kill(pid, signal.SIGKILL)


def _reap(control: socket.socket, children: set[int]) -> None:
    for pid in sorted(children):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            children.discard(pid)
            control.sendall(RECORD.pack(b"X", pid, os.waitstatus_to_exitcode(status)))


def _fork(
    control: socket.socket, others: tuple[socket.socket, socket.socket], handler: Handler, warm: Warm | None
) -> int:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            theirs.close()
            for other in others:
                other.close()
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)  # the control socket: a child must not hold it
            os.dup2(null, 1)
            os.close(null)
            control.detach()
            _child(ours, handler, warm)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    ours.close()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
    control.sendmsg([RECORD.pack(b"S", pid, 0)], rights)
    theirs.close()
    return pid


def _child(channel: socket.socket, handler: Handler, warm: Warm | None) -> None:
    gc.set_threshold(50_000, 20, 100)  # most of what a job makes lasts as long as it
    os.environ.clear()
    if warm is not None and not select.select([channel], [], [], 0)[0]:  # no job yet
        warm()
    job = read_frame(channel, JOB_BYTES_MAX)
    if job is None:
        return  # never used: the server is gone, or has enough
    _limit()

    def write(message: bytes) -> None:
        channel.sendall(LENGTH.pack(len(message)) + message)

    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nobody listens any more
        handler(job, write)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def read_frame(channel: socket.socket, bytes_max: int) -> bytes | None:
    """One length and what it announces, or None at the end of the stream. Raises ValueError above the limit."""
    head = channel.recv(LENGTH.size, socket.MSG_WAITALL)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > bytes_max:
        raise ValueError(f"a frame of {length} bytes")
    parts = bytearray()
    while len(parts) < length:
        part = channel.recv(min(65536, length - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
