"""File modes as text."""

from __future__ import annotations


def text_of_mode(mode: int, directory: bool, device: bool = False) -> str:
    """`-rw-r--r--`."""
    bits = "".join(letter if mode >> (8 - i) & 1 else "-" for i, letter in enumerate("rwxrwxrwx"))
    return ("d" if directory else "c" if device else "-") + bits
