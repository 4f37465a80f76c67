"""Semaphores and rw_semaphores."""

from __future__ import annotations

from server.sim.machine import Gen


def test_a_semaphore_counts_and_serves_in_order(lab) -> None:
    s, log = lab.memory(), []
    lab.k.locks.sema_init(s, 1)

    def body(name: str) -> Gen:
        yield from lab.k.locks.down(s)
        log.append(name)
        yield from lab.sleep(3)
        lab.k.locks.up(s)

    for name in "abcd":
        lab.spawn(name, body(name))
    lab.run(5)
    assert log == ["a", "b"]
    lab.run(20)
    assert log == ["a", "b", "c", "d"]
    assert lab.k.locks.find(s).count == 1


def test_the_count_of_a_static_semaphore_is_read(lab) -> None:
    s, seen = lab.memory(), []
    lab.k.poke(s + 4, 4, 1)

    def body() -> Gen:
        seen.append((lab.k.locks.down_trylock(s), lab.k.locks.down_trylock(s)))
        yield None

    lab.spawn("t", body())
    lab.run(1)
    assert seen == [(0, 1)]


def test_down_timeout_gives_up(lab) -> None:
    s, seen = lab.memory(), []
    lab.k.locks.sema_init(s, 0)

    def body() -> Gen:
        seen.append((yield from lab.k.locks.down_timeout(s, 5)))

    lab.spawn("t", body())
    lab.run(50)
    assert seen == [-62]
    assert not lab.k.locks.find(s).waiters


def rw(lab, s: int, kind: str, name: str, delay: float, log: list[str]) -> Gen:
    locks = lab.k.locks
    yield from lab.sleep(delay)
    yield from getattr(locks, f"down_{kind}")(s)
    log.append(f"{name}+")
    yield from lab.sleep(4)
    log.append(f"{name}-")
    getattr(locks, f"up_{kind}")(s)


def test_a_waiting_writer_holds_back_later_readers(lab) -> None:
    s, log = lab.memory(), []
    lab.spawn("r1", rw(lab, s, "read", "r1", 0.1, log))
    lab.spawn("r2", rw(lab, s, "read", "r2", 0.2, log))
    lab.spawn("w", rw(lab, s, "write", "w", 1, log))
    lab.spawn("r3", rw(lab, s, "read", "r3", 2, log))
    lab.spawn("r4", rw(lab, s, "read", "r4", 2.5, log))
    lab.run(50)
    assert log[:6] == ["r1+", "r2+", "r1-", "r2-", "w+", "w-"]
    assert set(log[6:8]) == {"r3+", "r4+"}


def test_downgrade_lets_readers_in(lab) -> None:
    s, log = lab.memory(), []

    def writer() -> Gen:
        yield from lab.k.locks.down_write(s)
        yield from lab.sleep(2)
        lab.k.locks.downgrade_write(s)
        yield from lab.sleep(5)
        log.append("up")
        lab.k.locks.up_read(s)

    lab.spawn("w", writer())
    lab.spawn("r", rw(lab, s, "read", "r", 1, log))
    lab.run(50)
    assert log == ["r+", "r-", "up"]
