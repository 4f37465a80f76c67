"""SRCU: readers may sleep, domains do not meet."""

from __future__ import annotations

from server.sim.machine import Gen


def reader(lab, domain: int, start: float, ms: float, log: list[str], name: str) -> Gen:
    yield from lab.sleep(start)
    slot = lab.k.rcu.srcu.srcu_read_lock(domain)
    yield from lab.sleep(ms)
    log.append(name)
    lab.k.rcu.srcu.srcu_read_unlock(domain, slot)


def updater(lab, domain: int, log: list[str]) -> Gen:
    yield from lab.sleep(1)
    yield from lab.k.rcu.srcu.synchronize_srcu(domain)
    log.append("synchronized")


def test_synchronize_waits_for_a_sleeping_reader_not_for_later_ones(make_lab) -> None:
    lab, log = make_lab(2, "6.12-debug"), []
    domain = lab.memory()
    lab.spawn("early", reader(lab, domain, 0.1, 20, log, "early"))
    lab.spawn("late", reader(lab, domain, 2, 60, log, "late"))
    lab.spawn("updater", updater(lab, domain, log))
    lab.run(100)
    assert log == ["early", "synchronized", "late"]
    assert not lab.log  # sleeping in the section is no fault


def test_other_domains_are_not_waited_for(lab) -> None:
    one, two, log = lab.memory(), lab.memory(), []
    lab.spawn("reader", reader(lab, one, 0.1, 20, log, "reader"))
    lab.spawn("updater", updater(lab, two, log))
    lab.run(50)
    assert log == ["synchronized", "reader"]


def test_callbacks_and_barrier(lab) -> None:
    domain, head, log = lab.memory(), lab.memory(), []
    func = lab.function(lambda h: log.append("callback" if h == head else "?"))

    def body() -> Gen:
        lab.k.rcu.srcu.call_srcu(domain, head, func)
        yield from lab.k.rcu.srcu.srcu_barrier(domain)
        log.append("barrier")

    lab.spawn("reader", reader(lab, domain, 0, 10, log, "reader"))
    lab.run(1)
    lab.spawn("t", body())
    lab.run(100)
    assert log == ["reader", "callback", "barrier"]
