"""Regular expressions agree with Python's where both know the syntax, and end in time where Python's would not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from server.sim.shell.regex import BadPattern, Regex

# pattern of grep -E, text, matches
PATTERNS = [
    ("abc", "xabcx", [(1, 4)]),
    ("a|bc", "bca", [(0, 2), (2, 3)]),
    ("^a", "aa", [(0, 1)]),
    ("a$", "aa", [(1, 2)]),
    ("[0-9]+", "a12b3", [(1, 3), (4, 5)]),
    ("[^ab]", "abc", [(2, 3)]),
    ("a{2,3}", "aaaa", [(0, 3)]),
    ("(ab)*c", "ababc", [(0, 5)]),
    ("[[:digit:]]?x", "1x x", [(0, 2), (3, 4)]),
    (r"\<k", "ok k", [(3, 4)]),
    (r"a\.b", "a.b axb", [(0, 3)]),
    ("[]a]", "]", [(0, 1)]),
    ("x{0}y", "xy", [(1, 2)]),
    ("(a|ab)(c|bcd)", "abcd", [(0, 4)]),
    ("a{2}{2}", "aaaaa", [(0, 4)]),
    (r"\w+", "a_1 b", [(0, 3), (4, 5)]),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), PATTERNS)
def test_extended(pattern: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert Regex(pattern, extended=True).matches(text) == expected
    assert Regex(pattern, extended=True).search(text) == bool(expected)


def test_basic_syntax_has_its_operators_behind_backslashes() -> None:
    assert Regex("a+").search("a+") and not Regex("a+").search("aa")
    assert Regex(r"a\+$").search("aa") and Regex(r"\(ab\)\{2\}").search("abab") and Regex(r"a\|b").search("b")
    assert Regex("*a").search("*a") and Regex("a^b$c").search("a^b$c")


@pytest.mark.parametrize("pattern", ["[a", r"\(a", "a\\", r"\1", r"a\{2", r"a\{300\}", "[[:nope:]]"])
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(BadPattern):
        Regex(pattern)


def test_patterns_that_make_others_hang() -> None:
    assert not Regex("(a+)+$", extended=True).search("a" * 5000 + "b")
    with pytest.raises(BadPattern):
        Regex("((a{200}){200}){200}", extended=True)
    with pytest.raises(BadPattern):
        Regex("(" * 100 + "a" + ")" * 100, extended=True)


@given(
    st.lists(st.sampled_from(["a", "b", ".", "a*", "(a|b)", "(ab)+", "b?", "[ab]", "^", "$"]), max_size=6),
    st.text("ab\n", max_size=8),
)
def test_search_agrees_with_python(parts: list[str], text: str) -> None:
    text = text.replace("\n", "")
    pattern = "".join(parts)
    assert Regex(pattern, extended=True).search(text) == (re.search(pattern, text) is not None)
