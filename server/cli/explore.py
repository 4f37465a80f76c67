"""`wqplay explore CASE --seeds N`: the distinct outcomes of a scenario, with the shortest run of each."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from server.cli import leftopen, run
from server.cli.files import InputError, complain

if TYPE_CHECKING:
    from server.explore import Group
    from server.trace.opens import Opens

SEEDS_MAX = 100_000
OPEN_SEEDS = 100  # that are looked at for what is open, unless --open says otherwise
OPEN_TOLD = 40


def add(parser: argparse.ArgumentParser) -> None:
    """The options: those of `run`, and how many seeds."""
    run.add(parser)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many seeds to run (100)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    parser.add_argument("--json", action="store_true", help="the result as JSON")


def main(args: argparse.Namespace) -> int:
    """0: every seed had one outcome; 1: there are several; 2: unusable input."""
    from server import explore
    from server.prepare import compile_scenario, header
    from server.sim import InputError as SessionError

    if not 1 <= args.seeds <= SEEDS_MAX:
        complain(f"wqplay explore: error: --seeds takes 1 to {SEEDS_MAX}")
        return 2
    if args.open is not None and not 1 <= args.open <= run.OPEN_MAX:
        complain(f"wqplay explore: error: --open takes 1 to {run.OPEN_MAX}")
        return 2
    try:
        scenario, limits, names = run.load(args)
    except InputError as error:
        complain(str(error))
        return 2
    unit, diagnostics = compile_scenario(scenario, limits)
    for line in run.diagnostic_lines(diagnostics, scenario, names):
        complain(line)
    if unit is None:
        return 2
    try:
        found = list(explore.results(scenario, unit, limits, range(args.seeds), max(1, args.jobs)))
    except SessionError as error:
        for line in run.diagnostic_lines(error.diagnostics, scenario, names):
            complain(line)
        return 2
    outcomes = explore.groups(found)
    recording = explore.record(scenario, unit, limits, header(scenario))
    left = leftopen.look(args.case, scenario, limits, recording, args.open or min(args.seeds, OPEN_SEEDS), unit)
    assert left is not None
    print(_json(outcomes, left) if args.json else _text(args.case, outcomes, left, args.seeds))
    return 0 if len(outcomes) == 1 else 1


def _text(case: str, outcomes: list[Group], left: Opens, seeds: int) -> str:
    lines = [f"{seeds} seeds, {len(outcomes)} outcome{'' if len(outcomes) == 1 else 's'}"]
    for group in outcomes:
        shortest = group.shortest
        found = f", finds {', '.join(shortest.checks)}" if shortest.checks else ""
        lines.append(
            f"{group.count:6}  {shortest.verdict}{found}: shortest is seed {shortest.seed}, {shortest.events} events"
        )
        if group.differs:
            lines.append(f"        {group.differs}")
        lines.append(f"        wqplay run {case} --seed {shortest.seed}")
    lines.append(left.summary)
    lines += [f"        {fact.text}" for fact in left.facts[:OPEN_TOLD]]
    if len(left.facts) > OPEN_TOLD:
        lines.append(f"        and {len(left.facts) - OPEN_TOLD} more: --json has them")
    return "\n".join(lines)


def _json(outcomes: list[Group], left: Opens) -> str:
    import msgspec

    return msgspec.json.encode({"outcomes": outcomes, "open": left}).decode()
