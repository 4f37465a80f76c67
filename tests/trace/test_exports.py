"""Exports: each is what its readers expect."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest

from server.trace import exports, ftrace_in, stats, why
from server.trace.durations import duration
from tests.trace.builder import imported, timeline_of


def text(name: str, case: str = "workqueue_demo") -> str:
    return b"".join(exports.write(name, imported(case))).decode()


def test_ftrace_can_be_read_again() -> None:
    again, skipped = ftrace_in.read(text("ftrace").splitlines())
    assert skipped == 0
    assert "wqp" not in text("ftrace")
    assert again.rows == sum(not line.startswith("#") for line in text("ftrace").splitlines())


def test_csv_has_a_row_an_event() -> None:
    recording = imported("workqueue_demo")
    found = list(csv.DictReader(io.StringIO(text("csv"), newline="")))
    assert len(found) == recording.rows
    assert found[0]["details"] == "=== Work Queue Demo ==="
    assert found[2]["event"] == "workqueue_queue_work"
    assert found[2]["since_init_ns"] == "79000"


def test_json_has_everything() -> None:
    whole = json.loads(text("json"))
    assert whole["header"]["module"] == "workqueue_demo"
    assert whole["events"][2]["args"]["workqueue"] == "events"
    assert {w["cause"] for w in whole["waits"]} >= {"MAX_ACTIVE", "TIMER", "WORKER_WAKING"}
    assert len(whole["items"]) == 6


def test_perfetto_spans_nest_and_flows_pair() -> None:
    trace: list[dict[str, Any]] = json.loads(text("perfetto"))["traceEvents"]
    ends: dict[tuple[int, int], float] = {}
    for event in sorted((e for e in trace if e["ph"] == "X"), key=lambda e: e["ts"]):
        track = (event["pid"], event["tid"])
        assert event["ts"] >= ends.get(track, 0) - 0.001
        ends[track] = event["ts"] + event["dur"]
    starts = {e["id"] for e in trace if e["ph"] == "s"}
    assert starts == {e["id"] for e in trace if e["ph"] == "f"} != set()
    names = {e["args"]["name"] for e in trace if e["name"] == "thread_name"}
    assert {"CPU 0", "CPU 1", "kworker/0:0 (pid 9)", "kworker/u8:0 (pid 12)"} <= names


@pytest.mark.parametrize("case", ["workqueue_demo", "bh_wq", "mutex_contention"])
def test_perfetto_flows_have_spans_around_their_ends(case: str) -> None:
    """The UI counts an end without one as an import error."""
    trace: list[dict[str, Any]] = json.loads(text("perfetto", case))["traceEvents"]
    spans = [e for e in trace if e["ph"] == "X"]
    loose = [
        e
        for e in trace
        if e["ph"] in "sf"
        and not any(
            (x["pid"], x["tid"]) == (e["pid"], e["tid"]) and x["ts"] <= e["ts"] < x["ts"] + x["dur"] for x in spans
        )
    ]
    assert loose == []


def test_perfetto_times_are_exact_to_the_nanosecond() -> None:
    assert '"ts":4688116.000' in text("perfetto")


def test_the_table_of_the_kernels_documentation() -> None:
    lines = text("text").splitlines()
    assert lines[0] == " TIME IN MSECS\tEVENT"
    assert " 0.271\timmediate_fn#0 starts on kworker/0:0, CPU 0" in lines
    assert " 0.364\timmediate_fn#0 sleeps (timer)" in lines
    assert " 103.269\timmediate_fn#0 wakes up and runs" in lines
    assert " 103.456\timmediate_fn#0 finishes" in lines


@pytest.mark.parametrize("case", ["workqueue_demo", "bh_wq", "mutex_contention"])
def test_the_picture_is_one_well_formed_file(case: str) -> None:
    root = ElementTree.fromstring(text("svg", case))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = " ".join(t for e in root.iter() if (t := e.text))
    assert "CPU 0" in words
    assert "http" not in text("svg", case).replace("http://www.w3.org/2000/svg", "")


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        list(exports.write("nonsense", imported("bh_wq")))


def test_why_tells_the_life_of_an_item() -> None:
    report = why.report(imported("workqueue_demo"), "dedicated_fn#2")
    assert report.splitlines()[:4] == [
        "2 items waited; longest 1.014 s: max_active (waits inferred from the trace)",
        "",
        "dedicated_fn#2 (dedicated_fn) on demo_wq",
        "       1.740 ms  queued by insmod on CPU 0",
    ]
    assert "held 502 ms: max_active of demo_wq is reached: dedicated_fn#0 holds every slot" in report
    with pytest.raises(why.UnknownItem, match="no item is called 'x'; there are: "):
        why.report(imported("workqueue_demo"), "x")


def test_anatomy_adds_up_to_the_life() -> None:
    timeline = timeline_of(imported("workqueue_demo"))
    figures = stats.Stats(timeline)
    columns = timeline.rows.steps.columns
    for item, anatomy in enumerate(figures.items):
        seqs = [q for i, q in zip(columns["item"], columns["seq"], strict=True) if i == item]
        times = [next(timeline.recording.packed(q, q + 1))[0] for q in (seqs[0], seqs[-1])]
        assert anatomy.total == times[1] - times[0]
    assert figures.summary() == "2 items waited; longest 1.014 s: max_active"
    assert figures.workqueues["demo_wq"].started == 3
    assert figures.workqueues["events"].queued == 3


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, "0 ns"), (999, "999 ns"), (95_000, "95 us"), (1_500, "1.5 us"), (512_000_000, "512 ms"), (10**10, "10 s")],
)
def test_durations(ns: int, text: str) -> None:
    assert duration(ns) == text
