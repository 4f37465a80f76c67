"""What runs a session on the real kernel. `.ci/run` installs what it needs; elsewhere these tests say what lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server.scenario import Action, Limits, Machine, Scenario
from server.trace.recording import Recording
from server.vm import lab, session
from tests.conftest import cannot_run

ROOT = Path(__file__).parents[2]

Real = Callable[..., tuple[Recording, session.Result]]


@pytest.fixture(scope="session")
def needs_lab() -> None:
    missing = lab.missing()
    if missing:
        cannot_run(f"the lab needs: apt-get install {' '.join(missing)}")


def module(body: str, after: str = "") -> str:
    """A module whose init does `body`; `after` goes before it."""
    return f"""#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/interrupt.h>
#include <linux/delay.h>
{after}
static int __init in(void)
{{
{body}
}}
static void __exit out(void) {{ }}
module_init(in);
module_exit(out);
MODULE_LICENSE("GPL");
"""


@pytest.fixture(scope="session")
def real(needs_lab: None) -> Real:
    """Builds a module and runs a session with it in a machine of its own."""

    def run(
        source: str, script: str, *, name: str = "probe", cpus: int = 2, seconds: int = 20, **fields: object
    ) -> tuple[Recording, session.Result]:
        actions = fields.pop("actions", [])
        assert isinstance(actions, list)
        limits = fields.pop("limits", Limits(until_ns=seconds * 1_000_000_000))
        assert isinstance(limits, Limits)
        scenario = Scenario(
            name, {"module.c": source}, script, machine=Machine(cpus=cpus), actions=[Action(*a) for a in actions],
            params={k: str(v) for k, v in fields.items()},
        )  # fmt: skip
        built = session.build(scenario)
        assert built.ko is not None, built.diagnostics
        recording = Recording(session.header(scenario, "6.12"))
        return recording, session.Run(scenario, built.ko, limits, recording, prefer=True).execute()

    return run
