"""A whole file read or written, as `cat` and `echo` do it."""

from __future__ import annotations

from typing import Any

from server.sim.views.protocol import Blocking


def read_whole(files: Any, path: str) -> Blocking:
    """Bytes, or -errno."""
    opened = yield from files.open(path, 0)
    if isinstance(opened, int):
        return opened
    parts: list[bytes] = []
    while piece := (yield from opened.read(4096)):
        if isinstance(piece, int):
            yield from opened.release()
            return piece
        parts.append(piece)
    yield from opened.release()
    return b"".join(parts)


def write_whole(files: Any, path: str, data: bytes) -> Blocking:
    """0 or -errno."""
    opened = yield from files.open(path, 1)
    if isinstance(opened, int):
        return opened
    taken = 0
    while data and taken >= 0:
        taken = yield from opened.write(data)
        data = data[max(taken, 0) :]
    yield from opened.release()
    return min(taken, 0)
