"""The classic demo on the command line, cold, against `import fastapi`: goal 0.6. Taken in turns, fastest of each."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TURNS = 9
DEMO = [sys.executable, "-m", "server", "run", "module/workqueue_demo.c", "--trace", "/dev/null"]
FASTAPI = [sys.executable, "-c", "import fastapi"]


def seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    taken = [(seconds(DEMO), seconds(FASTAPI)) for _ in range(TURNS)]
    demo, fastapi = (min(column) for column in zip(*taken, strict=True))
    print(f"demo, cold {demo * 1e3:.0f} ms / import fastapi {fastapi * 1e3:.0f} ms = {demo / fastapi:.2f} (goal 0.60)")


if __name__ == "__main__":
    main()
