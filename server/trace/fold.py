"""The folded time axis: idle stretches shrink, so that 2 s of waiting and 40 us of work are both seen.

    0     1.4   1.8 ms ...cut: 501 ms... 503 ms
    |------|-----|------------~~-----------|--

Between two neighbouring changes the width grows with the logarithm of the duration, so it never falls as duration
rises; a stretch longer than CUT_NS is a cut: pictures break every bar there and say how long it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import log2

import msgspec

CUT_NS = 5_000_000
_UNIT_NS = 20_000
_WIDTH_MIN = 4.0
_KNOTS_MAX = 4000


class Cut(msgspec.Struct, frozen=True):
    """A folded stretch, in ns and pixels."""

    start_ns: int
    end_ns: int
    x: float
    width: float


class Axis:
    """From ns to pixels; linear between the knots."""

    def __init__(self, times: Iterable[int], width: float) -> None:
        """`times` are the moments at which something changes; the axis is `width` wide, more where they are many."""
        knots = sorted(set(times)) or [0]
        if len(knots) > _KNOTS_MAX:
            knots = knots[:: len(knots) // _KNOTS_MAX + 1] + knots[-1:]
        gaps = [b - a for a, b in zip(knots, knots[1:], strict=False)]
        weights = [_WIDTH_MIN + 6 * log2(1 + gap / _UNIT_NS) for gap in gaps]
        scale = max(width / (sum(weights) or 1), 0.5)
        self.knots = knots
        self.places = [0.0]
        for weight in weights:
            self.places.append(self.places[-1] + weight * scale)
        self.width = self.places[-1]
        self.cuts = [
            Cut(a, b, x, y - x)
            for a, b, x, y in zip(knots, knots[1:], self.places, self.places[1:], strict=False)
            if b - a > CUT_NS
        ]

    def x(self, t_ns: int) -> float:
        """The place of a moment; outside of the knots, the nearer end."""
        i = bisect_right(self.knots, t_ns) - 1
        if i < 0:
            return 0.0
        if i >= len(self.knots) - 1:
            return self.width
        a, b = self.knots[i], self.knots[i + 1]
        return self.places[i] + (self.places[i + 1] - self.places[i]) * (t_ns - a) / (b - a)
