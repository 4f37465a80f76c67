"""Load time and heap against speedscope: the same spans, the same browser; goal: at most a tenth of each.

    python -m bench.speedscope [--spans N] [--turns N]

Both pages are open and at rest when a file with the spans is given to them. Time runs from there until the second
frame after the lanes, or the flame chart, are shown; heap is what JavaScript holds more than before, buffers included,
after a garbage collection. The fastest of the turns counts, for others use the machine too. Speedscope needs WebGL,
which the processor draws here. Its npm package (MIT) is pinned in bench/package.json; `make bench` installs it. Exits
with 1 above a goal.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import random
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.trace import wire
from server.trace.events import KINDS
from server.trace.rows import LANES as LANE_KINDS, STATES
from tests.browser.conftest import CHROMIUM, running_server

GOAL = 0.1
LANES, ITEMS = 20, 50
RELEASE = Path(__file__).parent / "node_modules/speedscope/dist/release"
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NAME = "bench-spans.json"

OURS = """async (input) => {
  const { page } = globalThis.wqplay;
  const t0 = performance.now();
  const batch = JSON.parse(await input.files[0].text());
  const store = new page.store.constructor();
  store.ingest({ ...page.store.meta, n: 0, origin_ns: 0 });
  store.ingest(batch);
  page.store = store;
  page.select(null);
  page.rebuildAxis();
  page.setWindow(0, 1);
  page.setTime(0);
  page.touch("data", "lanes", "selection", "time");
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  return { ms: performance.now() - t0, shown: document.querySelectorAll("#heads .lane").length };
}"""

THEIRS = """(input) => { window.took = new Promise((done) => {
  input.addEventListener("change", () => {
    const t0 = performance.now();
    const look = () => {
      if (!document.title.includes("bench-spans")) requestAnimationFrame(look);
      else requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - t0)));
    };
    look();
  }, { capture: true });
}); }"""


def spans(count: int) -> list[list[tuple[int, int, int]]]:
    """Lanes of (start, end, item), in nanoseconds, one after the other with gaps."""
    chance = random.Random(7)
    lanes = []
    for _ in range(LANES):
        t, lane = 0, []
        for _ in range(count // LANES):
            t += chance.randrange(1_000, 20_000)
            end = t + chance.randrange(200, 40_000)
            lane.append((t, end, chance.randrange(ITEMS)))
            t = end
        lanes.append(lane)
    return lanes


def for_speedscope(lanes: list[list[tuple[int, int, int]]]) -> dict[str, Any]:
    """Its own format: one evented profile a lane."""
    profiles = []
    for number, lane in enumerate(lanes):
        events = [
            {"type": kind, "frame": item, "at": at}
            for start, end, item in lane
            for kind, at in (("O", start), ("C", end))
        ]
        name = f"lane {number}"
        end = lane[-1][1]
        profiles.append(
            {"type": "evented", "name": name, "unit": "nanoseconds", "startValue": 0, "endValue": end, "events": events}
        )
    return {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "shared": {"frames": [{"name": f"job_{item}"} for item in range(ITEMS)]},
        "profiles": profiles,
        "name": "bench-spans",
    }


def for_us(lanes: list[list[tuple[int, int, int]]]) -> dict[str, Any]:
    """One batch of docs/protocol.md, its columns packed as the server packs them."""
    ids = list(range(len(lanes)))
    rows = sorted((start, end, lane, item) for lane, parts in enumerate(lanes) for start, end, item in parts)
    none = [-1] * len(lanes)
    zero = [0] * len(rows)
    starts = [start for start, *_ in rows]
    return {
        "type": "batch", "n": 1, "seq0": 0, "span0": 0, "wait0": 0, "item0": 0, "t_ns": max(end for _, end, *_ in rows),
        "tables": {
            "tasks": {"pid": [1], "comm": ["sh"], "kind": ["session"]},
            "objects": {
                "kind": ["work"] * ITEMS, "addr": ["0"] * ITEMS,
                "name": [f"job_{i}" for i in range(ITEMS)], "info": ["job_fn"] * ITEMS,
            },
        },
        "lanes": {
            "id": ids, "kind": [LANE_KINDS.index("task")] * len(ids), "name": [f"lane {i}" for i in ids],
            "sub": [""] * len(ids), "parent": none, "order": ids, "pid": none, "cpu": none, "object": none,
        },
        "items": {"object": list(range(ITEMS)), "nth": [0] * ITEMS, "wq": [-1] * ITEMS},
        "events": {"t": [0], "kind": [0], "cpu": [0], "task": [0], "line": [-1], "args": [0] * len(KINDS[0].fields)},
        "spans": {name: wire.column(column) for name, column in {
            "lane": [lane for *_, lane, _ in rows], "state": [STATES.index("running")] * len(rows),
            "start": [b - a for a, b in zip([0, *starts], starts, strict=False)],
            "dur": [end - start for start, end, *_ in rows], "item": [item for *_, item in rows], "task": zero,
            "line": [-1] * len(rows), "seq": zero, "last": zero,
        }.items()},
    }  # fmt: skip


@contextmanager
def speedscope() -> Iterator[str]:
    """The address of its release, as long as the block runs."""
    if not (RELEASE / "index.html").is_file():
        raise SystemExit("speedscope is not installed: make bench does it, or npm ci --prefix bench")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=RELEASE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    server.shutdown()


def heap(page: Page) -> int:
    """Bytes that live JavaScript holds, buffers included."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return int(usage["usedSize"] + usage.get("backingStorageSize", 0))


def ours(browser: Browser, url: str, file: Path) -> tuple[float, int]:
    """Milliseconds and bytes of this page."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.locator("#pane-module .cm-content").wait_for(state="attached", timeout=60_000)
    expect(page.locator("#verdict")).to_have_text(re.compile("^Completed"), timeout=60_000)
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'bench' }))")
    page.wait_for_load_state("networkidle")
    before = heap(page)
    page.locator("#bench").set_input_files(file)
    told = page.locator("#bench").evaluate(OURS)
    assert told["shown"] >= LANES, told
    more = heap(page) - before
    page.close()
    return told["ms"], more


def theirs(browser: Browser, url: str, file: Path) -> tuple[float, int]:
    """Milliseconds and bytes of speedscope."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    field = page.locator("input[type=file]")
    field.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    before = heap(page)
    field.evaluate(THEIRS)
    field.set_input_files(file)
    ms = page.evaluate("window.took")
    assert page.locator("canvas").count() > 0
    more = heap(page) - before
    page.close()
    return ms, more


def main() -> int:
    """Prints both, and our share of theirs; 1 where it is above the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=6)
    options = parser.parse_args()
    lanes = spans(options.spans)
    with tempfile.TemporaryDirectory() as folder, running_server() as url, speedscope() as other:
        a, b = Path(folder) / "batch.json", Path(folder) / NAME
        a.write_bytes(msgspec.json.encode(for_us(lanes)))
        b.write_text(json.dumps(for_speedscope(lanes)))
        print(json.dumps({"spans": options.spans, "our_bytes": a.stat().st_size, "their_bytes": b.stat().st_size}))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            pairs = [(ours(browser, url, a), theirs(browser, other, b)) for _ in range(options.turns)]
            browser.close()
    worst = 0.0
    for number, (what, unit) in enumerate((("load ms", 1), ("heap MB", 1_000_000))):
        mine, yours = (min(pair[who][number] for pair in pairs) / unit for who in (0, 1))
        worst = max(worst, mine / yours)
        print(json.dumps({what: round(mine, 1), "speedscope": round(yours, 1), "share": round(mine / yours, 3)}))
    return int(worst > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
