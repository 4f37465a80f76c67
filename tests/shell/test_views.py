"""Files and tables of the machine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from server.sim.machine import Task
from server.sim.views import tasks
from server.sim.views.files import Views
from server.sim.views.masks import from_hex, parse, to_hex, to_list
from tests.shell.fake import FakeKernel, scenario, terminal
from tests.shell.whole import read_whole


def read(k: Any, path: str) -> str | int:
    """A file's text, or -errno."""
    try:
        next(read_whole(Views(k), path))
    except StopIteration as done:
        return done.value if isinstance(done.value, int) else done.value.decode()
    raise AssertionError("it slept")


def worker(state: str, desc: str, busy: bool) -> Task:
    task = Task(54, "kworker/1:1", "kworker", None, 1, 0)
    task.state = state
    task.worker = SimpleNamespace(
        name="kworker/1:1",
        desc=desc,
        pool=object(),
        current_work=object() if busy else None,
        current_fn="demo_fn [demo]",
        current_pwq=None,
    )  # type: ignore[assignment]
    return task


def test_masks() -> None:
    assert to_list([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8"
    assert to_hex([0, 3]) == "9" and to_hex([0, 33], 40) == "02,00000001"
    assert from_hex("0x3") == {0, 1} and from_hex("x") is None and from_hex("0") == frozenset()


def test_a_mask_is_parsed_as_the_recorded_kernel_did() -> None:
    """bitmap_parse of 4 CPUs; the case `masks` has what each was answered."""
    assert parse("3,\n", 4) == parse(",3\n", 4) == {0, 1} and parse("0\n", 4) == parse("\n", 4) == frozenset()
    for text in ("ff", "00000000,00000003", "1ffffffff", "000000001", "f f"):
        assert parse(text, 4) == -75, text
    assert parse("0x3", 4) == parse("-1", 4) == parse("zz", 4) == -22


def test_names_of_workers() -> None:
    assert tasks.name(worker("I", "", False)) == "kworker/1:1"
    assert tasks.name(worker("I", "events", False)) == "kworker/1:1-events"
    assert tasks.name(worker("D", "writeback", True)) == "kworker/1:1+writeback"


def test_files_of_a_worker() -> None:
    k = FakeKernel(scenario(""))
    k.tasks[54] = worker("I", "events", False)
    assert read(k, "/proc/54/comm") == "kworker/1:1-events\n"
    stat = str(read(k, "/proc/54/stat"))
    assert stat.startswith("54 (kworker/1:1-events) I 2 0 0 0 -1 ") and len(stat.rsplit(")", 1)[1].split()) == 50
    assert "State:\tI (idle)\n" in str(read(k, "/proc/54/status"))
    assert (
        read(k, "/proc/54/stack")
        == "[<0>] worker_thread\n[<0>] kthread\n[<0>] ret_from_fork\n[<0>] ret_from_fork_asm\n"
    )
    assert read(k, "/proc/55/comm") == -2


def test_directories() -> None:
    views = Views(FakeKernel(scenario("")))  # type: ignore[arg-type]
    assert views.listdir("/sys/devices/system/cpu") == ["cpu1", "offline", "online", "possible", "present"]
    assert views.is_dir("/sys/kernel/debug") and views.is_dir("/") and not views.exists("/proc/workqueues")
    assert "kernel" in views.listdir("/proc/sys") and "1" in views.listdir("/proc")


def test_ps_shows_workers_in_brackets() -> None:
    def with_worker(k: FakeKernel) -> None:
        k.tasks[54] = worker("I", "events", False)

    shown = terminal("ps aux | grep '[k]worker'\nps -eo pid,stat,comm | head -n 1\nps -p 54 -o comm=\n", with_worker)
    first, second, third = shown.splitlines()
    assert first == "root          54  0.0  0.0      0     0 ?        I    00:00   0:00 [kworker/1:1-events]"
    assert second == "    PID STAT COMMAND"
    assert third == "kworker/1:1-events"


def test_interrupts_and_softirqs() -> None:
    k = FakeKernel(scenario(""))
    assert " 17:          3          0   IO-APIC  17-edge      button\n" in str(read(k, "/proc/interrupts"))
    assert "       TIMER:          7          0\n" in str(read(k, "/proc/softirqs"))
