"""A parse is a child process with limits: hostile source can crash or exhaust only that.

clang is imported in the child alone, so a cold command line does not pay for it twice, and the parent's memory holds
nothing of it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable

import msgspec

from server.scenario import Diagnostic, Limits
from server.sim.cmodule import ir

MEMORY_BYTES = 1 << 30
CPU_S = 3
RESULT_BYTES_MAX = 64 << 20

Result = tuple[ir.Unit | None, list[Diagnostic]]
_DECODER: msgspec.msgpack.Decoder[Result] | None = None


def limit() -> None:
    """Limit this process to what a parse needs: memory, time, no new files, no core dump, no input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def compile_in_child(
    files: dict[str, str], module_name: str, limits: Limits, meanwhile: Callable[[], object] | None = None
) -> Result:
    """Fork, compile there, and take the result from a pipe; `meanwhile` is called here while the child works."""
    read_end, write_end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            os.close(read_end)
            _child(files, module_name, limits, write_end)
            status = 0
        except MemoryError:
            status = 71
        finally:
            os._exit(status)
    os.close(write_end)
    if meanwhile is not None:
        meanwhile()
    data = bytearray()
    with os.fdopen(read_end, "rb", buffering=0) as pipe:
        while chunk := pipe.read(1 << 20):
            data += chunk
    _, status = os.waitpid(pid, 0)
    if status == 0:
        return decode(bytes(data))
    return None, [_death(status, next(iter(files), "module.c"))]


def decode(data: bytes) -> Result:
    """A result as `encode` packed it."""
    global _DECODER
    if _DECODER is None:
        _DECODER = msgspec.msgpack.Decoder(Result)
    return _DECODER.decode(data)


def encode(result: Result) -> bytes:
    """A result as msgpack."""
    return msgspec.msgpack.encode(result)


def _child(files: dict[str, str], module_name: str, limits: Limits, write_end: int) -> None:
    from server.cfront.compile import compile_here, library, overlay

    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.environ.clear()
    library()
    overlay()
    limit()
    sys.setrecursionlimit(6000)
    data = encode(compile_here(files, module_name, limits))
    with os.fdopen(write_end, "wb", buffering=0) as pipe:
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) :]


def _death(status: int, file: str) -> Diagnostic:
    """What a child that did not finish died of."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGXCPU, signal.SIGKILL):
        message = f"compiling this took more than {CPU_S} s of processor time: it was stopped (limit)"
    elif os.WIFEXITED(status) and os.WEXITSTATUS(status) == 71 or number == signal.SIGABRT:
        message = f"compiling this took more than {MEMORY_BYTES >> 20} MiB of memory: it was stopped (limit)"
    else:
        message = "the compiler gave up on this file: it is nested too deeply or broken beyond repair"
    return Diagnostic(file, 0, 0, "error", "crash" if number == signal.SIGSEGV else "limit", message)
