"""The run as one file: it opens from a disk, replays, and asks nothing of any network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.__main__ import main

from .conftest import ROOT, build_scripts, listen
from .test_instrument import press
from .test_run import RUN_MS, ready
from .test_states import violations


def asked(page: Page) -> list[str]:
    """Addresses that the page asks for, from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    page.context.set_offline(True)
    return found


def replays(page: Page, path: Path) -> None:
    """Opens the file and goes through the run."""
    network = asked(page)
    page.goto(path.as_uri())
    expect(page.locator("#pane-module .cm-content")).to_be_visible(timeout=RUN_MS)
    expect(page.locator("#verdict")).to_contain_text("Completed")
    expect(page.locator("#heads")).to_contain_text("kworker/u8:2")
    expect(page.locator("#details .why").first).to_contain_text("ordered")
    press(page, "End")
    expect(page.locator("#pane-dmesg .now")).to_contain_text("=== Work Queue Demo unloaded ===")
    press(page, "Home")
    page.locator("#speed").fill("2")
    page.locator("#play").click()
    expect(page.locator("#time")).to_have_value(re.compile(r"^[1-9]"), timeout=RUN_MS)
    press(page, "Space")
    page.locator("#tab-terminal").click()
    expect(page.get_by_role("log")).to_contain_text("# sleep 10")
    press(page, "Control+k")
    expect(page.locator("#palette-list")).not_to_contain_text("gallery")
    page.keyboard.press("Escape")
    assert (
        page.locator("#lane-canvas").evaluate(
            "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
        )
        > 5
    )
    assert [url for url in network if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in network if url.startswith("file:")]) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_command_line_writes_a_file_that_replays(page: Page, tmp_path: Path, scheme: str) -> None:
    build_scripts()
    out = tmp_path / "run.html"
    assert main(["run", str(ROOT / "scenarios/workqueue_demo"), "--output", str(out), "--format", "html"]) == 0
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    replays(page, out)
    for hidden in ("#run", "#share-open", "#act-open", "#tab-compare", "#files-open"):
        expect(page.locator(hidden)).to_be_hidden()
    assert violations(page) == []


def test_the_page_saves_a_file_that_replays(page: Page, browser: Browser, tmp_path: Path) -> None:
    ready(page)
    with page.expect_download(timeout=RUN_MS) as saved:
        page.locator("#files-open").click()
        page.locator("[data-save=html]").click()
    out = tmp_path / saved.value.suggested_filename
    saved.value.save_as(out)
    assert out.name == "workqueue_demo.html"
    other = browser.new_context().new_page()
    heard = listen(other)
    replays(other, out)
    assert heard == []
    other.context.close()
