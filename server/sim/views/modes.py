"""File modes as text."""

from __future__ import annotations


def text_of_mode(mode: int, directory: bool, device: str = "") -> str:
    """`-rw-r--r--`; `device` is the letter of a device, c or b."""
    bits = "".join(letter if mode >> (8 - i) & 1 else "-" for i, letter in enumerate("rwxrwxrwx"))
    return ("d" if directory else device or "-") + bits
