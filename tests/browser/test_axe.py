"""axe-core on each page, pane, dialog and ending that no other test asks it about; targets of 24 px included."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .test_run import RUN_MS, ready
from .test_states import violations
from .test_told import link

Act = Callable[[Page], object]


def pane(name: str) -> Act:
    def show(page: Page) -> None:
        tab = page.locator(f"#tab-{name}")
        if not tab.is_visible():
            page.get_by_role("button", name="Code" if name == "controls" else "Log", exact=True).click()
        tab.click()

    return show


def press(*keys: str) -> Act:
    def type_them(page: Page) -> None:
        page.locator("#lanes").focus()
        for key in keys:
            page.keyboard.press(key)

    return type_them


def embed_code(page: Page) -> None:
    page.locator("#share-open").click()
    page.locator("#share summary").click()
    expect(page.locator("#share textarea")).to_be_visible()


def lane_menu(page: Page) -> None:
    lane = page.locator("#heads .lane").nth(2)
    lane.hover()
    lane.locator(".more").click()


def asked(button: str, answer: str) -> Act:
    def ask(page: Page) -> None:
        page.locator(button).click()
        expect(page.locator(answer).first).to_be_visible(timeout=RUN_MS)

    return ask


RUNS: dict[str, tuple[str, Act | None]] = {
    "state": ("max_active_one", pane("state")),
    "workqueues": ("max_active_one", pane("queues")),
    "stats": ("max_active_one", pane("stats")),
    "compare": ("max_active_one", pane("compare")),
    "controls": ("max_active_one", pane("controls")),
    "challenge": ("no_rescuer", pane("challenge")),
    "act": ("max_active_one", press("x")),
    "palette": ("max_active_one", press("Control+k")),
    "help": ("max_active_one", press("?")),
    "nothing selected": ("max_active_one", press("Escape")),
    "share": ("max_active_one", embed_code),
    "files": ("max_active_one", lambda page: page.locator("#files-open").click()),
    "a wait of a task": ("flush_later", None),
    "oops": ("null_pointer", None),
    "deadlock": ("self_flush", None),
    "limit": ("requeue_forever", None),
}
WIDE: dict[str, tuple[str, Act | None]] = {
    "lane menu": ("max_active_one", lane_menu),
    "presenter": ("max_active_one", lambda page: page.locator("#present").click()),
    "the real kernel": ("max_active_one", lambda page: page.locator("#real").click()),
}
PAGES: dict[str, tuple[str, Act | None]] = {
    "gallery": ("/gallery", None),
    "gallery without a hit": ("/gallery?q=zzz", None),
    "lesson": ("/lesson/max_active_one", None),
    "quiz": ("/lesson/max_active_one", asked("#quiz-start", ".quiz .option")),
    "drawing": ("/lesson/max_active_one", asked("#draw-start", ".draw-grid")),
    "print": ("/lesson/max_active_one/print", None),
    "embed": ("/embed", asked("#to-start", "#heads .lane")),
    "embed with all": ("/embed?controls=full&panes=lanes,code,dmesg,details", asked("#to-start", "#heads .lane")),
}


@pytest.mark.parametrize("name", [*RUNS, *WIDE])
def test_a_run_in_each_pane_and_dialog(page: Page, name: str) -> None:
    scenario, act = {**RUNS, **WIDE}[name]
    ready(page, link(page, scenario))
    if act:
        act(page)
    assert violations(page) == []
    if name in WIDE:
        return
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    if act and name not in ("act", "palette", "help"):
        act(page)
    assert violations(page) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page(page: Page, name: str, width: int) -> None:
    path, act = PAGES[name]
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="light" if width == 1440 else "dark")
    page.goto(path)
    if act:
        act(page)
    assert violations(page) == []
