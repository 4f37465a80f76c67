"""A recording in other forms: one file per format, each with `write(recording)`, which yields the parts of the file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from server.trace.recording import Recording

FORMATS: dict[str, tuple[str, str]] = {  # name: (suffix, media type)
    "ftrace": ("trace.txt", "text/plain; charset=utf-8"),
    "json": ("json", "application/json"),
    "perfetto": ("perfetto.json", "application/json"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "text": ("txt", "text/plain; charset=utf-8"),
    "svg": ("svg", "image/svg+xml"),
}


def write(name: str, recording: Recording) -> Iterator[bytes]:
    """The parts of the file in this format. Raises KeyError for an unknown one."""
    if name not in FORMATS:
        raise KeyError(name)
    parts: Iterator[bytes] = import_module(f"server.trace.exports.{name}").write(recording)
    return parts
