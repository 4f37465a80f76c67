"""Files of the command line: read with clear errors, written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
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
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    if target.exists() and not target.is_file():  # /dev/null, a pipe: nothing to rename onto
        _write_to(path, parts)
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent or Path())
    except OSError as error:
        raise InputError(f"{path}: error: cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise InputError(f"{path}: error: cannot be written: {(error.strerror or str(error)).lower()}") from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _write_to(path: str, parts: Iterable[bytes]) -> None:
    try:
        with open(path, "wb") as file:
            for part in parts:
                file.write(part)
    except OSError as error:
        raise InputError(f"{path}: error: cannot be written: {(error.strerror or str(error)).lower()}") from error


def complain(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr)
