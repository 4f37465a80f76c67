"""The syntax tree of a session: what `parser` delivers and `execute` walks. Plain frozen data.

Positions are `line` and `col` from 1 in the script's text.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True):
    """Base of all nodes."""


# ---- words: a word is a sequence of parts; quoted parts are neither split nor globbed -------------------------------


class Literal(Node, frozen=True):
    """Text as it stands. `quoted`: it was in quotes or behind a backslash."""

    text: str
    quoted: bool = False


class Param(Node, frozen=True):
    """`$name`, `${name}`, `${name:-word}`, `${#name}`.

    `op` is "", ":-", "-", ":=", "=", ":+", "+", "#", "##", "%", "%%" or "length".
    """

    name: str
    quoted: bool = False
    op: str = ""
    word: Word | None = None
    line: int = 0
    col: int = 0


class CommandSub(Node, frozen=True):
    """`$(…)` or backquotes: what the commands write, without trailing newlines."""

    body: Script
    quoted: bool = False


class Arithmetic(Node, frozen=True):
    """`$((…))`: the expression as a word whose parts are expanded before it is evaluated."""

    word: Word
    quoted: bool = False


Part = Literal | Param | CommandSub | Arithmetic


class Word(Node, frozen=True):
    """One word of a command. No parts: an empty word in quotes."""

    parts: tuple[Part, ...]
    line: int
    col: int
    end_col: int = 0

    def text(self) -> str | None:
        """The word's text if it is known before time starts (no expansion, no glob), else None."""
        out = []
        for part in self.parts:
            if not isinstance(part, Literal) or (not part.quoted and any(c in "*?[~" for c in part.text)):
                return None
            out.append(part.text)
        return "".join(out)

    def bare(self) -> str | None:
        """The word's text if nothing of it is quoted or expanded: what can be a reserved word."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal) and not self.parts[0].quoted:
            return self.parts[0].text
        return None


# ---- commands -------------------------------------------------------------------------------------------------------


class Assignment(Node, frozen=True):
    """`name=word`."""

    name: str
    word: Word


class Redirect(Node, frozen=True):
    """`[fd]op target`. `op`: `<`, `>`, `>>`, `>&`, `<&`, `<>`; `<<` carries a here-document as its target."""

    fd: int
    op: str
    target: Word


class Simple(Node, frozen=True):
    """Assignments, words and redirections; the first word is the command."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int
    col: int


class Compound(Node, frozen=True):
    """A compound command with redirections of its own."""

    body: Group | Subshell | If | For | Loop
    redirects: tuple[Redirect, ...]


class Group(Node, frozen=True):
    """`{ … }`."""

    body: Script


class Subshell(Node, frozen=True):
    """`( … )`: runs in a forked shell."""

    body: Script


class If(Node, frozen=True):
    """`if … then … elif … else … fi`."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script | None


class For(Node, frozen=True):
    """`for name in words; do … done`."""

    name: str
    words: tuple[Word, ...]
    body: Script


class Loop(Node, frozen=True):
    """`while … do … done`; `until` inverts the condition."""

    condition: Script
    body: Script
    until: bool


Command = Simple | Compound


class Pipeline(Node, frozen=True):
    """Commands joined by `|`; `text` is how it was typed."""

    commands: tuple[Command, ...]
    negated: bool
    text: str
    line: int


class AndOr(Node, frozen=True):
    """Pipelines joined by `&&` and `||`; the operator stands before its pipeline, "" before the first."""

    pipelines: tuple[tuple[str, Pipeline], ...]
    background: bool
    text: str


class Script(Node, frozen=True):
    """A list of commands, one after another."""

    items: tuple[AndOr, ...]
