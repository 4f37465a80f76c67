"""`wqplay record CASE_DIR --runs N`: run a case on the real kernel, and keep what it traced, logged and printed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.files import InputError, complain, write

if TYPE_CHECKING:
    from server.scenario import Limits, Scenario
    from server.trace.recording import Recording
    from server.vm.session import Result

ATTEMPTS = 4  # a run that this computer held up is done again


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "case", metavar="CASE_DIR", help="a folder with module.c, session.sh, machine.json, or of the gallery"
    )
    parser.add_argument("--runs", type=int, default=6, metavar="N", help="runs, each on a machine of its own (6)")
    parser.add_argument("--first", type=int, default=1, metavar="K", help="number of the first run (1)")
    parser.add_argument("--output", metavar="DIR", help="where to write (CASE_DIR; of a gallery scenario its real/)")
    parser.add_argument(
        "--trace-all", action="store_true", help="also write all.K.txt: every event, not only the module's"
    )
    parser.add_argument("--warm", action="store_true", help="start from a snapshot: quick, but all runs start alike")
    parser.add_argument("--cpus", type=int, metavar="N", help="number of CPUs, at most 4")
    parser.add_argument("--seconds", type=int, metavar="N", help="cut the session off after N seconds (60 at most)")


def main(args: argparse.Namespace) -> int:
    """0: recorded; 1: the machine crashed, hung or met a limit (recorded up to there); 2: unusable input or no lab."""
    from server.vm.lab import LabError

    if not 1 <= args.runs <= 100 or args.first < 1:
        complain("wqplay record: error: between 1 and 100 runs, numbered from 1")
        return 2
    try:
        scenario, limits, names = _load(args)
        return _record(args, scenario, limits, names)
    except InputError as error:
        complain(str(error))
    except LabError as error:
        complain(f"wqplay record: error: {error}")
    return 2


def _load(args: argparse.Namespace) -> tuple[Scenario, Limits, dict[str, str]]:
    import msgspec

    from server.cli import run

    parser = argparse.ArgumentParser()
    run.add(parser)
    cpus = [] if args.cpus is None else ["--cpus", str(args.cpus)]
    scenario, limits, names = run.load(parser.parse_args([args.case, *cpus]))
    if args.seconds is not None:
        limits = msgspec.structs.replace(limits, until_ns=args.seconds * 1_000_000_000)
    return scenario, limits, names


def _record(args: argparse.Namespace, scenario: Scenario, limits: Limits, names: dict[str, str]) -> int:
    from server.cli.diagnostics import report
    from server.vm import packages, session

    built = session.build(scenario)
    for line in report(built.diagnostics, {**scenario.files, "session.sh": scenario.session_sh}, names):
        complain(line)
    if built.ko is None:
        return 2
    release = packages.kernel().release
    status = 0
    for number in range(args.first, args.first + args.runs):
        recording, result = _attempt((scenario, built.ko, limits), release, number, not args.warm)
        folder = Path(args.output or args.case)
        if args.output is None and (folder / "scenario.toml").exists():
            folder /= "real"
        folder.mkdir(parents=True, exist_ok=True)
        _keep(folder, number, scenario, release, (recording, result), args.trace_all)
        outcome = result.outcome
        print(
            f"{scenario.module_name} run {number}: {recording.rows} events, {outcome.kind}  {outcome.message}".rstrip(),
            flush=True,
        )
        status = status or int(outcome.kind != "completed")
    return status


def _attempt(what: tuple[Scenario, bytes, Limits], release: str, number: int, cold: bool) -> tuple[Recording, Result]:
    """A run that nothing held up, or the last of several."""
    from server.trace.recording import Recording
    from server.vm import session

    scenario, ko, limits = what
    for left in range(ATTEMPTS - 1, -1, -1):
        recording = Recording(session.header(scenario, release))
        prefer = number % 2 == 1  # every other run takes what this computer leaves it, so that races show
        result = session.Run(scenario, ko, limits, recording, prefer=prefer, cold=cold).execute()
        if not (result.held_up and result.outcome.kind == "completed") or not left:
            return recording, result
        complain(f"{scenario.module_name} run {number}: this computer was busy and held the machine up: once more")
    raise AssertionError("unreachable")


def _keep(
    folder: Path, number: int, scenario: Scenario, release: str, run: tuple[Recording, Result], whole: bool
) -> None:
    """The files of one run; of the first also what the lanes show."""
    import datetime

    import msgspec

    from server.vm import keep
    from server.vm.machine import accelerator

    recording, result = run
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    title = keep.title(scenario, release, accelerator(), number, date)
    own = keep.own_lines(recording, result.lines)
    files = {f"trace.{number}": [title, *own], f"dmesg.{number}": [result.dmesg], f"output.{number}": [result.output]}
    of_gallery = (folder.parent / "scenario.toml").exists()
    if number == 1:
        files["sched.1"] = [title, *keep.wide_lines(recording, result.lines)]
    elif of_gallery:  # what is compared, and no more
        del files[f"dmesg.{number}"], files[f"output.{number}"]
    if number == 1 and of_gallery:
        meta = keep.Meta(release, accelerator(), date, scenario.machine.cpus, keep.subject(scenario))
        write(str(folder / "real.json"), [msgspec.json.format(msgspec.json.encode(meta)) + b"\n"])
    if whole:
        files[f"all.{number}"] = [title, *result.lines.values()]
    for name, lines in files.items():
        text = "\n".join(lines)
        write(str(folder / f"{name}.txt"), [text.encode() + (b"" if text.endswith("\n") or not text else b"\n")])
