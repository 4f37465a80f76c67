"""Per-CPU variables: a copy for each CPU, at an offset from an address that is nobody's."""

from __future__ import annotations

import pytest

from server.sim.cmodule.faults import Fault
from tests.cmodule.support import TestHost, loaded, run

SOURCE = """#include <linux/module.h>
#include <linux/percpu.h>
static DEFINE_PER_CPU(int, hits) = 5;
static DEFINE_PER_CPU(struct { long a[2]; }, table);
int add(int cpu) { per_cpu(hits, cpu) += 10; return per_cpu(hits, cpu); }
long put(int cpu) { per_cpu_ptr(&table, cpu)->a[1] = cpu; return (long)&per_cpu(table, cpu).a[1]; }
int raw(void) { return hits; }
"""


def test_each_cpu_has_its_copy() -> None:
    host = TestHost({"__wq_percpu_offset": lambda h, cpu: h.mem.percpu_offset(cpu) & (1 << 64) - 1}, nr_cpus=3)
    image, host = loaded(SOURCE, host)
    assert [run(image, "add", cpu) for cpu in (0, 1, 1, 2)] == [15, 15, 25, 15]
    addr = run(image, "put", 2) & (1 << 64) - 1
    assert image.describe(addr) == "table.a[1] (cpu 2)"
    assert host.mem.load(addr, 8) == 2
    assert host.findings == []


def test_the_bare_variable_is_nowhere() -> None:
    image, _ = loaded(SOURCE, TestHost({"__wq_percpu_offset": lambda h, cpu: 0}))
    with pytest.raises(Fault):
        run(image, "raw")
