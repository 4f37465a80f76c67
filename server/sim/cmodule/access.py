"""Loads, stores and updates (`+=`) of each size as functions of their own, written out for speed, with all checks.

The text below is instantiated for each size and sign in `accesses.py`, which Python compiles once for all processes
(tests hold the two together), and run in each Memory's own namespace, where the buffers are global names: a region that
grows replaces them there. What is not plainly good (a wild or unaligned
address, a shadow code) goes to the slow functions, which say what is wrong with it.

An address belongs to a region if exclusive-or with the base leaves an offset below the size: the bases are multiples of
the greatest size, so one operation both translates and tells.
"""

from __future__ import annotations

from importlib.util import find_spec
from types import CodeType
from typing import Literal

Format = Literal["B", "b", "H", "h", "I", "i", "Q", "q"]

FORMATS: dict[tuple[int, bool], Format] = {
    (1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h",
    (4, False): "I", (4, True): "i", (8, False): "Q", (8, True): "q",
}  # fmt: skip

_REGION_LOAD = """\
    i = a ^ {r}B
    if i < {r}N:
        s = {r}s[i >> 3]
        if {unaligned}(s and (s > 7 or (i & 7) + {size} > s)): return slow_load(a, {size}, {signed})
        return {r}{name}[i >> {shift}]
"""

_REGION_STORE = """\
    i = a ^ {r}B
    if i < {r}N:
        s = {r}w[i >> 3]
        if {unaligned}(s and (s > 7 or (i & 7) + {size} > s)): return slow_store(a, {size}, {signed}, v)
        M.dirty = True
        {r}{name}[i >> {shift}] = v
        return v
"""

_REGION_UPDATE = """\
    i = a ^ {r}B
    if i < {r}N:
        s = {r}w[i >> 3]
        if {unaligned}(s and (s > 7 or (i & 7) + {size} > s)): return slow_update(a, {size}, {signed}, d)
        M.dirty = True
        i >>= {shift}
        v = {r}{name}[i] + d
        if not {low} <= v <= {high}:
            v = (v - {low} & {mask}) + {low}
        {r}{name}[i] = v
        return v
"""


HEAD = """\
# Made from the text in access.py: `python tests/cmodule/test_access.py`. Code for a Memory's namespace, not a module.
# ruff: noqa
# fmt: off
# mypy: ignore-errors
"""


def source() -> str:
    """The functions of all sizes."""
    parts = [HEAD]
    for (size, signed), _ in FORMATS.items():
        shift = {1: 0, 2: 1, 4: 2, 8: 3}[size]
        name = f"{size}{'s' if signed else 'u'}"
        unaligned = f"i & {size - 1} or " if size > 1 else ""
        values: dict[str, object] = {
            "size": size, "signed": signed, "shift": shift, "name": name, "unaligned": unaligned,
        }  # fmt: skip
        parts.append(f"def ld{name}(a):\n")
        parts += [_REGION_LOAD.format(r=r, **values) for r in "hms"]
        parts.append(f"    return slow_load(a, {size}, {signed})\n")
        parts.append(f"def st{name}(a, v):\n")
        parts += [_REGION_STORE.format(r=r, **values) for r in "hms"]
        parts.append(f"    return slow_store(a, {size}, {signed}, v)\n")
        values["low"] = -(1 << 8 * size - 1) if signed else 0
        values["high"] = (1 << 8 * size - signed) - 1
        values["mask"] = (1 << 8 * size) - 1
        parts.append(f"def up{name}(a, d):\n")
        parts += [_REGION_UPDATE.format(r=r, **values) for r in "hms"]
        parts.append(f"    return slow_update(a, {size}, {signed}, d)\n")
    return "".join(parts)


def code() -> CodeType:
    """The same, compiled."""
    spec = find_spec("server.sim.cmodule.accesses")
    assert spec is not None and spec.loader is not None
    made: CodeType | None = spec.loader.get_code(spec.name)  # type: ignore[attr-defined]
    assert made is not None
    return made


CODE = code()
