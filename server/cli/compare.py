"""`wqplay compare CANDIDATE REFERENCE…`: facts of the real kernel's runs, asked of a trace."""

from __future__ import annotations

import argparse

from server.cli.files import InputError, complain, read_text


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--self", action="store_true", dest="own", help="hold each file against the others")
    parser.add_argument("--json", action="store_true", help="one JSON object a comparison")
    parser.add_argument(
        "files", nargs="+", metavar="TRACE", help="the candidate, then references (ftrace text; - stdin)"
    )


def main(args: argparse.Namespace) -> int:
    """0: every fact holds; 1: one does not; 2: a file cannot be read."""
    from server.trace import compare

    if len(args.files) < 2:
        complain("wqplay compare: error: give a candidate and at least one reference")
        return 2
    runs = []
    for path in args.files:
        try:
            runs.append(compare.read(read_text(path).splitlines()))
        except InputError as error:
            complain(str(error))
            return 2
        except ValueError as error:
            complain(f"{path}: error: {error}")
            return 2
    cases = range(len(runs)) if args.own else range(1)
    passed = True
    for i in cases:
        report = compare.compare(args.files[i], runs[i], runs[:i] + runs[i + 1 :])
        passed = passed and report.ok
        print(_json(report) if args.json else report.text())
    return 0 if passed else 1


def _json(report: object) -> str:
    import msgspec

    return msgspec.json.encode(report).decode()
