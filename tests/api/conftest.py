"""The server of `wqplay serve` on a free port, with workers that do what a session says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from server.api import create_app
from server.pool import Pool
from server.runs import Runs
from server.serve import config
from server.settings import Settings

HANDLER = "tests.api.fake_worker:handle"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """`127.0.0.1:PORT`."""
    settings = Settings(start_seconds=2, wall_seconds=20, sockets_per_client=200, runs_per_client=100)
    listener = socket.create_server(("127.0.0.1", 0))
    served = config("127.0.0.1", 0, settings)
    served.app = create_app(settings, Runs(settings, Pool(HANDLER)))
    server = uvicorn.Server(served)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
