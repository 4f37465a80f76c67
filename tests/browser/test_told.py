"""What waits, why, and for whom, told by the page as it opens: on the lane, beside the playhead, without a click.

The expected words are read off `wqplay run --why`, whose causes the recorded traces of the real kernel hold to account.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from .test_run import ready

TOLD = {
    "max_active_one": ("jobs[1]", "max_active", "jobs[0]"),
    "timeline_max_active": ("w2", "max_active", "w0, w1"),
    "timeline_single": ("w1", "ordered", "w0"),
    "mutex_contention": ("jobs[1]", "lock", "device_lock, kworker/u8:2 (jobs[0])"),
    "concurrency": ("jobs[1]", "CPU pool busy", "jobs[0]"),
    "no_rescuer": ("writers[1]", "no idle worker", "kworker/0:0"),
    "self_flush": ("tail_chaser", "flush", "tail_chaser"),
    "cancel_waits": ("insmod", "flush", "slow"),
    "flush_later": ("insmod", "flush", "before"),
    "user_copy": ("sh", "flush", "prepare_fn#0"),
}


def link(page: Page, name: str) -> str:
    return f"/#s=@{name}~{json.loads(page.request.get(f'/api/scenarios/{name}').text())['hash']}"


def test_the_line_of_a_selected_tasks_wait_is_lit(page: Page) -> None:
    ready(page, link(page, "user_copy"))
    expect(page.locator(".cm-lit")).to_contain_text("flush_work(")


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("width", [1440, 390])
def test_the_waiting_item_its_cause_and_its_culprit_are_in_the_picture(page: Page, name: str, width: int) -> None:
    who, cause, culprit = TOLD[name]
    page.set_viewport_size({"width": width, "height": 900})
    ready(page, link(page, name))
    expect(page.locator("#details h2")).to_contain_text(who)
    chips = page.locator(".chips p", has_text=f"{cause}: {culprit}")
    expect(chips.first).to_be_visible()
    chip = chips.filter(has_text=f"{who} {cause}")
    if not chip.count():  # then it is what the lane is called
        chip = chips.first
        lane = page.locator("#heads .lane", has_text=who)
        assert abs((lane.bounding_box() or {})["y"] - (chip.bounding_box() or {})["y"]) < 12
    box, stage, lanes = (part.bounding_box() for part in (chip, page.locator("#stage"), page.locator("#lanes")))
    assert box and stage and lanes
    assert lanes["y"] <= box["y"] and box["y"] + box["height"] <= lanes["y"] + lanes["height"]
    assert stage["x"] - 1 <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"] + 1
