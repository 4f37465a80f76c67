"""Names of a module's functions where ftrace printed bare addresses.

It resolves them when the trace is read, by which time the module may be gone.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_right
from pathlib import Path

from server.vm import lab

_ROW = re.compile(r"^([0-9a-f]+) [tT] (\w+)$", re.MULTILINE)
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
            told = lab.run([lab.program("nm"), "--defined-only", file.name], 20).stdout
            sections = lab.run([lab.program("objdump"), "-t", "-j", ".text", str(Path(file.name))], 20).stdout
        inside = {line.split()[-1] for line in sections.splitlines() if " F .text" in line}
        rows = [(int(at, 16), symbol) for at, symbol in _ROW.findall(told) if symbol in inside]
        self.table = sorted(row for row in rows if not row[1].startswith("__pfx_"))

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
