"""POSIX regular expressions in time linear in the text, so that no pattern can hang a run.

A pattern becomes a nondeterministic automaton (Thompson), simulated by sets of states that are remembered as they
appear. Basic and extended syntax, without back-references.

    a|b    split -> a -> end      a*    split -> a -> split      ^ $   pass only at the start, at the end
                 -> b -> end                  -> end
"""

from __future__ import annotations

from collections.abc import Callable

STATES_MAX = 3000
DEPTH_MAX = 60
REPEAT_MAX = 255
SETS_MAX = 2000
CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": lambda c: c in "0123456789",
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "blank": lambda c: c in " \t",
    "punct": lambda c: c in _PUNCTUATION,
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
    "print": str.isprintable,
    "graph": lambda c: c.isprintable() and c != " ",
    "cntrl": lambda c: ord(c) < 32 or ord(c) == 127,
}
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
Test = Callable[[str], bool]


class BadPattern(Exception):
    """What is wrong with a pattern, in the C library's words."""


def is_word(c: str) -> bool:
    """A letter, digit or underscore."""
    return c.isalnum() or c == "_"


class Regex:
    """A compiled pattern. `search` says whether it is in a text, `longest` where it ends if it starts at a place."""

    def __init__(self, pattern: str, *, extended: bool = False, fold: bool = False) -> None:
        self.fold = fold
        self.tests: list[Test | str] = []  # by state: what it takes, or "split", "start", "end", "accept", "<", ">"
        self.next: list[list[int]] = []
        parser = _Parser(self, pattern.casefold() if fold else pattern, extended)
        self.entry, self.exit = parser.whole()
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def state(self, what: Test | str, *following: int) -> int:
        """A new state."""
        if len(self.tests) >= STATES_MAX:
            raise BadPattern("regular expression too big")
        self.tests.append(what)
        self.next.append(list(following))
        return len(self.tests) - 1

    def _closure(self, states: list[int], before: str, after: str) -> frozenset[int]:
        """All states reachable without taking a character; `before` and `after` are the neighbours, "" at the ends."""
        seen = dict.fromkeys(states)
        todo = list(states)
        while todo:
            at = todo.pop()
            kind = self.tests[at]
            if callable(kind) or kind == "accept":
                continue
            if kind == "start" and before or kind == "end" and after:
                continue
            if kind == "<" and not ((not before or not is_word(before)) and after and is_word(after)):
                continue
            if kind == ">" and not (before and is_word(before) and (not after or not is_word(after))):
                continue
            for following in self.next[at]:
                if following not in seen:
                    seen[following] = None
                    todo.append(following)
        return frozenset(seen)

    def _step(self, states: frozenset[int], c: str) -> list[int]:
        key = (states, c)
        known = self._steps.get(key)
        if known is None:
            taken = [n for at in states if callable(test := self.tests[at]) and test(c) for n in self.next[at]]
            known = frozenset(taken)
            if len(self._steps) < SETS_MAX:
                self._steps[key] = known
        return list(known)

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in `text`."""
        if self.fold:
            text = text.casefold()
        states: list[int] = []
        before = ""
        for c in (*text, ""):
            closed = self._closure([*states, self.entry], before, c)
            if self.exit in closed:
                return True
            if c:
                states = self._step(closed, c)
            before = c
        return False

    def ends(self, text: str, start: int) -> list[int]:
        """Every end of a match that starts at `start`, ascending."""
        if self.fold:
            text = text.casefold()
        found = []
        states = [self.entry]
        for at in range(start, len(text) + 1):
            c = text[at] if at < len(text) else ""
            closed = self._closure(states, text[at - 1] if at else "", c)
            if self.exit in closed:
                found.append(at)
            if not c:
                break
            states = self._step(closed, c)
            if not states:
                break
        return found

    def matches(self, text: str, whole_words: bool = False) -> list[tuple[int, int]]:
        """Leftmost longest matches that are not empty, one after another."""
        out = []
        at = 0
        while at <= len(text):
            ends = self.ends(text, at)
            if whole_words:
                clear = at == 0 or not is_word(text[at - 1])
                ends = [e for e in ends if clear and (e == len(text) or not is_word(text[e]))]
            if ends and ends[-1] > at:
                out.append((at, ends[-1]))
                at = ends[-1]
            else:
                at += 1
        return out


Fragment = tuple[int, int]  # first state, last state (whose `next` is open)


class _Parser:
    def __init__(self, regex: Regex, pattern: str, extended: bool) -> None:
        self.regex = regex
        self.pattern = pattern
        self.extended = extended
        self.at = 0
        self.depth = 0

    def whole(self) -> Fragment:
        first, last = self.alternatives()
        if self.at < len(self.pattern):
            raise BadPattern("Unmatched ) or \\)")
        accept = self.regex.state("accept")
        self.regex.next[last].append(accept)
        return first, accept

    def special(self, name: str) -> bool:
        """Takes an operator, which basic syntax writes with a backslash and extended syntax without."""
        text = name if self.extended else "\\" + name
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def looking_at(self, name: str) -> bool:
        return self.pattern.startswith(name if self.extended else "\\" + name, self.at)

    def alternatives(self) -> Fragment:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise BadPattern("regular expression too big")
        branches = [self.sequence()]
        while self.special("|"):
            branches.append(self.sequence())
        self.depth -= 1
        if len(branches) == 1:
            return branches[0]
        end = self.regex.state("split")
        for _, last in branches:
            self.regex.next[last].append(end)
        return self.regex.state("split", *(first for first, _ in branches)), end

    def sequence(self) -> Fragment:
        first = last = self.regex.state("split")
        start = True
        while self.at < len(self.pattern) and not self.looking_at("|") and not self.looking_at(")"):
            begin = self.at
            one = self.atom(start)
            one = self.repeats(one, begin)
            self.regex.next[last].append(one[0])
            last = one[1]
            start = False
        return first, last

    def atom(self, start: bool) -> Fragment:
        c = self.pattern[self.at]
        if self.special("("):
            inner = self.alternatives()
            if not self.special(")"):
                raise BadPattern("Unmatched ( or \\(")
            return inner
        self.at += 1
        if c == "^" and (self.extended or start):
            return self.one("start")
        last = self.at == len(self.pattern) or self.looking_at("|") or self.looking_at(")")
        if c == "$" and (self.extended or last):
            return self.one("end")
        if c == ".":
            return self.one(lambda _: True)
        if c == "[":
            return self.one(self.bracket())
        if c == "*" and start:
            return self.one(lambda x: x == "*")
        if c in "*+?{" and self.extended:
            raise BadPattern("Invalid preceding regular expression")
        if c == "\\":
            return self.one(self.escape())
        return self.one(lambda x: x == c)

    def one(self, what: Test | str) -> Fragment:
        state = self.regex.state(what)
        return state, state

    def escape(self) -> Test | str:
        if self.at >= len(self.pattern):
            raise BadPattern("Trailing backslash")
        c = self.pattern[self.at]
        self.at += 1
        if c in "123456789":
            raise BadPattern("Invalid back reference")
        if c in "<>":
            return c
        if c in "bB":
            raise BadPattern(f"\\{c} is not known here: use -w")
        known: dict[str, Test] = {
            "w": is_word,
            "W": lambda x: not is_word(x),
            "s": str.isspace,
            "S": lambda x: not x.isspace(),
        }
        if c in known:
            return known[c]
        return lambda x: x == c

    def bracket(self) -> Test:
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        singles: list[str] = []
        ranges: list[tuple[str, str]] = []
        tests: list[Test] = []
        first = True
        while True:
            if self.at >= len(self.pattern):
                raise BadPattern("Unmatched [, [^, [:, [., or [=")
            c = self.pattern[self.at]
            if c == "]" and not first:
                self.at += 1
                break
            first = False
            if self.pattern.startswith("[:", self.at):
                end = self.pattern.find(":]", self.at)
                name = self.pattern[self.at + 2 : end]
                if end < 0 or name not in CLASSES:
                    raise BadPattern("Invalid character class name")
                tests.append(CLASSES[name])
                self.at = end + 2
                continue
            self.at += 1
            if self.pattern[self.at : self.at + 1] == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                ranges.append((c, self.pattern[self.at + 1]))
                self.at += 2
            else:
                singles.append(c)
        chosen = frozenset(singles)

        def test(x: str) -> bool:
            inside = x in chosen or any(a <= x <= b for a, b in ranges) or any(t(x) for t in tests)
            return inside != negated

        return test

    def repeats(self, one: Fragment, begin: int) -> Fragment:
        while self.at < len(self.pattern):
            if self.pattern[self.at] == "*":
                self.at += 1
                one = self.star(one)
            elif self.special("+"):
                split = self.regex.state("split", one[0])
                self.regex.next[one[1]].append(split)
                one = (one[0], split)
            elif self.special("?"):
                one = self.optional(one)
            elif self.looking_at("{"):
                one = self.counted(one, begin)
            else:
                break
        return one

    def star(self, one: Fragment) -> Fragment:
        split = self.regex.state("split", one[0])
        self.regex.next[one[1]].append(split)
        return split, split

    def optional(self, one: Fragment) -> Fragment:
        end = self.regex.state("split")
        self.regex.next[one[1]].append(end)
        return self.regex.state("split", one[0], end), end

    def counted(self, one: Fragment, begin: int) -> Fragment:
        """`a{2,4}`: the atom parsed again for each copy."""
        finish = self.at
        self.special("{")
        close = "}" if self.extended else "\\}"
        end = self.pattern.find(close, self.at)
        low_text, comma, high_text = self.pattern[self.at : max(end, self.at)].partition(",")
        if (
            end < 0
            or not low_text.isdigit()
            or not (not high_text or high_text.isdigit())
            or len(low_text + high_text) > 6
        ):
            raise BadPattern("Invalid content of \\{\\}")
        after = end + len(close)
        low = int(low_text)
        high = int(high_text) if high_text else (-1 if comma else low)
        if max(low, high) > REPEAT_MAX or -1 < high < low:
            raise BadPattern("Invalid content of \\{\\}")
        empty = self.regex.state("split")
        out = (empty, empty)
        text, self.pattern = self.pattern, self.pattern[:finish]
        for index in range(low if high < 0 else high):
            self.at = begin
            copy = one if index == 0 else self.repeats(self.atom(begin == 0), begin)
            if index >= low:
                copy = self.optional(copy)
            self.regex.next[out[1]].append(copy[0])
            out = (out[0], copy[1])
        if high < 0:
            self.at = begin
            copy = self.star(self.repeats(self.atom(begin == 0), begin))
            self.regex.next[out[1]].append(copy[0])
            out = (out[0], copy[1])
        self.pattern, self.at = text, after
        return out
