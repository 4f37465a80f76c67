"""When a pool wants another worker: the kernel's predicates, case by case."""

from __future__ import annotations

from typing import cast

import pytest

from server.sim.workqueue.pool import Worker, WorkerPool
from server.sim.workqueue.work import Work


@pytest.mark.parametrize(
    ("items", "running", "idle", "more", "create", "keep"),
    [
        (0, 0, 0, False, False, False),
        (1, 0, 0, True, True, True),
        (1, 0, 1, True, False, True),
        (1, 1, 0, False, False, True),
        (1, 2, 0, False, False, False),
        (0, 1, 0, False, False, False),
    ],
)
def test_what_a_pool_needs(items: int, running: int, idle: int, more: bool, create: bool, keep: bool) -> None:
    pool = WorkerPool(0, 0, 0, 0, 0, frozenset({0}))
    pool.worklist.extend([cast(Work, None)] * items)
    pool.idle.extend([cast(Worker, None)] * idle)
    pool.nr_running = running
    assert (pool.need_more_worker(), pool.need_to_create_worker(), pool.keep_working()) == (more, create, keep)
