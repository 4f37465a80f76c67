"""CPU sets as the kernel prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable

EINVAL, EOVERFLOW = 22, 75


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
    """The CPUs of a mask, with or without 0x and commas; None if it is none."""
    digits = text.strip().replace(",", "").lower().removeprefix("0x")
    if not digits or len(digits) > 64 or any(c not in "0123456789abcdef" for c in digits):
        return None
    value = int(digits, 16)
    return frozenset(cpu for cpu in range(value.bit_length()) if value >> cpu & 1)


def parse(text: str, width: int) -> frozenset[int] | int:
    """bitmap_parse() of a mask of `width` CPUs: hexadecimal, a comma between groups of 32; -EINVAL or -EOVERFLOW."""
    cpus: set[int] = set()
    groups = [group for group in re.split(r"[,\s\0]+", text.partition("\n")[0]) if group]
    for number, group in enumerate(reversed(groups)):
        if number * 32 >= width:
            return -EOVERFLOW
        if not re.fullmatch("[0-9a-fA-F]+", group[-8:]):
            return -EINVAL
        if len(group) > 8:
            return -EOVERFLOW if group[-9] in "0123456789abcdefABCDEF" else -EINVAL
        value = int(group, 16)
        if value >> max(width - number * 32, 0):
            return -EOVERFLOW
        cpus |= {number * 32 + bit for bit in range(32) if value >> bit & 1}
    return frozenset(cpus)
