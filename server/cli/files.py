"""Files of the command line: read with clear errors, written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


class InputError(Exception):
    """Unusable input; the text says which and why, as `FILE: error: …`."""


BYTES_MAX = 512 << 20  # a recording of a million events has less


def read_bytes(path: str, bytes_max: int = BYTES_MAX) -> bytes:
    """The bytes of a file, or of stdin for `-`. Raises InputError, also for what has more than `bytes_max`."""
    try:
        with sys.stdin.buffer if path == "-" else open(path, "rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise InputError(f"{path}: error: {(error.strerror or str(error)).lower()}") from error
    if len(data) > bytes_max:
        raise InputError(f"{path}: error: more than {bytes_max} bytes")
    return data


def read_text(path: str, bytes_max: int = BYTES_MAX) -> str:
    """The text of a file, or of stdin for `-`. Raises InputError, also for what has more than `bytes_max`."""
    try:
        return read_bytes(path, bytes_max).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: error: not UTF-8 text (byte {error.start})") from error


def write(path: str, parts: Iterable[bytes]) -> None:
    """Writes a file by way of a temporary one beside it; `-` is stdout. Raises InputError."""
    if path == "-":
        try:
            for part in parts:
                sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # nobody reads any more: the command line knows what to do
            raise
        except OSError as error:
            raise _unwritable("<stdout>", error) from error
        return
    target = Path(path)
    if target.exists() and not target.is_file():  # /dev/null, a pipe: nothing to rename onto
        _write_to(path, parts)
        return
    # Not tempfile, whose import takes as long as writing: one process writes one file, and a name of its own is enough.
    name = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        name.unlink(missing_ok=True)  # left by a process that was killed
        with open(name, "xb") as file:
            for part in parts:
                file.write(part)
        os.replace(name, path)
    except OSError as error:
        _drop(name)
        raise _unwritable(path, error) from error
    except BaseException:
        _drop(name)
        raise


def _drop(name: Path) -> None:
    with suppress(OSError):  # where there is no such folder there is no such file
        name.unlink()


def _write_to(path: str, parts: Iterable[bytes]) -> None:
    try:
        with open(path, "wb") as file:
            for part in parts:
                file.write(part)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: str, error: OSError) -> InputError:
    return InputError(f"{path}: error: cannot be written: {(error.strerror or str(error)).lower()}")


def complain(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr)
