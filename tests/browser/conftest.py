"""A server of our own on a free port, Debian's Chromium, and a page that fails its test at any console message."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FIXTURE = json.loads((ROOT / "tests/fixtures/demo.messages.json").read_text())
SERVE = "import sys; from server.serve import config; from server.settings import Settings; import uvicorn; \
uvicorn.Server(config('127.0.0.1', int(sys.argv[1]), Settings(log_level='warning'))).run()"

Feed = Callable[[Page, list[dict[str, Any]]], None]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*flags, "--disable-sync"]}


def build_scripts() -> None:
    """What visitors get: built scripts, of the sources as they are now."""
    subprocess.run([Path(sys.executable).with_name("node"), "web/build.mjs"], cwd=ROOT, check=True)


@contextmanager
def running_server(**environment: str) -> Iterator[str]:
    """The address of a server that runs as long as the block; its settings by `environment`."""
    build_scripts()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], cwd=ROOT, env={**os.environ, **environment})
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with running_server() as address:
        yield address


def listen(page: Page) -> list[str]:
    """Collects what the page writes to its console, from now on."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No console message in any test."""
    heard = listen(page)
    yield
    assert heard == []


@pytest.fixture
def feed() -> Feed:
    """Puts given messages in the place of a run, so that a state of the page needs no scenario that leads to it."""

    def put(page: Page, messages: list[dict[str, Any]]) -> None:
        def answer(socket: WebSocketRoute) -> None:
            socket.on_message(lambda _: [socket.send(json.dumps(m)) for m in messages] and None)

        page.route_web_socket("**/ws/run", answer)

    return put
