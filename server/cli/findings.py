"""What the checks found in a run, as diagnostics: what the kernel would have printed, and what it would not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from server.scenario import Diagnostic
from server.trace.events import KIND_BY_NAME
from server.trace.recording import NO_LINE

if TYPE_CHECKING:
    from server.trace.recording import Recording

SHOWN_MAX = 20
CHECK = KIND_BY_NAME["wqp:check"]
_LEADING = re.compile(r"^(?:module\.c:|line )\d+: ")
_PLACE = re.compile(r"(?:module\.c:|\bline )(\d+)")


def diagnostics(recording: Recording) -> list[Diagnostic]:
    """Each finding once, in the order of time; the last says how many more there are."""
    found: dict[tuple[str, int, str], Diagnostic] = {}
    strings = recording.strings
    for _, kind, _, at, _, *args in recording.packed():
        if kind != CHECK:
            continue
        code, message = (strings[arg] for arg in args)
        named = _PLACE.search(message)
        # The text knows the statement; the event's line may still be that of the call before it.
        line = int(named[1]) if named else at if 0 < at != NO_LINE else 0
        message = _LEADING.sub("", message)
        found.setdefault((code, line, message), Diagnostic("module.c", line, 0, "warning", code, message))
    out = list(found.values())
    if len(out) > SHOWN_MAX:
        more = Diagnostic("module.c", 0, 0, "note", "", f"{len(out) - SHOWN_MAX} more findings")
        out = [*out[:SHOWN_MAX], more]
    return out
