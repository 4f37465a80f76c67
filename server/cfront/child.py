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
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import msgspec

from server.scenario import Diagnostic, Limits
from server.sim.cmodule import ir

MEMORY_BYTES = 1 << 30
CPU_S = 3

Request = tuple[dict[str, str], str, Limits]
Result = tuple[ir.Unit | None, list[Diagnostic]]
_waiting: list[tuple[int, int, int]] = []  # compilers started early: pid, where to ask, where they answer
_DECODER: msgspec.msgpack.Decoder[Result] | None = None


def limit() -> None:
    """Limit this process to what a parse needs: memory, time, no new files, no core dump, no input."""
    # What the parent reserved (arenas and stacks of its threads) came with the fork, and is no need of the parse.
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    memory = max(MEMORY_BYTES, held + MEMORY_BYTES // 2)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start() -> None:
    """Forks a compiler before it is known what it will compile: its imports take as long as the caller's own.

    The next `Job` takes it; one that nobody takes ends with its parent.
    """
    request_read, request_write = os.pipe()
    answer_read, answer_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(request_write)
        os.close(answer_read)
        _child(lambda: _asked(request_read), answer_write)
    os.close(request_read)
    os.close(answer_write)
    _waiting.append((pid, request_write, answer_read))


class Job:
    """A compilation under way in a child; meanwhile the caller may do something else, such as importing."""

    def __init__(self, files: dict[str, str], module_name: str, limits: Limits) -> None:
        """Give the work to the compiler that waits, or fork one."""
        self._file = next(iter(files), "module.c")
        if _waiting:
            self._pid, request, self._pipe = _waiting.pop()
            _send(request, msgspec.msgpack.encode((files, module_name, limits)))
            return
        read_end, write_end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(read_end)
            _child(lambda: (files, module_name, limits), write_end)
        os.close(write_end)
        self._pipe = read_end

    def result(self) -> Result:
        """Wait for the child: the unit, or None, and the diagnostics. Call it once."""
        data = bytearray()
        with os.fdopen(self._pipe, "rb", buffering=0) as pipe:
            while chunk := pipe.read(1 << 20):
                data += chunk
        _, status = os.waitpid(self._pid, 0)
        if status == 0:
            return decode(bytes(data))
        return None, [_death(status, self._file)]


def decode(data: bytes) -> Result:
    """A result as `encode` packed it."""
    global _DECODER
    if _DECODER is None:
        _DECODER = msgspec.msgpack.Decoder(Result)
    return _DECODER.decode(data)


def encode(result: Result) -> bytes:
    """A result as msgpack."""
    return msgspec.msgpack.encode(result)


def _asked(request: int) -> Request:
    """What a compiler that was started early is to do: it comes by a pipe."""
    with os.fdopen(request, "rb") as pipe:
        data = pipe.read()
    if not data:
        os._exit(0)  # nothing: there is no need of it
    wanted: Request = msgspec.msgpack.decode(data, type=Request)
    return wanted


def _send(pipe_end: int, data: bytes) -> None:
    """Writes all of it and closes the pipe; if nobody reads any more, the answer will tell."""
    with suppress(BrokenPipeError), os.fdopen(pipe_end, "wb", buffering=0) as pipe:
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) :]


def _child(asked: Callable[[], Request], write_end: int) -> NoReturn:
    """Compile what `asked` tells, once everything is loaded."""
    status = 70
    try:
        from server.cfront.compile import compile_here, library, overlay
        from server.sim.kapi import registry

        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        os.environ.clear()
        library()
        overlay()
        registry.api()
        files, module_name, limits = asked()
        limit()
        sys.setrecursionlimit(6000)
        _send(
            write_end, encode(_guarded(lambda: compile_here(files, module_name, limits), next(iter(files), "module.c")))
        )
        status = 0
    except MemoryError:
        status = 71
    finally:
        os._exit(status)  # not sys.exit: the parent's handlers must not run here


def _guarded(compile_it: Callable[[], Result], file: str) -> Result:
    """The result, or an error that says whose fault it is."""
    try:
        return compile_it()
    except RecursionError:
        message = "the file is nested more deeply than the simulator can follow"
        return None, [Diagnostic(file, 0, 0, "error", "nesting", message, "split expressions and types up")]
    except (AssertionError, AttributeError, IndexError, KeyError, NotImplementedError, TypeError, ValueError) as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else "?"
        message = f"the simulator's C front end failed at {where}: {type(error).__name__} {error}"
        hint = "this is our fault, not your module's: please report it with the source"
        return None, [Diagnostic(file, 0, 0, "error", "internal", message, hint)]


def _death(status: int, file: str) -> Diagnostic:
    """What a child that did not finish died of."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGXCPU, signal.SIGKILL):
        message = f"compiling this took more than {CPU_S} s of processor time: it was stopped (limit)"
    elif os.WIFEXITED(status) and os.WEXITSTATUS(status) == 71 or number == signal.SIGABRT:
        message = f"compiling this took more than {MEMORY_BYTES >> 20} MiB of memory: it was stopped (limit)"
    else:
        message = "the compiler gave up on this file: it is nested too deeply or needs more memory than it may have"
    return Diagnostic(file, 0, 0, "error", "crash" if number == signal.SIGSEGV else "limit", message)
