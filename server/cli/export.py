"""`wqplay export FILE.wqrec|TRACE.txt --format F --output FILE`: a recording, or a real trace, in another format."""

from __future__ import annotations

import argparse
import io

from server.cli.files import InputError, complain, read_bytes, write

# As in server/trace/exports, which is not loaded for that.
FORMATS = ("ftrace", "json", "perfetto", "csv", "text", "svg")


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("recording", metavar="FILE", help="a .wqrec, or ftrace text; - is stdin")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    parser.add_argument("--output", default="-", metavar="FILE", help="where to; - is stdout (default)")


def main(args: argparse.Namespace) -> int:
    """0: written; 2: unusable input."""
    from server.trace import exports, ftrace_in, infer, wqrec

    try:
        data = read_bytes(args.recording)
        if data.startswith(wqrec.MAGIC):
            recording = wqrec.load(io.BytesIO(data))
        else:
            recording, skipped = ftrace_in.read(data.decode(errors="replace").splitlines())
            recording = infer.explained(recording)
            if skipped:
                complain(f"{args.recording}: note: {skipped} lines left out: no event that we know")
        write(args.output, exports.write(args.format, recording))
    except InputError as error:
        complain(str(error))
        return 2
    except ValueError as error:  # FormatError, TraceTextError
        complain(f"{args.recording}: error: {error}")
        return 2
    return 0
