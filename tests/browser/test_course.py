"""Lessons, the embed in foreign pages, questions: in a real browser, without a message on its console."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HOST = """<!doctype html><title>host</title><p style="height:1500px">text</p><input id="field">
<iframe id="frame" sandbox="allow-scripts allow-popups" width="100%" height="420" src="{src}"></iframe>
<script>
window.heard = [];
window.addEventListener("message", (event) => {{
  let data = event.data;
  if (typeof data === "string") {{ try {{ data = JSON.parse(data); }} catch {{ data = {{}}; }} }}
  window.heard.push({{ origin: event.origin, ...data }});
  if (data.subject === "lti.frameResize") document.querySelector("#frame").height = data.height;
}});
window.send = (order) =>
  document.querySelector("#frame").contentWindow.postMessage({{ target: "wqplay", ...order }}, "*");
</script>"""


@pytest.fixture
def host(tmp_path: Path, base_url: str) -> Iterator[str]:
    """The address of another origin's page with an embed in a sandbox without allow-same-origin."""
    src = f"{base_url}/embed?scenario=timeline_cmwq&amp;panes=lanes"
    (tmp_path / "index.html").write_text(HOST.format(src=src))
    handler = partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, *_: object) -> None:  # the browser asks for a favicon
        self.send_response(204)
        self.end_headers()


def heard(page: Page, type_: str) -> int:
    found: int = page.evaluate("type => window.heard.filter(m => m.type === type).length", type_)
    return found


def wait_for(page: Page, type_: str) -> None:
    page.wait_for_function("type => window.heard.some(m => m.type === type)", arg=type_, timeout=20_000)


def test_an_embed_lives_in_an_opaque_origin(page: Page, host: str) -> None:
    page.goto(host)
    page.locator("#frame").scroll_into_view_if_needed()
    page.locator("#field").focus()
    wait_for(page, "ready")
    assert page.evaluate("window.heard.find(m => m.type === 'ready').origin") == "null"
    wait_for(page, "height")
    page.wait_for_function("window.heard.some(m => m.subject === 'lti.frameResize')")
    page.wait_for_timeout(600)
    heights = page.evaluate("window.heard.filter(m => m.type === 'height').map(m => m.height)")
    assert heights[-1] == page.evaluate("Number(document.querySelector('#frame').height)")
    assert len(heights) <= 6, "the height comes to rest"
    assert page.evaluate("document.activeElement.id") == "field", "focus stays with the host"
    assert page.evaluate("history.length") <= 2
    assert page.context.cookies() == []
    frame = page.frame_locator("#frame")
    expect(frame.locator("#lanes")).to_be_visible()
    header = frame.locator("header.top").bounding_box()
    assert header and header["width"] <= 1, "the title is there for screen readers only"
    expect(frame.locator("header.top .btn").first).to_be_hidden()
    expect(frame.locator(".left")).to_be_hidden()


def test_a_host_steers_the_embed(page: Page, host: str) -> None:
    page.goto(host)
    page.locator("#frame").scroll_into_view_if_needed()  # frames out of sight do not paint, nor get ready
    wait_for(page, "ready")
    page.evaluate("send({type: 'seek', t: '6ms'})")
    page.evaluate("send({type: 'select', item: 'w1'})")
    page.evaluate("window.heard = []; send({type: 'getState'})")
    wait_for(page, "state")
    assert page.evaluate("window.heard.find(m => m.type === 'state').tNs") == 6_000_000
    page.evaluate("send({type: 'play'})")
    page.wait_for_function("window.heard.some(m => m.type === 'state' && m.playing)")
    page.evaluate("send({type: 'pause'})")
    page.wait_for_function("window.heard.filter(m => m.type === 'state').at(-1).playing === false")
    page.evaluate("send({type: 'seek', t: 'nonsense'}); send({type: 'explode'}); send({type: 'ping'})")
    wait_for(page, "pong")


def test_a_lesson_steps_through_its_moments(page: Page) -> None:
    page.goto("/lesson/timeline_cmwq")
    frame = page.frame_locator("#run")
    expect(frame.locator("#time")).to_be_visible(timeout=20_000)
    expect(frame.locator("#verdict")).not_to_be_empty(timeout=20_000)
    page.locator("#step-on").click()
    expect(page.locator("#step-at")).to_have_text("1 of 5 · 1ms")
    expect(frame.locator("#time")).to_have_value("0.001 000 s")
    page.get_by_role("link", name="At 5 ms").click()
    expect(frame.locator("#time")).to_have_value("0.006 000 s")
    expect(frame.locator("#details h2")).to_contain_text("w1")
    assert page.url.endswith("/lesson/timeline_cmwq")


def test_questions_are_asked_and_answered(page: Page) -> None:
    page.goto("/lesson/timeline_max_active")
    page.locator("#quiz-start").click()
    quiz = page.locator("#quiz")
    for number in range(1, 6):
        expect(quiz.locator("legend")).to_contain_text(f"{number} of 5.", timeout=20_000)
        expect(quiz.locator("img")).to_be_visible()
        quiz.locator("input[type=radio]").first.check()
        quiz.get_by_role("button", name="Answer").click()
    expect(quiz.locator(".score")).to_contain_text("of 5 right.", timeout=20_000)


def test_the_printed_lesson_has_its_pictures(page: Page) -> None:
    page.goto("/lesson/timeline_cmwq/print")
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 100)", timeout=30_000)
    assert page.locator("figure").count() == 5


def test_predict_and_click_hide_the_run(page: Page) -> None:
    page.goto("/embed?scenario=timeline_cmwq&reveal=click")
    expect(page.locator("#cover")).to_be_visible()
    page.locator("#reveal").click()
    expect(page.locator("#cover")).to_have_count(0)
    page.goto("/embed?scenario=timeline_cmwq&reveal=predict")
    page.locator("#quiz-start").click()
    expect(page.locator("#quiz legend")).to_contain_text("1 of", timeout=20_000)


def test_an_embed_has_the_theme_that_its_address_names(page: Page) -> None:
    page.goto("/embed?scenario=timeline_cmwq&theme=dark")
    expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_short_link_leads_to_the_run(page: Page) -> None:
    page.goto("/gallery")
    path = page.evaluate(
        """async () => {
          const link = document.querySelector("#gallery-list a[href*=timeline_cmwq]").getAttribute("href");
          const fragment = link.split("#")[1] + "&t=6ms";
          const answer = await fetch("/api/share", { method: "POST", body: JSON.stringify({ fragment }) });
          return (await answer.json()).path;
        }"""
    )
    page.goto(path)
    page.wait_for_url("**/#s=@timeline_cmwq*", timeout=20_000)
    expect(page.locator("#time")).to_have_value("0.006 000 s", timeout=20_000)


def test_the_share_dialog_makes_a_short_link_and_a_snippet(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)
    page.locator("#share-open").click()
    page.get_by_role("button", name="Make a short link").click()
    expect(page.locator("#share-short a")).to_contain_text("/s/", timeout=20_000)
    page.get_by_text("Embed", exact=True).click()
    assert "allow-same-origin" not in page.get_by_label("Embed code").input_value()
    page.locator("#share-short a").click()
    page.wait_for_url("**/#s=@workqueue_demo*", timeout=20_000)
