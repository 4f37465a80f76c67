"""The real simulated machine under a session: what its terminals show."""

from __future__ import annotations

import re

from server.prepare import compile_scenario
from server.scenario import Action, Limits, Machine, Outcome, Scenario
from server.sim import simulate
from server.trace.events import KIND_BY_NAME

TTY = KIND_BY_NAME["wqp:tty"]
MODULE = """
#include <linux/module.h>
#include <linux/workqueue.h>

static void demo_fn(struct work_struct *work) { pr_info("demo: runs\\n"); }
static DECLARE_WORK(demo_work, demo_fn);

static int __init demo_init(void)
{
	schedule_work(&demo_work);
	return 0;
}

static void __exit demo_exit(void)
{
	cancel_work_sync(&demo_work);
	pr_info("demo: gone\\n");
}

module_init(demo_init);
module_exit(demo_exit);
MODULE_LICENSE("GPL");
"""


class Collector:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.tasks: list[tuple[int, str, str]] = []
        self.objects = 0
        self.events: list[tuple[int, int, int, int, int, tuple[int | str, ...]]] = []

    def task(self, pid: int, comm: str, kind: str) -> int:
        self.tasks.append((pid, comm, kind))
        return len(self.tasks) - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        self.objects += 1
        return self.objects - 1

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        self.events.append((t_ns, cpu, kind, task, line, args))

    def shown(self, terminal: str) -> str:
        """Everything on a terminal."""
        return "".join(str(e[5][1]) for e in self.events if e[2] == TTY and e[5][0] == terminal)


def run(scenario: Scenario) -> tuple[Collector, Outcome]:
    """Compiles and simulates."""
    unit, diagnostics = compile_scenario(scenario, Limits())
    assert unit is not None, diagnostics
    sink = Collector()
    return sink, simulate(scenario, unit, Limits(), sink)


def session(
    text: str,
    actions: list[Action] | None = None,
    module: str = MODULE,
    cpus: int = 2,
    files: dict[str, str] | None = None,
) -> tuple[Collector, Outcome]:
    """Runs a session with the little module above, `demo`, and other files beside it."""
    machine = Machine(cpus=cpus, kernel="6.12")
    return run(Scenario("demo", {"module.c": module, **(files or {})}, text, actions=actions or [], machine=machine))


def plain(text: str) -> list[str]:
    """Lines without times, PIDs and worker numbers, which differ from run to run of the real machine too."""
    text = re.sub(r"(?m)^\[ *\d+\.\d+\] ", "", text)
    text = re.sub(r"(?m)^/rig-session: \./session\.sh: line \d+: ", "sh: ", text)  # the rig sources it
    text = re.sub(r"kworker/([u\d]+):\d+", r"kworker/\1:N", text)
    text = re.sub(r"after \d+ ms", "after N ms", text)
    return re.sub(r"PID: \d+", "PID: P", text).splitlines()
