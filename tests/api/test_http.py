"""HTTP routes, with processes that do what a session says (tests/api/fake_worker.py)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.api import create_app
from server.leftopen import WAITING_MAX, LeftOpen
from server.pool import Pool
from server.runs import Refusal, Run, Runs
from server.scenario import Limits, Scenario, canonical
from server.settings import Settings

HANDLER = "tests.api.fake_worker:handle"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = Settings(check_seconds=0.5, wall_seconds=1)
    with TestClient(create_app(settings, Runs(settings, Pool(HANDLER)))) as made:
        yield made


def body(session: str, **fields: Any) -> bytes:
    return canonical(Scenario("demo", {"module.c": ""}, session, **fields))


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_run_its_messages_and_their_caching(client: TestClient) -> None:
    made = client.post("/api/runs", content=body("meta batch end"))
    assert made.status_code == 200
    run = made.json()
    assert run["outcome"]["kind"] == "completed"
    assert run["messages"] == 3
    answer = client.get(f"/api/runs/{run['run']}")
    assert [m["type"] for m in answer.json()] == ["meta", "batch", "end"]
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_faults_of_the_module_are_diagnostics(client: TestClient) -> None:
    answer = client.post("/api/runs", content=body("input"))
    assert answer.status_code == 422
    assert answer.json()["diagnostics"][0]["line"] == 3


def test_all_faults_of_a_scenario_come_at_once(client: TestClient) -> None:
    answer = client.post("/api/check", json={"module_name": "no-dash", "files": {}, "session_sh": "", "seed": -1})
    assert answer.status_code == 422
    assert {d["code"] for d in answer.json()["diagnostics"]} == {"module-name", "no-module", "seed"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"version":99}', b"[" * 5000])
def test_what_is_no_scenario_is_refused_in_words(client: TestClient, content: bytes) -> None:
    answer = client.post("/api/check", content=content)
    assert answer.status_code == 422
    assert answer.json()["diagnostics"][0]["message"]


def test_too_large_a_body_is_refused_before_it_is_read(client: TestClient) -> None:
    for long in (b"x" * (3 * 1024 * 1024), (b"x" * 1024 for _ in range(3 * 1024))):  # its length told before, and not
        answer = client.post("/api/check", content=long)
        assert answer.status_code == 413
        assert answer.json()["message"] == "the request holds more than 2 MiB"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_killed_worker_is_told(client: TestClient) -> None:
    answer = client.post("/api/runs", content=body("meta die"))
    assert answer.status_code == 503
    assert answer.json()["code"] == "killed"


def test_a_check_that_hangs_is_ended(client: TestClient) -> None:
    answer = client.post("/api/check", content=body("hang"))
    assert answer.status_code == 503
    assert "0.5 s" in answer.json()["message"]


def test_more_than_one_clients_share_is_429(client: TestClient) -> None:
    runs = client.app.state.runs  # type: ignore[attr-defined]
    with ExitStack() as stack:
        for _ in range(runs.settings.checks_per_client):
            stack.enter_context(runs.turn("testclient", "checks", runs.settings.checks_per_client))
        answer = client.post("/api/check", content=body(""))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "2"
    assert client.post("/api/check", content=body("")).status_code == 200


def test_an_unknown_run_says_what_to_send(client: TestClient) -> None:
    answer = client.get("/api/runs/" + "0" * 64)
    assert answer.status_code == 404
    assert "POST its scenario to /api/runs" in answer.json()["message"]
    assert client.get("/api/runs/xyz").status_code == 422


def test_an_unknown_route_points_to_the_docs(client: TestClient) -> None:
    answer = client.get("/api/nothing")
    assert answer.status_code == 404
    assert "/api/docs" in answer.json()["hint"]


def test_gallery(client: TestClient) -> None:
    listed = client.get("/api/scenarios").json()
    assert listed[0]["name"] == "workqueue_demo"
    for item in listed:
        whole = client.get(f"/api/scenarios/{item['name']}").json()
        assert whole["hash"] == item["hash"]
        assert whole["try"]["scenario"] != whole["scenario"]
        assert client.post("/api/check", content=json.dumps(whole["scenario"])).status_code == 200
    assert client.get("/api/scenarios/nothing").status_code == 404


def test_pages_have_a_fresh_nonce_and_a_strict_policy(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    policies = [answer.headers["content-security-policy"] for answer in (first, second)]
    nonces = [re.search(r"'nonce-([\w-]{20,})'", policy)[1] for policy in policies]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    assert nonces[0] in first.text
    assert "unsafe" not in policies[0]
    assert "frame-ancestors 'self'" in policies[0]
    assert "set-cookie" not in first.headers


def test_pages_and_partials(client: TestClient) -> None:
    for path in ("/", "/gallery", "/partials/gallery", "/api/docs"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html")
    assert "ordered_queue" in client.get("/partials/gallery?q=ordered").text
    assert "self_flush" not in client.get("/partials/gallery?q=ordered").text
    for path in ("/partials/controls", "/partials/share"):
        assert client.post(path, data={"scenario": body("").decode()}).status_code == 200, path
        assert client.post(path, data={"scenario": "{"}).status_code == 422, path


def test_share_links_are_short_for_the_gallery(client: TestClient) -> None:
    scenario = json.dumps(client.get("/api/scenarios/concurrency").json()["scenario"])
    assert "s=@concurrency~" in client.post("/partials/share", data={"scenario": scenario}).text
    assert "v=1&amp;amp;s=" in client.post("/partials/share", data={"scenario": body("edited").decode()}).text


def test_people_get_a_page_for_what_is_not_there(client: TestClient) -> None:
    answer = client.get("/nothing", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "<html" in answer.text


def test_version_names_what_is_accepted(client: TestClient) -> None:
    found = client.get("/api/version").json()
    assert found["scenario_version"] == 1
    assert "6.12-debug" in found["kernels"]
    assert found["limits"]["events"] == 50_000


def test_many_who_ask_what_is_open_share_one_answer_and_too_many_runs_are_put_off() -> None:
    class Counting(Runs):
        asked = 0
        gate = asyncio.Event()

        async def open_facts(self, run: Run, seeds: int, recorded: list[str]) -> bytes:
            self.asked += 1
            await self.gate.wait()
            if run.id == "bad":
                raise Refusal("killed", "it took too long")
            return run.id.encode()

    def run(id_: str) -> Run:
        return Run(id_, Scenario("demo", {"module.c": ""}, ""), Limits())

    async def main() -> None:
        runs = Counting(Settings(), Pool(HANDLER))
        found = LeftOpen(runs)
        same = [asyncio.create_task(found.of(run("a"))) for _ in range(50)]
        others = [asyncio.create_task(found.of(run(str(n)))) for n in range(WAITING_MAX - 1)]
        await asyncio.sleep(0.05)
        assert runs.asked == 1  # one at a time
        with pytest.raises(Refusal) as refused:
            await found.of(run("one too many"))
        assert refused.value.retry_after_ms > 0
        same[0].cancel()  # who leaves does not take it from the others
        runs.gate.set()
        assert await asyncio.gather(*same[1:]) == [b"a"] * 49
        assert await asyncio.gather(*others) == [str(n).encode() for n in range(WAITING_MAX - 1)]
        with pytest.raises(Refusal):
            await found.of(run("bad"))
        assert await found.of(run("a")) == b"a" and runs.asked == WAITING_MAX + 1
        await found.close()

    asyncio.run(main())
