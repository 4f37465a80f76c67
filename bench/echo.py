"""The worker of a bare round trip."""

from __future__ import annotations

from collections.abc import Callable

from server.jobs import DONE


def handle(job: bytes, write: Callable[[bytes], None]) -> None:
    write(DONE)
