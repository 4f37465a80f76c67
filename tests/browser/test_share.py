"""Links, drafts and controls: an edit is never lost, and a link opens elsewhere on the same scenario and moment."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import FIXTURE, Feed, listen

EDITED = re.compile(r"#v=1&s=[\w-]+")


def opened(page: Page, feed: Feed, path: str = "/") -> None:
    feed(page, FIXTURE)
    page.goto(path)
    expect(page.locator("#pane-module .cm-content")).to_be_visible(timeout=15_000)


def edit(page: Page, text: str) -> None:
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(text)
    page.wait_for_url(EDITED)


def shared_link(page: Page) -> str:
    page.locator("#share-open").click()
    expect(page.locator("#share-about")).to_contain_text("characters.")
    return page.locator("#share-link").input_value()


def test_an_unedited_scenario_has_a_short_link(page: Page, feed: Feed) -> None:
    opened(page, feed)
    link = shared_link(page)
    assert re.search(r"#s=@workqueue_demo~[0-9a-f]{12}&t=", link)
    page.locator("#share-moment").uncheck()
    expect(page.locator("#share-link")).not_to_have_value(link)
    assert len(page.locator("#share-link").input_value()) < 100


def test_a_link_opens_elsewhere_at_the_same_moment(page: Page, feed: Feed, browser: Browser, base_url: str) -> None:
    opened(page, feed)
    edit(page, "/* mine */")
    page.keyboard.press("Escape")
    page.locator("#time").fill("600ms")
    page.keyboard.press("Enter")
    link = shared_link(page)
    other = browser.new_context(base_url=base_url).new_page()
    heard = listen(other)
    opened(other, feed, link)
    expect(other.locator("#pane-module .cm-content")).to_contain_text("/* mine */")
    expect(other.locator("#time")).to_have_value("0.600 000 s")
    expect(other.locator("#details h2")).to_have_text(page.locator("#details h2").inner_text())
    assert heard == []
    other.context.close()


def test_edits_show_the_length_of_the_link_and_reset(page: Page, feed: Feed) -> None:
    opened(page, feed)
    expect(page.locator("#edited")).to_be_hidden()
    edit(page, "/* mine */")
    expect(page.locator("#edited")).to_contain_text(re.compile(r"link of [\d,]+ characters"))
    page.locator("#reset").click()
    expect(page.locator("#edited")).to_be_hidden()
    expect(page.locator("#pane-module .cm-content")).not_to_contain_text("/* mine */")


def test_edits_survive_reload_and_a_closed_tab(page: Page, feed: Feed) -> None:
    opened(page, feed)
    edit(page, "/* mine */")
    page.reload()
    expect(page.locator("#pane-module .cm-content")).to_contain_text("/* mine */")
    page.close()
    again = page.context.new_page()
    opened(again, feed)
    expect(again.locator("#pane-module .cm-content")).to_contain_text("/* mine */")
    expect(again.locator("#notice")).to_contain_text("Your edits from last time")


def test_back_and_forward_keep_the_edit(page: Page, feed: Feed) -> None:
    opened(page, feed)
    edit(page, "/* mine */")
    page.goto("/gallery")
    page.go_back()
    expect(page.locator("#pane-module .cm-content")).to_contain_text("/* mine */")


def test_a_damaged_link_says_so_and_shows_the_demo(page: Page, feed: Feed) -> None:
    opened(page, feed, "/#v=1&s=AAAA")
    expect(page.locator("#notice")).to_contain_text("damaged")
    expect(page.locator("#verdict")).to_contain_text("Completed")


def test_a_link_of_another_engine_says_so(page: Page, feed: Feed) -> None:
    opened(page, feed)
    edit(page, " ")
    other = re.sub(r"&e=[^&]*", "", page.url) + "&e=0.0.1-older"
    page.goto("about:blank")
    page.goto(other)
    expect(page.locator("#notice")).to_contain_text("0.0.1-older")


def test_controls_change_the_scenario(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#tab-controls").click()
    expect(page.locator("[data-param=items] input")).to_have_value("3")
    page.locator("[data-param=items] input").fill("5")
    page.locator("input[name=cpus]").fill("4")
    page.keyboard.press("Tab")
    page.wait_for_url(EDITED)
    expect(page.locator("#edited")).to_be_visible()
    page.reload()
    page.locator("#tab-controls").click()
    expect(page.locator("[data-param=items] input")).to_have_value("5")
    expect(page.locator("input[name=cpus]")).to_have_value("4")


def test_the_thing_to_try_is_an_edit(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#try").click()
    page.locator("#tab-session").click()
    expect(page.locator("#pane-session .cm-content")).to_contain_text("sleep 3")
    expect(page.locator("#edited")).to_be_visible()


def test_the_gallery_finds_and_opens(page: Page, feed: Feed) -> None:
    feed(page, FIXTURE)
    page.goto("/gallery")
    page.get_by_label("Find").fill("oops")
    expect(page.locator(".cards li")).to_have_count(1)
    page.locator(".cards a").first.click()
    expect(page.locator("#title")).to_have_text("A null pointer in a worker")
    expect(page.locator("#pane-module .cm-content")).to_be_visible(timeout=15_000)
