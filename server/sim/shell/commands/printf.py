"""`printf`: writes words in a format."""

from __future__ import annotations

import re

from server.sim.shell.command import Command, Steps
from server.sim.shell.commands.echo import unescape
from server.sim.shell.process import Process

SPEC = re.compile(r"%([-+ 0#]*)(\d*|\*)(?:\.(\d*))?([a-zA-Z%])")
WIDTH_MAX = 1000
ROUNDS_MAX = 10_000


def integer(text: str) -> int | None:
    """A number as C reads it, also 'c for a character; None if it is none."""
    text = text.strip()
    if text[:1] in ("'", '"') and len(text) > 1:
        return ord(text[1])
    try:
        return int(text, 0) if text[:40] == text else None
    except ValueError:
        return int(text, 8) if re.fullmatch(r"[-+]?0[0-7]+", text) else (0 if not text else None)


def convert(spec: re.Match[str], word: str) -> str | None:
    """One conversion; None where the word is no number."""
    flags, width, precision, letter = spec[1], spec[2], spec[3], spec[4]
    width = str(min(int(width or 0), WIDTH_MAX)) if width != "0" else ""
    digits = min(int(precision or 0), WIDTH_MAX) if precision is not None else None
    if letter in "sbc":
        text = unescape(word)[0] if letter == "b" else word[:1] if letter == "c" else word
        text = text if digits is None else text[:digits]
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
    form = f"%{flags}{width}" + (f".{digits}" if digits is not None else "")
    if letter in "diuxXo":
        number = integer(word)
        if number is None:
            return None
        if letter in "uxXo" and number < 0:
            number += 1 << 64
        return (form + ("d" if letter in "iu" else letter)) % number
    if letter in "feEgG":
        try:
            return (form + letter) % float(word or 0)
        except ValueError:
            return None
    return spec[0]


def run(process: Process, words: list[str]) -> Steps:
    """Words in the format, which is used again while words are left."""
    if len(words) < 2:
        yield from process.err("sh: usage: printf FORMAT [ARGUMENT...]\n")
        return 2
    form, rest, status = words[1], words[2:], 0
    out: list[str] = []
    for _ in range(ROUNDS_MAX):
        at, used = 0, False
        for spec in SPEC.finditer(form):
            out.append(unescape(form[at : spec.start()])[0])
            at = spec.end()
            if spec[4] == "%":
                out.append("%")
                continue
            word, used = (rest.pop(0) if rest else ""), True
            text = convert(spec, word)
            if text is None:
                yield from process.err(f"sh: invalid number '{word}'\n")
                status, text = 1, convert(spec, "0") or "0"
            out.append(text)
        tail, stop = unescape(form[at:])
        out.append(tail)
        if stop or not rest or not used:
            break
    return (yield from process.out("".join(out))) or status


COMMAND = Command(
    run,
    "printf FORMAT [WORD...]",
    "Writes words in a format: %s %b %c %d %u %x %o %f %e %g and escapes.",
    options=None,
    inside=True,
)
