"""The classic demo on the command line, cold, against `import fastapi`: goal at most 0.6.

Both in turns, each a new process; the fastest of each counts. Usage: `python -m bench.cold [TURNS]`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEMO = Path(__file__).parents[1] / "module" / "workqueue_demo.c"


def seconds(*command: str) -> float:
    """Wall time of one process."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main(turns: int) -> None:
    """Prints the two times and their ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        run = ("-m", "server", "run", str(DEMO), "--trace", f"{scratch}/trace.txt")
        times = [(seconds(*run), seconds("-c", "import fastapi")) for _ in range(turns)]
    demo, fastapi = (min(column) for column in zip(*times, strict=True))
    print(f"demo {demo * 1e3:.0f} ms, import fastapi {fastapi * 1e3:.0f} ms: {demo / fastapi:.2f} (goal 0.6)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
