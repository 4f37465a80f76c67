"""The terminals: a session, and what is typed beside it; PIDs that lead to lanes; acting, and where runs differ."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .test_instrument import press
from .test_run import RUN_MS, ready
from .test_states import violations

SELECTED_PID = """() => { const { store, selection } = wqplay.page;
  return selection?.kind === "span" ? store.tasks[store.spans.task.at(selection.id)]?.pid : null; }"""
LANE_OF = """() => { const { store, selection } = wqplay.page;
  return store.lanes.get(store.spans.lane.at(selection.id)).name; }"""


def typed(page: Page, command: str) -> None:
    """Types on terminal 2, at the playhead, and waits for its run."""
    run = page.evaluate("wqplay.page.store.meta.run")
    page.locator(".prompt input").fill(command)
    page.keyboard.press("Enter")
    expect(page.locator("#run-id")).not_to_contain_text(run[:8], timeout=RUN_MS)
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=RUN_MS)


@pytest.fixture
def beside(page: Page) -> Page:
    """The page with two terminals."""
    ready(page)
    page.locator("#tab-terminal").click()
    page.get_by_role("button", name="Another beside it").click()
    return page


def test_the_log_is_followed_beside_a_sleeping_session(beside: Page) -> None:
    typed(beside, "dmesg -w")
    one, two = beside.get_by_role("log").all()
    expect(one).to_contain_text("# sleep 10")
    expect(one).not_to_contain_text("dmesg -w")
    expect(two).to_contain_text("# dmesg -w")
    expect(two).to_contain_text("Work Queue Demo unloaded")
    beside.locator("#tab-dmesg").click()
    press(beside, "End")
    beside.locator("#tab-terminal").click()
    last = (
        "() => [...document.querySelectorAll('.term:last-child .lines > div')].filter(d => !d.matches('.fut')).at(-1)"
    )
    assert "unloaded" in beside.evaluate(f"({last})().textContent")
    boxes = [term.bounding_box() for term in (one, two)]
    assert boxes[0] and boxes[1] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
    assert violations(beside) == []


def test_the_answer_to_a_command_is_what_one_looks_at(beside: Page) -> None:
    typed(beside, "echo here")
    now = beside.get_by_role("log").nth(1).locator(".now")
    expect(now).to_have_text("here")


def test_a_pid_leads_to_the_lane_of_its_worker(beside: Page) -> None:
    typed(beside, "ps aux | grep kworker/0:1")
    link = beside.get_by_role("log").nth(1).locator(".pid", has_text=re.compile(r"^\d+$")).first
    pid = int(link.inner_text())
    link.click()
    assert beside.evaluate(SELECTED_PID) == pid
    assert beside.evaluate(LANE_OF) == "kworker/0:1"
    beside.locator("#tab-dmesg").click()
    link = beside.locator("#pane-dmesg .pid").last
    pid = int(link.inner_text())
    link.click()
    assert beside.evaluate(SELECTED_PID) == pid


def test_a_user_task_can_be_killed_at_the_playhead(beside: Page) -> None:
    typed(beside, "dmesg -w")
    press(beside, "End", ",")
    beside.evaluate("wqplay.page.setTime(1.2e9)")
    press(beside, "x")
    beside.locator("#act-offers button", has_text="dmesg").click()
    expect(beside.locator("#pane-compare .verdict")).to_contain_text("The runs are the same up to 1.2", timeout=RUN_MS)
    log = beside.locator(".term").nth(1).locator(".lines")
    beside.locator("#tab-terminal").click()
    expect(log).to_contain_text("# kill ")
    expect(log).not_to_contain_text("unloaded")


def test_lanes_that_one_run_only_has_are_listed(beside: Page) -> None:
    press(beside, "x")
    beside.locator("#act-command").fill("sleep 1 & sleep 1 & sleep 1 & wait")
    beside.locator("#act-form button").click()
    expect(beside.locator("#pane-compare .verdict")).to_contain_text("The runs are the same up to", timeout=RUN_MS)
    beside.evaluate("wqplay.page.kept[0].store.lanes.forEach(l => { if (l.kind === 'worker') l.name = 'k' + l.name; })")
    beside.evaluate("wqplay.page.touch('compare')")
    lists = beside.locator("#pane-compare")
    expect(lists).to_contain_text("Lanes only before: kkworker/")
    lists.locator("p", has_text="Lanes only now").get_by_role("button").first.click()
    assert beside.evaluate(LANE_OF).startswith("kworker/")
