"""Words to fields: parameters, command substitution, arithmetic, splitting, path names (POSIX 2.6)."""

from __future__ import annotations

import fnmatch
from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.shell.arithmetic import BadExpression, evaluate
from server.sim.shell.syntax import Arithmetic, CommandSub, Literal, Param, Part, Word

if TYPE_CHECKING:
    from server.sim.shell.shell import Shell

WORD_MAX = 256 * 1024  # characters of one word
FIELDS_MAX = 20_000  # words of one command
Piece = tuple[str, bool]  # text, quoted


class ShellError(Exception):
    """An error that ends the command: its message, without the shell's name."""


def fields(sh: Shell, words: tuple[Word, ...]) -> Generator[None, None, list[str]]:
    """The fields of a command line."""
    out: list[str] = []
    for word in words:
        for field in (yield from split(sh, word)):
            if any(not quoted and any(c in "*?[" for c in text) for text, quoted in field):
                out += paths(sh, field)
            else:
                out.append("".join(text for text, _ in field))
        if len(out) > FIELDS_MAX:
            raise ShellError("argument list too long")
    return out


def single(sh: Shell, word: Word) -> Generator[None, None, str]:
    """A word as one string: assignments, redirections, `${v:-word}`."""
    out: list[str] = []
    for index, part in enumerate(word.parts):
        if isinstance(part, Literal):
            out.append(tilde(sh, part, index))
        else:
            out.append((yield from value(sh, part)))
    return bounded("".join(out))


def bounded(text: str) -> str:
    """The text, unless it is too long. Raises ShellError."""
    if len(text) > WORD_MAX:
        raise ShellError(f"a word of more than {WORD_MAX // 1024} KiB")
    return text


def tilde(sh: Shell, part: Literal, index: int) -> str:
    """`~` at the start of a word is the home directory."""
    if index == 0 and not part.quoted and (part.text == "~" or part.text.startswith("~/")):
        return sh.variables.get("HOME", "") + part.text[1:]
    return part.text


def split(sh: Shell, word: Word) -> Generator[None, None, list[list[Piece]]]:
    """The fields of one word, as pieces: unquoted expansions are split at blanks."""
    done: list[list[Piece]] = []
    current: list[Piece] | None = None
    size = 0
    for index, part in enumerate(word.parts):
        if isinstance(part, Literal):
            current = [*(current or []), (tilde(sh, part, index), part.quoted)]
            continue
        text = yield from value(sh, part)
        size += len(text)
        if size > WORD_MAX:
            raise ShellError(f"a word of more than {WORD_MAX // 1024} KiB")
        if part.quoted:
            current = [*(current or []), (text, True)]
            continue
        bits = text.split()
        if text[:1].isspace() and current is not None:
            done.append(current)
            current = None
        for at, bit in enumerate(bits):
            if at:
                done.append(current or [])
                current = None
            current = [*(current or []), (bit, False)]
        if bits and text[-1:].isspace():
            done.append(current or [])
            current = None
    if current is not None:
        done.append(current)
    return done


def value(sh: Shell, part: Part) -> Generator[None, None, str]:
    """What an expansion stands for."""
    if isinstance(part, Param):
        return (yield from parameter(sh, part))
    if isinstance(part, Arithmetic):
        text = yield from single(sh, part.word)
        try:
            return str(evaluate(text, sh.variables))
        except BadExpression as error:
            raise ShellError(str(error)) from None
    assert isinstance(part, CommandSub)
    return (yield from sh.substitute(part.body))


def parameter(sh: Shell, part: Param) -> Generator[None, None, str]:
    """`$v` and `${v…}`."""
    text = sh.parameter(part.name)
    op = part.op
    if not op:
        if text is None and sh.flags["nounset"] and part.name not in "@*":
            raise ShellError(f"{part.name}: parameter not set")
        return text or ""
    if op == "length":
        return str(len(text or ""))
    assert part.word is not None
    missing = text is None or (op.startswith(":") and text == "")
    if op in (":-", "-", ":=", "="):
        if not missing:
            return text or ""
        text = yield from single(sh, part.word)
        if op in (":=", "="):
            sh.variables[part.name] = text
        return text
    if op in (":+", "+"):
        return "" if missing else (yield from single(sh, part.word))
    pattern = yield from single(sh, part.word)
    return trim(text or "", pattern, op)


def trim(text: str, pattern: str, op: str) -> str:
    """`${v#pattern}` and `${v%pattern}`, the shortest match; `##` and `%%` the longest."""
    if len(text) > 4096:
        raise ShellError("a text of more than 4096 characters cannot be trimmed")
    ends = range(len(text) + 1)
    for end in ends if op in ("#", "%%") else reversed(ends):
        if op[0] == "#" and fnmatch.fnmatchcase(text[:end], pattern):
            return text[end:]
        if op[0] == "%" and fnmatch.fnmatchcase(text[end:], pattern):
            return text[:end]
    return text


def paths(sh: Shell, field: list[Piece]) -> list[str]:
    """The files that a pattern names, sorted; the pattern itself if there are none."""
    plain = "".join(text for text, _ in field)
    pattern = "".join(
        "".join(f"[{c}]" if c in "*?[" else c for c in text) if quoted else text for text, quoted in field
    )
    found = ["/" if pattern.startswith("/") else ""]
    process = sh.process
    for level in pattern.strip("/").split("/"):
        following: list[str] = []
        for base in found:
            directory = process.path(base or ".")
            if not any(c in "*?[" for c in level):
                if process.exists(process.path(base + level)):
                    following.append(base + level + "/")
            elif process.is_dir(directory):
                names = fnmatch.filter(process.listdir(directory), level)
                following += [f"{base}{name}/" for name in sorted(names) if not name.startswith(".") or level[0] == "."]
        found = following[:FIELDS_MAX]
    return [name.rstrip("/") for name in found] or [plain]
