"""Names of a module's functions where ftrace printed bare addresses.

It resolves them when the trace is read, by which time the module may be gone.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_right

from server.vm import lab

_BARE = re.compile(r"\b0x([0-9a-f]{16})\b")
_LAST_SIZE = 0x1000  # what the last function may at most have


class Symbols:
    """The functions of one module's text, by offset."""

    def __init__(self, name: str, ko: bytes) -> None:
        self.name = name
        self.bases: list[int] = []
        with tempfile.NamedTemporaryFile(suffix=".ko") as file:
            file.write(ko)
            file.flush()
            listed = lab.run([lab.program("objdump"), "--syms", file.name], 20).stdout
        self.table: list[tuple[int, str]] = []
        for row in listed.splitlines():
            words = row.split()  # value, flags in one to three words, section, size, name
            if "F" in words[1:-3] and words[-3] == ".text" and not words[-1].startswith("__pfx_"):
                self.table.append((int(words[0], 16), words[-1]))
        self.table.sort()

    def loaded(self, base: int) -> None:
        """The module's text lies there (too)."""
        if base not in self.bases:
            self.bases.append(base)

    def named(self, line: str) -> str:
        """The line with names for addresses of the module's text."""
        return _BARE.sub(self._name, line) if self.bases and "0x" in line else line

    def _name(self, match: re.Match[str]) -> str:
        for base in self.bases:
            offset = int(match[1], 16) - base
            if self.table and 0 <= offset < self.table[-1][0] + _LAST_SIZE:
                start, symbol = self.table[bisect_right(self.table, (offset, "\x7f")) - 1]
                return f"{symbol} [{self.name}]" if start == offset else f"{symbol}+{offset - start:#x} [{self.name}]"
        return match[0]
