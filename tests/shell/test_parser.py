"""Diagnostics of sessions: what, where, all at once."""

from __future__ import annotations

import pytest

from server.scenario import Limits
from server.sim.shell.parser import parse

# text -> (line, col, part of the message)
FAULTS = {
    "foo": [(1, 1, 'unknown command "foo"')],
    "echo 'a\n": [(1, 6, "never closed")],
    'echo "a\n': [(1, 6, "never closed")],
    "echo $(ls\n": [(1, 6, "never closed")],
    "if true; then echo a\n": [(1, 1, "this `if` is never closed")],
    "for i in 1 2\necho $i\ndone\n": [(2, 1, "expected `do`")],
    "while true; do\ndone\n": [(2, 1, "a command is missing before `done`")],
    "done\n": [(1, 1, "unexpected `done`")],
    "echo a | | wc\n": [(1, 10, "a command is missing before `|`")],
    "&& echo\n": [(1, 1, "a command is missing before `&&`")],
    "; echo\n": [(1, 1, "unexpected `;`")],
    "echo a >\n": [(1, 9, "a file name is missing")],
    "f() { echo a; }\n": [(1, 1, "no functions")],
    "case a in b) echo;; esac\necho fine\n": [(1, 1, "no `case`")],
    "cat <<EOF\nfoo bar\nEOF\necho fine\n": [(1, 5, "no here-documents")],
    "[[ a ]]\n": [(1, 1, "no `[[`")],
    "echo ${a!b}\n": [(1, 6, "not an expansion")],
    "dmesg -q\n": [(1, 7, "invalid option -- 'q'")],
    "head --lines\n": [(1, 6, "unrecognized option")],
    "sleep abc\n": [(1, 7, "is no time")],
    "sleep\n": [(1, 1, "an operand is missing")],
    "rmmod\n": [(1, 1, "an operand is missing")],
    "sudo\n": [(1, 1, "needs a command")],
    "sudo foo\n": [(1, 6, 'unknown command "foo"')],
    "taskset 1 foo\n": [(1, 11, 'unknown command "foo"')],
    "grep '[' x\n": [(1, 6, "bad pattern")],
    "top\n": [(1, 1, "never ends")],
    "irq many\n": [(1, 5, "number of a line")],
    "sh -c 'foo'\n": [(1, 7, 'unknown command "foo"')],
    "set -q\n": [(1, 5, 'no option "-q"')],
    "ps -Z\n": [(1, 4, "unsupported option")],
    "echo $(foo)\nbar\nif baz; then qux; fi\n": [(1, 8, "foo"), (2, 1, "bar"), (3, 4, "baz"), (3, 14, "qux")],
    "echo `foo`\n": [(1, 7, "foo")],
    "a=$(foo) b=1\n": [(1, 5, "foo")],
    "(foo\n": [(1, 1, "this `(` is never closed"), (1, 2, "foo")],
    "echo a &> b\n": [(1, 8, "not part of sh")],
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults_have_their_place(text: str) -> None:
    _, diagnostics = parse(text, Limits())
    wanted = sorted(FAULTS[text], key=lambda w: w[:2])
    assert [(d.line, d.col) for d in diagnostics] == [w[:2] for w in wanted], diagnostics
    for diagnostic, (_, _, part) in zip(diagnostics, wanted, strict=True):
        assert part in diagnostic.message
        assert diagnostic.file == "session.sh" and diagnostic.severity == "error"


FINE = [
    "",
    "\n\n# nothing\n",
    "echo a&echo b&\n",
    "a=1 b=2 echo $a\n",
    "{ echo a; }\n",
    "(echo a)|cat>/dev/null\n",
    "if true\nthen\n echo a\nfi\n",
    "dmesg -wH &\n",
    "x=$1; $x\n",
    'echo "$(echo "a b")"\n',
    "echo $((1 + (2 * 3)))\n",
    "! true && ! false || true\n",
    "sudo -E insmod demo.ko\n",
    "echo a\r\necho b\r\n",
    "ps aux | grep kworker\n",
    "head -20; tail -n +3 x; tail -5\n",
    "for i in 1 2; do :; done & wait\n",
    "/sbin/insmod demo.ko\n",
    "while :; do sleep 1; done < /dev/null\n",
    'echo $ a$ "$"\n',
    "echo if then else\n",
    "taskset -c 1 insmod demo.ko\n",
    "for f in *.ko; do insmod $f; done\n",
    "echo a;\\\necho b\n",
    "kill -9 $! 2>/dev/null || true\n",
]


@pytest.mark.parametrize("text", FINE)
def test_nothing_to_say(text: str) -> None:
    assert parse(text, Limits())[1] == []


def test_a_file_that_never_was_is_noted() -> None:
    (note,) = parse("cat /proc/workqueues\n", Limits())[1]
    assert (note.severity, note.line, note.col) == ("note", 1, 5) and "wq_dump.py" in note.hint


def test_limits_are_told() -> None:
    text = "echo a\n" * 20_000
    (fault,) = parse(text, Limits())[1]
    assert fault.code == "sh-limit" and "64 KiB" in fault.message
    deep = "(" * 60 + "echo" + ")" * 60
    assert any("within each other" in d.message for d in parse(deep, Limits())[1])
    deep = "echo " + "$(echo " * 60 + ")" * 60
    assert any("within each other" in d.message for d in parse(deep, Limits())[1])
