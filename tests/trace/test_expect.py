"""The assertions: each form, on a run that is known; and what is no assertion says so."""

from __future__ import annotations

from functools import cache

import pytest

from server import gallery
from server.challenges import record
from server.scenario import Limits
from server.trace.expect import MEASURES, ExpectError, check, measured, parse, same_figure
from server.trace.facts import Facts


@cache
def facts(name: str = "timeline_max_active") -> Facts:
    recording, _ = record(gallery.entries()[name].scenario, Limits())
    assert recording is not None
    return Facts(recording)


@pytest.mark.parametrize(
    "line",
    [
        "outcome == completed",
        "outcome != deadlock",
        "no deadlock",
        "no crash",
        "no stall",
        "no limit",
        "no warning",
        "no check",
        "order: w0 w1 w2",
        "order of ends: w0 w1 w2",
        "latency(w0) < 1ms",
        "latency(w2) in 19ms..21ms",
        "start(w0) < start(w1)",
        "end(w2) >= 34.9ms",
        "runtime(w1) > 19ms",
        "waited(w2) > 19ms",
        "waited(w2, MAX_ACTIVE) > 19ms",
        "waited(w0, MAX_ACTIVE) == 0ms",
        "running(w0) in 9ms..11ms",
        "sleeping(w1) in 9ms..11ms",
        "runs(w*) == 3",
        "runs(nobody) == 0",
        "cancelled(w0) == 0",
        "at_once == 2",
        "at_once(w0) == 1",
        "workers <= 2",
        "workers(w0) == 1",
        "cpu(w0) == 1",
        "cpus(w*) == 1",
        "worker(w0) == kworker/1:1",
        "total < 36ms",
        "2 * latency(w1) < latency(w2)",
        'no line "BUG"',
        'lines "timeline" >= 0',
    ],
)
def test_holds(line: str) -> None:
    assert check(facts(), line).ok, check(facts(), line).found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("latency(w2) < 10ms", "20 ms"),
        ("order: w1 w0", "the order is w0 w1"),
        ("start(w9) < 1ms", "no item is called 'w9'; there are: w0, w1, w2"),
        ("outcome == deadlock", "completed"),
        ('line "nonsense"', "no such line"),
        ("workers == 1", "2"),
        ("latency(w1) > latency(w2)", "5.05 ms, and latency(w2) is 20 ms"),
        ('gap("a", "never there") < 1ms', 'no line "never there"'),
        ("delay(w0) < 1ms", "w0 never started late"),
        ('number("ticks") == 1', 'no line has a number behind "ticks"'),
    ],
)
def test_says_what_it_found(line: str, found: str) -> None:
    verdict = check(facts(), line)
    assert not verdict.ok
    assert verdict.found == found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "1 to 400 characters"),
        ("x" * 401, "1 to 400 characters"),
        ("hello", "is no assertion"),
        ("latency(w2) < 10", "is no time"),
        ("latency(w2) < workers", "cannot be compared"),
        ("latency() < 10ms", "takes 1 arguments"),
        ("lateness(w2) < 10ms", "is no function"),
        ("10ms < latency(w2) < 20ms", "is no function"),
        ("no problem", "no deadlock"),
        ("order: w0", "at least two items"),
        ("line text", "double quotes"),
        ('lines "x" about 3', "write line"),
        ("outcome < completed", "is a word"),
        ("start(w0) in 4ms", "is no range"),
        ("3 == workers", "is no function"),
    ],
)
def test_what_is_no_assertion_says_so(line: str, message: str) -> None:
    with pytest.raises(ExpectError, match=message.replace("(", r"\(")):
        parse(line)


def test_the_log_and_its_numbers() -> None:
    run = facts("delay_precision")
    for line in (
        'order of lines: "hrtimer:", "timer:"',
        'time("hrtimer") in 10ms..10.1ms',
        'gap("hrtimer:", "timer:") > 1us',
    ):
        assert check(run, line).ok, line
    assert measured(run, 'number("timer:")').isdigit()
    assert measured(run, "latency(dwork)").endswith("us")


def test_a_deadlock_is_told() -> None:
    run = facts("self_flush")
    verdict = check(run, "no deadlock")
    assert not verdict.ok
    assert verdict.found.startswith("deadlock: ")


def test_figures_agree_within_reason() -> None:
    assert same_figure("4 ms", "4.4 ms")
    assert same_figure("990 us", "1.1 ms")
    assert not same_figure("4 ms", "8 ms")
    assert not same_figure("2", "3")
    assert same_figure("kworker/0:1", "kworker/0:1")


def test_every_function_says_what_it_is() -> None:
    assert all(measure.doc and measure.unit in ("ns", "count", "word") for measure, _ in MEASURES.values())


def test_every_function_is_documented() -> None:
    text = (gallery.ROOT / "docs/challenges.md").read_text()
    assert [name for name in MEASURES if f"`{name}`" not in text and f"`{name}(" not in text] == []
