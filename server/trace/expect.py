"""Assertions about a run, one a line, for `expect` in scenarios, `goal` in challenges and `wqplay check`.

    outcome == completed        no deadlock        no crash        no warning
    line "Delayed work finished"        no line "BUG:"        lines "tick" == 3
    order: w0 w1 w2             order of ends: w1 w2 w0           order of lines: "a", "b"
    latency(w2) < 10ms          start(w1) in 4ms..6ms            waited(w2, MAX_ACTIVE) > 5ms
    workers <= 3                at_once(w*) == 1                 2 * latency(fast) < latency(slow)

Functions over items take a name, a function or a pattern with `*`; `w0#2` is an item's second time. Of several lives
they take the longest, of `start` the first and of `end` the last. docs/challenges.md tells all.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from server.trace.causes import CAUSES
from server.trace.durations import duration
from server.trace.facts import NEVER, Facts, Life

TEXT_MAX = 400
OUTCOMES = ("completed", "crashed", "deadlock", "stalled", "limit")
_UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_TIME = re.compile(r"(-?\d+(?:\.\d{1,9})?)(ns|us|ms|s)")
_COMPARISON = re.compile(r"^(?P<left>.+?)\s*(?P<op>==|!=|<=|>=|<|>|\bin\b)\s*(?P<right>.+)$")
_CALL = re.compile(r"(?:(?P<factor>\d+(?:\.\d+)?)\s*\*\s*)?(?P<name>[a-z_]+)(?:\((?P<args>[^()]*)\))?")
_QUOTED = re.compile(r'"([^"]*)"')


class ExpectError(ValueError):
    """A line that is no assertion; the message is for its author."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether a line holds, and what was found instead."""

    text: str
    ok: bool
    found: str = ""


class Measure(msgspec.Struct, frozen=True):
    """A function of the language: `unit` is ns, count or word; `takes` how many arguments."""

    takes: tuple[int, int]
    unit: str
    doc: str


def _lives(facts: Facts, pattern: str) -> list[Life]:
    found = facts.of(pattern)
    if not found:
        names = sorted({life.name for life in facts.lives})
        raise ExpectError(f"no item is called '{pattern}'; there are: {', '.join(names[:20]) or 'none'}")
    return found


def _latency(life: Life) -> int:
    return life.started - life.queued if life.started != NEVER else NEVER


Value = int | str
MEASURES: dict[str, tuple[Measure, Callable[[Facts, list[str]], Value]]] = {}


def _measure(unit: str, doc: str, least: int = 1, most: int = 1) -> Callable[..., Callable[..., Value]]:
    def keep(function: Callable[[Facts, list[str]], Value]) -> Callable[[Facts, list[str]], Value]:
        MEASURES[function.__name__.strip("_")] = (Measure((least, most), unit, doc), function)
        return function

    return keep


def _longest(facts: Facts, pattern: str, of: Callable[[Life], int], what: str) -> int:
    values = [of(life) for life in _lives(facts, pattern)]
    if NEVER in values:
        raise ExpectError(f"{pattern} never {what}")
    return max(values)


@_measure("ns", "from queueing to start")
def latency(facts: Facts, args: list[str]) -> Value:
    """Of several lives the longest; a life that never starts has none."""
    return _longest(facts, args[0], _latency, "started")


@_measure("ns", "from start to end")
def runtime(facts: Facts, args: list[str]) -> Value:
    """Asleep or not."""
    return _longest(facts, args[0], lambda x: x.ended - x.started if x.ended != NEVER else NEVER, "ended")


@_measure("ns", "from arming to start: what a delayed work's delay became")
def delay(facts: Facts, args: list[str]) -> Value:
    """Of several lives the longest."""
    return _longest(
        facts, args[0], lambda x: x.started - x.armed if NEVER not in (x.started, x.armed) else NEVER, "started late"
    )


@_measure("ns", "when it starts, since the module's init; the first of several")
def start(facts: Facts, args: list[str]) -> Value:
    """The first of several."""
    return min((x.started for x in _lives(facts, args[0]) if x.started != NEVER), default=NEVER)


@_measure("ns", "when it has ended, since the module's init; the last of several")
def end(facts: Facts, args: list[str]) -> Value:
    """The last of several; NEVER where one has not ended."""
    ends = [x.ended for x in _lives(facts, args[0])]
    return NEVER if NEVER in ends else max(ends)


@_measure("ns", "how long it waited for a cause, or before its start for all together", 1, 2)
def waited(facts: Facts, args: list[str]) -> Value:
    """Of several lives the longest."""
    cause = args[1] if len(args) > 1 else ""
    if cause and cause not in CAUSES:
        raise ExpectError(f"no cause is called '{cause}': one of {', '.join(CAUSES)}")
    return max(facts.waited(life, cause) for life in _lives(facts, args[0]))


@_measure("ns", "time on a CPU")
def running(facts: Facts, args: list[str]) -> Value:
    """Of several lives the longest."""
    return max(life.anatomy.running for life in _lives(facts, args[0]))


@_measure("ns", "time asleep, while it executes")
def sleeping(facts: Facts, args: list[str]) -> Value:
    """Of several lives the longest."""
    return max(life.anatomy.sleeping for life in _lives(facts, args[0]))


@_measure("count", "how often it started")
def runs(facts: Facts, args: list[str]) -> Value:
    """All lives that the pattern means; 0 where nothing is called so."""
    return sum(life.started != NEVER for life in facts.of(args[0]))


@_measure("count", "how often it was queued or armed and then taken back")
def cancelled(facts: Facts, args: list[str]) -> Value:
    """All lives that the pattern means."""
    return sum(life.cancelled != NEVER for life in facts.of(args[0]))


@_measure("count", "how many of these execute at the same moment, at most", 0, 1)
def at_once(facts: Facts, args: list[str]) -> Value:
    """Without an argument: of all items of the module."""
    return facts.at_once(facts.of(args[0]) if args else facts.lives)


@_measure("count", "how many workers execute these (without an argument: all items of the module)", 0, 1)
def workers(facts: Facts, args: list[str]) -> Value:
    """Counted by their names."""
    lives = _lives(facts, args[0]) if args else facts.lives
    return len({life.worker for life in lives if life.worker})


@_measure("count", "the CPU on which it starts first")
def cpu(facts: Facts, args: list[str]) -> Value:
    """Of the first life that started."""
    return next((life.cpu for life in _lives(facts, args[0]) if life.started != NEVER), -1)


@_measure("count", "on how many CPUs these start")
def cpus(facts: Facts, args: list[str]) -> Value:
    """Counted over all lives."""
    return len({life.cpu for life in _lives(facts, args[0]) if life.started != NEVER})


@_measure("word", "the worker that executes it first")
def worker(facts: Facts, args: list[str]) -> Value:
    """Its name, as `kworker/0:1`."""
    return next((life.worker for life in _lives(facts, args[0]) if life.worker), "none")


@_measure("ns", "when the last item of the module has ended", 0, 0)
def total(facts: Facts, args: list[str]) -> Value:
    """NEVER where one has not."""
    ends = [life.ended for life in facts.lives if life.cancelled == NEVER]
    return NEVER if not ends or NEVER in ends else max(ends)


@_measure("word", "how the run ended: " + ", ".join(OUTCOMES), 0, 0)
def outcome(facts: Facts, args: list[str]) -> Value:
    """The outcome's kind."""
    return facts.outcome.kind if facts.outcome else "unknown"


@_measure("ns", 'when the first line of the log with "TEXT" in it is printed')
def time(facts: Facts, args: list[str]) -> Value:
    """NEVER where none is."""
    return next((line.t_ns for line in facts.log if args[0] in line.text), NEVER)


@_measure("ns", 'from the first line with "A" to the first one after it with "B"', 2, 2)
def gap(facts: Facts, args: list[str]) -> Value:
    """Raises ExpectError where one is missing."""
    first = next((line for line in facts.log if args[0] in line.text), None)
    second = next((line for line in facts.log if first and line.seq > first.seq and args[1] in line.text), None)
    if first is None or second is None:
        raise ExpectError(f'no line "{args[1] if first else args[0]}"')
    return second.t_ns - first.t_ns


@_measure("count", "the number behind TEXT in the last line of the log that has it")
def number(facts: Facts, args: list[str]) -> Value:
    """Raises ExpectError where there is none."""
    pattern = re.compile(re.escape(args[0]) + r"\s*[:=]?\s*(-?\d+)")
    found = [match[1] for line in facts.log if (match := pattern.search(line.text))]
    if not found:
        raise ExpectError(f'no line has a number behind "{args[0]}"')
    return int(found[-1])


def check(facts: Facts, text: str) -> Verdict:
    """One line, asked of a run. Raises ExpectError for what is no assertion at all."""
    test = parse(text)
    try:
        ok, found = test(facts)
    except ExpectError as error:
        ok, found = False, str(error)
    return Verdict(text, ok, found)


Test = Callable[[Facts], tuple[bool, str]]


def parse(text: str) -> Test:
    """A line as a function of the facts. Raises ExpectError, with what would be understood."""
    line = " ".join(text.split())
    if not line or len(line) > TEXT_MAX:
        raise ExpectError(f"an assertion has 1 to {TEXT_MAX} characters")
    for prefix, make in (("order of lines:", _order_of_lines), ("order of ends:", _order), ("order:", _order)):
        if line.startswith(prefix):
            return make(line.removeprefix(prefix).strip(), "ended" if "ends" in prefix else "started")
    if line.startswith(("line ", "no line ", "lines ")):
        return _lines(line)
    if line.startswith("no "):
        return _no(line.removeprefix("no "))
    match = _COMPARISON.match(line)
    if not match:
        raise ExpectError(f"'{line}' is no assertion: write e.g. latency(w2) < 10ms, no deadlock, line \"text\"")
    return _compare(match["left"], match["op"], match["right"])


def _no(what: str) -> Test:
    kinds: dict[str, Callable[[Facts], list[str]]] = {
        "warning": lambda f: [line.text for line in f.warnings],
        "check": lambda f: f.checks,
    }
    endings = {"deadlock": ("deadlock",), "crash": ("crashed",), "stall": ("stalled", "deadlock"), "limit": ("limit",)}
    if what in endings:

        def ends(facts: Facts) -> tuple[bool, str]:
            kind = facts.outcome.kind if facts.outcome else "unknown"
            return kind not in endings[what], f"{kind}: {facts.outcome.message if facts.outcome else ''}"

        return ends
    if what not in kinds:
        raise ExpectError(f"'no {what}' is not known: no {', no '.join([*endings, *kinds])}, no line \"TEXT\"")

    def none(facts: Facts) -> tuple[bool, str]:
        found = kinds[what](facts)
        return not found, found[0] if found else ""

    return none


def _lines(line: str) -> Test:
    texts = _QUOTED.findall(line)
    if len(texts) != 1 or not texts[0]:
        raise ExpectError(f"'{line}': one text in double quotes is missing")
    rest = _QUOTED.sub("", line, count=1).split()
    wanted = texts[0]

    def seen(facts: Facts) -> int:
        return sum(wanted in row.text for row in facts.log)

    if rest == ["line"]:
        return lambda facts: (seen(facts) > 0, "" if seen(facts) else "no such line" if facts.log else "an empty log")
    if rest == ["no", "line"]:
        return lambda facts: (not seen(facts), f"{seen(facts)} of them" if seen(facts) else "")
    if len(rest) == 3 and rest[0] == "lines" and rest[1] in _OPS and rest[2].isdigit():
        return lambda facts: (_OPS[rest[1]](seen(facts), int(rest[2])), f"{seen(facts)} of them")
    raise ExpectError(f'\'{line}\': write line "TEXT", no line "TEXT" or lines "TEXT" == 3')


def _order_of_lines(rest: str, _: str) -> Test:
    texts = _QUOTED.findall(rest)
    if len(texts) < 2:
        raise ExpectError("order of lines: at least two texts in double quotes")

    def holds(facts: Facts) -> tuple[bool, str]:
        seq = -1
        for wanted in texts:
            later = next((row for row in facts.log if row.seq > seq and wanted in row.text), None)
            if later is None:
                return False, f'no line "{wanted}" there'
            seq = later.seq
        return True, ""

    return holds


def _order(rest: str, step: str) -> Test:
    names = rest.replace(",", " ").split()
    if len(names) < 2:
        raise ExpectError("order: at least two items")

    def holds(facts: Facts) -> tuple[bool, str]:
        moments = []
        for name in names:
            times = [getattr(life, step) for life in _lives(facts, name)]
            moments.append((min((t for t in times if t != NEVER), default=1 << 62), name))
        actual = [name for _, name in sorted(moments, key=lambda m: m[0])]
        never = [name for t, name in moments if t == 1 << 62]
        if never:
            return False, f"{', '.join(never)} never {step}"
        in_order = all(moments[i][0] < moments[i + 1][0] for i in range(len(moments) - 1))
        return in_order, f"the order is {' '.join(actual)}"

    return holds


_OPS: dict[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
Term = Callable[[Facts], float | str]


def _compare(left: str, op: str, right: str) -> Test:
    a, unit = _term(left)
    if unit == "":
        raise ExpectError(f"'{left}' is no function: {', '.join(MEASURES)}")
    if op == "in":
        return _within(a, unit, right)
    b, other = _term(right)
    if other not in (unit, ""):
        raise ExpectError(f"'{left}' is in {unit}, '{right}' in {other}: they cannot be compared")
    if unit == "ns" and other == "":
        raise ExpectError(f"'{right}' is no time: write 10ms, 1.5s, 250us")
    if unit == "word" and op not in ("==", "!="):
        raise ExpectError(f"'{left}' is a word: it can only be == or != to another")

    def holds(facts: Facts) -> tuple[bool, str]:
        x, y = a(facts), b(facts)
        if isinstance(x, str) or isinstance(y, str):
            return (str(x) == str(y)) == (op == "=="), str(x)
        told = f"{_told(x, unit)}" + (f", and {right} is {_told(y, unit)}" if "(" in right else "")
        return (x != NEVER or unit != "ns") and (y != NEVER or unit != "ns") and _OPS[op](x, y), told

    return holds


def _within(a: Term, unit: str, right: str) -> Test:
    low, dots, high = right.partition("..")
    if not dots:
        raise ExpectError(f"'{right}' is no range: write 4ms..6ms")
    (lower, one), (upper, two) = _term(low), _term(high)
    if {one, two} - {unit if unit == "ns" else ""}:
        raise ExpectError(f"'{right}' is no range: write 4ms..6ms")

    def holds(facts: Facts) -> tuple[bool, str]:
        x, y, z = a(facts), lower(facts), upper(facts)
        if isinstance(x, str) or isinstance(y, str) or isinstance(z, str):
            return False, str(x)
        return y <= x <= z, _told(x, unit)

    return holds


def _term(text: str) -> tuple[Term, str]:
    """A value and its unit: a time, a function of the language, or (unit "") a number or word."""
    text = text.strip()
    if match := _TIME.fullmatch(text):
        ns = round(float(match[1]) * _UNITS[match[2]])
        return lambda facts: ns, "ns"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        plain = float(text)
        return lambda facts: plain, ""
    match = _CALL.fullmatch(text)
    if match and match["name"] in MEASURES:
        return _call(match)
    if re.fullmatch(r"[\w/:.-]{1,64}", text) and not match or (match and match["args"] is None):
        return lambda facts: text, ""
    raise ExpectError(f"'{text}' is no function: one of {', '.join(MEASURES)}")


def _call(match: re.Match[str]) -> tuple[Term, str]:
    measure, function = MEASURES[match["name"]]
    args = [part.strip().strip('"') for part in (match["args"] or "").split(",") if part.strip()]
    least, most = measure.takes
    if not least <= len(args) <= most:
        raise ExpectError(f"{match['name']} takes {least if least == most else f'{least} or {most}'} arguments")
    factor = float(match["factor"] or 1)

    def value(facts: Facts) -> float | str:
        found = function(facts, args)
        return found if isinstance(found, str) or found == NEVER else found * factor

    return value, measure.unit


def _told(value: float, unit: str) -> str:
    if unit != "ns":
        return f"{value:g}"
    return "never" if value == NEVER else ("-" if value < 0 else "") + duration(abs(round(value)))


def measured(facts: Facts, text: str) -> str:
    """A function of the language as a figure for people: `4.08 ms`, `3`, `kworker/0:1`. Raises ExpectError."""
    value, unit = _term(text)
    found = value(facts)
    return found if isinstance(found, str) else _told(found, unit)


def same_figure(one: str, other: str, share: float = 0.3) -> bool:
    """Whether two figures agree, times and counts above 20 within a share of each other."""
    sizes = []
    for text in (one, other):
        match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(?:\s?(ns|us|ms|s))?", text.strip())
        if not match:
            return one == other
        sizes.append(float(match[1]) * _UNITS.get(match[2] or "", 1))
    a, b = sizes
    return abs(a - b) <= share * max(abs(a), abs(b)) if max(a, b) > 20 else a == b
