"""A worker without a simulator: the session says, word by word, what its process does.

`meta` `batch` `end` `input` write a message of that kind; `hang` loops for ever; `die` is killed; `eat` allocates
without end; `boom` fails inside; `cut` leaves without the closing frame.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import msgspec

from server.jobs import DONE, Checked, CheckJob, ImportJob, Job, RunJob, failed


def handle(job: bytes, write: Callable[[bytes], None]) -> None:
    decoded = msgspec.json.decode(job, type=Job)
    n = 0

    def say(type_: str, **fields: object) -> None:
        nonlocal n
        write(msgspec.json.encode({"type": type_, "n": n, **fields}))
        n += 1

    words = [] if isinstance(decoded, ImportJob) else decoded.scenario.session_sh.split()
    known = {"meta", "batch", "end", "input", "hang", "die", "eat", "boom", "cut"}
    if not known & set(words):
        words = ["meta", "end"] if isinstance(decoded, RunJob) else []
    for word in words:
        match word:
            case "meta":
                say("meta", run=decoded.run if isinstance(decoded, RunJob) else "", pid=os.getpid())
            case "batch":
                say("batch", filler="x" * 1000)
            case "end":
                outcome = {"kind": "completed", "at_ns": 1, "message": "", "cycle": []}
                say("end", outcome=outcome, rows=n, digest="d", stats=None)
            case "input":
                fields = {"file": "module.c", "line": 3, "col": 1, "severity": "error", "code": "syntax"}
                say("diagnostic", **fields, message="expected ';'", hint="", end_col=0, replacement=None)
                say("error", code="input", message="the module does not compile", retry_after_ms=0)
            case "hang":
                while True:
                    pass
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "eat":
                hoard = []
                while True:
                    hoard.append(bytearray(64 * 1024 * 1024))
            case "boom":
                write(failed("internal", "this is a fault of the playground"))
                return
            case "cut":
                return
    if isinstance(decoded, CheckJob):
        write(msgspec.json.encode(Checked([], [])))
    write(DONE)
