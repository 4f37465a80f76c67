"""The page fed with recorded messages: what it shows, how it is operated, that it is accessible in each state."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from .conftest import FIXTURE, Feed

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text()
SYNTAX = {
    "type": "diagnostic",
    "n": 0,
    "file": "module.c",
    "line": 24,
    "col": 9,
    "severity": "error",
    "code": "syntax",
    "message": "expected ';' after expression",
    "hint": "",
    "end_col": 12,
    "replacement": ";",
}
REFUSED = {"type": "error", "n": 1, "code": "input", "message": "the scenario has errors", "retry_after_ms": 0}


def ended(kind: str, message: str, cycle: list[str]) -> list[dict[str, Any]]:
    end = {**FIXTURE[-1], "outcome": {"kind": kind, "at_ns": FIXTURE[-1]["outcome"]["at_ns"], "message": message}}
    end["outcome"]["cycle"] = cycle
    return [*FIXTURE[:-1], end]


STATES: dict[str, list[dict[str, Any]]] = {
    "done": FIXTURE,
    "streaming": FIXTURE[:2],
    "syntax": [SYNTAX, REFUSED],
    "deadlock": ended("deadlock", "nobody can go on", ["kworker/0:0 waits for self", "self waits for kworker/0:0"]),
}


def opened(page: Page, feed: Feed, state: str = "done", path: str = "/") -> None:
    """The page in a state, with the editor in place."""
    feed(page, STATES[state])
    page.goto(path)
    expect(page.locator("#pane-module .cm-content")).to_be_visible(timeout=15_000)


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(
        """axe.run(document, { rules: { "target-size": { enabled: true } } }).then((r) =>
            r.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target + n.failureSummary).join()))"""
    )


def value(page: Page, selector: str) -> str:
    return page.locator(selector).input_value()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(page: Page, feed: Feed, state: str, scheme: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    opened(page, feed, state)
    assert violations(page) == []


def test_the_first_look_is_paused_at_a_wait_with_its_reason(page: Page, feed: Feed) -> None:
    opened(page, feed)
    expect(page.locator("#lesson-why")).to_contain_text("ordered")
    expect(page.locator("#try")).to_be_visible()
    expect(page.locator("#details h2")).to_contain_text("dedicated_fn")
    expect(page.locator("#details .why").first).to_contain_text("demo_wq")
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")


def test_steps_go_there_and_back(page: Page, feed: Feed) -> None:
    opened(page, feed)
    before = value(page, "#time")
    page.locator("#forward").click()
    expect(page.locator("#time")).not_to_have_value(before)
    page.locator("#lanes").focus()
    page.keyboard.press(".")
    for _ in range(3):
        page.keyboard.press(",")
    page.wait_for_function("old => document.querySelector('#time').value < old", arg=before)
    expect(page.locator("#playhead")).to_have_attribute("aria-valuetext", re.compile(r"s, ."))


def test_a_typed_time_is_gone_to(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#time").fill("1.5s")
    page.keyboard.press("Enter")
    expect(page.locator("#time")).to_have_value("1.500 000 s")
    expect(page.locator(".dmesg .now")).to_have_count(1)
    expect(page.locator(".dmesg .now ~ :not(.fut)")).to_have_count(0)


def test_play_moves_and_pauses(page: Page, feed: Feed) -> None:
    opened(page, feed)
    before = value(page, "#time")
    page.locator("#lanes").focus()
    page.keyboard.press("Space")
    expect(page.locator("#time")).not_to_have_value(before)
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play")


def test_reduced_motion_plays_in_steps(page: Page, feed: Feed) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page, feed)
    before = value(page, "#time")
    page.locator("#speed").fill("1")
    page.locator("#play").click()
    expect(page.locator("#time")).not_to_have_value(before)


def test_a_click_on_a_bar_selects_it_everywhere(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.keyboard.press("Escape")
    expect(page.locator("#details h2")).to_have_text("Nothing selected")
    page.locator("#heads [role=row]", has_text="kworker/u8:0").scroll_into_view_if_needed()
    row = page.locator("#heads [role=row]", has_text="kworker/u8:0").bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert row and stage
    page.mouse.click(stage["x"] + stage["width"] * 0.08, row["y"] + row["height"] / 2 + 3)
    expect(page.locator("#details h2")).to_contain_text("dedicated_fn#0")
    expect(page.locator(".dmesg .own")).not_to_have_count(0)
    page.locator("#tab-events").click()
    page.locator("#details .life .at").first.click()
    expect(page.locator("#pane-events .own").first).to_be_visible()


def test_culprits_are_links_that_jump(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#details .why button", has_text="dedicated_fn#0").first.click()
    expect(page.locator("#details h2")).to_contain_text("dedicated_fn#0")


def test_the_event_table_has_only_the_rows_in_view(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#tab-events").click()
    table = page.locator("#pane-events [role=table]")
    expect(table).to_have_attribute("aria-rowcount", str(FIXTURE[-1]["rows"] + 1))
    assert page.locator("#pane-events [data-seq]").count() < 40
    page.locator("#pane-events").focus()
    page.keyboard.press("End")
    expect(page.locator("#pane-events .now")).to_have_attribute("data-seq", str(FIXTURE[-1]["rows"] - 1))


def test_axes_and_zoom(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("input[value=pace]").check()
    page.locator("input[value=linear]").check()
    before = page.locator("#lane-canvas").evaluate("c => c.toDataURL()")
    page.locator("#zoom-in").click()
    page.wait_for_function("old => document.querySelector('#lane-canvas').toDataURL() !== old", arg=before)
    page.locator("#fit").click()
    page.wait_for_function("old => document.querySelector('#lane-canvas').toDataURL() === old", arg=before)


def test_help_lists_the_keys_and_they_can_be_switched_off(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#lanes").focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#keys dt")).not_to_have_count(0)
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    before = value(page, "#time")
    page.locator("#lanes").focus()
    page.keyboard.press(".")
    assert value(page, "#time") == before


def test_typing_in_the_editor_is_not_a_command(page: Page, feed: Feed) -> None:
    opened(page, feed)
    before = value(page, "#time")
    page.locator("#pane-module .cm-content").click()
    page.keyboard.type("w. ,")
    assert value(page, "#time") == before
    page.keyboard.press("Escape")
    expect(page.locator("#lanes")).to_be_focused()


def test_a_syntax_error_is_shown_at_its_line_and_column(page: Page, feed: Feed) -> None:
    opened(page, feed, "syntax")
    expect(page.locator("#problems code")).to_have_text("module.c:24:9")
    expect(page.locator("#empty")).to_contain_text("did not run")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    page.locator("#problems button").click()
    expect(page.locator("#pane-module .cm-content")).to_be_focused()


def test_a_deadlock_shows_its_cycle(page: Page, feed: Feed) -> None:
    opened(page, feed, "deadlock")
    expect(page.locator("#notice")).to_contain_text("Deadlock")
    expect(page.locator("#notice span")).to_have_count(2)
    expect(page.locator("#verdict")).to_have_class("bad")


def test_nothing_moves_while_it_streams(page: Page, feed: Feed) -> None:
    boxes = """() => ['.left', '.time', '.low', '.foot', '#ruler', '#lanes'].map(
        s => JSON.stringify(document.querySelector(s).getBoundingClientRect()))"""
    opened(page, feed, "streaming")
    expect(page.locator("#verdict")).to_contain_text("Running")
    streaming = page.evaluate(boxes)
    page.unroute_all()
    feed(page, STATES["done"])
    page.reload()
    expect(page.locator("#verdict")).to_contain_text("Completed")
    assert page.evaluate(boxes) == streaming


def test_splitters_and_tabs_work_by_keyboard(page: Page, feed: Feed) -> None:
    opened(page, feed)
    before = page.locator(".left").bounding_box()
    page.locator("#split-left").focus()
    page.keyboard.press("ArrowLeft")
    after = page.locator(".left").bounding_box()
    assert before and after and after["width"] < before["width"]
    page.locator("#tab-dmesg").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pane-terminal")).to_be_visible()


def test_a_phone_shows_the_timeline_first_and_one_pane(page: Page, feed: Feed) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, feed)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    lanes = page.locator("#lanes").bounding_box()
    code = page.locator("#pane-module").bounding_box()
    assert lanes and code and lanes["y"] < code["y"] and lanes["height"] > 120
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.locator("#pane-dmesg")).to_be_visible()
    expect(page.locator("#pane-module")).to_be_hidden()
    page.get_by_role("button", name="Details", exact=True).click()
    expect(page.locator("#details")).to_be_visible()


def test_without_javascript_the_page_still_says_what_it_can(browser: Any, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".noscript").first).to_contain_text("JavaScript")
    expect(page.locator("#module")).to_contain_text("MODULE_LICENSE")
    page.goto("/gallery?q=ordered")
    expect(page.locator(".cards li")).not_to_have_count(0)
    context.close()


def test_a_broken_connection_is_resumed_after_the_last_message(page: Page) -> None:
    starts: list[int] = []

    def answer(socket: WebSocketRoute) -> None:
        def start(text: str | bytes) -> None:
            after = json.loads(text)["after"]
            starts.append(after)
            rest = [m for m in FIXTURE if m["n"] > after]
            for message in rest[:2] if len(starts) == 1 else rest:
                socket.send(json.dumps(message))
            if len(starts) == 1:
                socket.close(code=1011)

        socket.on_message(start)

    page.route_web_socket("**/ws/run", answer)
    page.goto("/")
    expect(page.locator("#verdict")).to_contain_text("Completed")
    assert starts == [-1, FIXTURE[1]["n"]]
    expect(page.locator("#event-count")).to_have_text(str(FIXTURE[-1]["rows"]))


def test_markers_tell_the_time_between(page: Page, feed: Feed) -> None:
    opened(page, feed)
    for key, time in (("1", "100ms"), ("2", "350ms")):
        page.locator("#time").fill(time)
        page.keyboard.press("Enter")
        page.locator("#lanes").focus()
        page.keyboard.press(key)
    expect(page.locator("#markers")).to_have_text("A 100 ms · B 350 ms · B − A 250 ms")
