"""Drawing what comes next, by keys and by pointer, in a real browser: nothing of the future, then a grade."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_states import violations

EMBED = "/embed?scenario=timeline_max_active&reveal=draw&seed=1"


def opened(page: Page, address: str = EMBED) -> Locator:
    page.goto(address)
    page.get_by_role("button", name="Let me draw").click()
    grid = page.get_by_role("grid")
    expect(grid).to_be_visible(timeout=30_000)
    return grid


def cell(grid: Locator, lane: str, start: str) -> Locator:
    return grid.locator(f'td[aria-label^="{lane}, {start} to "]')


def test_a_drawing_by_keys_alone(page: Page) -> None:
    answers: list[dict[str, Any]] = []
    page.on("response", lambda r: answers.append(r.json()) if r.url.endswith("/api/draw") else None)
    grid = opened(page)
    expect(page.get_by_text("which of these items executes where")).to_contain_text("24.6 us after")
    assert answers[0]["grade"] is None and "bars" not in json.dumps(answers[0]["sheet"])
    cell(grid, "CPU 1, worker 1", "0").focus()
    keys = ["1", *["Shift+ArrowRight"] * 3, "ArrowDown", "Home", "ArrowRight", "2", *["Shift+ArrowRight"] * 3]
    for key in [*keys, "ArrowDown", "ArrowLeft", "3", "Shift+ArrowRight", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("w2: CPU 1, worker 3, 15 to 30 ms")
    assert grid.locator("td[tabindex='0']").count() == 1
    expect(cell(grid, "CPU 1, worker 3", "15")).to_have_attribute("aria-label", "CPU 1, worker 3, 15 to 20 ms: 3 w2")
    page.get_by_role("button", name="Check my drawing").click()
    expect(page.locator("#quiz .no")).to_have_text("3 of 6 steps are right; the first wrong one:", timeout=30_000)
    told = page.locator("#quiz .no + p")
    expect(told).to_contain_text(
        "You drew w2 on CPU 1 from 15 ms to 30 ms. w2 starts on CPU 1, in the cell from 20 ms."
    )
    expect(told).to_contain_text("it waited 20 ms: max_active of q0 is 2: w0, w1 hold every slot.")
    assert page.get_by_role("table").count() == 2
    page.get_by_role("button", name="Another moment").click()
    expect(page.get_by_role("grid")).to_be_visible(timeout=30_000)


def test_a_drawing_by_pointer_moves_what_is_drawn_twice(page: Page) -> None:
    grid = opened(page)
    page.get_by_label("1 w0").check()

    def drag(lane: str, start: str, end: str) -> None:
        for number, at in enumerate((start, end)):
            box = cell(grid, lane, at).bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
            if number == 0:
                page.mouse.down()
        page.mouse.up()

    drag("CPU 0, worker 1", "0", "15")
    drag("CPU 1, worker 1", "0", "15")  # the same item at the same time: it is in one place
    expect(grid.locator("td.item-1")).to_have_count(4)
    expect(cell(grid, "CPU 0, worker 1", "0")).to_have_attribute("aria-label", "CPU 0, worker 1, 0 to 5 ms: nothing")
    page.get_by_label("2 w1").check()
    drag("CPU 1, worker 2", "5", "20")
    page.get_by_label("3 w2").check()
    drag("CPU 1, worker 1", "20", "30")
    page.get_by_role("button", name="Check my drawing").click()
    expect(page.locator("#quiz .yes")).to_have_text("Right: all 6 steps.", timeout=30_000)


@pytest.mark.parametrize("width", [390, 1024])
def test_the_grid_fits_the_screen_and_its_targets_a_finger(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    grid = opened(page, "/embed?scenario=timeline_single&reveal=draw&seed=0")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = grid.locator("td.cell").evaluate_all("cells => cells.map(c => [c.offsetWidth, c.offsetHeight])")
    assert min(min(box) for box in boxes) >= 24
    frame = page.locator(".draw-frame")
    assert frame.evaluate("f => f.scrollWidth <= f.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_grid_and_in_its_grade(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    grid = opened(page, "/embed?scenario=no_rescuer&reveal=draw&seed=1")
    cell(grid, "CPU 0, worker 1", "0").focus()
    for key in ["1", "ArrowRight", "2", "ArrowRight", "3", "ArrowRight", "4", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    assert violations(page) == []
    page.get_by_role("button", name="Check my drawing").click()
    expect(page.get_by_role("button", name="Another moment")).to_be_visible(timeout=30_000)
    assert violations(page) == []


def test_while_it_is_open_the_lesson_puts_the_run_away(page: Page) -> None:
    page.goto("/lesson/timeline_max_active")
    page.get_by_role("button", name="Let me draw").click()
    expect(page.locator("#run")).to_have_attribute("src", "about:blank", timeout=30_000)
    page.get_by_role("button", name="Check my drawing").click()
    expect(page.locator("#run")).to_have_attribute(
        "src", re.compile("/embed.scenario=timeline_max_active"), timeout=30_000
    )


def test_a_question_can_be_drawn_instead_and_back_by_keys_and_by_pointer(page: Page) -> None:
    page.goto("/lesson/timeline_max_active")
    page.get_by_role("button", name="Ask me").click()
    expect(page.locator("#quiz legend")).to_contain_text("1 of 5.", timeout=30_000)
    page.get_by_role("button", name="Answer", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Draw what comes next instead")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid")).to_be_visible(timeout=30_000)
    expect(page.locator("#quiz legend", has_text="of 5.")).to_have_count(0)
    expect(page.locator("#run")).to_have_attribute("src", "about:blank")
    page.get_by_role("button", name="Answer questions instead").click()
    expect(page.locator("#quiz legend")).to_contain_text("1 of 5.", timeout=30_000)
    expect(page.get_by_role("grid")).to_have_count(0)
    for number in range(1, 6):
        expect(page.locator("#quiz legend")).to_contain_text(f"{number} of 5.", timeout=30_000)
        page.locator("#quiz input[type=radio]").first.check()
        page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("#quiz .score")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Draw what comes next").click()
    expect(page.get_by_role("grid")).to_be_visible(timeout=30_000)
