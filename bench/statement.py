"""What an executed C statement of a loop costs, against two usual ways to interpret a tree, all with the same checks.

Run `python -m bench.statement`: the ratios of lowered functions to a generator-per-node walk (goal <= 0.2) and to
closures (goal <= 0.5), taken in turns, best of several.
Memory, its checks, time and step accounting are the same objects in all
three; each charges a statement's cost and looks at the horizon at back-edges and before statements that touch memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

from bench.reference import Closures, Walker
from server.cfront import compile_module
from server.scenario import Limits
from server.sim.cmodule.host import Text
from server.sim.cmodule.image import lower
from server.sim.cmodule.ir import Unit
from server.sim.cmodule.memory import Memory

HEAD = "#include <linux/module.h>\n"
LOOPS = {
    "locals": """int f(int n) { int i, x = 0;
for (i = 0; i < n; i++) { if (i & 1) x += i; else x ^= i; } return x; }""",
    "memory": """struct s { int count; int pad; long sum; }; static struct s it; static int table[16];
int f(int n) { struct s *p = &it; int i;
for (i = 0; i < n; i++) { p->sum += table[i & 15]; p->count++; } return p->count; }""",
    "globals": """static int counter; static unsigned long total;
int f(int n) { int i; for (i = 0; i < n; i++) { counter++; total += counter; } return counter; }""",
    "bytes": """static unsigned char buffer[64]; int f(int n) { int i; unsigned int h = 5381;
for (i = 0; i < n; i++) { h = h * 33 + buffer[i & 63]; buffer[i & 63] = h; } return h; }""",
    "list": """struct node { struct node *next; int value; }; static struct node a, b = { &a, 2 }, c = { &b, 3 };
int f(int n) { int sum = 0; struct node *p = &c; a.next = &c;
while (n--) { sum += p->value; p = p->next; } return sum; }""",
}  # fmt: skip
TURNS, ROUNDS = 1000, 25


class Context:
    """The engine's part that C sees."""

    __slots__ = ("now", "horizon", "line", "steps", "max_steps", "stmt_ns", "sp")

    def __init__(self) -> None:
        """Time stands at 0, the horizon far away."""
        self.now, self.horizon, self.line, self.steps = 0, 1 << 62, -1, 0
        self.max_steps, self.stmt_ns, self.sp = 1 << 60, 2, 0


class BenchHost:
    """No kernel functions."""

    def __init__(self) -> None:
        """Fresh memory."""
        self.cx, self.mem, self.k = Context(), Memory(), None
        self.text = Text(None, self.kernel_function, lambda: -1)

    def kernel_function(self, name: str) -> Callable[..., Any] | None:
        """None: the loops call nothing."""
        return None


def unit_of(source: str) -> Unit:
    """The IR of a loop."""
    unit, diagnostics = compile_module({"module.c": HEAD + source}, "bench", Limits())
    assert unit is not None, diagnostics
    return unit


def finish(call: Generator[Any, Any, int]) -> int:
    """Run a generator to its end."""
    while True:
        try:
            next(call)
        except StopIteration as done:
            return int(done.value)


def measure(source: str) -> dict[str, float]:
    """Nanoseconds a loop's turn, by evaluator."""
    unit = unit_of(source)
    runs: dict[str, Callable[[], int]] = {}
    host = BenchHost()
    image = lower(unit).load(host)
    runs["lowered"] = lambda: finish(image.ns["f"](TURNS))
    for name, kind in (("walk", Walker), ("closures", Closures)):
        other = BenchHost()
        evaluator = kind(unit, lower(unit).load(other), other)
        runs[name] = lambda e=evaluator: finish(e.call("f", TURNS))  # type: ignore[misc]
    results = {name: run() for name, run in runs.items()}
    assert len(set(results.values())) == 1, results
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            best[name] = min(best.get(name, 1e9), (time.perf_counter() - start) / TURNS * 1e9)
    return best


def main() -> None:
    """Print the table and the two ratios of the sums."""
    print(f"{'loop':10}{'lowered':>10}{'closures':>10}{'walk':>10}   ns a turn")
    total = {"lowered": 0.0, "closures": 0.0, "walk": 0.0}
    for name, source in LOOPS.items():
        best = measure(source)
        print(f"{name:10}{best['lowered']:10.0f}{best['closures']:10.0f}{best['walk']:10.0f}"
              f"   {best['lowered'] / best['closures']:.2f} {best['lowered'] / best['walk']:.2f}")  # fmt: skip
        for key in total:
            total[key] += best[key]
    print(f"lowered / closures: {total['lowered'] / total['closures']:.2f} (goal 0.5)")
    print(f"lowered / walk: {total['lowered'] / total['walk']:.2f} (goal 0.2)")


if __name__ == "__main__":
    main()
