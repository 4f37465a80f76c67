"""Presenter mode, and a teacher whom two students follow: three browsers, one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import listen


def ready(page: Page) -> None:
    expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)


def gallery_link(page: Page, name: str) -> str:
    page.goto("/gallery")
    return page.locator(f'#gallery-list a[href*="{name}~"]').first.get_attribute("href") or ""


@pytest.fixture
def students(browser: Browser, base_url: str) -> Iterator[list[Page]]:
    contexts = [browser.new_context(base_url=base_url) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    heard = [listen(page) for page in pages]
    yield pages
    for context in contexts:
        context.close()
    assert heard == [[], []]


def led(page: Page, student: Page) -> None:
    """A presenter and a student who follows."""
    page.goto(gallery_link(page, "timeline_cmwq"))
    ready(page)
    page.locator("#present").click()
    page.get_by_role("button", name="Let students follow").click()
    expect(page.locator(".presenter b")).to_contain_text("?follow=")
    student.goto("http://" + (page.locator(".presenter b").text_content() or ""))
    ready(student)


def test_a_remote_goes_through_the_slides(page: Page) -> None:
    page.goto(gallery_link(page, "timeline_cmwq"))
    ready(page)
    small = page.locator("#heads [role=row]").first.bounding_box()
    page.locator("#lanes").focus()
    page.keyboard.press("p")
    strip = page.get_by_role("region", name="Presenter")
    expect(strip).to_contain_text("/ 5")
    large = page.locator("#heads [role=row]").first.bounding_box()
    assert small and large and large["height"] > 1.3 * small["height"]
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    expect(page.locator("#time")).to_have_value("0.001 000 s")
    page.keyboard.press("PageDown")
    expect(page.locator("#time")).to_have_value("0.006 000 s")
    expect(strip).to_contain_text("2 / 5")
    expect(strip).to_contain_text("At 5 ms")
    page.keyboard.press("PageUp")
    expect(page.locator("#time")).to_have_value("0.001 000 s")
    page.keyboard.press("b")
    expect(page.locator(".blank")).to_be_visible()
    page.keyboard.press(".")
    expect(page.locator(".blank")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(strip).to_be_hidden()
    again = page.locator("#heads [role=row]").first.bounding_box()
    assert again and abs(again["height"] - small["height"]) < 1


def test_own_bookmarks_are_the_slides(page: Page) -> None:
    page.goto(gallery_link(page, "timeline_cmwq"))
    ready(page)
    for moment in ("7ms", "3ms"):
        page.locator("#time").fill(moment)
        page.locator("#time").press("Enter")
        page.locator("#lanes").focus()
        page.keyboard.press("Shift+M")
    page.locator("#present").click()
    expect(page.get_by_role("region", name="Presenter")).to_contain_text("1 / 2")
    page.keyboard.press("PageDown")
    expect(page.locator("#time")).to_have_value("0.007 000 s")


def test_a_presenters_link_has_the_slides(page: Page, students: list[Page]) -> None:
    test_own_bookmarks_are_the_slides(page)
    page.wait_for_url("**marks=3ms,7ms*")
    page.get_by_role("button", name="Leave").click()
    page.locator("#share-open").click()
    address = page.get_by_label("Link", exact=True).input_value()
    assert address.endswith("&marks=3ms,7ms")
    other = students[0]
    other.goto(address)
    ready(other)
    other.locator("#present").click()
    expect(other.get_by_role("region", name="Presenter")).to_contain_text("2 / 2")
    other.keyboard.press("PageUp")
    expect(other.locator("#time")).to_have_value("0.003 000 s")


def test_students_follow_into_the_recorded_run_and_out_of_it(page: Page, students: list[Page]) -> None:
    student = students[0]
    led(page, student)
    expect(student.locator("#badge")).to_contain_text("simulated")
    page.locator("#lanes").focus()
    page.keyboard.press("c")
    expect(page.locator("#badge")).to_contain_text("recorded on 6.12")
    expect(student.locator("#badge")).to_contain_text("recorded on 6.12", timeout=20_000)
    page.locator("#time").fill("12ms")
    page.locator("#time").press("Enter")
    expect(student.locator("#time")).to_have_value("0.012 000 s")
    page.locator("#lanes").focus()
    page.keyboard.press("Control+Enter")
    expect(student.locator("#badge")).to_contain_text("simulated", timeout=20_000)


def test_the_pointer_hits_what_it_points_at_when_all_is_larger(page: Page) -> None:
    page.goto(gallery_link(page, "timeline_cmwq"))
    ready(page)
    page.locator("#present").click()
    page.wait_for_timeout(500)  # the lanes take their new width in a later frame
    ruler = page.locator("#ruler canvas").bounding_box()
    assert ruler
    x = ruler["x"] + ruler["width"] * 0.7
    before = page.locator("#time").input_value()
    page.mouse.click(x, ruler["y"] + ruler["height"] / 2)
    expect(page.locator("#time")).not_to_have_value(before)
    page.wait_for_timeout(100)  # and a frame, in which it is drawn
    head = page.locator("#playhead").bounding_box()
    assert head and abs(head["x"] + head["width"] / 2 - x) < 4


def test_two_students_follow_break_away_and_come_back(page: Page, students: list[Page]) -> None:
    first, second = students
    page.goto(gallery_link(page, "timeline_cmwq"))
    ready(page)
    page.locator("#present").click()
    page.get_by_role("button", name="Let students follow").click()
    place = page.locator(".presenter b")
    expect(place).to_contain_text("?follow=")
    address = "http://" + (place.text_content() or "")
    for student in students:
        student.goto(address)
        ready(student)
        expect(student.locator("#title")).to_have_text(page.locator("#title").text_content() or "")
    expect(page.locator(".presenter")).to_contain_text("2 followers")

    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    for student in students:
        expect(student.locator("#time")).to_have_value("0.006 000 s")
        expect(student.locator("#details h2")).to_contain_text("w1")

    first.locator("#lanes").focus()
    first.keyboard.press("End")
    expect(first.locator(".following")).to_contain_text("You look around yourself")
    mine = first.locator("#time").input_value()
    page.keyboard.press("PageDown")
    expect(second.locator("#time")).to_have_value("0.011 000 s")
    expect(first.locator("#time")).to_have_value(mine)
    first.get_by_role("button", name="Back to the presenter").click()
    expect(first.locator("#time")).to_have_value("0.011 000 s")

    for student in students:
        assert student.context.cookies() == []


def test_students_get_the_presenters_edit_and_his_end(page: Page, students: list[Page]) -> None:
    student, _ = students
    led(page, student)
    was = student.locator("#run-id").text_content() or ""
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n/* edited */\n")
    page.locator("#run").click()
    expect(student.locator("#run-id")).not_to_have_text(was, timeout=20_000)
    expect(student.locator(".cm-content").first).to_contain_text("/* edited */")
    assert student.evaluate("Object.keys(localStorage)") == []
    page.get_by_role("button", name="Stop").click()
    expect(student.locator(".following")).to_contain_text("The presenter has ended")


def test_a_room_that_is_none_leaves_the_page_usable(page: Page) -> None:
    page.goto("/?follow=NOTTHERE")
    ready(page)
    expect(page.locator(".following")).to_contain_text("no such room")
