"""sscanf: text to values (lib/vsprintf.c vsscanf, 6.12). Pure."""

from __future__ import annotations

from server.sim.kapi.number import digits, prefix

_SIZES = {b"hh": 1, b"h": 2, b"": 4, b"l": 8, b"ll": 8, b"L": 8, b"z": 8, b"t": 8}
_BASES = {ord("d"): 10, ord("i"): 0, ord("u"): 10, ord("x"): 16, ord("X"): 16, ord("o"): 8}
_SPACE = b" \t\n\v\f\r"

Store = tuple[bytes, bool]  # what goes to the next argument, and whether it counts in the result


def _skip(text: bytes, i: int) -> int:
    while i < len(text) and text[i] in _SPACE:
        i += 1
    return i


def scan(text: bytes, fmt: bytes) -> list[Store]:
    """The values that a format finds in a text, as bytes to store through the pointer arguments."""
    out: list[Store] = []
    i = f = 0
    while f < len(fmt):
        char = fmt[f]
        if char in _SPACE:
            f, i = _skip(fmt, f), _skip(text, i)
            continue
        if char != 0x25 or fmt[f + 1 : f + 2] == b"%":
            f += 2 if char == 0x25 else 1
            if i >= len(text) or text[i] != char:
                break
            i += 1
            continue
        done = _conversion(text, i, fmt, f + 1, out)
        if done is None:
            break
        i, f = done
    return out


def _conversion(text: bytes, i: int, fmt: bytes, f: int, out: list[Store]) -> tuple[int, int] | None:
    """Handle one conversion; (place in the text, place in the format), or None where it does not fit."""
    drop = fmt[f : f + 1] == b"*"
    f += drop
    width, n = digits(fmt[f:], 10)
    f += n
    start = f
    while fmt[f : f + 1] in (b"h", b"l", b"L", b"z", b"t"):
        f += 1
    size = _SIZES.get(fmt[start:f], 4)
    kind = fmt[f : f + 1]
    f += 1
    if kind == b"n":
        out.append((i.to_bytes(size, "little"), False))
        return i, f
    if kind == b"c":
        taken = text[i : i + (width or 1)]
        if not taken:
            return None
        if not drop:
            out.append((taken, True))
        return i + len(taken), f
    if kind == b"[":
        close = fmt.find(b"]", f + (2 if fmt[f : f + 1] == b"^" else 1))
        return _text(text, i, fmt[f:close], width, drop, out, close + 1) if close > 0 else None
    i = _skip(text, i)
    if kind == b"s":
        return _text(text, i, b"", width, drop, out, f)
    base = _BASES.get(kind[0]) if kind else None
    if base is None or i >= len(text):
        return None
    return _number(text, i, base, width, size, drop, out, f)


def _text(
    text: bytes, i: int, chars: bytes, width: int, drop: bool, out: list[Store], f: int
) -> tuple[int, int] | None:
    negated = chars[:1] == b"^"
    allowed = _expand(chars[1:] if negated else chars)
    j = i
    while j < len(text) and (not width or j - i < width):
        inside = text[j] not in _SPACE if not chars else (text[j] in allowed) != negated
        if not inside:
            break
        j += 1
    if j == i:
        return None
    if not drop:
        out.append((text[i:j] + b"\0", True))
    return j, f


def _expand(chars: bytes) -> bytes:
    out = bytearray()
    k = 0
    while k < len(chars):
        if k + 2 < len(chars) and chars[k + 1] == 0x2D:
            out += bytes(range(chars[k], chars[k + 2] + 1))
            k += 3
        else:
            out.append(chars[k])
            k += 1
    return bytes(out)


def _number(
    text: bytes, i: int, base: int, width: int, size: int, drop: bool, out: list[Store], f: int
) -> tuple[int, int] | None:
    end = i + width if width else len(text)
    negative = text[i : i + 1] == b"-"
    j = i + negative
    base, skip = prefix(text[j:end], base)
    value, n = digits(text[j + skip : end], base)
    if not n:
        return None
    if not drop:
        value = -value if negative else value
        out.append(((value & (1 << 8 * size) - 1).to_bytes(size, "little"), True))
    return j + skip + n, f
