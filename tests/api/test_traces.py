"""`POST /api/traces`: a recorded trace becomes the messages of the lanes, and says what it cannot tell."""

from __future__ import annotations

import gzip

import pytest
from fastapi.testclient import TestClient

from server.api import create_app
from server.trace_api import TEXT_BYTES_MAX

TRACE = """# tracer: nop
          insmod-170     [000] d..1.     3.715300: workqueue_queue_work: work struct=ffffffffc02055a0 \
function=job_fn [demo] workqueue=contenders req_cpu=8192 cpu=-1
          insmod-170     [000] d..1.     3.715323: workqueue_activate_work: work struct ffffffffc02055a0
    kworker/u8:2-36      [001] .....     3.715531: workqueue_execute_start: work struct ffffffffc02055a0: \
function job_fn [demo]
    kworker/u8:2-36      [000] .....     3.753772: workqueue_execute_end: work struct ffffffffc02055a0: \
function job_fn [demo]
"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_trace_becomes_lanes(packed: bool) -> None:
    body = gzip.compress(TRACE.encode()) if packed else TRACE.encode()
    with TestClient(create_app()) as client:
        messages = client.post("/api/traces", content=body).json()
    assert [m["type"] for m in messages if m["type"] != "diagnostic"][:2] == ["meta", "batch"]
    assert messages[-1]["type"] == "end"
    notes = [m["message"] for m in messages if m["type"] == "diagnostic"]
    assert any("sched_switch" in note for note in notes)
    assert not any("queue_work" in note for note in notes)


def test_a_trace_of_the_greatest_length_becomes_lanes() -> None:
    lines = TRACE.splitlines()[1:]
    text = "\n".join(line for _ in range(TEXT_BYTES_MAX // len(TRACE)) for line in lines) + "\n"
    assert 15 * 2**20 < len(text) <= TEXT_BYTES_MAX
    with TestClient(create_app()) as client:
        answer = client.post("/api/traces", content=gzip.compress(text.encode(), 1))
    assert answer.status_code == 200
    assert answer.json()[-1]["type"] == "end"


@pytest.mark.parametrize("body", [b"", b"nothing of the kind", b"\x1f\x8bbroken"])
def test_what_is_no_trace_is_refused(body: bytes) -> None:
    with TestClient(create_app()) as client:
        answer = client.post("/api/traces", content=body)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_a_trace_that_unpacks_to_too_much_is_refused_unread() -> None:
    body = gzip.compress(TRACE.encode() + b"#" * (TEXT_BYTES_MAX + 1))
    assert len(body) < 100_000
    with TestClient(create_app()) as client:
        answer = client.post("/api/traces", content=body)
    assert answer.status_code == 422
    assert "more than 16 MiB" in answer.json()["message"]
