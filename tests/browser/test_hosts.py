"""The embed in pages of course platforms: Canvas' listener, H5P's resizer, and a host that only frames."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PAGE = """<!doctype html><title>host</title><link rel="icon" href="data:,">
<iframe id="frame" width="100%" height="300" {sandbox} src="{src}"></iframe><script>{script}</script>"""

# As Canvas does it: whoever sent the message is looked for among the frames; numbers are pixels.
CANVAS = """
window.sizes = [];
window.addEventListener("message", (event) => {
  let message = event.data;
  if (typeof message === "string") { try { message = JSON.parse(message); } catch { return; } }
  if (!message || message.subject !== "lti.frameResize") return;
  const frame = [...document.querySelectorAll("iframe")].find((f) => f.contentWindow === event.source);
  let height = message.height;
  if (!frame || height <= 0) return;
  if (typeof height === "number") height += "px";
  frame.style.height = height;
  sizes.push(height);
});
"""

# As H5P's resizer does it: answers go to the origin that asked, which an opaque one has none of.
H5P = """
window.sizes = [];
window.hellos = 0;
const handlers = {
  hello(frame, data, respond) {
    hellos++;
    frame.style.width = "100%";
    window.addEventListener("resize", () => respond("resize"));
    respond("hello");
  },
  prepareResize(frame, data, respond) {
    if (frame.clientHeight !== data.scrollHeight || data.scrollHeight !== data.clientHeight) {
      frame.style.height = data.clientHeight + "px";
      respond("resizePrepared");
    }
  },
  resize(frame, data) {
    frame.style.height = data.scrollHeight + "px";
    sizes.push(frame.style.height);
  },
};
window.addEventListener("message", (event) => {
  if (event.data.context !== "h5p") return;
  const frame = [...document.getElementsByTagName("iframe")].find((f) => f.contentWindow === event.source);
  const respond = (action) => event.source.postMessage({ context: "h5p", action }, event.origin);
  if (frame && handlers[event.data.action]) handlers[event.data.action](frame, event.data, respond);
});
document.getElementById("frame").addEventListener("load", (event) =>
  event.target.contentWindow.postMessage({ context: "h5p", action: "ready" }, "*"));
"""
SANDBOX = 'sandbox="allow-scripts allow-popups"'

Host = Callable[[str, str], str]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host(tmp_path: Path, base_url: str) -> Iterator[Host]:
    """Writes a host page of another origin, and says where it is."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    src = f"{base_url}/embed?scenario=workqueue_demo&panes=lanes".replace("127.0.0.1", "localhost")

    def make(script: str, sandbox: str) -> str:
        (tmp_path / "index.html").write_text(PAGE.format(script=script, sandbox=sandbox, src=src))
        return f"http://127.0.0.1:{server.server_port}/index.html"

    yield make
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("sandbox", [SANDBOX, ""], ids=["opaque", "plain"])
@pytest.mark.parametrize("script", [CANVAS, H5P], ids=["canvas", "h5p"])
def test_the_height_follows_the_lanes(page: Page, host: Host, script: str, sandbox: str) -> None:
    page.goto(host(script, sandbox))
    frame = page.frame_locator("#frame")
    expect(frame.locator("#verdict")).not_to_be_empty(timeout=20_000)
    page.wait_for_function("sizes.length > 0 && document.querySelector('#frame').clientHeight > 320", timeout=20_000)
    page.wait_for_timeout(800)
    lanes = frame.locator("#lanes")
    assert lanes.evaluate("e => e.scrollHeight - e.clientHeight") <= 1, "all lanes are seen"
    assert page.evaluate("sizes.length") <= 12, "the height comes to rest"
    foot = frame.locator("footer").evaluate("e => innerHeight - e.getBoundingClientRect().bottom")
    assert abs(foot) <= 1, "nothing is cut off"
    full = page.evaluate("document.querySelector('#frame').clientHeight")
    frame.locator("#heads [role=row][aria-expanded=true]").first.focus()
    page.keyboard.press("ArrowLeft")  # a group is closed: fewer lanes
    page.wait_for_function("full => document.querySelector('#frame').clientHeight < full - 20", arg=full)
    assert page.context.cookies() == []
    assert page.evaluate("window.hellos ?? 1") <= 2


@pytest.mark.parametrize("sandbox", [SANDBOX, ""], ids=["opaque", "plain"])
def test_a_host_that_only_frames_keeps_its_scroll_and_focus(page: Page, host: Host, sandbox: str) -> None:
    page.goto(host("document.body.insertAdjacentHTML('beforeend', '<input id=own><p style=height:3000px>')", sandbox))
    page.locator("#own").focus()
    expect(page.frame_locator("#frame").locator("#verdict")).not_to_be_empty(timeout=20_000)
    assert page.evaluate("document.activeElement.id") == "own"
    page.mouse.move(300, 150)
    for _ in range(12):  # to the end of the lanes, and on
        page.mouse.wheel(0, 100)
        page.wait_for_timeout(60)
    assert page.evaluate("scrollY") > 0, "the wheel is the page's"
    assert page.context.cookies() == []
