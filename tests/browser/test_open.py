"""What Linux leaves open: marked in lanes, log, events and causes once the run is over, and only there."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from server import links
from server.scenario import Machine, Scenario
from server.sim import ENGINE_VERSION
from tests.test_opens import RACE

from .conftest import listen
from .test_run import RUN_MS, ready

OPEN_MS = 20_000


def gallery(page: Page, address: str, name: str) -> None:
    found = page.request.get(f"{address}/api/scenarios/{name}").json()
    ready(page, f"{address}/#s=@{name}~{found['hash']}")


def known(page: Page) -> None:
    """Waits until the page has been told what is open."""
    expect(page.locator("#verdict")).to_have_attribute("title", re.compile("24 seeds and 6 recorded"), timeout=OPEN_MS)


def test_an_open_order_is_marked_everywhere(page: Page, base_url: str) -> None:
    gallery(page, base_url, "mutex_contention")
    known(page)
    expect(page.locator("#legend")).to_contain_text("left open by Linux")
    line = page.locator("#pane-dmesg > div", has_text="job 1 has it, turn 2")
    expect(line.locator(".either")).to_have_text("open")
    expect(line.locator(".either")).to_have_attribute("title", re.compile(r"5 of 6 recorded real runs went without it"))
    plain = page.locator("#pane-dmesg > div", has_text="taints kernel")
    expect(plain.locator(".either")).to_have_count(0)
    # The pause is at a wait for the lock: that it is this job which waits is so in this run.
    why = page.locator("#details .why", has_text="device_lock is held by")
    expect(why.first.locator(".either")).to_have_text("in this run, open")
    expect(page.locator("#details .left").first).to_contain_text(
        re.compile(r"Linux leaves open .* of 6 recorded real runs")
    )


def test_the_table_and_the_heads_say_it_too(page: Page, base_url: str) -> None:
    gallery(page, base_url, "unbound_one")
    known(page)
    page.get_by_role("tab", name=re.compile("Events")).click()
    page.locator("#event-search").fill("execute_start items[2]")
    page.keyboard.press("Enter")
    row = page.locator("#pane-events [role=row].now")
    expect(row.locator(".either")).to_have_text("open")
    assert "Linux leaves open which of items[0] and items[2] starts first" in (row.get_attribute("title") or "")
    head = page.locator("#heads [role=row]", has_text="kworker/u18").first
    head.focus()
    expect(head.locator(".now")).to_contain_text("Linux leaves open")


def test_a_verdict_that_not_all_seeds_reach_says_so(page: Page) -> None:
    machine = Machine(cpus=2, kernel="6.12")
    scenario = Scenario("race", {"module.c": RACE}, "insmod race.ko\nsleep 1\nrmmod race\n", machine=machine)
    ready(page, f"/#{links.encode(scenario, ENGINE_VERSION)}")
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text(re.compile(r"Completed, no finding, in \d+ of 24 seeds"), timeout=OPEN_MS)
    expect(verdict).to_have_attribute(
        "title", re.compile(r"\d+ ended in a deadlock; \d+ completed|\d+ completed; \d+ ended")
    )
    expect(verdict).not_to_have_class("good")


def test_nothing_is_marked_where_nothing_is_open(page: Page, base_url: str) -> None:
    gallery(page, base_url, "debounce")
    known(page)
    expect(page.locator("#verdict")).to_have_attribute("title", re.compile("leaves nothing of this run open"))
    expect(page.locator("#legend")).not_to_contain_text("left open")
    expect(page.locator("#pane-dmesg .either")).to_have_count(0)


def test_a_recorded_run_shows_what_the_others_have_otherwise(page: Page, base_url: str) -> None:
    gallery(page, base_url, "unbound_one")
    page.get_by_role("button", name="Real", exact=True).click()
    page.locator("#recorded").click()
    expect(page.locator("#badge")).to_contain_text("recorded", timeout=RUN_MS)
    expect(page.locator("#legend")).to_contain_text("left open by Linux", timeout=OPEN_MS)
    expect(page.locator("#pane-dmesg .either").first).to_be_visible()


def test_a_page_without_a_server_has_it_with_it(page: Page, base_url: str, browser: Browser, tmp_path: Path) -> None:
    scenario = page.request.get(f"{base_url}/api/scenarios/unbound_one").json()["scenario"]
    run = page.request.post(f"{base_url}/api/runs", data=scenario).json()["run"]
    file = tmp_path / "run.html"
    file.write_bytes(page.request.get(f"{base_url}/api/runs/{run}/export/html").body())
    other = browser.new_page()
    heard = listen(other)
    other.goto(f"file://{file}")
    expect(other.locator("#legend")).to_contain_text("left open by Linux", timeout=OPEN_MS)
    assert heard == []
    other.close()
