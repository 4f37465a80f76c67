"""Durations for people."""

from __future__ import annotations


def duration(ns: int) -> str:
    """A duration for people: three digits or four, one unit."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)):
        if ns >= size:
            digits = 0 if ns >= 100 * size else 1 if ns >= 10 * size else 2
            return f"{ns / size:.{3 if unit == 's' else digits}f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{ns} ns"
