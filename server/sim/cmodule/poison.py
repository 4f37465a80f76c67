"""The value of a local variable that was never set: every use of it is told, and counts as 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Poison:
    """Stands in a Python local. Copying it is no use of it; arithmetic, tests, stores and arguments are."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[], None]) -> None:
        """`tell` is called at each use."""
        self._tell = tell

    def __index__(self) -> int:
        """The value as a number: stores and conversions end here."""
        self._tell()
        return 0

    __int__ = __pos__ = __neg__ = __index__

    def __bool__(self) -> bool:
        """A condition."""
        return bool(self.__index__())

    def __invert__(self) -> int:
        """`~x`."""
        return ~self.__index__()

    def __hash__(self) -> int:
        """As 0: it may be looked up in a table."""
        return 0

    def __add__(self, other: Any) -> Any:
        """`x + other`."""
        return self.__index__() + other

    def __radd__(self, other: Any) -> Any:
        """`other + x`."""
        return other + self.__index__()

    def __sub__(self, other: Any) -> Any:
        """`x - other`."""
        return self.__index__() - other

    def __rsub__(self, other: Any) -> Any:
        """`other - x`."""
        return other - self.__index__()

    def __mul__(self, other: Any) -> Any:
        """`x * other`."""
        return self.__index__() * other

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        """`x / other`."""
        return self.__index__() // other

    def __rfloordiv__(self, other: Any) -> Any:
        """`other / x`: divides by 0."""
        return other // self.__index__()

    def __mod__(self, other: Any) -> Any:
        """`x % other`."""
        return self.__index__() % other

    def __rmod__(self, other: Any) -> Any:
        """`other % x`: divides by 0."""
        return other % self.__index__()

    def __and__(self, other: Any) -> Any:
        """`x & other`."""
        return self.__index__() & other

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        """`x | other`."""
        return self.__index__() | other

    __ror__ = __or__

    def __xor__(self, other: Any) -> Any:
        """`x ^ other`."""
        return self.__index__() ^ other

    __rxor__ = __xor__

    def __lshift__(self, other: Any) -> Any:
        """`x << other`."""
        return self.__index__() << other

    def __rlshift__(self, other: Any) -> Any:
        """`other << x`."""
        return other << self.__index__()

    def __rshift__(self, other: Any) -> Any:
        """`x >> other`."""
        return self.__index__() >> other

    def __rrshift__(self, other: Any) -> Any:
        """`other >> x`."""
        return other >> self.__index__()

    def __eq__(self, other: object) -> bool:
        """`x == other`."""
        return self.__index__() == other

    def __lt__(self, other: Any) -> Any:
        """`x < other`."""
        return self.__index__() < other

    def __le__(self, other: Any) -> Any:
        """`x <= other`."""
        return self.__index__() <= other

    def __gt__(self, other: Any) -> Any:
        """`x > other`."""
        return self.__index__() > other

    def __ge__(self, other: Any) -> Any:
        """`x >= other`."""
        return self.__index__() >= other
