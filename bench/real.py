"""From *Real* pressed in Chromium to the first event of the real kernel in the lanes: goals 15 s cold, 3 s warm.

The first turn boots the kernel, takes the snapshot and builds the module; the others start from the snapshot, and their
median counts: 1 s with KVM. Usage: `python -m bench.real [TURNS]`. Exits with 1 above a goal, with 0 and a word where
there is no lab.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect, sync_playwright

from server.vm import lab
from server.vm.initramfs import image
from server.vm.machine import accelerator
from tests.browser.conftest import CHROMIUM, running_server

COLD_MS, WARM_MS = 15_000.0, {"tcg": 3_000.0, "kvm": 1_000.0}
TURNS = 5
ENDED_MS = 60_000

PRESS = """async () => {
  const { page } = globalThis.wqplay;
  const before = page.store;
  const frame = () => new Promise(requestAnimationFrame);
  const begin = performance.now();
  document.querySelector("#real").click();
  while (page.store === before || page.store.spans.lane.length === 0) {
    if (page.status === "failed") throw new Error(page.failure);
    await frame();
  }
  await frame();
  const first = performance.now() - begin;
  document.querySelector("#stop").click();
  return first;
}"""


def main(turns: int) -> int:
    """Prints both figures and their share of the goals; 1 if one is above."""
    if missing := lab.missing():
        print(f"not measured: the lab needs apt-get install {' '.join(missing)}")
        return 0
    image()  # fetched and made beforehand: neither is part of a start
    kind = accelerator()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for part in ("kernel", "image"):
            os.symlink(lab.folder() / part, Path(folder) / part)
        with running_server(WQPLAY_LAB="1", WQPLAY_LAB_DIR=folder) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(url)
            rows = []
            for _ in range(turns + 1):
                expect(page.locator("#stop")).to_be_hidden(timeout=ENDED_MS)
                rows.append(page.evaluate(PRESS))
                expect(page.locator("#verdict")).to_contain_text("Stopped", timeout=ENDED_MS)
            browser.close()
    cold, warm = rows[0], statistics.median(rows[1:])
    print(f"cold, {kind}: {cold / 1e3:.1f} s: {cold / COLD_MS:.2f} (goal 1)")
    print(f"warm, {kind}: {warm / 1e3:.2f} s: {warm / WARM_MS[kind]:.2f} (goal 1)")
    return int(cold > COLD_MS or warm > WARM_MS[kind])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TURNS))
