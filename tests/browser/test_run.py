"""The page on the real simulator: what a person does first."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import listen
from .test_share import edit, shared_link

RUN_MS = 20_000


def ready(page: Page, path: str = "/") -> None:
    """The page after its first run, with the editor in place."""
    page.goto(path)
    expect(page.locator("#pane-module .cm-content")).to_be_visible(timeout=RUN_MS)
    expect(page.locator("#verdict")).not_to_contain_text("Running", timeout=RUN_MS)
    expect(page.locator("#verdict")).not_to_be_empty()


def lines(page: Page) -> list[str]:
    return page.locator("#pane-dmesg > div").all_inner_texts()


def test_the_demo_has_run_and_is_paused_at_its_wait(page: Page) -> None:
    ready(page)
    assert any("=== Work Queue Demo ===" in line for line in lines(page))
    expect(page.locator("#verdict")).to_contain_text("Completed")
    expect(page.locator("#details .why").first).to_contain_text("ordered")
    expect(page.locator("#heads")).to_contain_text("kworker/")
    expect(page.locator("#badge")).to_contain_text("simulated 6.12")
    expect(page.locator("#hint")).to_contain_text("Line")
    expect(page.locator(".cm-lit")).to_have_count(1)


def test_an_edit_and_run_change_the_log(page: Page) -> None:
    ready(page)
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press("Control+f")
    page.keyboard.type("=== Work Queue Demo")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.type("=== My Own Demo")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#pane-dmesg")).to_contain_text("=== My Own Demo", timeout=RUN_MS)


def test_sleep_3_cancels_the_delayed_work(page: Page) -> None:
    ready(page)
    page.locator("#try").click()
    expect(page.locator("#edited")).to_be_visible()
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=RUN_MS)
    page.wait_for_function("!document.querySelector('#pane-dmesg').innerText.includes('Delayed work finished')")


def test_a_syntax_error_is_told_where_it_is(page: Page) -> None:
    ready(page)
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press("Control+Home")
    expect(page.locator(".chips")).to_be_visible()
    page.keyboard.type("int broken\n")
    expect(page.locator("#problems code").first).to_have_text(re.compile(r"^module\.c:1:1[01]$"), timeout=RUN_MS)
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verdict")).to_have_text("Did not run", timeout=RUN_MS)
    expect(page.locator("#empty")).to_contain_text("listed under the source")
    expect(page.locator(".chips")).to_be_hidden()
    expect(page.locator(".playhead")).to_be_hidden()


def test_more_than_the_server_takes_is_told_at_once(page: Page) -> None:
    ready(page)
    page.evaluate("wqplay.page.scenario.files['module.c'] = '/' + '/'.repeat(3 << 20)")  # as an open file would
    page.locator("#run").click()
    expect(page.locator("#verdict")).to_have_text("Did not run", timeout=RUN_MS)
    expect(page.locator("#empty")).to_contain_text("larger than the server takes (2 MiB)")


def test_a_shared_run_is_the_same_run_elsewhere(page: Page, browser: Browser, base_url: str) -> None:
    ready(page)
    edit(page, "/* mine */")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=RUN_MS)
    page.locator("#time").fill("600ms")
    page.keyboard.press("Enter")
    link = shared_link(page)
    other = browser.new_context(base_url=base_url).new_page()
    heard = listen(other)
    ready(other, link)
    assert lines(other) == lines(page)
    expect(other.locator("#time")).to_have_value("0.600 000 s")
    expect(other.locator("#edited")).to_be_visible()
    assert "&t=600ms" in other.url, "the address keeps the moment until the person moves"
    expect(other.locator("#run-id")).to_have_attribute("title", page.locator("#run-id").get_attribute("title") or "")
    assert heard == []
    other.context.close()


def test_an_oops_is_marked_in_the_log_and_in_the_verdict(page: Page) -> None:
    page.goto("/gallery")
    page.get_by_role("link", name="A null pointer in a worker").click()
    expect(page.locator("#verdict")).to_contain_text("finding", timeout=RUN_MS)
    expect(page.locator(".dmesg .bad").first).to_contain_text("BUG: kernel NULL pointer dereference")
    page.locator("#verdict button").click()
    expect(page.locator(".dmesg .now")).to_have_count(1)


def test_work_that_flushes_itself_ends_in_a_verdict(page: Page) -> None:
    page.goto("/gallery")
    page.get_by_role("link", name="Work that waits for itself").click()
    expect(page.locator("#verdict")).to_contain_text(re.compile("Deadlock|Stalled"), timeout=RUN_MS)
    expect(page.locator("#notice")).to_be_visible()


def test_first_lanes_are_measured(page: Page) -> None:
    """The page measures itself; bench/ judges the figure."""
    ready(page)
    measures = page.evaluate("performance.getEntriesByName('first lanes').map(m => m.duration)")
    assert len(measures) == 1
