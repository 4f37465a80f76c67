"""A session's text to its tree: recursive descent over the grammar of `docs/session.md`, all faults at once.

After a fault the parser goes on with the next line, so that one mistake hides no other.
"""

from __future__ import annotations

import msgspec

from server.scenario import Diagnostic, Limits
from server.sim.shell.check import check
from server.sim.shell.lexer import DEPTH_MAX, NAME_REST, NAME_START, Lexer, Token
from server.sim.shell.syntax import (
    AndOr,
    Assignment,
    Command,
    Compound,
    For,
    Group,
    If,
    Literal,
    Loop,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Subshell,
    Word,
)

OPENERS = ("if", "while", "until", "for", "{")
CLOSERS = ("then", "elif", "else", "fi", "do", "done", "}", "in")
UNKNOWN = {
    "case": "write it with if and test",
    "function": "write its commands where they are needed",
    "[[": "write [ … ]",
    "select": "",
    "let": "write v=$((…))",
}
FAULTS_MAX = 50


class Fault(Exception):
    """A syntax error; `parse` goes on with the next line."""

    def __init__(self, token: Token, message: str, hint: str = "", *, closer: bool = False) -> None:
        super().__init__(message)
        self.closer = closer  # a `done`, `fi` … that belongs to nothing
        self.token = token
        self.message = message
        self.hint = hint


def parse(text: str, limits: Limits, file: str = "session.sh") -> tuple[Script, list[Diagnostic]]:
    """The tree of a session and everything that is wrong with it, in the order of the text.

    Checked are syntax, commands and their options as far as they are known before time starts. With a diagnostic
    the tree must not be run.
    """
    if len(text.encode("utf-8", "replace")) > limits.source_bytes_file:
        limit = f"{limits.source_bytes_file // 1024} KiB"
        return Script(()), [Diagnostic(file, 0, 0, "error", "sh-limit", f"the session is longer than {limit}")]
    lexer = Lexer(text.replace("\r\n", "\n"), file, _nested)
    script = Parser(lexer).script(())
    faults = [*lexer.faults, *check(script, file)]
    unique = {(f.line, f.col, f.message): f for f in faults}
    ordered = sorted(unique.values(), key=lambda f: (f.line, f.col))
    return script, ordered[:FAULTS_MAX]


def _nested(lexer: Lexer, closer: str) -> Script:
    """The script of a `$(…)`; the lexer stands behind its closing parenthesis afterwards."""
    line, col = lexer.line, lexer.col
    parser = Parser(lexer, bool(closer))
    script = parser.script((closer,) if closer else ())
    if closer and parser.token.text != closer:
        lexer.fault(line, max(1, col - 2), "sh-syntax", "this $( is never closed", "add a closing )")
    return script


class Parser:
    """One level of script over a lexer that may be shared with the level around it."""

    def __init__(self, lexer: Lexer, nested: bool = False) -> None:
        self.lexer = lexer
        self.nested = nested  # within $(…): a closing parenthesis ends it
        self.orphans = 0  # compound commands that a fault broke: their closers are no news
        self.token = lexer.next()

    # ---- tokens

    def advance(self) -> Token:
        """The current token; moves on to the next."""
        token = self.token
        self.token = self.lexer.next()
        return token

    def at_op(self, *ops: str) -> bool:
        """The current token is one of these operators."""
        return self.token.kind == "op" and self.token.text in ops

    def reserved(self) -> str:
        """The reserved word that stands here, or ""."""
        bare = self.token.word.bare() if self.token.word else None
        return bare if bare in OPENERS or bare in CLOSERS or bare == "!" else ""

    def newlines(self) -> None:
        """Skips empty lines."""
        while self.at_op("\n"):
            self.advance()

    def describe(self) -> str:
        """The current token for a message."""
        token = self.token
        if token.kind == "end":
            return "the end of the session"
        if token.text == "\n":
            return "the end of the line"
        return f"`{self.lexer.text[token.start : token.end]}`"

    # ---- lists

    def script(self, closers: tuple[str, ...]) -> Script:
        """Commands up to one of `closers` (reserved words, or `)`), which stays the current token; "" is the end."""
        items: list[AndOr] = []
        while True:
            self.newlines()
            if self.token.kind == "end" or self.reserved() in closers or (")" in closers and self.at_op(")")):
                return Script(tuple(items))
            try:
                items.append(self.and_or())
                if not items[-1].background:
                    self.separator(closers)
            except Fault as fault:
                self.recover(fault)

    def separator(self, closers: tuple[str, ...]) -> None:
        """What may follow a command: `;`, a newline, or the list's end."""
        if self.at_op(";", "\n"):
            self.advance()
        elif not (self.token.kind == "end" or self.reserved() in closers or (")" in closers and self.at_op(")"))):
            raise Fault(self.token, f"unexpected {self.describe()}")

    def recover(self, fault: Fault) -> None:
        """Notes a fault and skips to the end of its line."""
        token = fault.token
        width = token.end - token.start if token.kind == "word" else len(token.text)
        orphan = self.orphans and fault.closer
        if orphan and self.reserved() in ("fi", "done", "}"):
            self.orphans -= 1
        if not orphan:
            self.lexer.fault(token.line, token.col, "sh-syntax", fault.message, fault.hint, token.col + max(1, width))
        while not (self.token.kind == "end" or self.at_op("\n", ";") or (self.nested and self.at_op(")"))):
            self.advance()
        if self.at_op("\n", ";"):
            self.advance()

    def and_or(self) -> AndOr:
        """`pipeline && pipeline || pipeline`, with a closing `&` if there is one."""
        start = self.token.start
        pipelines = [("", self.pipeline())]
        while self.at_op("&&", "||"):
            op = self.advance().text
            self.newlines()
            pipelines.append((op, self.pipeline()))
        text = self.lexer.text[start : self.token.start].strip()
        background = self.at_op("&")
        if background:
            self.advance()
        return AndOr(tuple(pipelines), background, text)

    def pipeline(self) -> Pipeline:
        """`! command | command`."""
        first = self.token
        negated = False
        while self.reserved() == "!":
            self.advance()
            negated = not negated
        commands = [self.command()]
        while self.at_op("|"):
            self.advance()
            self.newlines()
            commands.append(self.command())
        text = self.lexer.text[first.start : self.token.start].strip()
        return Pipeline(tuple(commands), negated, text, first.line)

    # ---- commands

    def command(self) -> Command:
        """A simple or compound command."""
        word = self.reserved()
        if word in OPENERS or self.at_op("("):
            return self.compound(word)
        if word:
            raise Fault(self.token, f"unexpected `{word}`", _closer_hint(word), closer=True)
        bare = self.token.word.bare() if self.token.word else None
        if bare in UNKNOWN:
            if bare == "case":
                self.skip_case()
            raise Fault(self.token, f"the session's shell has no `{bare}`", UNKNOWN[bare])
        return self.simple()

    def skip_case(self) -> None:
        """Passes over a `case … esac`, so that it counts as one fault; the current token stays for the message."""
        while self.lexer.pos < len(self.lexer.text):
            token = self.lexer.next()
            if token.word is not None and token.word.bare() == "esac":
                return

    def compound(self, word: str) -> Compound:
        """`( )`, `{ }`, if, while, until, for."""
        opener = self.token
        self.lexer.depth += 1
        if self.lexer.depth > DEPTH_MAX:
            raise Fault(opener, f"more than {DEPTH_MAX} commands within each other")
        self.advance()
        body: Group | Subshell | If | For | Loop
        try:
            if word == "{":
                body = Group(self.body(("}",), opener))
                self.advance()
            elif not word:
                body = Subshell(self.body((")",), opener))
                self.advance()
            elif word == "if":
                body = self.if_clause(opener)
            elif word == "for":
                body = self.for_clause(opener)
            else:
                condition = self.body(("do",), opener)
                body = Loop(condition, self.do_group(opener), word == "until")
        except Fault:
            self.orphans += 1
            raise
        finally:
            self.lexer.depth -= 1
        redirects = []
        while self.token.kind == "redirect":
            redirects.append(self.redirect())
        return Compound(body, tuple(redirects))

    def body(self, closers: tuple[str, ...], opener: Token) -> Script:
        """A list that must not be empty and must be closed."""
        script = self.script(closers)
        if self.token.kind == "end":
            name = self.lexer.text[opener.start : opener.end]
            hint = f"it ends with `{_CLOSED_BY.get(name, closers[-1])}`"
            self.lexer.fault(opener.line, opener.col, "sh-syntax", f"this `{name}` is never closed", hint)
            return script
        if not script.items and not self.lexer.faults:
            raise Fault(self.token, f"a command is missing before `{self.reserved() or ')'}`")
        return script

    def if_clause(self, opener: Token) -> If:
        """Everything after `if`."""
        branches = []
        otherwise = None
        while True:
            condition = self.body(("then",), opener)
            self.advance()
            branches.append((condition, self.body(("elif", "else", "fi"), opener)))
            word = self.reserved()
            self.advance()
            if word == "elif":
                continue
            if word == "else":
                otherwise = self.body(("fi",), opener)
                self.advance()
            return If(tuple(branches), otherwise)

    def for_clause(self, opener: Token) -> For:
        """Everything after `for`."""
        name = self.token.word.bare() if self.token.word else None
        if not name or not _is_name(name):
            raise Fault(self.token, "`for` needs the name of a variable", "write for v in a b c; do …; done")
        self.advance()
        self.newlines()
        if self.reserved() != "in":
            raise Fault(self.token, f"expected `in`, found {self.describe()}", "write for v in a b c; do …; done")
        self.advance()
        words = []
        while self.token.word is not None:
            words.append(self.token.word)
            self.advance()
        if not self.at_op(";", "\n"):
            raise Fault(self.token, f"unexpected {self.describe()}")
        self.advance()
        self.newlines()
        if self.reserved() != "do":
            raise Fault(self.token, f"expected `do`, found {self.describe()}", "write for v in a b c; do …; done")
        return For(name, tuple(words), self.do_group(opener))

    def do_group(self, opener: Token) -> Script:
        """`do … done`, from the `do`."""
        self.advance()
        script = self.body(("done",), opener)
        self.advance()
        return script

    def simple(self) -> Simple:
        """Assignments, words, redirections."""
        first = self.token
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            if self.token.kind == "redirect":
                redirects.append(self.redirect())
            elif self.token.word is not None:
                assignment = None if words else _assignment(self.token.word)
                if assignment is not None:
                    assignments.append(assignment)
                else:
                    words.append(self.token.word)
                self.advance()
            elif self.at_op("(") and len(words) == 1 and not redirects:
                self.orphans += 1  # its closing brace
                raise Fault(first, "the session's shell has no functions", "write the commands where they are needed")
            else:
                break
        if not (assignments or words or redirects):
            if self.token.text == "|" or self.token.text == "&&" or self.token.text == "||":
                raise Fault(self.token, f"a command is missing before {self.describe()}")
            raise Fault(self.token, f"unexpected {self.describe()}")
        return Simple(tuple(assignments), tuple(words), tuple(redirects), first.line, first.col)

    def redirect(self) -> Redirect:
        """A redirection."""
        op = self.token
        if op.text in ("<<", "<<-", "<<<"):
            self.advance()
            mark = self.token.word.text() if self.token.word else None
            if op.text != "<<<" and mark:
                self.lexer.skip_here_document(mark)
            raise Fault(op, "the session's shell has no here-documents", "write echo or printf before a pipe")
        if op.text == "&>":
            raise Fault(op, "`&>` is not part of sh", "write >FILE 2>&1")
        self.advance()
        target = self.token.word
        if target is None:
            raise Fault(self.token, f"a file name is missing after `{op.text}`")
        self.advance()
        text = target.text()
        if op.text in (">&", "<&") and not (text is not None and (text.isdigit() or text == "-")):
            raise Fault(op, f"`{op.text}` needs the number of an open file", "write 2>&1, or >FILE")
        fd = op.fd if op.fd >= 0 else (0 if op.text.startswith("<") else 1)
        return Redirect(fd, ">" if op.text == ">|" else op.text, target)


_CLOSED_BY = {"if": "fi", "for": "done", "while": "done", "until": "done", "{": "}", "(": ")"}
_OPENED_BY = {"then": "if", "elif": "if", "else": "if", "fi": "if", "do": "for` or `while", "done": "do", "}": "{"}


def _closer_hint(word: str) -> str:
    opener = _OPENED_BY.get(word)
    return f"no `{opener}` is open here" if opener else ""


def _is_name(text: str) -> bool:
    return bool(text) and text[0] in NAME_START and all(c in NAME_REST for c in text)


def _assignment(word: Word) -> Assignment | None:
    """`name=value`, if the word is one."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or first.quoted or "=" not in first.text:
        return None
    name, _, rest = first.text.partition("=")
    if not _is_name(name):
        return None
    parts = (Literal(rest), *word.parts[1:]) if rest else word.parts[1:]
    return Assignment(name, msgspec.structs.replace(word, parts=parts))
