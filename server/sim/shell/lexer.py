"""Text of a session to tokens, words with their expansions included.

The lexer is pulled by the parser, because `$(…)` nests a whole script in a word: it then asks for a nested parser over
itself. Faults are collected in `faults`; the lexer always goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import msgspec

from server.scenario import Diagnostic
from server.sim.shell.syntax import Arithmetic, CommandSub, Literal, Param, Part, Script, Word

OPERATORS = ("&&", "||", ";;", ";", "&", "|", "(", ")", "\n")
REDIRECTS = ("<<<", "<<-", "<<", ">>", ">&", "<&", "<>", ">|", "&>", ">", "<")
NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
NAME_REST = NAME_START | frozenset("0123456789")
SPECIAL = frozenset("?$!#@*0123456789-")
DEPTH_MAX = 40  # of $(…), quotes and compound commands within each other


class Token(msgspec.Struct, frozen=True):
    """`kind`: word, op, redirect, end. `text` is the operator, `fd` a redirect's number (-1: its default)."""

    kind: str
    text: str
    line: int
    col: int
    start: int
    end: int
    word: Word | None = None
    fd: int = -1


class Lexer:
    """Tokens of `text`, one at a time, by `next()`."""

    def __init__(self, text: str, file: str, nested: Callable[[Lexer, str], Script]) -> None:
        self.text = text
        self.file = file
        self.pos = 0
        self.line = 1
        self.line_start = 0
        self.faults: list[Diagnostic] = []
        self.nested = nested  # parses a script up to a closing operator, given the lexer
        self.depth = 0

    # ---- places and faults

    @property
    def col(self) -> int:
        """Column of the next character, from 1."""
        return self.pos - self.line_start + 1

    def fault(self, line: int, col: int, code: str, message: str, hint: str = "", end_col: int = 0) -> None:
        """Notes an error."""
        self.faults.append(Diagnostic(self.file, line, col, "error", code, message, hint, end_col))

    def peek(self, ahead: int = 0) -> str:
        """The character `ahead` of the next one, "" at the end."""
        at = self.pos + ahead
        return self.text[at] if at < len(self.text) else ""

    def take(self) -> str:
        """The next character; counts lines."""
        c = self.text[self.pos]
        self.pos += 1
        if c == "\n":
            self.line += 1
            self.line_start = self.pos
        return c

    # ---- tokens

    def next(self) -> Token:
        """The next token; `end` at the end of the text, again and again."""
        self._blank()
        line, col, start = self.line, self.col, self.pos
        if self.pos >= len(self.text):
            return Token("end", "", line, col, start, start)
        fd = -1
        digits = 0
        while self.peek(digits).isdigit() and self.peek(digits).isascii():
            digits += 1
        if 0 < digits <= 3 and self.peek(digits) in ("<", ">"):
            fd = int(self.text[self.pos : self.pos + digits])
            self.pos += digits
        for op in REDIRECTS:
            if self.text.startswith(op, self.pos):
                self.pos += len(op)
                return Token("redirect", op, line, col, start, self.pos, fd=fd)
        for op in OPERATORS:
            if self.text.startswith(op, self.pos):
                for _ in op:
                    self.take()
                return Token("op", op, line, col, start, self.pos)
        word = self.word()
        return Token("word", "", line, col, start, self.pos, word)

    def _blank(self) -> None:
        while self.pos < len(self.text):
            c = self.peek()
            if c in " \t\r":
                self.take()
            elif c == "\\" and self.peek(1) == "\n":
                self.take()
                self.take()
            elif c == "#":
                while self.pos < len(self.text) and self.peek() != "\n":
                    self.take()
            else:
                return

    # ---- words

    def word(self) -> Word:
        """A word: up to a blank or an operator outside quotes."""
        line, col = self.line, self.col
        parts: list[Part] = []
        while self.pos < len(self.text) and self.peek() not in " \t\r\n;&|()<>":
            self._part(parts)
        return Word(_join(parts), line, col, self.col if self.line == line else col + 1)

    def _part(self, parts: list[Part], stop: str = "") -> None:
        c = self.peek()
        if c == "'":
            self._single(parts)
        elif c == '"':
            self._double(parts)
        elif c == "\\":
            self.take()
            if self.pos >= len(self.text):
                parts.append(Literal("\\"))
            elif (escaped := self.take()) != "\n":
                parts.append(Literal(escaped, True))
        elif c == "$":
            self._dollar(parts, False)
        elif c == "`":
            self._backquote(parts, False)
        else:
            parts.append(Literal(self.take()))

    def _single(self, parts: list[Part]) -> None:
        line, col = self.line, self.col
        self.take()
        start = self.pos
        while self.pos < len(self.text) and self.peek() != "'":
            self.take()
        parts.append(Literal(self.text[start : self.pos], True))
        if self.pos >= len(self.text):
            self.fault(line, col, "sh-syntax", "this quote is never closed", "add a closing '")
        else:
            self.take()

    def _double(self, parts: list[Part]) -> None:
        line, col = self.line, self.col
        self.take()
        parts.append(Literal("", True))
        while self.pos < len(self.text) and self.peek() != '"':
            self._quoted_part(parts)
        if self.pos >= len(self.text):
            self.fault(line, col, "sh-syntax", "this quote is never closed", 'add a closing "')
        else:
            self.take()

    def _quoted_part(self, parts: list[Part]) -> None:
        c = self.peek()
        if c == "\\" and self.peek(1) in ("$", "`", '"', "\\", "\n"):
            self.take()
            if (escaped := self.take()) != "\n":
                parts.append(Literal(escaped, True))
        elif c == "$":
            self._dollar(parts, True)
        elif c == "`":
            self._backquote(parts, True)
        else:
            parts.append(Literal(self.take(), True))

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        line, col = self.line, self.col
        self.take()
        c = self.peek()
        if c == "(" and self.peek(1) == "(":
            parts.append(Arithmetic(self._arithmetic(line, col), quoted))
        elif c == "(":
            self.take()
            parts.append(CommandSub(self._nested(line, col), quoted))
        elif c == "{":
            parts.append(self._braced(line, col, quoted))
        elif c in NAME_START and c:
            parts.append(Param(self._name(), quoted, line=line, col=col))
        elif c in SPECIAL and c:
            parts.append(Param(self.take(), quoted, line=line, col=col))
        else:
            parts.append(Literal("$", quoted))

    def _nested(self, line: int, col: int) -> Script:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self.fault(line, col, "sh-limit", f"more than {DEPTH_MAX} commands within each other")
            self.pos = len(self.text)
            script = Script(())
        else:
            script = self.nested(self, ")")
        self.depth -= 1
        return script

    def _backquote(self, parts: list[Part], quoted: bool) -> None:
        line, col = self.line, self.col
        self.take()
        inner: list[str] = []
        while self.pos < len(self.text) and self.peek() != "`":
            if self.peek() == "\\" and self.peek(1) in ("`", "\\", "$"):
                self.take()
            inner.append(self.take())
        if self.pos >= len(self.text):
            self.fault(line, col, "sh-syntax", "this backquote is never closed", "write $(…)")
            return
        self.take()
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self.fault(line, col, "sh-limit", f"more than {DEPTH_MAX} commands within each other")
        else:
            inside = Lexer("".join(inner), self.file, self.nested)
            inside.line, inside.line_start, inside.depth = line, -col, self.depth
            inside.faults = self.faults
            parts.append(CommandSub(self.nested(inside, ""), quoted))
        self.depth -= 1

    def _name(self) -> str:
        start = self.pos
        while self.peek() in NAME_REST and self.peek():
            self.take()
        return self.text[start : self.pos]

    def _braced(self, line: int, col: int, quoted: bool) -> Part:
        self.take()
        op = ""
        if self.peek() == "#" and self.peek(1) not in ("}", ""):
            self.take()
            op = "length"
        name = self._name() or (self.take() if self.peek() in SPECIAL and self.peek() else "")
        word: Word | None = None
        if not op and self.peek() not in ("}", ""):
            for known in (":-", ":=", ":+", "-", "=", "+", "##", "%%", "#", "%"):
                if self.text.startswith(known, self.pos):
                    op = known
                    self.pos += len(known)
                    word = self._braced_word(quoted)
                    break
        if not name or self.peek() != "}":
            self.fault(
                line,
                col,
                "sh-syntax",
                "this ${ is not an expansion that the session's shell knows",
                "it knows ${v}, ${#v}, ${v:-word}, ${v:=word}, ${v:+word}, ${v#pattern} and ${v%pattern}",
            )
            while self.pos < len(self.text) and self.peek() not in "}\n":
                self.take()
        if self.peek() == "}":
            self.take()
        return Param(name, quoted, op, word, line, col)

    def _braced_word(self, quoted: bool) -> Word:
        line, col = self.line, self.col
        parts: list[Part] = []
        self.depth += 1
        while self.pos < len(self.text) and self.peek() != "}" and self.depth <= DEPTH_MAX:
            if quoted:
                self._quoted_part(parts)
            else:
                self._part(parts)
        self.depth -= 1
        return Word(_join(parts), line, col)

    def _arithmetic(self, line: int, col: int) -> Word:
        self.take()
        self.take()
        parts: list[Part] = []
        depth = 0
        self.depth += 1
        while self.pos < len(self.text) and self.depth <= DEPTH_MAX:
            c = self.peek()
            if c == ")" and not depth:
                break
            depth += (c == "(") - (c == ")")
            if c == '"':
                self.take()
            else:
                self._quoted_part(parts)
        self.depth -= 1
        if self.peek() == ")" and self.peek(1) == ")":
            self.take()
            self.take()
        else:
            self.fault(line, col, "sh-syntax", "this $(( is never closed", "add a closing ))")
        return Word(_join(parts), line, col)

    def skip_here_document(self, mark: str) -> None:
        """Passes over the lines after the next newline up to `mark`: the subset has no here-documents."""
        end = self.text.find("\n", self.pos)
        at = len(self.text) if end < 0 else end + 1
        while at < len(self.text):
            stop = self.text.find("\n", at)
            stop = len(self.text) if stop < 0 else stop
            line, at = self.text[at:stop].strip("\t"), stop
            if line == mark:
                break
            at += 1
        while self.pos < min(at, len(self.text)):
            self.take()


def _join(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbouring literals of one kind as one."""
    out: list[Part] = []
    for quoted, group in groupby(parts, lambda part: part.quoted if isinstance(part, Literal) else None):
        if quoted is None:
            out.extend(group)
        else:
            out.append(Literal("".join(part.text for part in group if isinstance(part, Literal)), quoted))
    return tuple(out)
