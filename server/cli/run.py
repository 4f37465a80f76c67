"""`wqplay run CASE_DIR | MODULE.c`: compile, simulate, and write what happened."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.diagnostics import report
from server.cli.export import FORMATS
from server.cli.files import InputError, complain, read_bytes, read_text, write

if TYPE_CHECKING:
    from server.scenario import Diagnostic, Limits, Outcome, Scenario
    from server.trace.recording import Recording

OPEN_MAX = 10_000  # seeds
SOURCE_MAX = 1 << 20  # bytes read of a source; validation allows fewer, and says how many
DEFAULT_SESSION = "insmod {name}.ko\nsleep 10\nrmmod {name}\n"
_UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "": 1_000_000_000, "m": 60_000_000_000}
_TIME = re.compile(r"(\d+)(?:\.(\d{1,9}))?\s*(ns|us|ms|s|m|)")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]")


def nanoseconds(text: str) -> int:
    """`3s`, `1.5ms`, `250us` in ns; a plain number is seconds. Raises argparse's error for anything else."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is no time: write 3s, 1.5ms, 250us")
    whole, fraction, unit = match[1], match[2] or "", _UNITS[match[3]]
    return int(whole) * unit + int(fraction or "0") * unit // int("1" + "0" * len(fraction))


def setting(text: str) -> tuple[str, str]:
    """`K=V`."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"'{text}' is not K=V")
    return name, value


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "case", metavar="CASE_DIR | MODULE.c", help="a folder with module.c or scenario.toml, or a C file; - is stdin"
    )
    parser.add_argument("--name", help="the module's name (its folder's or file's without)")
    parser.add_argument(
        "--session", metavar="FILE", help="shell session (session.sh of the folder, or insmod, sleep, rmmod)"
    )
    parser.add_argument("--cpus", type=int, metavar="N", help="number of CPUs (2, or as in machine.json)")
    parser.add_argument("--param", type=setting, action="append", default=[], metavar="K=V", help="module parameter")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="0 (default): the rules as they stand; else jittered costs"
    )
    parser.add_argument("--kernel", help="kernel profile (6.12-debug)")
    parser.add_argument("--costs", help="cost set: hardware (default) or tcg")
    parser.add_argument(
        "--until", type=nanoseconds, metavar="TIME", help="stop so long after the module's init: 3s, 500ms"
    )
    parser.add_argument(
        "--trace", metavar="FILE", help="ftrace text of the module's items, their barriers, the console"
    )
    parser.add_argument("--trace-all", metavar="FILE", help="ftrace text of every event")
    parser.add_argument("--dmesg", metavar="FILE", help="the kernel log")
    parser.add_argument("--terminal", metavar="FILE", help="what the session printed")
    parser.add_argument(
        "--open",
        type=int,
        metavar="N",
        help="mark what Linux leaves open, as N seeds show (default: as the gallery's recorded real runs do, if any)",
    )
    parser.add_argument("--why", nargs="?", const="", metavar="ITEM", help="explain the waits of all items, or of one")
    parser.add_argument("--record", metavar="FILE.wqrec", help="keep the recording")
    parser.add_argument("--output", metavar="FILE", help="write the recording in --format")
    parser.add_argument("--format", choices=(*FORMATS, "html"), help="of --output; html is a page that replays")


def main(args: argparse.Namespace) -> int:
    """0: it ran; 1: the module crashed the machine, hung or met a limit; 2: unusable input."""
    if (args.output is None) != (args.format is None):
        complain("wqplay run: error: --output and --format go together")
        return 2
    if args.open is not None and not 1 <= args.open <= OPEN_MAX:
        complain(f"wqplay run: error: --open takes 1 to {OPEN_MAX}")
        return 2
    if args.case == args.session == "-":
        complain("wqplay run: error: only one input can be - (stdin)")
        return 2
    outputs = [args.trace, args.trace_all, args.dmesg, args.terminal, args.record, args.output]
    if sum(path == "-" for path in outputs) > 1:
        complain("wqplay run: error: only one output can be - (stdout)")
        return 2
    from server.cli import findings, leftopen

    try:
        scenario, limits, names = load(args)
        recording = simulate(scenario, limits, names)
        if recording is None:
            return 2
        if any(option is not None for option in (args.open, args.why, args.output)):  # what can say so
            recording.opens = leftopen.look(args.case, scenario, limits, recording, args.open)
        _write_all(args, scenario, recording)
        for line in diagnostic_lines(findings.diagnostics(recording), scenario, names):
            complain(line)
    except InputError as error:
        complain(str(error))
        return 2
    outcome = recording.outcome
    if outcome is None or outcome.kind == "completed":
        return 0
    complain(f"{args.case}: {outcome.kind}: {outcome.message}")
    for line in outcome.cycle if outcome.cycle != [outcome.message] else []:
        complain(f"    {line}")
    return 1


# -- the scenario


def load(args: argparse.Namespace) -> tuple[Scenario, Limits, dict[str, str]]:
    """The scenario and limits that the arguments ask for, and the file's name as given, by its name in the scenario.

    Raises InputError.
    """
    import msgspec

    from server import validate
    from server.scenario import Limits

    scenario, names, until_ns = _gallery(args) if (Path(args.case) / "scenario.toml").exists() else _sources(args)
    session, machine = scenario.session_sh, scenario.machine
    if args.session is not None:
        session = read_text(args.session, SOURCE_MAX)
        names["session.sh"] = args.session
    if args.cpus is not None:
        machine = msgspec.structs.replace(machine, cpus=args.cpus, topology=[])
    machine = msgspec.structs.replace(machine, kernel=args.kernel or machine.kernel, costs=args.costs or machine.costs)
    until_ns = args.until if args.until is not None else until_ns
    limits = Limits(until_ns=until_ns) if until_ns else Limits()
    scenario = msgspec.structs.replace(
        scenario,
        session_sh=session,
        params={**scenario.params, **dict(args.param)},
        machine=machine,
        seed=args.seed if args.seed is not None else scenario.seed,
    )
    faults = validate.check(scenario, limits)
    if faults:
        raise InputError("\n".join(diagnostic_lines(faults, scenario, names)))
    return scenario, limits, names


def _module_name(case: str) -> str:
    path = Path(case)
    if case == "-":
        return "module"
    folder = path.name == "module.c" or path.is_dir()
    name = (path.resolve() if path.is_dir() else path.resolve().parent).name if folder else path.stem
    return _NOT_IN_NAMES.sub("_", name)


def _gallery(args: argparse.Namespace) -> tuple[Scenario, dict[str, str], int]:
    """A folder as the gallery has it: with the machine, parameters and source that its scenario.toml names."""
    import msgspec

    from server import gallery

    folder = Path(args.case)
    try:
        entry = gallery.load(folder)
    except gallery.GalleryError as error:
        raise InputError(str(error)) from error
    scenario, module = entry.scenario, entry.card.module
    names = {name: str(folder / name) for name in (*scenario.files, "session.sh")}
    if module and module.source:
        names["module.c"] = os.path.relpath(gallery.ROOT / module.source)
    return msgspec.structs.replace(scenario, module_name=args.name or scenario.module_name), names, 0


def _sources(args: argparse.Namespace) -> tuple[Scenario, dict[str, str], int]:
    """What a file or a folder holds, the sources' names as given, and how long it is to run in ns (0: to its end)."""
    from server.scenario import Machine, Scenario

    path = Path(args.case)
    name = args.name or _module_name(args.case)
    session = DEFAULT_SESSION.format(name=name)
    if args.case == "-" or not path.is_dir():
        names = {"module.c": args.case if args.case != "-" else "<stdin>"}
        return Scenario(name, {"module.c": read_text(args.case, SOURCE_MAX)}, session), names, 0
    files: dict[str, str] = {}
    names = {"session.sh": str(path / "session.sh")}
    for source in sorted([*path.glob("*.c"), *path.glob("*.h"), *path.glob("Makefile")]):
        if source.name.endswith(".mod.c"):
            continue  # kbuild's own
        files[source.name], names[source.name] = read_text(str(source), SOURCE_MAX), str(source)
    main = _main_source(files, args.name)
    if "module.c" not in files and main:
        files["module.c"], names["module.c"] = files.pop(main), names[main]
        if len(files) > 1 and not args.name:
            name = main.removesuffix(".c")
            session = DEFAULT_SESSION.format(name=name)
    if "module.c" not in files:
        raise InputError(f"{path}: error: no module.c in this folder")
    if Path(names["session.sh"]).exists():
        session = read_text(names["session.sh"], SOURCE_MAX)
    machine = _machine(path / "machine.json")
    scenario = Scenario(name, files, session, machine=Machine(cpus=machine.get("cpus", 2)))
    return scenario, names, machine.get("seconds", 0) * 1_000_000_000


def _main_source(files: dict[str, str], name: str | None) -> str:
    """Which file stands for module.c: the only one, or that of the module that the Makefile lists first."""
    from server.cfront.kbuild import listed

    sources = [file for file in files if file.endswith(".c")]
    if len(sources) == 1:
        return sources[0]
    wanted = [f"{module}.c" for module in ([name] if name else listed(files.get("Makefile", "")))]
    return next((file for file in wanted if file in sources), "")


def _machine(path: Path) -> dict[str, int]:
    import msgspec

    if not path.exists():
        return {}
    try:
        raw = msgspec.json.decode(read_bytes(str(path)))
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: error: {str(error).lower()}") from error
    known = {k: v for k, v in raw.items() if k in ("cpus", "seconds")} if isinstance(raw, dict) else None
    if known is None or not all(isinstance(v, int) and v > 0 for v in known.values()):
        raise InputError(f'{path}: error: expected {{"cpus": N, "seconds": N}}')
    return known


# -- the run


def simulate(scenario: Scenario, limits: Limits, names: dict[str, str]) -> Recording | None:
    """Compiles and runs; None, with diagnostics on stderr, where the input is unusable."""
    from server.prepare import compile_scenario, header
    from server.sim import InputError as SessionError, simulate as run_scenario
    from server.trace.recording import Recording

    unit, diagnostics = compile_scenario(scenario, limits, meanwhile=_load_simulator)
    for line in diagnostic_lines(diagnostics, scenario, names):
        complain(line)
    if unit is None:
        return None
    recording = Recording(header(scenario))
    recording.diagnostics = diagnostics
    try:
        recording.outcome = run_scenario(scenario, unit, limits, recording)
    except SessionError as error:
        for line in diagnostic_lines(error.diagnostics, scenario, names):
            complain(line)
        return None
    except Exception as error:  # ours; what happened up to there is still written
        recording.outcome = _internal(error, recording)
    return recording


def _internal(error: Exception, recording: Recording) -> Outcome:
    """The outcome of a run in which the simulator itself failed."""
    import os
    import traceback

    from server.scenario import Outcome

    if os.environ.get("WQPLAY_TRACEBACK"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    message = f"this is a fault of the playground, not of your module: {type(error).__name__} at {place}: {error}"
    hint = " (WQPLAY_TRACEBACK=1 shows where)"
    return Outcome("internal", recording.last_ns(), f"{message[:500]}{hint}; run {recording.header.scenario[:12]}")


def _load_simulator() -> None:
    """Imports what the run needs, while the compiler's process works."""
    import server.sim.run
    import server.trace.ftrace  # noqa: F401
    from server.sim.kapi import registry

    registry.api()


def diagnostic_lines(diagnostics: list[Diagnostic], scenario: Scenario, names: dict[str, str]) -> list[str]:
    """Diagnostics with source lines and carets, files named as the person gave them."""
    return report(diagnostics, {**scenario.files, "session.sh": scenario.session_sh}, names)


def _write_all(args: argparse.Namespace, scenario: Scenario, recording: Recording) -> None:
    """Each file that was asked for; what writes it is loaded for that."""
    from server.trace import ftrace, logs

    if args.trace is not None:
        write(args.trace, [ftrace.write(recording, ftrace.own_rows(recording)).encode()])
    if args.trace_all is not None:
        write(args.trace_all, [ftrace.write(recording).encode()])
    if args.dmesg is not None:
        write(args.dmesg, [logs.dmesg(recording, marked=args.open is not None).encode()])
    if args.terminal is not None:
        write(args.terminal, [logs.terminal(recording).encode()])
    if args.record is not None:
        from server.trace import wqrec

        write(args.record, [wqrec.dump(recording)])
    if args.output is not None:
        from server.trace import exports

        page = args.format == "html"
        write(args.output, [_page(scenario, recording)] if page else exports.write(args.format, recording))
    if args.why is not None:
        from server.trace import why

        try:
            write("-", [why.report(recording, args.why).encode()])
        except why.UnknownItem as error:
            raise InputError(f"wqplay run: error: --why: {error}") from error
    options = (args.trace, args.trace_all, args.dmesg, args.terminal, args.record, args.output, args.why)
    if all(option is None for option in options):
        write("-", [(logs.terminal(recording) or logs.dmesg(recording)).encode()])


def _page(scenario: Scenario, recording: Recording) -> bytes:
    """The run as one HTML file. Raises InputError where the page's scripts are not built."""
    from server import coursework, offline
    from server.scenario import Limits

    try:
        return offline.page(scenario, coursework.replayed(recording, Limits()))
    except FileNotFoundError as error:
        raise InputError(f"wqplay run: error: {error}") from error
