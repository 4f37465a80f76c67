"""Sessions on the real kernel, in QEMU: they end cleanly whatever happens, and their events are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli import record
from server.scenario import Limits
from server.trace import compare
from server.trace.events import KINDS
from server.trace.recording import Recording
from server.vm import session
from tests.vm.conftest import ROOT, Real, module

CORPUS = ROOT / "tests/fidelity/corpus/workqueue_demo"
ONE_ITEM = "static void fn(struct work_struct *work) {{ {0} }}\nstatic DECLARE_WORK(item, fn);"
QUEUE = "\tschedule_work(&item);\n\treturn 0;"


def names(recording: Recording) -> set[str]:
    return {KINDS[event.kind].name for event in recording.events()}


def console(recording: Recording) -> str:
    return "\n".join(str(e.args[0]) for e in recording.events() if KINDS[e.kind].name == "console")


def test_demo_holds_every_fact_of_the_reference_traces(
    needs_lab: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command line, as anybody would extend the corpus."""
    import argparse

    parser = argparse.ArgumentParser()
    record.add(parser)
    assert record.main(parser.parse_args([str(CORPUS), "--runs", "1", "--output", str(tmp_path)])) == 0
    own = compare.read((tmp_path / "trace.1.txt").read_text().splitlines())
    others = [compare.read(path.read_text().splitlines()) for path in sorted(CORPUS.glob("trace.*.txt"))]
    report = compare.compare("recorded", own, others)
    if "held the machine up" in capsys.readouterr().err:  # too busy for times to hold, not for anything else
        report.facts["timing"].asked = report.facts["timing"].held
    assert all(fact.held == fact.asked for fact in report.facts.values()), report.text()
    assert report.facts["order"].asked > 500
    said = (tmp_path / "output.1.txt").read_text()
    assert "Work queue demo unloaded" in said
    assert (tmp_path / "dmesg.1.txt").read_text().count("\n") > 20
    assert "sched_switch" in (tmp_path / "sched.1.txt").read_text()


def test_session_actions_parameters_and_interrupts(real: Real) -> None:
    source = module(
        '\tpr_info("number is %d\\n", number);\n\treturn request_irq(7, handler, 0, "probe", &item);',
        ONE_ITEM.format('pr_info("bottom half\\n");')
        + """
static int number;
module_param(number, int, 0644);
static irqreturn_t handler(int irq, void *data)
{
	pr_info("interrupt %d\\n", irq);
	schedule_work(&item);
	return in_hardirq() ? IRQ_HANDLED : IRQ_NONE;
}
static void __exit leave(void) { free_irq(7, &item); cancel_work_sync(&item); }
""",
    ).replace("static void __exit out(void) { }\n", "").replace("module_exit(out)", "module_exit(leave)")  # fmt: skip
    script = "insmod probe.ko\nsleep 0.5\nirq 7\nirq 5 || echo no $?\nfalse; echo status $?\nrmmod probe\nnosuch\n"
    recording, result = real(source, script, actions=[(200_000_000, "echo acted; irq 7")], number=42)
    assert result.outcome.kind == "completed"
    log = console(recording)
    assert log.count("interrupt 7") == 2
    assert log.count("bottom half") == 2
    assert "number is 42" in log
    assert "nobody has requested interrupt 5" in result.output
    assert "no 1\nstatus 1\n" in result.output
    assert "acted" in result.output
    assert "nosuch: not found" in result.output
    assert {"irq_handler_entry", "workqueue_execute_end", "sched_switch", "timer_start", "tty", "command"} <= names(
        recording
    )
    acted = next(e.t_ns for e in recording.events() if KINDS[e.kind].name == "tty" and "acted" in str(e.args[1]))
    assert 190_000_000 < acted - recording.origin() < 800_000_000
    functions = {str(e.args[1]) for e in recording.events() if KINDS[e.kind].name == "workqueue_execute_start"}
    assert "fn [probe]" in functions
    statuses = [e.args for e in recording.events() if KINDS[e.kind].name == "command"]
    assert ("session", 127) in statuses


def test_panic_is_told_with_the_events_before_it(real: Real) -> None:
    source = module(QUEUE, ONE_ITEM.format('pr_info("last words\\n"); panic("on purpose");'))
    recording, result = real(source, "echo begin\ninsmod probe.ko\nsleep 5\n")
    assert result.outcome.kind == "crashed"
    assert "Kernel panic - not syncing: on purpose" in result.outcome.message
    assert "last words" in console(recording)
    assert "workqueue_execute_start" in names(recording)
    assert "Call Trace" in result.dmesg
    assert result.output == "begin\n"


def test_oops_kills_the_worker_and_is_told_though_the_kernel_stops_tracing(real: Real) -> None:
    source = module(QUEUE, ONE_ITEM.format("*(volatile int *)4 = 1;"))
    recording, result = real(source, "insmod probe.ko\nsleep 0.5\necho alive\n")
    assert result.outcome.kind == "completed"
    assert "alive" in result.output
    log = console(recording)
    assert "BUG: kernel NULL pointer dereference" in log
    assert "RIP: 0010:fn+" in log


def test_machine_without_a_cpu_left_is_ended(real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SILENCE_SECONDS", 2.0)
    source = module(QUEUE, ONE_ITEM.format('pr_info("spins\\n"); local_irq_disable(); for (;;) cpu_relax();'))
    recording, result = real(source, "insmod probe.ko\nsleep 9\n", cpus=1)
    assert result.outcome.kind == "stalled"
    assert "spins" in console(recording)


def test_machine_that_sleeps_with_no_alarm_set_is_ended(real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "ASLEEP_SECONDS", 2.0)
    source = module(QUEUE, ONE_ITEM.format(""))
    recording, result = real(source, "insmod probe.ko\nsleep 0.3\necho mem > /sys/power/state\n")
    assert (result.outcome.kind, result.outcome.message) == ("stalled", "the machine sleeps, and nothing wakes it")
    assert "workqueue_execute_end" in names(recording)


def test_power_off_ends_it(real: Real) -> None:
    recording, result = real(module(QUEUE, ONE_ITEM.format("")), "insmod probe.ko\nsleep 0.3\npoweroff -f\nsleep 9\n")
    assert (result.outcome.kind, result.outcome.message) == ("crashed", "the machine was switched off")
    assert "workqueue_execute_end" in names(recording)


def test_flood_meets_a_limit(real: Real) -> None:
    source = module(
        QUEUE, ONE_ITEM.format('for (int i = 0; i < 400000; i++) { pr_info("flood %d\\n", i); cond_resched(); }')
    )
    recording, result = real(source, "insmod probe.ko\nsleep 15\n", limits=Limits(events=5000))
    assert (result.outcome.kind, result.outcome.message) == ("limit", "5000 events")
    _, result = real(
        source, "while true; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done\n", limits=Limits(console_bytes=20_000)
    )
    assert (result.outcome.kind, result.outcome.message) == ("limit", "20000 bytes of terminal output")
    piece = (1 << 16) // 60  # the agent sends 64 KiB at a time, and the shortest event's line has 60 characters
    assert recording.rows <= 5000 + piece


def test_session_that_does_not_end_is_cut_off(real: Real) -> None:
    _, result = real(module(QUEUE, ONE_ITEM.format("")), "echo one\ninsmod probe.ko\nsleep 50\n", seconds=2)
    assert (result.outcome.kind, result.output) == ("limit", "one\n")


def test_guest_has_no_network_and_no_disk(real: Real) -> None:
    _, result = real(module("\treturn 0;"), "ls /sys/class/net\necho and\nls /sys/block\necho so $(id -u)\n")
    assert result.output == "lo\nand\nso 0\n"
