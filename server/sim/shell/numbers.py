"""Numbers with a unit, as dd and its kin read them."""

from __future__ import annotations

UNITS = {"": 1, "c": 1, "w": 2, "b": 512, "k": 1024, "K": 1024, "M": 1024**2, "G": 1024**3, "kB": 1000, "MB": 1000**2}


def size_of(text: str) -> int | None:
    """`4096`, `4k`, `1M`, `2b`; None if it is no number."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit = text[len(digits) :]
    return int(digits) * UNITS[unit] if digits and len(digits) <= 12 and unit in UNITS else None


def number_of(text: str) -> int | None:
    """A C number: `17`, `0x11`, `-1`; None if it is none."""
    try:
        return int(text[:40], 0)
    except ValueError:
        return None
