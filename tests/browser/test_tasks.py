"""The tasks of docs/tasks.md, done as the labels suggest; clicks are counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from .conftest import ROOT
from .test_instrument import press
from .test_run import RUN_MS, ready

SCENARIO = "max_active_one"
ROW = re.compile(r"^\| (\w+) \| .+ \| (\d+) \|$", re.MULTILINE)
SHORTEST = {name: int(clicks) for name, clicks in ROW.findall((ROOT / "docs/tasks.md").read_text())}
COUNT = """addEventListener("pointerdown", () => { window.clicks = (window.clicks ?? 0) + 1; }, { capture: true });"""


@contextmanager
def task(page: Page, name: str) -> Iterator[None]:
    """A task by its name in docs/tasks.md: at most one click more than the shortest way, and no message of failure."""
    page.evaluate("window.clicks = 0")
    yield
    clicks = page.evaluate("window.clicks")
    assert clicks <= SHORTEST.pop(name) + 1, name
    expect(page.locator("#notice")).to_be_hidden()


def test_a_person_who_is_new_finds_the_way(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(COUNT)
    entry = json.loads(page.request.get(f"/api/scenarios/{SCENARIO}").text())
    ready(page, f"/#s=@{SCENARIO}~{entry['hash']}")

    with task(page, "why"):
        chip = page.locator(".chips p").first
        expect(chip).to_contain_text("max_active: jobs[0]")
        expect(page.locator("#details h2")).to_contain_text("jobs[1]")

    press(page, "End")
    with task(page, "back"):
        row = page.locator("#heads .lane", has_text="jobs[1]").bounding_box()
        x = page.evaluate(
            """() => { const { page } = wqplay; const { spans, words } = page.store;
            const held = page.store.spansOf(page.selection.id).find((s) => words.states[spans.state.at(s)] === "held");
            const mid = (page.axis.toU(spans.start.at(held)) + page.axis.toU(spans.end.at(held))) / 2;
            const box = document.querySelector("#stage").getBoundingClientRect();
            return box.x + ((mid - page.u0) / (page.u1 - page.u0)) * box.width; }"""
        )
        assert row
        page.mouse.click(x, row["y"] + row["height"] / 2)
        expect(page.locator("#details h2")).to_contain_text("jobs[1]")
        expect(page.locator("#details .why").first).to_contain_text("max_active")
        expect(page.locator(".chips p").first).to_contain_text("jobs[0]")

    with task(page, "change"):
        page.get_by_role("tab", name="Controls").click()
        field = page.get_by_role("spinbutton", name="active")
        field.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("2")
        run = page.evaluate("wqplay.page.store.meta.run")
        page.get_by_role("button", name="Run", exact=False).first.click()
        expect(page.locator("#run-id")).not_to_contain_text(run[:8], timeout=RUN_MS)
        expect(page.locator("#verdict")).to_contain_text("Completed", timeout=RUN_MS)

    with task(page, "compare"):
        page.get_by_role("button", name="Compare", exact=True).click()
        told = page.locator("#pane-compare .verdict")
        expect(told).to_contain_text(re.compile(r"jobs\[1\] waits .* less"), timeout=RUN_MS)

    with task(page, "share"):
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.locator("#share-link")).to_have_value(re.compile("#v=1"), timeout=RUN_MS)
        page.get_by_role("button", name="Copy", exact=True).first.click()
        expect(page.locator("#share-copy")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
    assert SHORTEST == {}

    page.goto("about:blank")
    ready(page, copied)
    expect(page.locator("#pane-dmesg")).to_contain_text("job 1 starts on CPU 0")
    assert page.evaluate("wqplay.page.ran.params") == {"active": "2"}
