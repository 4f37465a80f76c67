"""What a command of the session is: its options, its usage, and the function that runs it.

Each command is one file in `commands/` with a `COMMAND`. `find` loads a file when a session uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import msgspec

from server.sim.shell import commands
from server.sim.shell.syntax import Word

if TYPE_CHECKING:
    from server.sim.shell.process import Process

Steps = Generator[None, None, int]
Report = Callable[[Word, str, str], None]  # word, message, hint
ALIASES = {"[": "test", ":": "true", "wq_monitor.py": "wq_monitor", "wq_dump.py": "wq_dump"}
UNKNOWN_WORD = "\0"  # stands for a word that is not known before time starts


class Command(msgspec.Struct, frozen=True):
    """A command.

    `options` are getopt's letters (`n:` takes an argument), None where the command reads its words itself; `long` are
    long options (`level=` takes an argument). `digits` names the option that `-20` is short for. `operands` is the
    least and the greatest number of operands (-1: any). `inside`: it runs in the shell, without a process of its own.
    `path` is the file that is executed. `check` looks at the words before time starts.
    """

    run: Callable[[Process, list[str]], Steps]
    usage: str
    help: str
    options: str | None = ""
    long: tuple[str, ...] = ()
    digits: str = ""
    operands: tuple[int, int] = (0, -1)
    inside: bool = False
    path: str = "/bin"
    check: Callable[[list[Word], Report], None] | None = None


class Options(msgspec.Struct):
    """Options as given, in order, and what is left."""

    given: dict[str, list[str]]
    operands: list[str]

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def value(self, name: str, default: str = "") -> str:
        """The last argument of an option."""
        values = self.given.get(name)
        return values[-1] if values else default


class UsageError(Exception):
    """A wrong option: the index of its word and getopt's message without the command's name."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


HIDDEN = ("wq_monitor", "wq_dump")  # typed with their .py only
NAMES: tuple[str, ...] = tuple(
    sorted([m.name for m in iter_modules(commands.__path__) if m.name not in HIDDEN] + list(ALIASES))
)
"""All commands by the names that a person types: the one scan of the folder."""


def find(name: str) -> Command | None:
    """The command of that name, with or without the directory it lives in; None if there is none."""
    head, slash, base = name.rpartition("/")
    if slash and head not in ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin"):
        if not base.endswith(".py"):
            return None
    if base not in NAMES:
        return None
    command = import_module(f"{commands.__name__}.{ALIASES.get(base, base)}").COMMAND
    assert isinstance(command, Command)
    return command


def getopt(command: Command, words: list[str]) -> Options:
    """Sorts words into options and operands as getopt does. Raises UsageError."""
    letters = command.options or ""
    found = Options({}, [])
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            found.operands += words[at:]
            break
        if word.startswith("--"):
            at = _long(command, word, words, at, found)
        elif command.digits and word[:1] in "-+" and word[1:].isdigit():
            sign = "+" if word[0] == "+" else ""
            found.given.setdefault(command.digits, []).append(sign + word[1:])
        elif word.startswith("-") and len(word) > 1:
            at = _letters(letters, word, words, at, found)
        else:
            found.operands.append(word)
    return found


def _long(command: Command, word: str, words: list[str], at: int, found: Options) -> int:
    name, equals, value = word[2:].partition("=")
    if name in command.long and not equals:
        found.given.setdefault(name, []).append("")
    elif name + "=" in command.long:
        if not equals:
            if at >= len(words):
                raise UsageError(at - 1, f"option '--{name}' requires an argument")
            value = words[at]
            at += 1
        found.given.setdefault(name, []).append(value)
    else:
        raise UsageError(at - 1, f"unrecognized option '{word}'")
    return at


def _letters(letters: str, word: str, words: list[str], at: int, found: Options) -> int:
    rest = word[1:]
    index = at - 1
    while rest:
        letter, rest = rest[0], rest[1:]
        where = letters.find(letter)
        if letter == ":" or where < 0:
            raise UsageError(index, f"invalid option -- '{letter}'")
        value = ""
        if letters[where + 1 : where + 2] == ":":
            if rest:
                value, rest = rest, ""
            elif at < len(words):
                value = words[at]
                at += 1
            else:
                raise UsageError(index, f"option requires an argument -- '{letter}'")
        found.given.setdefault(letter, []).append(value)
    return at
