"""CPU sets as the kernel prints them."""

from __future__ import annotations

from collections.abc import Iterable


def to_hex(cpus: Iterable[int], width: int = 0) -> str:
    """`f`; with a width in CPUs as `%*pb` pads it: `000f`, groups of 32 between commas."""
    value = sum(1 << cpu for cpu in sorted(cpus))
    if not width:
        return f"{value:x}"
    groups = []
    for low in range(0, width, 32):
        digits = (min(width - low, 32) + 3) // 4
        groups.append(f"{value >> low & 0xFFFFFFFF:0{digits}x}")
    return ",".join(reversed(groups))


def to_list(cpus: Iterable[int]) -> str:
    """`0-2,5` (`%*pbl`)."""
    runs: list[list[int]] = []
    for cpu in sorted(cpus):
        if runs and runs[-1][1] == cpu - 1:
            runs[-1][1] = cpu
        else:
            runs.append([cpu, cpu])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def from_hex(text: str) -> frozenset[int] | None:
    """The CPUs of a mask, with or without 0x and commas; None if it is none or empty."""
    digits = text.strip().replace(",", "").lower().removeprefix("0x")
    if not digits or len(digits) > 64 or any(c not in "0123456789abcdef" for c in digits):
        return None
    value = int(digits, 16)
    return frozenset(cpu for cpu in range(value.bit_length()) if value >> cpu & 1) or None
