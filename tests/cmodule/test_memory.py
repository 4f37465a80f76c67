"""Memory seen from kernel functions: strings, copies, stacks, opaque objects, user space, speed in the large."""

from __future__ import annotations

import pytest

from server.sim.cmodule.faults import Fault, Finding, LimitReached
from server.sim.cmodule.memory import Memory


def memory(**options: bool) -> tuple[Memory, list[Finding]]:
    mem = Memory(**options)
    found: list[Finding] = []
    mem.on_finding = found.append
    return mem, found


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("offset", [0, 1, 3])
def test_scalars_of_every_size_and_place(size: int, offset: int) -> None:
    mem, found = memory()
    addr = mem.alloc(40, zero=True) + offset
    mem.store(addr, size, -2)
    assert mem.load(addr, size, signed=True) == -2
    assert mem.load(addr, size) == (1 << 8 * size) - 2
    assert mem.read(addr, size) == b"\xfe" + b"\xff" * (size - 1)
    assert found == []


def test_strings() -> None:
    mem, found = memory()
    addr = mem.alloc(12, zero=False)
    mem.write(addr, b"hello\0")
    assert mem.cstr(addr) == b"hello"
    assert mem.cstr(addr, 3) == b"hel"
    assert found == []
    mem.write(addr, b"twelve bytes")
    mem.cstr(addr)
    assert [f.kind for f in found] == ["slab-out-of-bounds"]
    with pytest.raises(Fault):
        mem.cstr(12)


def test_a_copy_takes_what_was_never_written_along() -> None:
    for size in (24, 200):
        mem, found = memory()
        source, to = mem.alloc(size, zero=False), mem.alloc(size, zero=True)
        mem.store(source + 8, 4, 7)
        mem.copy(to, source, size)
        assert mem.load(to + 8, 4) == 7 and found == []
        mem.load(to + 12, 4)
        assert [f.kind for f in found] == ["uninit-value"]


def test_long_writes_and_copies_are_checked_as_a_whole() -> None:
    mem, found = memory()
    addr = mem.alloc(1 << 20, zero=False)
    mem.write(addr, b"x" * (1 << 20))
    assert mem.load(addr + (1 << 20) - 8, 8) and found == []
    other = mem.alloc(1000, zero=False)
    mem.write(other, b"x" * 1001)
    assert [(f.kind, f.offset) for f in found] == [("slab-out-of-bounds", 1000)]


def test_writes_tell_whether_memory_changed() -> None:
    mem, _ = memory()
    addr = mem.alloc(8, zero=True)
    before = mem.writes
    mem.load(addr, 8)
    assert mem.writes == before
    mem.store(addr, 8, 0)
    assert mem.writes != before


def test_the_heap_has_a_limit_and_forgets_nothing() -> None:
    mem = Memory(heap_bytes=1 << 20)
    addrs = []
    while addr := mem.alloc(3000, zero=True):
        addrs.append(addr)
    assert len(addrs) == (1 << 20) // 4096
    for addr in addrs:
        mem.free(addr)
    assert mem.live() == [] and mem.alloc(3000, zero=True)


def test_churn_stays_within_the_region() -> None:
    """The quarantine gives memory back before room runs out."""
    mem, found = memory()
    for size in (40, 5000, 100_000):
        for _ in range(3000):
            addr = mem.alloc(size, zero=False)
            assert addr
            mem.free(addr)
    assert found == []


def test_stacks() -> None:
    mem = Memory()
    first, second = mem.stack("one"), mem.stack("two")
    assert first != second and mem.stack_owner(second - 100) == "two"
    with pytest.raises(Fault):
        mem.load(second - 100, 4)  # no frame is there
    mem.stack_free(first)
    assert mem.stack("three") == first
    with pytest.raises(LimitReached):
        while True:
            mem.stack("many")


def test_opaque_objects() -> None:
    mem = Memory()
    wq = mem.opaque("workqueue_struct")
    assert mem.opaque("workqueue_struct") != wq and mem.opaque_kind(wq) == "workqueue_struct"
    assert mem.opaque_kind(wq + 8) is None
    with pytest.raises(Fault) as caught:
        mem.load(wq + 16, 8)
    assert caught.value.kind == "wild"


def test_user_space() -> None:
    mem = Memory()
    addr = mem.user.alloc(b"text", 6)
    assert mem.user.read(addr, 4) == b"text" and mem.user.read(addr + 2, 10) == b"xt\0\0"
    assert mem.user.write(addr + 5, b"ab") == 1
    with pytest.raises(Fault):
        mem.load(addr, 1)
    mem.user.free(addr)
    assert mem.user.read(addr, 4) == b""
