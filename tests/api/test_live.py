"""The whole way: `wqplay serve` as a process, the real simulator behind it, a client at the socket."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server import gallery
from server.scenario import Scenario, canonical

DEMO = gallery.entries()[gallery.DEMO].scenario
LOOP = """
#include <linux/module.h>
#include <linux/workqueue.h>
static void again_fn(struct work_struct *work);
static DECLARE_WORK(again, again_fn);
static int rounds;
static void again_fn(struct work_struct *work)
{
	if (++rounds < 4000)
		schedule_work(&again);
}
static int __init loop_init(void)
{
	schedule_work(&again);
	return 0;
}
static void __exit loop_exit(void)
{
	cancel_work_sync(&again);
}
module_init(loop_init);
module_exit(loop_exit);
MODULE_LICENSE("GPL");
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """`127.0.0.1:PORT` of a server process, ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "running on" in line:
            break
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode in (0, -15)


async def stream(server: str, scenario: Scenario, after: int = -1) -> list[str]:
    start = {"type": "start", "v": 2, "scenario": json.loads(canonical(scenario)), "after": after}
    messages: list[str] = []
    async with connect(f"ws://{server}/ws/run", max_size=None) as connection:
        await connection.send(json.dumps(start))
        while not messages or json.loads(messages[-1])["type"] not in ("end", "error"):
            messages.append(str(await connection.recv()))
    return messages


def post(server: str, path: str, scenario: Scenario) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(f"http://{server}{path}", data=canonical(scenario), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_demo_arrives_whole_and_resumes_at_every_message(server: str) -> None:
    async def main() -> None:
        whole = await stream(server, DEMO)
        decoded = [json.loads(m) for m in whole]
        assert [m["n"] for m in decoded] == list(range(len(whole)))
        assert decoded[-1]["type"] == "end"
        assert decoded[-1]["outcome"]["kind"] == "completed"
        texts = [text for m in decoded if m["type"] == "console" for text in m["text"]]
        assert "Immediate work done" in texts
        for n in range(len(whole) - 1):
            assert await stream(server, DEMO, after=n) == whole[n + 1 :]

    asyncio.run(main())


def test_a_long_run_comes_in_many_messages_the_same_for_all(server: str) -> None:
    async def main() -> None:
        scenario = Scenario("loop", {"module.c": LOOP}, "insmod loop.ko\nsleep 1\nrmmod loop\n")
        found = await asyncio.gather(*(stream(server, scenario) for _ in range(8)))
        assert all(messages == found[0] for messages in found)
        batches = [json.loads(m) for m in found[0] if '"type":"batch"' in m[:40]]
        assert len(batches) >= 3
        assert len(batches[0]["events"]["t"]) == 256

    asyncio.run(main())


def test_over_http_it_is_the_same_run(server: str) -> None:
    status, made = post(server, "/api/runs", DEMO)
    assert status == 200
    with urllib.request.urlopen(f"http://{server}/api/runs/{made['run']}") as answer:
        messages = json.load(answer)
    assert [m["run"] for m in messages if m["type"] == "meta"] == [made["run"]]
    assert messages[-1]["digest"] == made["digest"]
    for name in ("ftrace", "json", "perfetto", "csv"):
        with urllib.request.urlopen(f"http://{server}/api/runs/{made['run']}/export/{name}") as answer:
            assert answer.read()


def test_diagnostics_come_with_their_place(server: str) -> None:
    broken = Scenario(
        "demo", {"module.c": DEMO.files["module.c"].replace("msleep(100);", "msleep(100)")}, DEMO.session_sh
    )
    line = DEMO.files["module.c"][: DEMO.files["module.c"].index("msleep(100)")].count("\n") + 1
    status, checked = post(server, "/api/check", broken)
    assert status == 200
    errors = [d for d in checked["diagnostics"] if d["severity"] == "error"]
    assert [(d["file"], d["line"]) for d in errors] == [("module.c", line)]
    status, problem = post(server, "/api/runs", broken)
    assert status == 422
    assert problem["diagnostics"] == checked["diagnostics"]


def test_a_check_names_the_module_parameters(server: str) -> None:
    _, checked = post(server, "/api/check", DEMO)
    assert [d for d in checked["diagnostics"] if d["severity"] == "error"] == []
    assert {p["name"]: p["default"] for p in checked["params"]} == {
        "items": "3",
        "delay": "2",
        "rounds": "2",
        "work_ms": "500",
    }


def test_a_session_that_cannot_run_is_told_before_time_starts(server: str) -> None:
    status, checked = post(server, "/api/check", Scenario("demo", DEMO.files, "insmod demo.ko\nfrobnicate 5\n"))
    assert status == 200
    errors = [d for d in checked["diagnostics"] if d["severity"] == "error"]
    assert [(d["file"], d["line"]) for d in errors] == [("session.sh", 2)]


def test_the_endless_loop_ends_in_words(server: str) -> None:
    source = DEMO.files["module.c"].replace("msleep(100);", "for (;;)\n\t\t;")
    messages = asyncio.run(stream(server, Scenario("workqueue_demo", {"module.c": source}, DEMO.session_sh)))
    end = json.loads(messages[-1])
    assert end["type"] == "end"
    assert end["outcome"]["message"]


def test_kapi_has_prototypes_and_docs(server: str) -> None:
    with urllib.request.urlopen(f"http://{server}/api/kapi") as answer:
        functions = {f["name"]: f for f in json.load(answer)["functions"]}
    assert functions["flush_work"]["may_sleep"]
    assert not functions["queue_work_on"]["may_sleep"]
    assert "work_struct" in functions["queue_work_on"]["prototype"]
    assert "by way of queue_work_on()" in functions["queue_work"]["doc"]
    assert functions["flush_workqueue"]["may_sleep"]
    assert functions["DECLARE_WORK"]["prototype"] == "DECLARE_WORK(n, f)"
    assert [name for name, f in functions.items() if not f["doc"]] == []


def left_open(server: str, run: str) -> tuple[int, dict[str, str], bytes]:
    with urllib.request.urlopen(f"http://{server}/api/runs/{run}/open", timeout=30) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def test_what_is_open_in_a_run_is_looked_for_once(server: str) -> None:
    scenario = gallery.entries()["unbound_one"].scenario
    _, made = post(server, "/api/runs", scenario)

    async def main() -> None:
        asked = (asyncio.to_thread(left_open, server, made["run"]) for _ in range(6))
        answers = await asyncio.gather(*asked)
        assert {status for status, _, _ in answers} == {200}
        assert len({body for _, _, body in answers}) == 1
        _, headers, content = answers[0]
        assert "immutable" in headers["cache-control"]
        found = json.loads(content)
        assert (found["type"], found["seeds"], found["recorded"]) == ("open", 24, 6)
        assert any("items[0] and items[2] starts first" in fact["text"] for fact in found["facts"])

    asyncio.run(main())
    with urllib.request.urlopen(f"http://{server}/api/runs/{made['run']}/export/csv", timeout=30) as answer:
        assert b"Linux leaves open which of items[0] and items[2] starts first" in answer.read()
    with urllib.request.urlopen(f"http://{server}/api/runs/{made['run']}/export/html", timeout=30) as answer:
        assert b'"type":"open"' in answer.read()


def test_of_a_run_that_is_not_kept_nothing_is_known(server: str) -> None:
    status, headers, content = left_open(server, "0" * 64)
    assert (status, content) == (204, b"")
    assert "retry-after" not in headers
