"""`grep`: lines that match."""

from __future__ import annotations

from server.sim.shell.command import Command, Options, Report, Steps, UsageError, getopt
from server.sim.shell.process import Process, strerror
from server.sim.shell.regex import BadPattern, Regex
from server.sim.shell.syntax import Word

LINE_MAX = 4096  # beyond which -o and -w do not look


class Matcher:
    """Patterns and how they are asked for."""

    def __init__(self, patterns: list[str], options: Options) -> None:
        """Compiles. Raises BadPattern."""
        self.whole_words, self.whole_lines = "w" in options, "x" in options
        self.fold = "i" in options or "y" in options
        self.fixed = [p.casefold() if self.fold else p for p in patterns] if "F" in options else []
        escaped = ["".join(f"[{c}]" if not c.isalnum() and c != "^" else c for c in p) for p in self.fixed]
        extended = "E" in options or "P" in options or "F" in options
        self.regexes = [Regex(p, extended=extended, fold=self.fold) for p in (escaped if self.fixed else patterns)]

    def __call__(self, line: str) -> bool:
        """Whether a line matches."""
        if self.whole_lines:
            return any(len(line) in regex.ends(line, 0) for regex in self.regexes)
        if self.whole_words:
            return any(regex.matches(line[:LINE_MAX], True) for regex in self.regexes)
        if self.fixed:
            return any(p in (line.casefold() if self.fold else line) for p in self.fixed)
        return any(regex.search(line) for regex in self.regexes)

    def parts(self, line: str) -> list[str]:
        """The matching parts of a line, for -o."""
        found = sorted(m for regex in self.regexes for m in regex.matches(line[:LINE_MAX], self.whole_words))
        return [line[a:b] for a, b in found]


class Output:
    """What is said about matching lines: numbers, names, context."""

    def __init__(self, options: Options, prefix: str) -> None:
        self.options = options
        self.prefix = prefix
        self.count = 0
        self.before: list[tuple[int, str]] = []
        self.after = 0
        self.last = 0
        both = options.value("C", "0")
        self.lead = _context(options.value("B", both))
        self.trail = _context(options.value("A", both))

    def line(self, number: int, line: str, hit: bool, matcher: Matcher) -> str:
        """The text to write for one line of input."""
        if hit:
            self.count += 1
            if "o" in self.options and "v" not in self.options:
                return "".join(self.show(number, part, ":") for part in matcher.parts(line))
            gap = self.last and (self.lead or self.trail) and number - len(self.before) > self.last + 1
            shown = [self.show(n, text, "-") for n, text in self.before]
            self.before, self.after, self.last = [], self.trail, number
            return ("--\n" if gap else "") + "".join(shown) + self.show(number, line, ":")
        if self.after:
            self.after -= 1
            self.last = number
            return self.show(number, line, "-")
        self.before = [*self.before, (number, line)][-self.lead :] if self.lead else []
        return ""

    def show(self, number: int, text: str, mark: str) -> str:
        """A line with its prefixes."""
        name = f"{self.prefix}{mark}" if self.prefix else ""
        where = f"{number}{mark}" if "n" in self.options else ""
        return f"{name}{where}{text}\n"


def _context(text: str) -> int:
    return int(text[:6]) if text.isdigit() else 0


def patterns_of(options: Options) -> list[str] | None:
    """The patterns; takes the first operand where there is no -e. None if there are none."""
    if "e" in options:
        return [p for text in options.given["e"] for p in text.split("\n")]
    return options.operands.pop(0).split("\n") if options.operands else None


def run(process: Process, words: list[str]) -> Steps:
    """0 if a line matched, 1 if none did, 2 after an error."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    patterns = patterns_of(options)
    if patterns is None:
        yield from process.err(f"Usage: {COMMAND.usage}\n")
        return 2
    try:
        matcher = Matcher(patterns, options)
    except BadPattern as bad:
        return (yield from process.complain(f"bad regex '{patterns[0]}': {bad}", 2))
    files = options.operands or (["."] if "r" in options else ["-"])
    matched, failed = False, False
    for name in files:
        prefix = name if (len(files) > 1 or "H" in options) and "h" not in options else ""
        if name == "-":
            lines: list[str] | None = None
        else:
            found = yield from process.read_file(name)
            if isinstance(found, int):
                if "s" not in options:
                    yield from process.complain(f"{name}: {strerror(-found)}")
                failed = True
                continue
            lines = found.splitlines()
        count = yield from _one(process, matcher, options, prefix, name, lines)
        matched |= count > 0
        if matched and "q" in options:
            return 0
    return 2 if failed else 0 if matched else 1


def _one(
    process: Process, matcher: Matcher, options: Options, prefix: str, name: str, lines: list[str] | None
) -> Steps:
    """One input, line by line; returns how many matched."""
    output = Output(options, prefix)
    silent = any(option in options for option in "clLq")
    most = _context(options.value("m")) if "m" in options else 10**9
    number = 0
    invert = "v" in options
    while output.count < most:
        if lines is None:
            text = yield from process.stdin.line()
            if not text:
                break
            line = text.rstrip("\n")
        elif number < len(lines):
            line = lines[number]
        else:
            break
        number += 1
        said = output.line(number, line, matcher(line) != invert, matcher)
        if output.count and ("q" in options or "l" in options):
            break
        if said and not silent and (yield from process.out(said)):
            break
    shown = "(standard input)" if name == "-" else name
    if "c" in options:
        yield from process.out(f"{prefix + ':' if prefix else ''}{output.count}\n")
    elif ("l" in options and output.count) or ("L" in options and not output.count):
        yield from process.out(f"{shown}\n")
    return output.count


def check(words: list[Word], report: Report) -> None:
    """Patterns that are none."""
    texts = [word.text() for word in words[1:]]
    if any(text is None for text in texts):
        return
    try:
        options = getopt(COMMAND, [text or "" for text in texts])
    except UsageError:
        return
    patterns = patterns_of(options)
    if patterns is None:
        report(words[0], "grep needs a pattern", f"usage: {COMMAND.usage}")
        return
    try:
        Matcher(patterns, options)
    except BadPattern as bad:
        at = next((word for word in words[1:] if word.text() in patterns), words[-1])
        report(at, f"bad pattern: {bad}", "")


COMMAND = Command(
    run,
    "grep [-EFivwxcnoqslLhH] [-e PATTERN] [-A N] [-B N] [-C N] [-m N] PATTERN [FILE...]",
    "Lines that match a basic (-E: extended) regular expression.",
    options="EFPivwxcnoqslLhHrye:A:B:C:m:",
    long=("line-buffered", "color", "color="),
    check=check,
)
