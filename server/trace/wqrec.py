"""`.wqrec`: a recording in a file.

    "WQREC" version(1 byte) zlib(msgpack of a list)
    the list: header, outcome, diagnostics, kinds, tasks, objects, strings, records, digest

Each change of the layout, or of a kind's fields, raises VERSION; a file of another version is refused with words. Kinds
are only ever appended, so a file that knows fewer of them stays readable.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

import msgspec

from server.scenario import Diagnostic, Outcome
from server.trace.events import KINDS
from server.trace.recording import Header, ObjectRow, Recording, TaskRow

MAGIC = b"WQREC"
VERSION = 1
BYTES_MAX = 256 * 1024 * 1024  # unpacked: a million records, and the same again for tables


class FormatError(ValueError):
    """A file that is no recording of ours, or not whole; its text says what is wrong."""


class _File(msgspec.Struct, array_like=True):
    header: Header
    outcome: Outcome | None
    diagnostics: list[Diagnostic]
    kinds: list[tuple[str, str]]
    tasks: list[TaskRow]
    objects: list[ObjectRow]
    strings: list[str]
    records: bytes
    digest: str


def _signatures() -> list[tuple[str, str]]:
    return [(f"{k.system}:{k.name}", " ".join(f"{t} {n}" for n, t in k.fields.items())) for k in KINDS]


def dump(recording: Recording) -> bytes:
    """The file's bytes; the same recording gives the same bytes."""
    content = _File(
        recording.header,
        recording.outcome,
        recording.diagnostics,
        _signatures(),
        recording.tasks,
        recording.objects,
        recording.strings,
        recording.data,
        recording.digest(),
    )
    return MAGIC + bytes((VERSION,)) + zlib.compress(msgspec.msgpack.encode(content), 6)


def load(stream: BinaryIO) -> Recording:
    """Reads a recording. Raises FormatError."""
    head = stream.read(len(MAGIC) + 1)
    if head[: len(MAGIC)] != MAGIC:
        raise FormatError("not a recording: it does not begin with WQREC")
    if head[len(MAGIC) :] != bytes((VERSION,)):
        raise FormatError(f"a recording of another version; this program reads version {VERSION}")
    unpacker = zlib.decompressobj()
    try:
        packed = unpacker.decompress(stream.read(), BYTES_MAX)
        if not unpacker.eof:
            raise FormatError("the recording is cut off, or larger than any that we write")
        content = msgspec.msgpack.decode(packed, type=_File)
    except (zlib.error, msgspec.DecodeError) as error:
        raise FormatError(f"the recording is damaged: {error}") from error
    known = _signatures()
    if content.kinds != known[: len(content.kinds)]:
        raise FormatError("the recording has events that this version does not know")
    recording = Recording(content.header)
    recording.outcome, recording.diagnostics = content.outcome, content.diagnostics
    try:
        recording.load(content.tasks, content.objects, content.strings, content.records)
    except ValueError as error:
        raise FormatError(f"the recording is damaged: {error}") from error
    if recording.digest() != content.digest:
        raise FormatError("the recording is damaged: its digest differs")
    return recording
