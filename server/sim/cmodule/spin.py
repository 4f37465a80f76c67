"""Telling a loop that only waits: two equal looks at a task with no memory write between mean that nothing will change.

A snapshot is the chain of generator frames below a task with their positions and scalar locals. Lowered code keeps
the time in a local of its own, which differs from look to look and means nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable
from types import FrameType
from typing import Any

SCALARS = (int, str, bytes, type(None))
CHAIN_MAX = 512
COUNTERS = ("$t", "$n")


def frames(task: Generator[Any, Any, Any]) -> list[FrameType]:
    """The suspended frames of a task's generator, outermost first."""
    out: list[FrameType] = []
    gen: Any = task
    while len(out) < CHAIN_MAX:
        frame = getattr(gen, "gi_frame", None)
        if frame is None:
            break
        out.append(frame)
        gen = gen.gi_yieldfrom
    return out


def snapshot(task: Generator[Any, Any, Any]) -> Hashable:
    """Where a suspended task stands: for each frame its code's name and line, instruction and scalar locals."""
    chain: list[Hashable] = []
    for frame in frames(task):
        code = frame.f_code
        values = tuple(
            (name, value if type(value) in SCALARS or isinstance(value, bool) else type(value).__name__)
            for name, value in frame.f_locals.items()
            if name not in COUNTERS
        )
        chain.append((code.co_name, code.co_firstlineno, frame.f_lasti, values))
    return tuple(chain)
