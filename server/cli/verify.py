"""`wqplay verify TOKEN…`: whether tokens of passed challenges are what they say, by running their submissions again."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.files import InputError, complain, read_text

if TYPE_CHECKING:
    from server.challenges import Challenge
    from server.gallery import Entry
    from server.tokens import Checked


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("tokens", nargs="+", metavar="TOKEN", help="a token, or a file with one; - is stdin")
    parser.add_argument("--challenge", metavar="FILE", help="the challenge, where it is not one of the gallery")


def main(args: argparse.Namespace) -> int:
    """0: all of them passed; 1: one did not, or that cannot be confirmed; 2: unusable input."""
    from server.challenges import ChallengeError, load
    from server.tokens import TokenError

    try:
        given = load(Path(args.challenge)) if args.challenge else None
        results = [_check(_text(token), given) for token in args.tokens]
    except (ChallengeError, InputError) as error:
        complain(str(error))
        return 2
    except TokenError as error:
        complain(f"wqplay verify: error: {error}")
        return 2
    for result in results:
        whose = f" by {result.person}" if result.person else ""
        print(f"{result.challenge}{whose}: {result.status}: {result.message}")
        for change in result.changes:
            print(f"  {change}")
    return 0 if all(result.status in ("passed", "passed_then") for result in results) else 1


def _text(token: str) -> str:
    if token == "-":
        return sys.stdin.read()
    return token if token.startswith("wqt") and not Path(token[:200]).is_file() else read_text(token)


def _check(token: str, given: tuple[Challenge, Entry] | None) -> Checked:
    from server import challenges, tokens

    said = tokens.read(token)
    scenario = tokens.scenario_of(said)
    found = given or challenges.named(said.challenge, said.base)
    if found is None:
        raise InputError(
            f"wqplay verify: error: the gallery has no challenge '{said.challenge}': give --challenge FILE"
        )
    challenge, entry = found
    try:
        judged = challenges.judge(challenge, challenges.handed_in(challenge, entry.scenario, scenario, said.person))
        run = tokens.Run(
            judged.passed, judged.verdicts, judged.digest, judged.facts, "" if judged.verdicts else judged.message
        )
    except challenges.ChallengeError as error:
        run = tokens.Run(False, [], refused=str(error))
    signed = tokens.is_signed(token, os.environ.get("WQPLAY_TOKEN_KEY", "").encode())
    return tokens.check(said, signed, challenge, run)
