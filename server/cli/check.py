"""`wqplay check FILE…`: runs challenges (or scenarios with `expect`), and says which line of the goal does not hold."""

from __future__ import annotations

import argparse
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.files import InputError, complain, read_text, write
from server.cli.run import setting

if TYPE_CHECKING:
    from server.challenges import Challenge, Judged, Submission
    from server.scenario import Scenario

SUBMITTED = ("module.c", "session.sh")


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a challenge (TOML), or the scenario.toml of a folder")
    parser.add_argument(
        "--module", metavar="FILE", help="the submission's module.c (else the one beside the challenge)"
    )
    parser.add_argument("--session", metavar="FILE", help="the submission's session.sh (else the one beside)")
    parser.add_argument("--param", type=setting, action="append", default=[], metavar="K=V", help="module parameter")
    parser.add_argument("--cpus", type=int, default=0, metavar="N", help="number of CPUs")
    parser.add_argument("--solution", action="store_true", help="judge the challenge's own solution")
    parser.add_argument("--id", default="", metavar="ID", help="whose it is: the run has the seed of this id")
    parser.add_argument("--junit", metavar="FILE", help="a JUnit report, one test a line of the goal")
    parser.add_argument("--figures", action="store_true", help="write the run's figures into the notes.md of scenarios")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")


def main(args: argparse.Namespace) -> int:
    """0: every goal is met; 1: one is not; 2: unusable input."""
    from server.challenges import ChallengeError, judge, load, seeded, submitted

    suites: list[tuple[str, Challenge, Judged]] = []
    try:
        for name in args.files:
            challenge, entry = load(Path(name))
            given = _submission(args, Path(name), challenge)
            scenario = seeded(submitted(challenge, entry.scenario, given), args.id)
            if args.figures and Path(name).name == "scenario.toml":
                _write_figures(Path(name).parent)
            judged = judge(challenge, scenario)
            suites.append((name, challenge, judged))
            _tell(name, challenge, judged, args.quiet)
            if judged.passed and challenge.edit:
                print(f"  token {_token(challenge, scenario, judged, args.id)}")
        if args.junit:
            write(args.junit, [_junit(suites).encode()])
    except ChallengeError as error:
        text = str(error)
        complain(text if ": error: " in text else f"{name}: error: {text}")
        return 2
    except InputError as error:
        complain(str(error))
        return 2
    return 0 if all(judged.passed for _, _, judged in suites) else 1


def _submission(args: argparse.Namespace, path: Path, challenge: Challenge) -> Submission:
    """From the options, else from what lies beside the challenge."""
    from server import gallery
    from server.challenges import Submission, of_change

    if args.solution:
        if challenge.solution is None:
            raise InputError(f"{path}: error: this challenge has no solution")
        try:
            return of_change(gallery.entries()[challenge.scenario].scenario, challenge.solution)
        except gallery.GalleryError as error:
            raise InputError(f"{path}: error: solution: {error}") from error
    files = {}
    for name, given in (("module.c", args.module), ("session.sh", args.session)):
        beside = path.parent / name
        if given is not None:
            files[name] = read_text(given)
        elif path.name != "scenario.toml" and name in challenge.edit and beside.is_file():
            files[name] = read_text(str(beside))
    return Submission(files, dict(args.param), args.cpus)


def _token(challenge: Challenge, scenario: Scenario, judged: Judged, person: str) -> str:
    """What shows that it was passed; signed where the environment has the server's key."""
    from server import tokens

    run = tokens.Run(True, judged.verdicts, judged.digest, judged.facts)
    return tokens.write(tokens.claim(challenge, scenario, run, person), os.environ.get("WQPLAY_TOKEN_KEY", "").encode())


def _tell(name: str, challenge: Challenge, judged: Judged, quiet: bool) -> None:
    if not quiet or not judged.passed:
        print(f"{name}: {challenge.title}: {'passed' if judged.passed else 'not passed'}")
    for diagnostic in judged.diagnostics:
        if diagnostic.severity == "error":
            d = diagnostic
            complain(f"{d.file}:{d.line}:{max(d.col, 1)}: error: {d.message}")
    for verdict in judged.verdicts:
        if not verdict.ok:
            print(f"  no   {verdict.text}" + (f"    ({verdict.found})" if verdict.found else ""))
        elif not quiet:
            print(f"  yes  {verdict.text}" + (f"    ({verdict.found})" if verdict.found else ""))
    if not judged.passed and judged.message:
        print(f"  the run: {judged.outcome}: {judged.message}")


def _junit(suites: list[tuple[str, Challenge, Judged]]) -> str:
    """JUnit's XML, as GitHub, GitLab and Jenkins read it."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for name, challenge, judged in suites:
        cases = [(v.text, v.ok, v.found) for v in judged.verdicts]
        if not cases:
            cases = [("it runs", False, judged.message)]
        failures = sum(not ok for _, ok, _ in cases)
        out.append(f'<testsuite name="{escape(challenge.title)}" tests="{len(cases)}" failures="{failures}">')
        for text, ok, found in cases:
            out.append(f'<testcase classname="{escape(name)}" name="{escape(text)}">')
            if not ok:
                out.append(f'<failure message="{escape(found or "does not hold")}"/>')
            out.append("</testcase>")
        out.append("</testsuite>")
    return "\n".join([*out, "</testsuites>"]) + "\n"


def _write_figures(folder: Path) -> None:
    """Puts the figures of the run into the notes, where they differ."""
    from server import gallery, markdown
    from server.challenges import record
    from server.scenario import Limits
    from server.trace.expect import measured
    from server.trace.facts import Facts

    entry = gallery.load(folder)
    asked = markdown.figures(entry.notes)
    recording, _ = record(entry.scenario, Limits())
    if not asked or recording is None:
        return
    facts = Facts(recording)
    notes = markdown.with_figures(entry.notes, [measured(facts, expr) for expr, _ in asked])
    write(str(folder / "notes.md"), [notes.encode()])
