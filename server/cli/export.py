"""`wqplay export FILE.wqrec|TRACE.txt --format F --output FILE`: a recording, or a real trace, in another format.

With other runs of the same module (`--open FILE…`), what they have otherwise is marked as open.
"""

from __future__ import annotations

import argparse
import io
from typing import TYPE_CHECKING

from server.cli.files import InputError, complain, read_bytes, write

if TYPE_CHECKING:
    from server.trace.recording import Recording

# As in server/trace/exports, which is not loaded for that.
FORMATS = ("ftrace", "json", "perfetto", "csv", "text", "svg")


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("recording", metavar="FILE", help="a .wqrec, or ftrace text; - is stdin")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    parser.add_argument(
        "--open", nargs="+", default=[], metavar="FILE", help="other runs of the same: mark what they have otherwise"
    )
    parser.add_argument("--output", default="-", metavar="FILE", help="where to; - is stdout (default)")


def main(args: argparse.Namespace) -> int:
    """0: written; 2: unusable input."""
    from server.trace import exports

    path = args.recording
    try:
        recording = _read(path)
        others = []
        for path in args.open:
            others.append(_read(path))
        path = args.recording
        if others:
            _mark_open(recording, others)
        write(args.output, exports.write(args.format, recording))
    except InputError as error:
        complain(str(error))
        return 2
    except ValueError as error:  # FormatError, TraceTextError
        complain(f"{path}: error: {error}")
        return 2
    return 0


def _read(path: str) -> Recording:
    """A recording, or a trace with its waits explained. Raises InputError, ValueError."""
    from server.trace import ftrace_in, infer, wqrec

    data = read_bytes(path)
    if data.startswith(wqrec.MAGIC):
        return wqrec.load(io.BytesIO(data))
    recording, skipped = ftrace_in.read(data.decode(errors="replace").splitlines())
    if skipped:
        complain(f"{path}: note: {skipped} lines left out: no event that we know")
    return infer.explained(recording)


def _mark_open(recording: Recording, others: list[Recording]) -> None:
    from server.trace import ftrace
    from server.trace.opens import opens

    seeds = [other for other in others if other.header.producer == "simulator"]
    real = [other for other in others if other.header.producer != "simulator"]
    for other in real:
        other.header.module = other.header.module or recording.header.module
    texts = ["\n".join(ftrace.lines(other, ftrace.own_rows(other))) for other in real]
    recording.opens = opens(recording, seeds, texts)
