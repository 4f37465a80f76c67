"""Tags of a hardware queue (lib/sbitmap.c): which of the free ones a request gets.

Bits lie in words of a quarter of the depth, at most 64. Each CPU has a hint, which names the word to look into; there
the lowest bit is taken. A freed bit is only noted: it is free again when its word has no other left.
"""

from __future__ import annotations

WORD_BITS = 64


class Tags:
    """An sbitmap. `hints` are by CPU."""

    __slots__ = ("depth", "bits", "used", "cleared", "hints")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.bits = WORD_BITS
        while depth >= 4 and 4 * self.bits > depth:
            self.bits >>= 1
        words = -(-depth // self.bits)
        self.used = [0] * words
        self.cleared = [0] * words
        self.hints: dict[int, int] = {}

    def _in_word(self, index: int) -> int:
        """sbitmap_find_bit_in_word: the lowest bit that is free, -1 if there is none."""
        room = min(self.bits, self.depth - index * self.bits)
        for _ in range(2):
            free = next((bit for bit in range(room) if not self.used[index] >> bit & 1), -1)
            if free >= 0:
                return free
            self.used[index] &= ~self.cleared[index]
            self.cleared[index] = 0
        return -1

    def get(self, cpu: int) -> int:
        """sbitmap_get: a tag, -1 if all are taken."""
        hint = self.hints.get(cpu, 0)
        first = hint // self.bits
        for step in range(len(self.used)):
            index = (first + step) % len(self.used)
            bit = self._in_word(index)
            if bit >= 0:
                self.used[index] |= 1 << bit
                tag = index * self.bits + bit
                if tag == hint:
                    self.hints[cpu] = hint + 1 if hint + 1 < self.depth - 1 else 0
                return tag
        self.hints[cpu] = 0
        return -1

    def put(self, tag: int, cpu: int) -> None:
        """sbitmap_queue_clear: noted as free; `cpu` looks there next."""
        self.cleared[tag // self.bits] |= 1 << tag % self.bits
        self.hints[cpu] = tag
