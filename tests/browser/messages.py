"""Writes the messages that a recorded trace becomes, as a JSON list: fixtures for the page's tests.

python -m tests.browser.messages TRACE.txt MODULE.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from server.scenario import Limits
from server.trace import ftrace_in, infer, wqrec
from server.trace.frames import Frames


def messages(path: Path, cuts: tuple[int, int] = (64, 64)) -> list[object]:
    """All messages of the run in a trace or recording, in small batches."""
    if path.suffix == ".wqrec":
        with path.open("rb") as file:
            source = wqrec.load(file)
    else:
        source, _ = ftrace_in.read(path.read_text().splitlines())
    out: list[object] = []
    Frames.replay(infer.explained(source), "fixture", Limits(), lambda message: out.append(json.loads(message)), cuts)
    return out


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(messages(Path(sys.argv[1])), indent=None) + "\n")
