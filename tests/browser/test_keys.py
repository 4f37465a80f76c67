"""The keyboard: each key of the table does what it says, and the help lists it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Feed
from .test_instrument import press
from .test_states import opened

STATE = """() => { const { page } = wqplay; return {
  t: page.tNs, seq: page.seq, u0: page.u0, u1: page.u1, playing: page.playing, markers: [...page.markers],
  marks: [page.mark, ...page.bookmarks], kinds: [...page.breaks.kinds], selected: page.selection?.kind ?? null,
  focus: document.activeElement?.id || document.activeElement?.className, unit: page.rulerUnit,
  dialog: document.querySelector("dialog[open]")?.id ?? null, speed: document.querySelector("#speed").value,
}; }"""

# What stands in the help, what is pressed, what of the page's state it changes.
KEYS = [
    ("Space", "Space", "playing"),
    (".", ".", "seq"),
    (",", ",", "t"),
    ("Shift .", "Shift+Period", "seq"),
    ("Shift ,", "Shift+Comma", "seq"),
    ("→ D", "ArrowRight", "u0"),
    ("→ D", "KeyD", "u0"),
    ("← A", "ArrowLeft", "u0"),
    ("← A", "KeyA", "u0"),
    ("Shift →", "Shift+ArrowRight", "u0"),
    ("Shift ←", "Shift+ArrowLeft", "u0"),
    ("W +", "KeyW", "u1"),
    ("W +", "+", "u1"),
    ("S -", "KeyS", "u1"),
    ("S -", "-", "u1"),
    ("↓", "ArrowDown", "focus"),
    ("0", "0", "u1"),
    ("Home", "Home", "t"),
    ("End", "End", "t"),
    ("F", "f", "u1"),
    ("M", "m", "marks"),
    ("Shift M", "Shift+M", "marks"),
    ("1", "1", "markers"),
    ("2", "2", "markers"),
    ("R", "r", "markers"),
    ("B", "b", "kinds"),
    ("X", "x", "dialog"),
    ("U", "u", "unit"),
    ("Enter", "Enter", "focus"),
    ("Esc", "Escape", "selected"),
    ("/", "/", "focus"),
    ("Ctrl F", "Control+f", "focus"),
    ("Ctrl K", "Control+k", "dialog"),
    ("Ctrl K", "Control+Shift+P", "dialog"),
    ("<", "<", "speed"),
    (">", ">", "speed"),
    ("?", "?", "dialog"),
]


@pytest.fixture
def near(page: Page, feed: Feed) -> Page:
    """The page with an item selected and a window that can move both ways."""
    opened(page, feed)
    page.evaluate("wqplay.page.setWindow(0.3, 0.5)")
    return page


def test_each_key_acts(near: Page) -> None:
    start = near.evaluate("({ selection: wqplay.page.selection, t: wqplay.page.tNs })")
    for _, key, changed in KEYS:
        near.evaluate(
            "({selection, t}) => { const p = wqplay.page; p.setWindow(0.3, 0.5); p.setTime(t); p.select(selection); }",
            start,
        )
        near.locator("#lanes").focus()
        before = near.evaluate(STATE)
        press(near, key)
        after = near.evaluate(STATE)
        for _ in range(40):  # code of the palette comes when it is asked for
            if after[changed] != before[changed]:
                break
            near.wait_for_timeout(50)
            after = near.evaluate(STATE)
        assert before[changed] != after[changed], (key, changed, before, after)
        near.evaluate("wqplay.page.playing = false; document.querySelector('dialog[open]')?.close()")


def test_the_help_lists_every_key(near: Page) -> None:
    press(near, "?")
    shown = near.locator("#keys dt").all_inner_texts()
    listed = {" ".join(text.split()) for text in shown}
    assert {show for show, _, _ in KEYS} | {"Ctrl Enter", "C", "P", "Shift C", "[", "]", "PgUp", "PgDn", "↑"} <= listed


def test_a_mark_moves_and_a_bookmark_stays(near: Page) -> None:
    at = "ns => wqplay.page.setTime(ns)"
    for ns, key in ((100e6, "Shift+M"), (200e6, "m"), (300e6, "m"), (900e6, "PageUp")):
        near.evaluate(at, ns)
        press(near, key)
    assert near.evaluate("wqplay.page.tNs") == 300e6
    press(near, "[")
    assert near.evaluate("wqplay.page.tNs") == 100e6
    press(near, "PageDown")
    assert near.evaluate("wqplay.page.tNs") == 300e6
    press(near, "Escape", "]")
    assert near.evaluate("wqplay.page.tNs") == 300e6
    assert near.evaluate("[wqplay.page.mark, ...wqplay.page.bookmarks]") == [None, 100e6]


def test_what_the_tip_says_can_be_copied(page: Page, feed: Feed) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, feed)
    press(page, "Shift+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == page.locator("#details").inner_text().splitlines()[0]
    row = page.locator("#heads .lane", has_text="kworker").first.bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert row and stage
    for x in range(0, int(stage["width"]), 10):
        page.mouse.move(stage["x"] + x, row["y"] + row["height"] / 2)
        if page.locator("#tip").is_visible():
            break
    expect(page.locator("#tip b")).not_to_be_empty()
    press(page, "Shift+C")
    name = page.locator("#tip b").inner_text()
    assert page.evaluate("navigator.clipboard.readText()").startswith(name)


def test_keys_can_be_switched_off(near: Page) -> None:
    press(near, "?")
    near.locator("#keys-on").uncheck()
    near.keyboard.press("Escape")
    before = near.evaluate(STATE)["u0"]
    press(near, "d")
    assert near.evaluate(STATE)["u0"] == before
