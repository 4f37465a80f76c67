"""Durations for people."""

from __future__ import annotations


def duration(ns: int) -> str:
    """A duration for people: three digits or four, one unit."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)):
        if ns >= size:
            digits = 0 if ns >= 100 * size else 1 if ns >= 10 * size else 2
            text = f"{ns / size:.{3 if unit == 's' else digits}f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) + f" {unit}"
    return f"{ns} ns"


def moment(ns: int) -> str:
    """A moment for people, counted from the origin; what was before it has a minus."""
    return duration(ns) if ns >= 0 else f"-{duration(-ns)}"
