"""Numbers in text, as the kernel reads them (lib/kstrtox.c, 6.12). Pure."""

from __future__ import annotations

_DIGITS = b"0123456789abcdef"


def prefix(text: bytes, base: int) -> tuple[int, int]:
    """(base, characters to skip) for base 0 or 16, where `0x` and `0` say the base."""
    hexadecimal = text[:2].lower() == b"0x" and text[2:3].lower() != b"" and text[2:3].lower() in _DIGITS
    if base == 0:
        if hexadecimal:
            return 16, 2
        return (8, 0) if text[:1] == b"0" else (10, 0)
    return base, 2 if base == 16 and hexadecimal else 0


def digits(text: bytes, base: int) -> tuple[int, int]:
    """(value, number of digits) at the start of `text`."""
    value = n = 0
    for char in text.lower():
        digit = _DIGITS.find(char)
        if digit < 0 or digit >= base:
            break
        value, n = value * base + digit, n + 1
    return value, n


def parse_integer(text: bytes, base: int, size: int, signed: bool) -> int | str:
    """`kstrto*`: the whole text but one final newline; "EINVAL" or "ERANGE" where it fails."""
    negative = signed and text[:1] == b"-"
    rest = text[1:] if negative or text[:1] == b"+" else text
    base, skip = prefix(rest, base)
    value, n = digits(rest[skip:], base)
    tail = rest[skip + n :]
    if n == 0 or tail not in (b"", b"\n"):
        return "EINVAL"
    if negative:
        value = -value
    low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
    return value if low <= value <= high else "ERANGE"


def simple_number(text: bytes, base: int, signed: bool) -> tuple[int, int]:
    """`simple_strto*`: (value, characters used)."""
    sign = 1 if signed and text[:1] == b"-" else 0
    base, skip = prefix(text[sign:], base)
    value, n = digits(text[sign + skip :], base)
    return (-value if sign else value), sign + skip + n if n or skip else 0


def parse_bool(text: bytes) -> bool | None:
    """`kstrtobool`: by the first characters; None if it is neither."""
    first, second = text[:1].lower(), text[1:2].lower()
    if first in (b"y", b"t", b"1"):
        return True
    if first in (b"n", b"f", b"0"):
        return False
    if first == b"o" and second in (b"n", b"f"):
        return second == b"n"
    return None
