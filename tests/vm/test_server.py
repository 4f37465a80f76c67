"""`/ws/vm` of a server: who may, the queue, the stream, and what is kept of a run."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from server.api import create_app
from server.serve import config
from server.settings import Settings
from server.vm.machine import accelerator

MODULE = """#include <linux/module.h>
#include <linux/workqueue.h>
static void fn(struct work_struct *work) { pr_info("work\\n"); }
static DECLARE_WORK(item, fn);
static int __init in(void) { schedule_work(&item); return 0; }
static void __exit out(void) { cancel_work_sync(&item); }
module_init(in);
module_exit(out);
MODULE_LICENSE("GPL");
"""
SESSION = "insmod probe.ko\nsleep {}\nrmmod probe\n"
Message = dict[str, object]
COSTS = {"tcg": "tcg", "kvm": "hardware"}


@contextmanager
def served(**settings: object) -> Iterator[str]:
    given = Settings.model_validate({"start_seconds": 2, **settings})
    listener = socket.create_server(("127.0.0.1", 0))
    served = config("127.0.0.1", 0, given)
    served.app = create_app(given)
    server = uvicorn.Server(served)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def lab(needs_lab: None) -> Iterator[str]:
    with served(lab=True, lab_per_client=3) as address:
        yield address


def scenario(seconds: float = 0.3, source: str = MODULE) -> Message:
    return {"module_name": "probe", "files": {"module.c": source}, "session_sh": SESSION.format(seconds)}


def opened(address: str, origin: str | None = None) -> ClientConnection:
    return connect(f"ws://{address}/ws/vm", origin=origin, max_size=None)  # type: ignore[arg-type]


def start(given: ClientConnection, **fields: object) -> None:
    given.send(json.dumps({"type": "start", "v": 2, **fields}))


def until_last(given: ClientConnection) -> list[Message]:
    messages: list[Message] = []
    while not messages or messages[-1]["type"] not in ("end", "error"):
        messages.append(json.loads(given.recv(timeout=60)))
    return messages


def refused(address: str, origin: str | None = None, **fields: object) -> str:
    with opened(address, origin) as given:
        start(given, **fields)
        (last,) = until_last(given)
    assert last["type"] == "error"
    return f"{last['code']}: {last['message']}"


def test_off_by_default_and_says_how_to_start_it() -> None:
    with served() as address:
        assert "docker compose --profile lab up" in refused(address, scenario=scenario())
        with urlopen(f"http://{address}/api/lab") as answer:
            status = json.load(answer)
    assert not status["on"]
    assert "WQPLAY_LAB=1 make run" in status["hint"]


def test_needs_the_token_and_its_own_origin(needs_lab: None) -> None:
    with served(lab=True, lab_token="secret") as address:
        assert "needs its token" in refused(address, scenario=scenario())
        assert "needs its token" in refused(address, scenario=scenario(), token="other")
        assert "own pages" in refused(address, "https://elsewhere.example", scenario=scenario(), token="secret")
        assert refused(address, f"http://{address}", run="0" * 64, token="secret").startswith("gone")


def test_compiler_errors_come_as_diagnostics(lab: str) -> None:
    with opened(lab) as given:
        start(given, scenario=scenario(source=MODULE.replace("pr_info(", "nonsense(")))
        messages = until_last(given)
    diagnostic = next(m for m in messages if m["type"] == "diagnostic")
    assert (diagnostic["file"], diagnostic["line"], diagnostic["col"], diagnostic["severity"]) == (
        "module.c",
        3,
        44,
        "error",
    )
    assert (messages[-1]["type"], messages[-1]["code"]) == ("error", "input")


def test_run_streams_is_kept_explained_and_compared(lab: str) -> None:
    with opened(lab) as given:
        start(given, scenario=scenario(1))
        messages: list[Message] = []
        while not any(m["type"] == "batch" for m in messages):
            messages.append(json.loads(given.recv(timeout=60)))
        given.send(json.dumps({"type": "act", "command": "echo beside"}))
        before = len(messages)
        messages += until_last(given)
    assert len(messages) - before > 3, "it came while it ran"
    queue, numbered = [m for m in messages if m["type"] == "queue"], [m for m in messages if m["type"] != "queue"]
    assert [m["n"] for m in numbered] == list(range(len(numbered)))
    assert numbered[0]["time_base"] == "measured"
    assert "beside" in json.dumps([m["text"] for m in messages if m["type"] == "console"])
    assert messages[-1]["outcome"]["kind"] == "completed"  # type: ignore[index]
    run = queue[0]["run"]
    stages = [m["stage"] for m in queue]
    assert stages == sorted(stages, key=["queue", "start", "boot", "build", "session"].index)
    assert (queue[-1]["position"], stages[-1] in ("build", "session")) == (0, True)
    with opened(lab) as given:
        start(given, run=run, after=numbered[-2]["n"])
        assert until_last(given)[-1] == messages[-1]
    with opened(lab) as given:
        start(given, run=run, explained=True)
        explained = until_last(given)
    assert explained[0]["type"] == "meta"
    assert explained[-1]["outcome"] == messages[-1]["outcome"]
    request = Request(f"http://{lab}/api/compare", json.dumps({"scenario": scenario(1), "runs": [run]}).encode())
    with urlopen(request) as answer:
        compared = json.load(answer)
    facts = {row["fact"]: (row["held"], row["red"]) for row in compared["table"]["rows"]}
    assert facts["counts"] == (4, 0)
    assert (compared["runs"], compared["recorded"], compared["machine"]["costs"]) == (1, 0, COSTS[accelerator()])
    began = next(fact for row in compared["table"]["rows"] for fact in row["facts"] if row["fact"] == "order")
    assert began["real_us"] * 1000 >= numbered[0]["origin_ns"] - 1_000_000  # type: ignore[operator]
    assert compared["kernel"].startswith("6.12")


def test_second_session_waits_and_says_where_it_stands(lab: str) -> None:
    with opened(lab) as first:
        start(first, scenario=scenario(20))
        while json.loads(first.recv(timeout=60))["type"] != "batch":
            pass
        with opened(lab) as second:
            start(second, scenario=scenario())
            assert json.loads(second.recv(timeout=10))["position"] == 1
            first.send(json.dumps({"type": "stop"}))
            assert until_last(first)[-1]["outcome"]["kind"] == "stopped"  # type: ignore[index]
            assert until_last(second)[-1]["outcome"]["kind"] == "completed"  # type: ignore[index]


def test_recorded_runs_of_the_gallery_alone_and_beside_one_of_the_lab(lab: str) -> None:
    with urlopen(f"http://{lab}/api/scenarios/ordered_queue/real") as answer:
        real = json.load(answer)
    assert real["kernel"].startswith("6.12")
    assert real["messages"][0]["type"] == "meta"
    with urlopen(f"http://{lab}/api/scenarios/ordered_queue") as answer:
        given = json.load(answer)["scenario"]
    request = Request(f"http://{lab}/api/compare", json.dumps({"scenario": given, "name": "ordered_queue"}).encode())
    with urlopen(request) as answer:
        table = json.load(answer)["table"]
    assert table["references"] == 6
    assert sum(row["held"] for row in table["rows"]) > 100
    with opened(lab) as client:
        start(client, scenario=given)
        run = json.loads(client.recv(timeout=60))["run"]
        assert until_last(client)[-1]["outcome"]["kind"] == "completed"  # type: ignore[index]
    both = {"scenario": given, "name": "ordered_queue", "runs": [run]}
    with urlopen(Request(f"http://{lab}/api/compare", json.dumps(both).encode())) as answer:
        compared = json.load(answer)
    assert (compared["runs"], compared["recorded"], compared["table"]["references"]) == (1, 6, 7)
    with opened(lab) as client:
        start(client, run=run, explained=True)
        told = until_last(client)
    assert [m["type"] for m in told[-2:]] == ["open", "end"]
    assert (told[-2]["seeds"], told[-2]["recorded"]) == (0, 7)  # itself and the recorded ones
