"""Sessions made of anything: the parser never raises, and what it accepts runs without a traceback and ends."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from server.scenario import Limits
from server.sim.cmodule.faults import LimitReached
from server.sim.shell.command import NAMES
from server.sim.shell.parser import parse
from tests.shell.fake import FakeKernel, scenario

TOKENS = [
    *NAMES,
    "if",
    "then",
    "else",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "until",
    "{",
    "}",
    "(",
    ")",
    ";",
    "&",
    "&&",
    "||",
    "|",
    "\n",
    " ",
    "$v",
    "${v:-w}",
    "${v%x}",
    "$(",
    "`",
    '"',
    "'",
    "\\",
    ">",
    ">>",
    "<",
    "2>&1",
    "/tmp/x",
    "/proc/1/stat",
    "v=1",
    "$?",
    "$((",
    "))",
    "1",
    "-n",
    "-1",
    "*",
    "[",
    "]",
    "=",
    "#",
    "~",
    "demo.ko",
    "demo",
    "-c",
    "!",
    "%",
    "aux",
    "-l",
    ".",
    "0.1",
]
texts = st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join)


@given(st.one_of(st.text(max_size=80), texts, st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)))
def test_parser_never_raises(text: str) -> None:
    lines = text.count("\n") + 1
    for diagnostic in parse(text, Limits())[1]:
        assert 1 <= diagnostic.line <= lines and diagnostic.col >= 1 and diagnostic.message


ARGUMENTS = [
    "a",
    "$v",
    "$?",
    "'x y'",
    '"$w"',
    "-n",
    "-1",
    "+2",
    "-l",
    "-c",
    "*",
    "/proc/1/stat",
    "/tmp/x",
    "> /tmp/x",
    "< /tmp/x",
    "2>&1",
    "1",
    "=",
    "0.1",
    "demo.ko",
    "demo",
    "$(echo a b)",
    "$((1+2))",
    "-",
    "%1",
    "$!",
    "-s",
    "-k",
    "1,2",
    "[a-z]*",
    "(",
    "]",
    "17",
    "> /sys/module/x",
    "/sys/devices/system/cpu/cpu1/online",
    ">> /proc/sysrq-trigger",
    "t",
    "-p",
    "-x",
    "v=2",
    "w",
    "!",
    "-e",
    "-d",
    ":",
    "aux",
    "%s",
    "%d",
]
words = st.lists(st.sampled_from(ARGUMENTS), max_size=4).map(" ".join)
commands = st.builds("{} {}".format, st.sampled_from([*NAMES, "v=1", "$v"]), words)
joined = st.builds("{}{}".format, commands, st.sampled_from(["; ", " | ", " && ", " || ", " & ", "\n"]))
sessions = st.lists(joined, max_size=6).map(lambda parts: "".join(parts) + "true")


@settings(deadline=None)
@given(sessions)
def test_what_is_accepted_runs(text: str) -> None:
    k = FakeKernel(scenario(text))
    if any(d.severity == "error" for d in k.prepared.diagnostics):
        return
    try:
        k.run(40_000_000_000)
    except LimitReached as reached:
        assert reached.name in ("commands", "until")
