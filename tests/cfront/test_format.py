"""printf, sscanf and number parsing of the kernel, against what the real one prints."""

import pytest

from server.sim.kapi.format import format_bytes
from server.sim.kapi.number import parse_bool, parse_integer, simple_number
from server.sim.kapi.scan import scan

TEXTS = {0x10000: b"hello\0", 0x20000: bytes(range(1, 17)), 0x30000: (0b1011).to_bytes(8, "little")}


class Memory:
    """A fake machine: three objects, one symbol."""

    def cstr(self, address: int) -> bytes:
        return self.bytes_at(address, 64).split(b"\0")[0]

    def bytes_at(self, address: int, size: int) -> bytes:
        base = address & ~0xFFFF
        return TEXTS[base][address - base :][:size]

    def symbol(self, address: int) -> str:
        return "start+0x4/0x10 [demo]" if address == 0x40004 else ""

    def hashed(self, address: int) -> int:
        return 0xABCD0000 + (address & 0xFFFF)

    def cpu_bits(self) -> int:
        return 2


@pytest.mark.parametrize(
    ("fmt", "args", "text"),
    [
        ("%d %i %u", (-1 & 0xFFFFFFFFFFFFFFFF, 5, 0xFFFFFFFF), "-1 5 4294967295"),
        ("%5d|%-5d|%05d|%+d", (42, 42, 42, 42), "   42|42   |00042|+42"),
        ("%x %#x %X %o", (255, 255, 255, 8), "ff 0xff FF 10"),
        ("%hhd %hu %ld %llx", (300, 65537, -5, 1 << 40), "44 1 -5 10000000000"),
        ("%s|%.3s|%8s|%-8s|", (0x10000,) * 4, "hello|hel|   hello|hello   |"),
        ("%s %s", (0, 16), "(null) (efault)"),
        ("%c%%%*d", (ord("z"), 4, 7), "z%   7"),
        ("%p %px %p", (0x10000, 0x10000, 0), "00000000abcd0000 0000000000010000 0000000000000000"),
        ("%ps %pS %pS", (0x40004, 0x40004, 0x50000), "start [demo] start+0x4/0x10 [demo] 0x50000"),
        ("%pM %pm %pI4", (0x20000,) * 3, "01:02:03:04:05:06 010203040506 1.2.3.4"),
        ("%*ph %*phC", (3, 0x20000, 2, 0x20000), "01 02 03 01:02"),
        ("%*pbl %*pb", (8, 0x30000, 8, 0x30000), "0-1,3 0b"),
        ("%pe %pe", ((1 << 64) - 12, 0x10000), "-ENOMEM 00000000abcd0000"),
        ("%pUb", (0x20000,), "01020304-0506-0708-090a-0b0c0d0e0f10"),
    ],
)
def test_format(fmt: str, args: tuple[int, ...], text: str) -> None:
    assert format_bytes(Memory(), fmt.encode(), args).decode() == text


@pytest.mark.parametrize(
    ("text", "base", "size", "signed", "value"),
    [
        (b"123\n", 10, 8, False, 123),
        (b"0x1f", 0, 4, True, 31),
        (b"-5", 10, 4, True, -5),
        (b"-5", 10, 4, False, "EINVAL"),
        (b"12x", 10, 4, True, "EINVAL"),
        (b"", 10, 4, True, "EINVAL"),
        (b"300", 10, 1, False, "ERANGE"),
        (b"017", 0, 4, True, 15),
    ],
)
def test_kstrto(text: bytes, base: int, size: int, signed: bool, value: int | str) -> None:
    assert parse_integer(text, base, size, signed) == value


def test_simple_numbers_and_bools() -> None:
    assert simple_number(b"12ab", 10, True) == (12, 2)
    assert simple_number(b"-7 ", 10, True) == (-7, 2)
    assert [parse_bool(t) for t in (b"y", b"off", b"1", b"maybe")] == [True, False, True, None]


def test_scan() -> None:
    assert scan(b"12 abc 0x1f", b"%d %s %i") == [(b"\x0c\0\0\0", True), (b"abc\0", True), (b"\x1f\0\0\0", True)]
    assert scan(b"a=1;b", b"a=%hhd;%c") == [(b"\x01", True), (b"b", True)]
    assert scan(b"x", b"%d") == []
