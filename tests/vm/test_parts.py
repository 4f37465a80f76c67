"""The lab's parts that need no machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from server import gallery, recorded
from server.scenario import Diagnostic
from server.trace import compare, table
from server.trace.events import KINDS
from server.trace.recording import Header, Recording
from server.vm import initramfs, kbuild, lab, packages, prepare, session
from server.vm.reader import Reader, undumped
from server.vm.symbols import Symbols

FILES = {"module.c": "int f(void);\nint g(void) { return f(); }\n", "part.h": ""}


def test_compiler_errors_are_diagnostics_with_file_line_and_column() -> None:
    said = """make[1]: Entering directory '/x'
/tmp/wqplay-build-x/module.c: In function 'g':
/tmp/wqplay-build-x/module.c:2:23: error: expected ';' before '}' token
/tmp/wqplay-build-x/module.c:2:5: warning: unused variable 'x' [-Wunused-variable]
./include/linux/list.h:3:1: note: here
/tmp/wqplay-build-x/part.h:9:1: fatal error: nope.h: No such file or directory
ERROR: modpost: "f" [/tmp/wqplay-build-x/probe.ko] undefined!
ERROR: modpost: missing MODULE_LICENSE() in /tmp/wqplay-build-x/probe.o
"""
    assert kbuild.parse(said, FILES) == [
        Diagnostic("module.c", 2, 23, "error", "gcc", "expected ';' before '}' token"),
        Diagnostic("module.c", 2, 5, "warning", "unused-variable", "unused variable 'x'"),
        Diagnostic("part.h", 9, 1, "error", "gcc", "nope.h: No such file or directory"),
        Diagnostic("module.c", 1, 5, "error", "undefined-symbol", "the kernel exports no 'f' to modules"),
        Diagnostic("module.c", 0, 0, "error", "modpost", "missing MODULE_LICENSE() in /tmp/wqplay-build-x/probe.o"),
    ]


def test_the_lab_says_that_it_builds_one_module(tmp_path: Path) -> None:
    files = FILES | {"b.c": "int b;\n", "Makefile": "obj-m := probe.o b.o\n"}
    built = kbuild.build("probe", files, packages.Kernel("6.12", tmp_path, tmp_path))
    assert [(d.file, d.code, d.message) for d in built.diagnostics] == [
        ("Makefile", "one-module", "the lab builds one module, and this Makefile lists others: b")
    ]


def test_archive_is_what_cpio_reads(tmp_path: Path) -> None:
    data = initramfs.archive([("bin", 0o040755, b""), ("bin/a", 0o100755, b"hello"), ("bin/b", 0o120777, b"a")])
    assert data.startswith(b"070701")
    assert len(data) % 4 == 0
    if shutil.which("cpio"):
        subprocess.run(["cpio", "-i", "--quiet"], input=data, cwd=tmp_path, check=True)
        assert (tmp_path / "bin/b").read_text() == "hello"


def test_session_insmod_takes_parameters_that_are_not_given(tmp_path: Path) -> None:
    text = session.insmod({"a": "1", "b": "two words"}).replace("/sbin/insmod", "printf '<%s>'")
    script = tmp_path / "s.sh"
    script.write_text(f"{text}\ninsmod x.ko a=5\n")
    said = subprocess.run(["sh", script], capture_output=True, text=True, check=True).stdout
    assert said == '<x.ko><a=5><b="two words">'


def test_dump_of_a_dying_kernel_reads_as_its_trace() -> None:
    line = "[    4.256195] kworker/-10        0d..1.  4254345us : console: Kernel panic - not syncing: x"
    assert undumped(line, {10: "kworker/0:1"}) == (
        "     kworker/0:1-10      [000] d..1.     4.254345: console: Kernel panic - not syncing: x"
    )
    assert undumped("[    4.256195] ---[ end Kernel panic ]---") is None


class _NoSymbols(Symbols):
    def __init__(self) -> None:
        self.name, self.bases, self.table = "probe", [], [(0x20, "fn"), (0x80, "other")]


SWITCH = "sched_switch: prev_comm={} prev_pid={} prev_prio=120 prev_state={} ==> next_comm={} next_pid={} next_prio=120"


def test_reader_leaves_the_lab_out_and_names_functions_of_modules_that_are_gone() -> None:
    recording = Recording(Header(producer="vm", time_base="measured"))
    reader = Reader(recording, _NoSymbols())
    agent = ("agent", 1, "S")
    lines = [
        'insmod-9 [000] ..... 1.000000: wqp_module: (do_init_module+0x4/0x2) name="probe" text=0xffffffffc0200000',
        "insmod-9 [000] ..... 1.000100: wqp_init: (do_one_initcall+0x4/0x2)",
        f"<idle>-0 [001] d..2. 1.000200: {SWITCH.format('swapper/1', 0, 'R', 'agent', 1)}",
        f"agent-1 [001] d..2. 1.000300: {SWITCH.format(*agent, 'swapper/1', 0)}",
        f"<idle>-0 [001] d..2. 1.000400: {SWITCH.format('swapper/1', 0, 'R', 'agent', 1)}",
        f"agent-1 [001] d..2. 1.000500: {SWITCH.format(*agent, 'kworker/1:0', 7)}",
        "<idle>-0 [001] d..2. 1.000600: sched_wakeup: comm=agent pid=1 prio=120 target_cpu=001",
        "kworker/1:0-7 [001] ..... 1.000700: workqueue_execute_start: work struct 0xffff888000000000: "
        "function 0xffffffffc0200020",
    ]
    text = "\n".join(line.replace("work struct 0x", "work struct ") for line in lines)
    for at in range(0, len(text), 50):  # in pieces, as a pipe gives them
        reader.text(text[at : at + 50])
    reader.finish()
    events = [(KINDS[e.kind].name, recording.tasks[e.task].comm) for e in recording.events()]
    assert events == [("module", "insmod"), ("sched_switch", "swapper/1"), ("workqueue_execute_start", "kworker/1:0")]
    assert recording.header.origin_ns == 1_000_100_000
    assert list(recording.events())[-1].args[1] == "fn [probe]"


def trace(*delays: int) -> compare.Run:
    lines = []
    for i, delay in enumerate(delays):
        for at, event in (
            (0, "queue_work: work struct=a{0} function=fn{0} [m] workqueue=events"),
            (delay, "execute_start: work struct a{0}: function fn{0} [m]"),
        ):
            t = i * 100_000 + at + 1_000_000
            lines.append(
                f" kworker/0:0-9 [000] d.... {t // 1_000_000}.{t % 1_000_000:06d}: workqueue_{event.format(i)}"
            )
    return compare.read(lines)


def test_table_tells_held_red_and_open() -> None:
    one = table.table(trace(9_000, 50_000), [trace(9_000, 50_000)])
    assert one.ok
    assert {row.fact: (row.held, row.red, row.open) for row in one.rows}["timing"] == (2, 0, 0)
    other = table.table(trace(9_000, 90_000), [trace(9_000, 50_000), trace(8_000, 49_000)])
    assert not other.ok
    timing = next(row for row in other.rows if row.fact == "timing")
    assert (timing.held, timing.red) == (1, 1)
    assert [(life.item, life.state) for life in other.items] == [("fn0#0", "held"), ("fn1#0", "red")]


RECORDED = [name for name, entry in gallery.entries().items() if recorded.of(entry) is not None]


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_runs_are_of_one_kernel_and_can_be_shown(name: str) -> None:
    entry = gallery.entries()[name]
    found = recorded.of(entry)
    assert found is not None
    assert len(found.traces) == 6
    assert found.meta.kernel.startswith("6.12")
    messages = recorded.messages(found, entry)
    assert messages[0].startswith(b'{"type":"meta"')
    assert b'"time_base":"measured"' in messages[0]
    assert [bytes(m[:14]) for m in messages[-2:]] == [b'{"type":"end",', b'{"type":"open"']


def test_preparing_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def missing() -> None:
        raise lab.LabError("the lab needs qemu-system-x86_64: apt-get install qemu-system-x86")

    monkeypatch.setattr(initramfs, "image", missing)
    assert prepare.main() == 2
    assert "apt-get install qemu-system-x86" in capsys.readouterr().err
