"""Frame work of the timeline in Chromium without a GPU: p95 while panning and zooming, texts and selection drawn.

    python -m bench.timeline [--spans N] [--lanes N] [--width PX] [--throttle X]

A synthetic run (N spans) takes the place of the demo's; each frame sets another window and paints, with both canvases
read back, so that their rasterisation counts. The journey is made several times, and the fastest of each frame counts:
others use the machine too. Goal: p95 <= 16.7 ms on each axis. Exits with 1 above it.
"""

from __future__ import annotations

import argparse
import json

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, running_server

GOAL_MS = 16.7
FRAMES = 240
PASSES = 4

FILL = """async ([spans, lanes]) => {
  const { Store } = await import("/static/js/store.js");
  const { page } = globalThis.wqplay;
  const store = new Store();
  const meta = { ...page.store.meta, n: 0 };
  store.ingest(meta);
  const o = meta.origin_ns;
  const at = (list, name) => meta.words[list].indexOf(name);
  const kinds = [];
  const names = [];
  const parents = [];
  for (let l = 0; l < lanes; l++) {
    kinds.push(at("lanes", l < 4 ? "cpu" : l === 4 ? "pool" : "worker"));
    names.push(l < 4 ? `CPU ${l}` : l === 4 ? "pool 2" : `kworker/0:${l}`);
    parents.push(l > 4 ? 4 : -1);
  }
  const ids = kinds.map((_, i) => i);
  const none = kinds.map(() => -1);
  const lane = { id: ids, kind: kinds, name: names, sub: names.map(() => ""), parent: parents, order: ids, pid: none,
    cpu: none, object: none };
  const states = ["running", "sleeping", "runnable", "idle", "blocked"].map((s) => at("states", s));
  const s = { lane: [], state: [], start: [], dur: [], item: [], task: [], line: [], seq: [], last: [] };
  const per = Math.floor(spans / (lanes - 1));
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  let before = 0;
  for (let l = 0; l < lanes; l++) {
    if (l === 4) continue;
    let t = o + l * 10;
    for (let i = 0; i < per; i++) {
      const d = Math.round(200 + 40000 * random() ** 6 + (i % 900 === 0 ? 2e6 : 0));
      s.lane.push(l);
      s.state.push(states[Math.floor(random() * states.length)]);
      s.start.push(t - before);
      before = t;
      s.dur.push(d);
      s.item.push(random() < 0.5 ? i % 50 : -1);
      s.task.push(0);
      s.line.push(-1);
      s.seq.push(0);
      s.last.push(0);
      t += d;
    }
  }
  const items = { object: [], nth: [], wq: [] };
  for (let i = 0; i < 50; i++) { items.object.push(i); items.nth.push(0); items.wq.push(-1); }
  const objects = { kind: items.object.map(() => "work"), addr: items.object.map(() => "0"),
    name: items.object.map((i) => `job_${i}`), info: items.object.map(() => `job_fn [${meta.module}]`) };
  const tables = { tasks: { pid: [1], comm: ["insmod"], kind: ["command"] }, objects };
  const events = { t: [o], kind: [0], cpu: [0], task: [0], line: [-1], args: meta.words.events[0].fields.map(() => 0) };
  const end = before;
  const t0 = performance.now();
  store.ingest({ type: "batch", n: 1, seq0: 0, span0: 0, wait0: 0, item0: 0, t_ns: end + 2e6, tables, lanes: lane,
    items, events, spans: s });
  page.store = store;
  page.rebuildAxis();
  page.setWindow(0, 1);
  page.setTime(0);
  page.select({ kind: "item", id: 3, atNs: 1e6 });
  page.touch("data", "lanes", "selection", "time");
  page.flush();
  return { spans: store.spans.lane.length, ms: performance.now() - t0 };
}"""

FRAMES_OF = """async ([axis, frames]) => {
  const { page } = globalThis.wqplay;
  page.setAxis(axis);
  page.flush();
  const canvases = [...document.querySelectorAll("#stage canvas, #ruler canvas, #overview canvas")];
  const times = [];
  for (let f = 0; f < frames; f++) {
    const zoom = f < frames / 2;
    const p = f / (frames / 2);
    const width = zoom ? 10 ** (-4 * p) : 0.002 + 0.5 * Math.abs(Math.sin(f));
    const mid = zoom ? 0.37 : p - 1;
    const t0 = performance.now();
    page.setWindow(mid - width / 2, mid + width / 2);
    page.flush();
    for (const canvas of canvases) canvas.getContext("2d").getImageData(0, 0, 1, 1);
    times.push(performance.now() - t0);
    if (f % 8 === 0) await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def main() -> int:
    """Prints a JSON line an axis; 1 where one is above the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--lanes", type=int, default=41)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--throttle", type=float, default=1)
    options = parser.parse_args()
    worst = 0.0
    with running_server() as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": options.width, "height": 900})
        page.goto(base)
        page.locator("#pane-module .cm-content").wait_for(state="attached")
        page.wait_for_function("document.querySelector('#verdict').textContent.match(/^(?!Running)./)")
        print(json.dumps({"load": page.evaluate(FILL, [options.spans, options.lanes])}))
        if options.throttle > 1:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": options.throttle})
        for axis in ("linear", "folded", "pace"):
            passes = [page.evaluate(FRAMES_OF, [axis, FRAMES]) for _ in range(PASSES)]
            best = sorted(min(frame) for frame in zip(*passes, strict=True))
            found = {"p50": best[FRAMES // 2], "p95": best[FRAMES * 95 // 100], "max": best[-1]}
            worst = max(worst, found["p95"])
            print(json.dumps({"axis": axis, **{k: round(v, 1) for k, v in found.items()}}))
        browser.close()
    return 1 if worst > GOAL_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
