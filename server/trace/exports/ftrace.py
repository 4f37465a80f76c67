"""ftrace text of all that a real kernel could have written: trace-cmd, KernelShark and Perfetto read it.

What Linux leaves open stands in comments of its head, each with the time of the event.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.trace import ftrace
from server.trace.recording import Recording


def write(recording: Recording) -> Iterator[bytes]:
    """The trace file, without our own events."""
    yield ftrace.write(recording, ftrace.kernel_rows(recording)).encode()
