"""The real kernel at the press of a switch: in a lab that runs here, and on a server without one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from server.vm import lab
from tests.conftest import cannot_run

from .conftest import listen, running_server
from .test_run import ready
from .test_states import violations

STARTED_MS = 120_000  # a lab that was never used fetches a kernel, and boots it
ENDED_MS = 60_000
COMPARED_MS = 30_000
CUT_AFTER = 12  # messages
EDIT = "/* mine */"


@pytest.fixture(scope="module")
def with_lab() -> Iterator[str]:
    missing = lab.missing()
    if missing:
        cannot_run(f"the lab needs: apt-get install {' '.join(missing)}")
    with running_server(WQPLAY_LAB="1") as address:
        yield address


@pytest.fixture(scope="module")
def with_token() -> Iterator[str]:
    missing = lab.missing()
    if missing:
        cannot_run(f"the lab needs: apt-get install {' '.join(missing)}")
    with running_server(WQPLAY_LAB="1", WQPLAY_LAB_TOKEN="open sesame") as address:
        yield address


def named(page: Page, address: str, name: str) -> str:
    """The link of a gallery scenario."""
    found = page.request.get(f"{address}/api/scenarios/{name}").json()
    return f"{address}/#s=@{name}~{found['hash']}"


def press_real(page: Page) -> None:
    page.get_by_role("button", name="Real", exact=True).click()


def write(page: Page, text: str, at: str = "Control+End") -> None:
    page.locator("#pane-module .cm-content").click()
    page.keyboard.press(at)
    page.keyboard.insert_text(text)


def test_real_runs_what_the_editor_holds_and_streams_it(page: Page, with_lab: str) -> None:
    ready(page, named(page, with_lab, "ordered_queue"))
    write(page, EDIT)
    press_real(page)
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#run")).to_be_hidden()
    expect(page.locator("#badge")).to_contain_text("live on Linux 6.12", timeout=STARTED_MS)
    expect(page.locator("#verdict")).to_have_text(re.compile(r"Running, [\d,]+ events"))
    expect(page.locator("#heads")).to_contain_text("kworker/")
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=ENDED_MS)
    expect(page.locator("#badge")).to_contain_text("measured on Linux 6.12")
    expect(page.locator("#real")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#pane-dmesg")).to_contain_text("job 3 ends")
    expect(page.locator("#details .why").first).to_contain_text("max_active", timeout=COMPARED_MS)  # explained
    page.locator("#compare").click()
    verdict = page.locator("#pane-compare .verdicts .verdict")
    expect(verdict).to_contain_text("1 run of this lab", timeout=COMPARED_MS)
    expect(page.locator("#pane-compare .sheet")).to_contain_text("job_fn#1 · job_table[1]", timeout=COMPARED_MS)
    expect(page.locator("#legend")).to_contain_text("as on the real kernel")
    expect(verdict).to_contain_text("2 runs of this lab share", timeout=STARTED_MS)
    page.get_by_role("button", name="No further runs").click()
    expect(verdict).not_to_contain_text("under way")
    assert violations(page) == []
    page.get_by_role("button", name="Simulator", exact=True).click()
    expect(page.locator("#badge")).to_contain_text("simulated", timeout=COMPARED_MS)
    expect(page.locator("#simulator")).to_have_attribute("aria-pressed", "true")


def test_what_the_compiler_says_stands_in_the_editor(page: Page, with_lab: str) -> None:
    ready(page, named(page, with_lab, "ordered_queue"))
    write(page, "int broken = nonsense();\n", "Control+Home")
    press_real(page)
    expect(page.locator("#verdict")).to_have_text("Did not run", timeout=STARTED_MS)
    expect(page.locator("#problems code").first).to_have_text("module.c:1:14")
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    expect(page.locator("#stop")).to_be_hidden()


def test_a_run_is_commanded_stopped_and_keeps_its_events(page: Page, with_lab: str) -> None:
    ready(page, named(page, with_lab, "workqueue_demo"))
    press_real(page)
    expect(page.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)
    page.locator("#act-open").click()
    expect(page.locator("#act-now")).to_be_visible()
    page.locator("#act-command").fill("echo from beside")
    page.keyboard.press("Enter")
    page.locator("#tab-terminal").click()
    expect(page.locator("#pane-terminal")).to_contain_text("from beside", timeout=ENDED_MS)
    page.locator("#stop").click()
    expect(page.locator("#verdict")).to_contain_text("Stopped", timeout=COMPARED_MS)
    expect(page.locator("#run")).to_be_visible()
    page.locator("#tab-dmesg").click()
    expect(page.locator("#pane-dmesg")).to_contain_text("=== Work Queue Demo ===")
    press_real(page)  # the machine is free at once
    expect(page.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)
    page.get_by_role("button", name="Simulator", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=COMPARED_MS)
    expect(page.locator("#badge")).to_contain_text("simulated")


def test_a_machine_that_dies_is_told_with_its_events(page: Page, with_lab: str) -> None:
    ready(page, named(page, with_lab, "ordered_queue"))
    page.locator("#tab-session").click()
    page.locator("#pane-session .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("insmod ordered_queue.ko\nsleep 0.1\necho c > /proc/sysrq-trigger\n")
    press_real(page)
    expect(page.locator("#verdict")).to_contain_text("The machine crashed", timeout=STARTED_MS)
    expect(page.locator("#notice")).to_contain_text("Kernel panic - not syncing: sysrq triggered crash")
    expect(page.locator("#pane-dmesg")).to_contain_text("job 0 starts")


def test_who_comes_second_hears_its_place(page: Page, browser: Browser, with_lab: str) -> None:
    ready(page, named(page, with_lab, "workqueue_demo"))
    press_real(page)
    expect(page.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)
    # From the same address one run at a time: the second is told to come again, and does.
    other = browser.new_context().new_page()
    heard = listen(other)
    ready(other, named(other, with_lab, "workqueue_demo"))
    press_real(other)
    expect(other.locator("#empty")).to_contain_text("Asking for the real kernel")
    page.locator("#stop").click()
    expect(other.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)
    other.context.close()
    assert heard == []


def test_a_lab_with_a_token_asks_for_it(page: Page, with_token: str) -> None:
    ready(page, named(page, with_token, "ordered_queue"))
    press_real(page)
    expect(page.locator("#lab-token")).to_be_focused()
    page.locator("#lab-token").fill("guessed")
    page.keyboard.press("Enter")
    expect(page.locator("#lab-hint")).to_contain_text("did not take this token", timeout=COMPARED_MS)
    page.locator("#lab-token").fill("open sesame")
    page.keyboard.press("Enter")
    expect(page.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=ENDED_MS)


def test_without_a_lab_the_switch_says_how_to_start_one_and_shows_the_recorded_run(page: Page) -> None:
    ready(page)
    press_real(page)
    expect(page.locator("#lab-hint")).to_contain_text("docker compose --profile lab up")
    expect(page.locator("#lab-form")).to_be_hidden()
    assert violations(page) == []
    page.locator("#recorded").click()
    expect(page.locator("#badge")).to_have_text(re.compile(r"recorded on 6\.12\.\d+, 20\d\d-\d\d-\d\d"))
    expect(page.locator("#notice")).to_contain_text("the first of 6 recorded runs")
    expect(page.locator("#real")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#simulator")).to_have_attribute("aria-pressed", "false")


def test_compare_holds_the_simulator_against_the_recorded_runs(page: Page) -> None:
    ready(page)
    page.locator("#compare").click()
    verdict = page.locator("#pane-compare .verdicts .verdict")
    expect(verdict).to_have_text(
        re.compile(r"Of [\d,]+ facts that 6 runs recorded on .* share .*, all hold in the simulated run"),
        timeout=COMPARED_MS,
    )
    expect(page.locator("#compare")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#pane-compare .sheet")).to_contain_text("immediate_fn#0 · immediate_work", timeout=COMPARED_MS)
    page.locator(".kind", has_text="timing").locator("summary").click()
    fact = page.locator(".kind .held .link", has_text="dedicated_fn#1, from queueing to start").first
    before = page.locator("#time").input_value()
    fact.click()
    expect(page.locator("#time")).not_to_have_value(before)
    expect(page.locator("#details h2")).to_contain_text("dedicated_fn#1")
    assert violations(page) == []
    page.locator("#compare").click()
    expect(page.locator("#compare")).to_have_attribute("aria-pressed", "false")


def test_a_fact_that_differs_is_open_to_the_eye_and_leads_to_its_moment(page: Page) -> None:
    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        row = next(row for row in body["table"]["rows"] if row["fact"] == "timing")
        fact = next(fact for fact in row["facts"] if fact["state"] == "held")
        fact.update(state="red", here="1234.0 ms")
        row["red"], row["held"] = 1, row["held"] - 1
        route.fulfill(response=response, json=body)

    ready(page)
    page.route("**/api/compare", answer)
    page.locator("#compare").click()
    expect(page.locator("#pane-compare .verdicts .verdict")).to_contain_text("1 differs", timeout=COMPARED_MS)
    red = page.locator(".kind li.differs")
    expect(red).to_have_count(1)
    expect(red).to_contain_text("differs")
    expect(red).to_contain_text("simulated: 1234.0 ms")
    before = page.locator("#time").input_value()
    red.locator("button").click()
    expect(page.locator("#time")).not_to_have_value(before)


def test_a_broken_connection_is_mended(page: Page, with_lab: str) -> None:
    """The run goes on in its machine, and the page goes on with it: no event is there twice, none is missing."""
    connections: list[int] = []
    cut: list[int] = []

    def meddle(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        connections.append(0)
        nth = len(connections)

        def forward(message: str | bytes) -> None:
            connections[nth - 1] += 1
            socket.send(message)
            if not cut and connections[nth - 1] == CUT_AFTER:
                cut.append(nth)
                server.close()
                socket.close()

        server.on_message(forward)

    page.route_web_socket("**/ws/vm", meddle)
    ready(page, named(page, with_lab, "ordered_queue"))
    press_real(page)
    expect(page.locator("#badge")).to_contain_text("live on", timeout=STARTED_MS)  # no more the simulated run's verdict
    expect(page.locator("#verdict")).to_contain_text("Completed", timeout=STARTED_MS)
    assert connections[cut[0] - 1] >= CUT_AFTER  # one may be on its way
    assert len(connections) >= cut[0] + 2  # cut, mended, explained
    expect(page.locator("#verdict")).to_have_attribute("title", re.compile("as far as 7 recorded"), timeout=ENDED_MS)
    expect(page.locator("#pane-dmesg > div", has_text="job 3 ends")).to_have_count(1)
    expect(page.locator("#pane-dmesg > div", has_text="job 0 starts")).to_have_count(1)


def test_a_phone_has_the_switch_in_its_menu(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ready(page)
    page.locator("#files-open").click()
    page.get_by_role("button", name="Run on the real kernel").click()
    expect(page.locator("#lab-hint")).to_contain_text("docker compose --profile lab up")
    page.locator("#recorded").click()
    expect(page.locator("#notice")).to_contain_text("recorded runs")
