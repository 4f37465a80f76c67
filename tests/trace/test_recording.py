"""Recordings: packing, files, digest."""

from __future__ import annotations

import io

import pytest

from server.scenario import Outcome
from server.trace import wqrec
from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.recording import RECORDS, SIZES, Event, Recording
from tests.trace.builder import Scene, imported

VALUES = {"int": 7, "str": "word", "ptr": 0xFFFF888012345678, "obj": 0}


def filled() -> Recording:
    """A recording with one event of each kind."""
    recording = Recording()
    recording.task(1, "init", "session")
    recording.obj("work", 0xFFFFFFFFC0203600, "job", "job_fn")
    for index, kind in enumerate(KINDS):
        args = tuple(0 if n in ("next_task", "wakee") else VALUES[t] for n, t in kind.fields.items())
        recording.event(1000 * index, 3, index, 0, index - 1, args)
    recording.outcome = Outcome("completed", 5, "")
    return recording


def test_every_kind_comes_back_as_it_went_in() -> None:
    for event in filled().events():
        kind = KINDS[event.kind]
        assert (event.t_ns, event.cpu, event.line) == (1000 * event.kind, 3, event.kind - 1 if event.kind else -1)
        for value, (name, sort) in zip(event.args, kind.fields.items(), strict=True):
            expected = {"ptr": "ffff888012345678", "int": 7 if name not in ("next_task", "wakee") else 0}
            assert value == expected.get(sort, VALUES[sort]), (kind.name, name)


def test_a_window_of_events() -> None:
    recording = Scene().recording
    for i in range(1000):
        recording.event(i, 0, KIND_BY_NAME["console"], 0, -1, (f"line {i}", 6))
    assert [e.seq for e in recording.events(255, 259)] == [255, 256, 257, 258]
    assert next(recording.events(999)) == Event(999, 999, 0, KIND_BY_NAME["console"], 0, -1, ("line 999", 6))
    assert list(recording.events(1000)) == []


def test_a_file_keeps_everything() -> None:
    recording = filled()
    again = wqrec.load(io.BytesIO(wqrec.dump(recording)))
    assert list(again.events()) == list(recording.events())
    assert (again.outcome, again.tasks, again.objects) == (recording.outcome, recording.tasks, recording.objects)
    assert again.digest() == recording.digest()
    assert wqrec.dump(again) == wqrec.dump(recording)


def test_the_digest_tells_any_difference() -> None:
    one, other = filled(), filled()
    assert one.digest() == other.digest()
    other.event(10**9, 0, KIND_BY_NAME["module_free"], 0, -1, ("demo",))
    assert one.digest() != other.digest()


def test_records_are_small() -> None:
    recording = imported("mutex_contention")
    assert recording.size <= 40 * recording.rows
    assert SIZES[KIND_BY_NAME["sched_switch"]] == 40
    assert all(record.size == size for record, size in zip(RECORDS, SIZES, strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b"ELF" + b, "not a recording"),
        (lambda b: b[:5] + b"\x63" + b[6:], "another version"),
        (lambda b: b[: len(b) // 2], "cut off"),
        (lambda b: b[:60] + bytes([b[60] ^ 255]) + b[61:], "damaged"),
        (lambda b: b"", "not a recording"),
    ],
)
def test_a_broken_file_is_refused_with_words(change, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(wqrec.FormatError, match=message):
        wqrec.load(io.BytesIO(change(wqrec.dump(filled()))))


@pytest.mark.parametrize(
    ("kind", "task", "args"), [("console", 9, ("x", 1)), ("workqueue_activate_work", 0, (5, "f [demo]"))]
)
def test_an_index_beyond_its_table_is_refused(kind: str, task: int, args: tuple[int | str, ...]) -> None:
    recording = filled()
    recording.event(10**9, 0, KIND_BY_NAME[kind], task, -1, args)
    with pytest.raises(wqrec.FormatError, match="damaged"):
        wqrec.load(io.BytesIO(wqrec.dump(recording)))


def test_the_origin_is_the_first_init() -> None:
    s = Scene()
    s.at(1, "console", "x", 6)
    assert s.recording.origin() == 1_000_000
    s.at(2, "wqp:module", "init", "demo", 0)
    s.at(3, "wqp:module", "init", "demo", 0)
    assert s.recording.origin() == 2_000_000
