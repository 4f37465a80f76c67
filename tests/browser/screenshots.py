"""Pictures of each state of the page, to be looked at: three widths, light and dark.

    python -m tests.browser.screenshots [--only STATE] [--fixture]

They go to .screenshots/ (ignored by git); the first look at 1440 px in light also to docs/page-light.png, which the
README shows. `--fixture` feeds the recorded messages instead of running the simulator, and leaves docs/ alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, WebSocketRoute, sync_playwright

from .conftest import CHROMIUM, FIXTURE, ROOT, listen, running_server

OUT = ROOT / ".screenshots"
PICTURE = ROOT / "docs/page-light.png"
SIZES = {1440: 900, 1024: 768, 390: 844}
SETTLED_MS = 400


def show(page: Page, selector: str) -> None:
    """Clicks what is on screen; on a phone the pane that holds it is opened first."""
    target = page.locator(selector)
    for pane in ("code", "log", "details"):
        if target.is_visible():
            break
        page.locator(f".switch [data-pane={pane}]").click()
    target.click()


def syntax(page: Page) -> None:
    page.locator("#pane-module .cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("int broken\n")
    page.locator("#run").click()
    page.locator("#problems").wait_for()
    page.keyboard.press("Escape")


def selected(page: Page) -> None:
    page.keyboard.press("f")


def act(page: Page) -> None:
    page.locator("#lanes").focus()
    page.keyboard.press("x")


def compared(page: Page) -> None:
    act(page)
    page.locator("#act-command").fill("rmmod workqueue_demo")
    page.locator("#act-form button").click()
    page.locator("#pane-compare .verdict").wait_for(state="attached")


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette-input").fill("step")


def terminals(page: Page) -> None:
    show(page, "#tab-terminal")
    page.get_by_role("button", name="Another beside it").click()
    page.get_by_role("button", name="dmesg -w").click()
    page.locator(".term:last-child .lines .now").wait_for(state="attached")
    page.locator("#lanes").focus()
    page.keyboard.press("End")


STATES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "first": ("/", lambda page: None),
    "fit-selection": ("/", selected),
    "nothing-selected": ("/", lambda page: page.keyboard.press("Escape")),
    "linear": ("/", lambda page: page.locator("input[value=linear]").check()),
    "pace": ("/", lambda page: page.locator("input[value=pace]").check()),
    "session": ("/", lambda page: show(page, "#tab-session")),
    "controls": ("/", lambda page: show(page, "#tab-controls")),
    "terminal": ("/", lambda page: show(page, "#tab-terminal")),
    "terminals": ("/", terminals),
    "events": ("/", lambda page: show(page, "#tab-events")),
    "state": ("/", lambda page: show(page, "#tab-state")),
    "queues": ("/", lambda page: show(page, "#tab-queues")),
    "stats": ("/", lambda page: show(page, "#tab-stats")),
    "act": ("/", act),
    "compare": ("/", compared),
    "palette": ("/", palette),
    "share": ("/", lambda page: page.locator("#share-open").click()),
    "help": ("/", lambda page: page.locator("#help-open").click()),
    "syntax": ("/", syntax),
    "oops": ("null_pointer", lambda page: None),
    "deadlock": ("self_flush", lambda page: None),
    "max-active": ("max_active_one", lambda page: None),
    "mutex": ("mutex_contention", lambda page: None),
    "concurrency": ("concurrency", lambda page: None),
    "ordered": ("ordered_queue", lambda page: None),
    "use-after-free": ("use_after_free", lambda page: None),
    "gallery": ("/gallery", lambda page: None),
}


def address(page: Page, base: str, place: str) -> str:
    """A path as it is; a gallery scenario by its link."""
    if place.startswith("/"):
        return base + place
    found = json.loads(page.request.get(f"{base}/api/scenarios/{place}").text())
    return f"{base}/#s=@{place}~{found['hash']}"


def feed(page: Page) -> None:
    def answer(socket: WebSocketRoute) -> None:
        socket.on_message(lambda _: [socket.send(json.dumps(m)) for m in FIXTURE] and None)

    page.route_web_socket("**/ws/run", answer)


def take(browser: Browser, base: str, state: str, width: int, scheme: Any, fixture: bool) -> Path:
    """One picture."""
    place, act = STATES[state]
    size = {"width": width, "height": SIZES[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    heard = listen(page)
    if fixture:
        feed(page)
    page.goto(address(page, base, place))
    if place != "/gallery":
        page.locator("#pane-module .cm-content").wait_for(state="attached")
        page.wait_for_function("document.querySelector('#verdict').textContent.match(/^(?!Running)./)")
    act(page)
    page.wait_for_timeout(SETTLED_MS)
    path = OUT / f"{state}-{width}-{scheme}.png"
    page.screenshot(path=path)
    context.close()
    if heard:
        raise SystemExit(f"{path.name}: the console says {heard}")
    return path


def main() -> None:
    """Takes all pictures, or those of one state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=STATES, action="append")
    parser.add_argument("--width", type=int, choices=SIZES, action="append")
    parser.add_argument("--scheme", choices=["light", "dark"], action="append")
    parser.add_argument("--fixture", action="store_true")
    parser.add_argument("--base", metavar="URL", help="of a server that runs already")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    server = nullcontext(options.base) if options.base else running_server()
    with server as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for state in options.only or STATES:
            for width in options.width or SIZES:
                for scheme in options.scheme or ("light", "dark"):
                    path = take(browser, base, state, width, scheme, options.fixture)
                    if (state, width, scheme) == ("first", 1440, "light") and not options.fixture:
                        Image.open(path).quantize(192, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
