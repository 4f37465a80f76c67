"""What `wqplay site` writes, as a plain file server hands it out from a subpath, and as it lies on a disk."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.__main__ import main
from tests.browser.conftest import listen

NAMES = ("workqueue_demo", "timeline_cmwq")


def built(folder: Path, server: str = "") -> Path:
    chosen = [word for name in NAMES for word in ("--only", name)]
    assert main(["site", str(folder), *chosen, *(["--server", server] if server else [])]) == 0
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a file server: the site lies in a folder below, as on GitHub Pages."""
    root = tmp_path_factory.mktemp("host")
    built(root / "course/wq")
    return root


class Files(http.server.SimpleHTTPRequestHandler):
    """No CORS, nothing but files."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def file_server(root: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def still(folder: Path) -> Iterator[str]:
    with file_server(folder) as address:
        yield address


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses of all requests, WebSockets included."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: addresses.append(socket.url))
    return addresses


def steps_through(page: Page) -> None:
    """A lesson's run is there without a server, and follows the story."""
    frame = page.frame_locator("#run")
    expect(frame.locator("#verdict")).not_to_be_empty(timeout=20_000)
    page.locator("#step-on").click()
    expect(frame.locator("#time")).to_have_value("0.001 000 s")
    page.get_by_role("link", name="At 5 ms").click()
    expect(frame.locator("#time")).to_have_value("0.006 000 s")
    expect(frame.locator("#details h2")).to_contain_text("w1")
    frame.locator("#forward").click()
    expect(frame.locator("#time")).not_to_have_value("0.006 000 s")
    frame.locator("#pane-dmesg [data-seq]").first.click()
    expect(frame.locator("#time")).to_have_value(re.compile("^-"))  # the kernel complains before init is entered
    expect(frame.locator("#open-playground")).to_have_count(0)


def test_a_lesson_from_a_subpath_asks_for_nothing_else(page: Page, still: str, asked: list[str]) -> None:
    page.goto(f"{still}/course/wq/index.html")
    page.locator(".cards a[href*=timeline_cmwq]").click()
    steps_through(page)
    page.get_by_role("link", name="Print").click()
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 100)", timeout=30_000)
    assert page.locator("figure").count() == 5
    page.goto(f"{still}/course/wq/embed/workqueue_demo.html?panes=lanes,code,dmesg&controls=full&theme=dark&t=2s")
    expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)
    expect(page.locator("#time")).to_have_value("2.000 000 s")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".cm-editor").first).to_be_visible()
    expect(page.locator("#run")).to_be_hidden()  # there is nobody to run it
    elsewhere = [address for address in asked if not address.startswith((f"{still}/course/wq/", "data:"))]
    assert [address for address in elsewhere if not address.endswith("/favicon.ico")] == []


def test_a_site_from_a_disk(page: Page, folder: Path) -> None:
    page.goto((folder / "course/wq/lesson/timeline_cmwq.html").as_uri())
    steps_through(page)


def test_a_static_embed_in_an_opaque_origin(page: Page, still: str, folder: Path) -> None:
    """A host that sandboxes, and a file server that knows no CORS."""
    (folder / "host.html").write_text(
        '<!doctype html><title>host</title><link rel="icon" href="data:,">'
        '<iframe id="run" sandbox="allow-scripts" width="900" height="420" src="course/wq/embed/timeline_cmwq.html">'
        "</iframe>"
    )
    page.goto(f"{still}/host.html")
    expect(page.frame_locator("#run").locator("#verdict")).not_to_be_empty(timeout=20_000)
    assert page.context.cookies() == []


def test_run_asks_the_server_that_was_named(browser: Browser, base_url: str, tmp_path: Path) -> None:
    """An edit goes to another origin, and comes back as a run."""
    built(tmp_path / "wq", base_url)
    with file_server(tmp_path) as address:
        context = browser.new_context()
        page = context.new_page()
        heard = listen(page)
        page.goto(f"{address}/wq/embed/timeline_cmwq.html?panes=lanes,code,dmesg")
        expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)
        was = page.locator("#run-id").text_content() or ""
        page.locator(".cm-content").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type("\n/* edited */\n")
        page.locator("#run").click()
        expect(page.locator("#run-id")).not_to_have_text(was, timeout=20_000)
        with context.expect_page() as opened:
            page.locator("#open-playground").click()
        assert opened.value.url.startswith(f"{base_url}/#v=1&s=")
        opened.value.close()
        page.goto(f"{address}/wq/lesson/timeline_cmwq.html")
        page.locator("#quiz-start").click()
        expect(page.locator("#quiz legend")).to_contain_text("1 of", timeout=20_000)
        assert heard == []
        context.close()
