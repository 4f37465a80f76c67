"""A worker that tells how often it was warmed: once in the zygote, and once more where its child was asked to."""

from __future__ import annotations

from collections.abc import Callable

_warmed = 0


def warm() -> None:
    global _warmed
    _warmed += 1


def handle(job: bytes, write: Callable[[bytes], None]) -> None:
    write(str(_warmed).encode())
