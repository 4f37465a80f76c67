"""From Run to lanes in Chromium, on a warm server: goals 200 ms to the first lanes, 500 ms to the whole demo.

Each turn runs the demo with a seed that the server has not seen, so that it is computed, and measures from the click to
the frame after the one in which its first lanes were painted, and to the frame after its last message. The median
counts. Usage: `python -m bench.page [TURNS]`. Exits with 1 above a goal.
"""

from __future__ import annotations

import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import CHROMIUM, running_server

FIRST_MS, WHOLE_MS = 200.0, 500.0
TURNS = 15

RUN = """async (seed) => {
  const { page } = globalThis.wqplay;
  const before = page.store;
  const frame = () => new Promise(requestAnimationFrame);
  page.scenario = { ...page.scenario, seed };
  page.touch("scenario");
  await frame();
  const begin = performance.now();
  document.querySelector("#run").click();
  while (page.store === before || page.store.spans.lane.length === 0) await frame();
  await frame();
  const first = performance.now() - begin;
  while (page.status !== "done") await frame();
  await frame();
  return [first, performance.now() - begin, page.store.spans.lane.length];
}"""


def main(turns: int) -> int:
    """Prints the medians and their share of the goals; 1 if one is above."""
    with running_server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        page.locator("#pane-module .cm-content").wait_for(state="attached")
        expect(page.locator("#verdict")).to_have_text(re.compile("^Completed"))
        page.evaluate(RUN, 1000)  # the first of a page also loads code
        rows = [page.evaluate(RUN, 1001 + turn) for turn in range(turns)]
        browser.close()
    first, whole = (statistics.median(row[column] for row in rows) for column in (0, 1))
    print(f"first lanes {first:.0f} ms: {first / FIRST_MS:.2f} (goal 1)")
    print(f"whole demo {whole:.0f} ms: {whole / WHOLE_MS:.2f} (goal 1)")
    return int(first > FIRST_MS or whole > WHOLE_MS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TURNS))
