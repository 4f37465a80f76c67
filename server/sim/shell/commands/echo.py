"""`echo`: writes its words."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process

ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "a": "\a", "b": "\b", "r": "\r", "f": "\f", "v": "\v", "e": "\033"}


def unescape(text: str) -> tuple[str, bool]:
    r"""Text with its backslash escapes carried out; whether `\c` asked to stop."""
    out = []
    at = 0
    while at < len(text):
        c = text[at]
        at += 1
        if c != "\\" or at >= len(text):
            out.append(c)
            continue
        c = text[at]
        at += 1
        if c == "c":
            return "".join(out), True
        digits = 0
        if c in "01234567":
            while digits < 3 and at - 1 + digits < len(text) and text[at - 1 + digits] in "01234567":
                digits += 1
            out.append(chr(int(text[at - 1 : at - 1 + digits], 8) & 255))
            at += digits - 1
        elif c == "x" and text[at : at + 1] and text[at] in "0123456789abcdefABCDEF":
            end = at + (2 if text[at + 1 : at + 2] and text[at + 1] in "0123456789abcdefABCDEF" else 1)
            out.append(chr(int(text[at:end], 16)))
            at = end
        else:
            out.append(ESCAPES.get(c, "\\" + c))
    return "".join(out), False


def run(process: Process, words: list[str]) -> Steps:
    """Words between blanks and a newline. `-n`: no newline, `-e`: with escapes."""
    newline, escapes, at = True, False, 1
    while at < len(words) and len(words[at]) > 1 and words[at][0] == "-" and all(c in "neE" for c in words[at][1:]):
        newline &= "n" not in words[at]
        escapes |= "e" in words[at]
        at += 1
    text = " ".join(words[at:])
    if escapes:
        text, stop = unescape(text)
        newline &= not stop
    return (yield from process.out(text + ("\n" if newline else "")))


COMMAND = Command(
    run,
    "echo [-ne] [WORD...]",
    "Writes its words; `-n` without a newline, `-e` with escapes.",
    options=None,
    inside=True,
)
