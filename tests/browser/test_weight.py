"""What a first look costs to load, as it travels."""

from __future__ import annotations

from playwright.sync_api import Page

from .test_run import ready

JAVASCRIPT_BYTES_MAX = 260_000

SCRIPTS = """() => performance.getEntriesByType("resource")
  .filter((entry) => new URL(entry.name).pathname.endsWith(".js"))
  .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])"""


def test_the_page_with_its_editor_is_light(page: Page) -> None:
    ready(page)
    page.locator("#pane-module .cm-content").wait_for()
    loaded = dict(page.evaluate(SCRIPTS))
    assert "/static/built/app.js" in loaded
    assert "/static/vendor/codemirror.js" in loaded
    assert all(loaded.values())
    assert not [path for path in loaded if path.startswith("/static/js/")]
    assert sum(loaded.values()) <= JAVASCRIPT_BYTES_MAX, loaded
