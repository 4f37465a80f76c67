"""`POST /api/traces`: a recorded trace into the messages of the lanes. Nothing of it is kept."""

from __future__ import annotations

import zlib

from fastapi import APIRouter, Request, Response

from server.runs import Refusal, Runs
from server.schemas import Answer, answers

router = APIRouter(prefix="/api", default_response_class=Answer)

TEXT_BYTES_MAX = 16 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS


def unpacked(data: bytes) -> str:
    """The text of a body, gzip or plain. Raises Refusal for one that is too long or broken."""
    if data[:2] == b"\x1f\x8b":
        unzip = zlib.decompressobj(GZIP)
        try:
            data = unzip.decompress(data, TEXT_BYTES_MAX + 1)
        except zlib.error as error:
            raise Refusal("input", f"not a gzip file: {error}") from None
    if len(data) > TEXT_BYTES_MAX:
        raise Refusal("input", f"more than {TEXT_BYTES_MAX // 2**20} MiB of events: cut the trace")
    return data.decode(errors="replace")


@router.post("/traces", responses=answers({"type": "array", "items": {"type": "object"}}, 413, 422, 429, 503))
async def traces(request: Request) -> Response:
    """The messages of docs/protocol.md for ftrace text, `trace-cmd report` or `perf script`; the body may be gzip."""
    text = unpacked(await request.body())
    runs = request.app.state.runs
    assert isinstance(runs, Runs)
    client = request.client.host if request.client else "?"
    with runs.turn(client, "checks", runs.settings.checks_per_client):
        messages = await runs.import_trace(text, runs.cap(None))
    return Answer(b"[" + b",".join(messages) + b"]")
