"""Messages: a reader that follows docs/protocol.md gets the timeline back, however it was cut."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.scenario import Diagnostic, Limits, Outcome
from server.trace import rows, wire
from server.trace.events import KIND_BY_NAME
from server.trace.frames import Frames, words
from server.trace.recording import Recording
from tests.trace.builder import Scene, imported, timeline_of
from tests.wire import numbers, unpacked

Message = dict[str, Any]


def sums(column: list[int]) -> list[int]:
    out, total = [], 0
    for value in column:
        total += value
        out.append(total)
    return out


class Reader:
    """What a page keeps of the messages."""

    def __init__(self, messages: list[Message]) -> None:
        self.spans: list[list[int]] = []
        self.waits: list[list[Any]] = []
        self.times: list[int] = []
        self.args: list[int] = []
        self.strings: list[str] = []
        self.lanes: dict[int, str] = {}
        self.steps: list[tuple[int, int, int]] = []
        self.console: list[tuple[int, int, str]] = []
        for n, message in enumerate(messages):
            assert message["n"] == n
            getattr(self, f"on_{message['type']}")(message)

    def on_meta(self, m: Message) -> None:
        self.meta = m

    def on_diagnostic(self, m: Message) -> None:
        self.diagnostic = m

    def on_end(self, m: Message) -> None:
        self.end = m

    def on_console(self, m: Message) -> None:
        self.console += zip(sums(m["seq"]), m["stream"], m["text"], strict=True)

    def on_batch(self, m: Message) -> None:
        assert (m["seq0"], m["span0"], m["wait0"]) == (len(self.times), len(self.spans), len(self.waits))
        self.strings += m.get("tables", {}).get("strings", [])
        lanes = m.get("lanes", {"id": [], "name": []})
        self.lanes |= dict(zip(lanes["id"], lanes["name"], strict=True))
        events = m["events"]
        self.times += sums(events["t"])
        counts = [len(self.meta["words"]["events"][kind]["fields"]) for kind in events["kind"]]
        assert sum(counts) == len(events["args"])
        self.args += events["args"]
        self._spans(m.get("spans"))
        self._waits(m.get("waits"))
        closed = m.get("closed", {})
        if "spans" in closed:
            for i, end in zip(sums(closed["spans"]["id"]), sums(closed["spans"]["end"]), strict=True):
                assert self.spans[i][3] == -1
                self.spans[i][3] = end
        if "waits" in closed:
            for i, end in zip(sums(closed["waits"]["id"]), sums(closed["waits"]["end"]), strict=True):
                assert self.waits[i][2] == -1
                self.waits[i][2] = end
        if "steps" in m:
            steps = m["steps"]
            self.steps += zip(steps["item"], steps["step"], sums(steps["seq"]), strict=True)

    def _spans(self, s: Message | None) -> None:
        if s:
            for lane, state, start, dur in zip(s["lane"], s["state"], sums(s["start"]), s["dur"], strict=True):
                self.spans.append([lane, state, start, start + dur if dur >= 0 else -1])

    def _waits(self, w: Message | None) -> None:
        if w:
            for item, start, dur, text in zip(w["item"], sums(w["start"]), w["dur"], w["text"], strict=True):
                self.waits.append([item, start, start + dur if dur >= 0 else -1, text])


def messages(recording: Recording, cuts: tuple[int, int] = (256, 4096)) -> list[Message]:
    out: list[Message] = []
    Frames.replay(recording, "run", Limits(), lambda m: out.append(unpacked(json.loads(m))), cuts)
    return out


@pytest.mark.parametrize("cuts", [(1, 1), (10, 7), (256, 4096)])
def test_a_reader_gets_the_timeline_back(cuts: tuple[int, int]) -> None:
    recording = imported("mutex_contention")
    reader, table = Reader(messages(recording, cuts)), timeline_of(recording).rows
    assert reader.times == [e.t_ns for e in recording.events()]
    assert reader.strings == recording.strings
    assert reader.lanes == {lane.id: lane.name for lane in table.lanes}
    assert reader.end["rows"] == recording.rows
    assert reader.end["digest"] == recording.digest()
    columns = table.steps.columns
    assert reader.steps == list(zip(columns["item"], columns["step"], columns["seq"], strict=True))
    # what was cut amid an event's moment may leave spans and waits without duration; what lasts is the same
    assert [s for s in reader.spans if s[2] != s[3]] == [
        [table.spans.lane[i], table.spans.state[i], table.spans.start[i], table.spans.end[i]]
        for i in range(len(table.spans))
        if table.spans.start[i] != table.spans.end[i]
    ]


def test_a_long_run_gives_its_timeline_back_from_packed_columns() -> None:
    s = Scene()
    s.at(1, "wqp:module", "init", "demo", 0)
    for i in range(3000):
        s.at(2 + i // 7, "console", f"line {i % 5}", i % 8)
        if i % 300 == 0:
            s.at(2 + i // 7, "wqp:module", "text", "demo", i)
    sent: list[bytes] = []
    Frames.replay(s.recording, "run", Limits(), sent.append)
    packed = [json.loads(m)["events"]["kind"] for m in sent if b'"type":"batch"' in m[:40]]
    assert isinstance(packed[0], list) and packed[1]["type"] == "u8"
    reader = Reader([unpacked(json.loads(m)) for m in sent])
    assert reader.times == [e.t_ns for e in s.recording.events()]
    assert len(reader.console) == 3000


@pytest.mark.parametrize(
    ("least", "greatest", "type_", "width"),
    [(-1, 254, "u8", 1), (3, 255, "u8", 1), (-1, 255, "u16", 2), (5000, 5100, "u8", 1), (0, 65535, "u16", 2),
     (-1, 65535, "u32", 4), (0, 2**32 - 1, "u32", 4), (-1, 2**32 - 1, "f64", 8), (-(2**52), 2**52, "f64", 8)],
)  # fmt: skip
def test_a_long_column_is_packed_in_the_narrowest_type(least: int, greatest: int, type_: str, width: int) -> None:
    values = [least, greatest, greatest - 1, least + 1] * (wire.LENGTH_MIN // 4)
    packed = wire.column(values)
    assert isinstance(packed, dict) and packed["type"] == type_ and len(packed["data"]) == width * len(values)
    assert numbers(json.loads(msgspec.json.encode(packed))) == values


def test_a_long_column_of_the_same_number_is_that_number() -> None:
    packed = wire.column([-1] * wire.LENGTH_MIN)
    assert packed == {"least": -1, "n": wire.LENGTH_MIN}
    assert numbers(packed) == [-1] * wire.LENGTH_MIN


def test_short_columns_texts_and_what_does_not_fit_stay_arrays() -> None:
    for values in ([0] * (wire.LENGTH_MIN - 1), ["a"] * 5000, [[1, 2]] * 5000, [2**60, 0] * 5000):
        assert wire.column(values) is values


def test_a_replay_gives_the_same_bytes() -> None:
    recording = imported("workqueue_demo")
    assert messages(recording, (10, 20)) == messages(recording, (10, 20))


def test_meta_waits_for_the_origin() -> None:
    s = Scene()
    out: list[Message] = []
    frames = Frames(s.recording, "run", Limits(), lambda m: out.append(json.loads(m)), (2, 8))
    s.at(1, "console", "a", 6)
    s.at(2, "console", "b", 6)
    assert out == []
    s.at(3, "wqp:module", "init", "demo", 0)
    s.at(4, "console", "c", 6)
    assert [m["type"] for m in out] == ["meta", "batch", "console"]
    assert out[0]["origin_ns"] == 3_000_000
    frames.end(Outcome("completed", 4_000_000, ""))
    assert out[-1]["type"] == "end"


def test_console_and_terminal() -> None:
    s = Scene()
    s.at(1, "console", "hello", 6)
    s.at(2, "wqp:tty", "1", "$ insmod\n")
    assert Reader(messages(s.recording)).console == [(0, 0, "hello"), (1, 1, "$ insmod\n")]


def test_a_finding_of_the_checks_is_a_diagnostic() -> None:
    s = Scene()
    s.at(1, "wqp:check", "use-after-free", "job was freed", line=45)
    found = Reader(messages(s.recording)).diagnostic
    assert (found["line"], found["code"], found["message"]) == (45, "use-after-free", "job was freed")


def test_diagnostics_come_first_and_an_error_last() -> None:
    out: list[Message] = []
    frames = Frames(Recording(), "run", Limits(), lambda m: out.append(json.loads(m)))
    frames.diagnostic(Diagnostic("module.c", 3, 5, "error", "x", "no"))
    frames.error("input", "the module does not compile")
    assert out[0] == {
        "type": "diagnostic",
        "n": 0,
        "file": "module.c",
        "line": 3,
        "col": 5,
        "severity": "error",
        "code": "x",
        "message": "no",
        "hint": "",
        "end_col": 0,
        "replacement": None,
    }
    assert (out[1]["type"], out[1]["n"], out[1]["code"]) == ("error", 1, "input")


def test_arrows_from_queue_to_start() -> None:
    batch = next(m for m in messages(imported("workqueue_demo")) if m["type"] == "batch")
    arrows = batch["arrows"]
    queued = [i for i, kind in enumerate(arrows["kind"]) if rows.ARROWS[kind] == "queued"]
    kinds, sources = batch["events"]["kind"], sums(arrows["from"])
    assert len(queued) == 6
    for i in queued:
        assert kinds[sources[i]] == KIND_BY_NAME["workqueue_queue_work"]
        assert kinds[sources[i] + arrows["to"][i]] == KIND_BY_NAME["workqueue_execute_start"]


def test_the_protocol_page_tells_every_word_and_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    for name, values in words().items():
        assert f"| {name} |" in page, name
        for value in values if isinstance(values, tuple) else ():
            assert f"`{value}`" in page, value
    for message in messages(imported("mutex_contention"), (20, 20)):
        for name in message:
            assert re.search(rf"\b{name}\b", page), name
        for table in [v for v in message.values() if isinstance(v, dict) and message["type"] == "batch"]:
            for column in table:
                assert re.search(rf"\b{column}\b", page), column
