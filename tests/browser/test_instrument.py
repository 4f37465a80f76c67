"""The instrument: why at the playhead, lanes that fold and move, steps, breakpoints, acting, comparing, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Feed
from .test_run import RUN_MS, ready
from .test_states import opened, value, violations

TRACE = Path(__file__).parents[2] / "scenarios/mutex_contention/real/trace.1.txt"


def press(page: Page, *keys: str) -> None:
    page.locator("#lanes").focus()
    for key in keys:
        page.keyboard.press(key)


def test_why_stands_beside_the_playhead_and_its_culprit_jumps(page: Page, feed: Feed) -> None:
    opened(page, feed)
    chip = page.locator(".chips p").first
    expect(chip).to_contain_text("dedicated_fn#0")
    chip.get_by_role("button", name="dedicated_fn#0").click()
    expect(page.locator("#details h2")).to_contain_text("dedicated_fn#0")


def test_groups_fold_and_the_kernels_own_is_folded_at_first(page: Page, feed: Feed) -> None:
    opened(page, feed)
    kernel = page.locator("#heads .group", has_text="The kernel's own")
    expect(kernel).to_have_attribute("aria-expanded", "false")
    before = page.locator("#heads .lane").count()
    kernel.click()
    expect(kernel).to_have_attribute("aria-expanded", "true")
    assert page.locator("#heads .lane").count() > before
    kernel.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#heads .lane")).to_have_count(before)


def test_lanes_are_filtered_pinned_and_moved(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#lane-filter").fill("kworker")
    expect(page.locator("#heads .lane", has_text="CPU 0")).to_have_count(0)
    page.locator("#lane-filter").fill("")
    page.locator("#heads .lane", has_text="CPU 1").click()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#heads .lane").first).to_contain_text("CPU 1")
    page.keyboard.press("p")
    expect(page.locator("#heads .group").first).to_contain_text("Pinned")
    expect(page.locator("#heads .lane").first).to_contain_text("CPU 1")


def test_a_lane_is_dragged_to_its_place(page: Page, feed: Feed) -> None:
    opened(page, feed)
    top = page.locator("#heads .lane .name").first
    expect(top).to_have_text("CPU 0")
    page.locator("#heads .lane").first.scroll_into_view_if_needed()
    first, second = (page.locator("#heads .lane").nth(i).bounding_box() for i in (0, 1))
    assert first and second
    page.mouse.move(first["x"] + 40, first["y"] + 10)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, second["y"] + 4)
    page.mouse.move(first["x"] + 40, second["y"] + 20)
    expect(page.locator(".drop")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".drop")).to_be_hidden()
    expect(top).to_have_text("CPU 1")
    page.locator("#heads .lane", has_text="CPU 0").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(top).to_have_text("CPU 0")


@pytest.mark.parametrize("unit", ["event", "item", "worker", "dmesg"])
def test_steps_of_each_unit_go_there_and_back(page: Page, feed: Feed, unit: str) -> None:
    opened(page, feed)
    page.locator("#step-unit").select_option(unit)
    seq = "() => wqplay.page.seq"
    start = page.evaluate(seq)
    page.locator("#forward").click()
    there = page.evaluate(seq)
    assert there > start
    page.locator("#forward").click()
    page.locator("#back").click()
    assert page.evaluate(seq) == there


def test_playing_stops_at_a_breakpoint(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.evaluate("wqplay.page.breaks.kinds.add('workqueue_execute_end')")
    page.locator("#speed").fill("2")
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false", timeout=RUN_MS)
    name = page.evaluate("wqplay.page.store.words.events[wqplay.page.store.events.kind.at(wqplay.page.seq)].name")
    assert name == "workqueue_execute_end"


@pytest.mark.parametrize("pane", ["state", "queues", "stats", "compare"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panes_of_facts_are_accessible(page: Page, feed: Feed, pane: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    opened(page, feed)
    page.locator(f"#tab-{pane}").click()
    expect(page.locator(f"#pane-{pane} > *")).not_to_have_count(0)
    assert violations(page) == []


@pytest.mark.parametrize("opener", ["#act-open", "#files-open", "Control+k", "?"])
def test_dialogs_are_accessible(page: Page, feed: Feed, opener: str) -> None:
    opened(page, feed)
    if opener.startswith("#"):
        page.locator(opener).click()
    else:
        press(page, opener)
    expect(page.locator("dialog[open], #files:popover-open")).to_be_visible()
    assert violations(page) == []


def test_a_step_back_is_shown_in_a_frame(page: Page, feed: Feed) -> None:
    opened(page, feed)
    page.locator("#tab-state").click()
    expect(page.locator("#pane-state table")).not_to_have_count(0)
    took = page.evaluate(
        """() => { const times = [];
        for (let i = 0; i < 40; i++) {
          const t0 = performance.now(); wqplay.page.step(-1); wqplay.page.flush(); times.push(performance.now() - t0); }
        return Math.min(...times); }"""
    )
    assert took < 16


def test_the_palette_finds_commands(page: Page, feed: Feed) -> None:
    opened(page, feed)
    press(page, "Control+k")
    page.locator("#palette-input").fill("show stats")
    page.keyboard.press("Enter")
    expect(page.locator("#pane-stats")).to_be_visible()


def test_bookmarks_and_markers(page: Page, feed: Feed) -> None:
    opened(page, feed)
    press(page, "m")
    before = value(page, "#time")
    press(page, "End", "[")
    expect(page.locator("#time")).to_have_value(before)
    press(page, "r")
    expect(page.locator("#markers")).to_contain_text("B − A")


def test_an_action_at_the_playhead_changes_what_comes_after(page: Page) -> None:
    ready(page)
    module = page.evaluate("wqplay.page.scenario.module_name")
    at = page.evaluate("wqplay.page.tNs")
    press(page, "x")
    page.locator("#act-command").fill(f"rmmod {module}")
    page.locator("#act-form button").click()
    expect(page.locator("#pane-compare .verdict")).to_contain_text("The runs are the same up to", timeout=RUN_MS)
    expect(page.locator("#pane-compare")).to_contain_text("cancelled")
    expect(page.locator("#compare")).to_have_attribute("aria-pressed", "true")
    same = page.evaluate(
        """at => { const [a, b] = [wqplay.page.other, wqplay.page.store];
        let n = 0;
        for (; a.events.t.at(n) < at; n++)
          if (a.events.t.at(n) !== b.events.t.at(n) || a.events.kind.at(n) !== b.events.kind.at(n)) return -1;
        return n; }""",
        at,
    )
    assert same > 50
    assert violations(page) == []
    press(page, "c")
    expect(page.locator("#compare")).to_have_attribute("aria-pressed", "false")


def test_a_recorded_trace_is_seen_in_the_same_lanes(page: Page) -> None:
    ready(page)
    page.locator("#trace-file").set_input_files(TRACE)
    expect(page.locator("#notice")).to_contain_text("nothing is stored", timeout=RUN_MS)
    expect(page.locator("#notice")).to_contain_text("sched_switch")
    expect(page.locator("#badge")).to_contain_text("measured")
    expect(page.locator("#heads")).to_contain_text("kworker/u8:2")
    expect(page.locator("#pane-dmesg")).to_contain_text("has it, turn 1")


def test_completion_and_hover_know_the_kernel(page: Page) -> None:
    ready(page)
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("queue_delayed_w", delay=50)
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("queue_delayed_work", timeout=RUN_MS)


WORD = """() => { for (const line of document.querySelectorAll("#pane-module .cm-line")) {
  const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf("queue_work(");
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 10);
    const { x, y, width, height } = range.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  } } }"""


def test_hover_tells_of_a_kernel_function(page: Page) -> None:
    ready(page)
    x, y = page.evaluate(WORD)
    page.mouse.move(x + 9, y)
    page.mouse.move(x, y)
    card = page.locator(".cm-tooltip .kapi")
    expect(card).to_contain_text(
        "bool queue_work(struct workqueue_struct *wq, struct work_struct *work)", timeout=RUN_MS
    )
    expect(card).to_contain_text("<linux/workqueue.h> · never sleeps")


def test_a_quick_fix_mends_the_line(page: Page) -> None:
    ready(page)
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press("Control+f")
    page.keyboard.type("queue_work(dedicated_wq")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.type("queue_wrok(dedicated_wq")
    wrong = page.locator(".cm-lintRange-error").first
    expect(wrong).to_be_visible(timeout=RUN_MS)
    wrong.hover()
    fix = page.locator(".cm-diagnosticAction", has_text="queue_work")
    expect(fix).to_be_visible(timeout=RUN_MS)
    fix.click()
    expect(page.locator("#pane-module .cm-content")).to_contain_text("queue_work(dedicated_wq, &task->work)")
    expect(page.locator("#pane-module .cm-content")).not_to_contain_text("queue_wrok")
    expect(page.locator("#problems")).not_to_contain_text("error", timeout=RUN_MS)


def test_plain_text_fields_in_place_of_the_editor(page: Page, feed: Feed) -> None:
    opened(page, feed)
    press(page, "?")
    page.locator("#plain").check()
    page.keyboard.press("Escape")
    expect(page.locator("#module")).to_be_visible()
    expect(page.locator("#pane-module .cm-content")).to_have_count(0)
