"""`wqplay grade SUBMISSIONS.zip --challenge FILE --csv FILE`: a class's bulk download, judged into a gradebook's CSV.

Moodle packs a folder for each person (`Ada Lovelace_1234_assignsubmission_file/module.c`), Canvas a file
(`lovelaceada_1234_5678_module.c`). The CSV has the columns that the same system takes back.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.files import InputError, complain, write

if TYPE_CHECKING:
    from server.challenges import Challenge, Judged
    from server.gallery import Entry

# Moodle: mod/assign/classes/downloader.php. A folder a person (in older versions its name ends in `_`), or, by the
# teacher's setting, one folder with all files; with anonymous marking the name is `Participant`.
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_?/|_)(?P<file>.+)")
# Canvas: lib/content_zipper.rb. With anonymous grading there is no name, and the id is `anon_` and letters.
CANVAS = re.compile(r"(?:(?P<name>[^/]+?)_)??(?:late_|LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_\d+_(?P<file>[^/]+)")
REPEATED = re.compile(r"-\d+(?=\.\w+$)")  # Canvas counts what is handed in again: module-2.c
ENTRIES_MAX = 5_000
PEOPLE_MAX = 1_000
POINTS = 100


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("submissions", metavar="SUBMISSIONS.zip", help="bulk download of Moodle or Canvas")
    parser.add_argument("--challenge", required=True, metavar="FILE", help="the challenge (TOML)")
    parser.add_argument("--csv", required=True, metavar="FILE", help="the gradebook to write; - is stdout")
    parser.add_argument(
        "--seeds", action="store_true", help="run each submission with a seed made from the person's id"
    )


class Person:
    """One person's hand-in: `files` by the names that a scenario has."""

    def __init__(self, id_: str, name: str) -> None:
        self.id, self.name = id_, name
        self.files: dict[str, str] = {}
        self.complaint = ""


def main(args: argparse.Namespace) -> int:
    """0: everybody is graded; 2: unusable input."""
    from server.challenges import ChallengeError, load

    try:
        challenge, entry = load(Path(args.challenge))
        system, people = read(args.submissions)
        rows = [(person, *_grade(person, challenge, entry, args.seeds)) for person in people]
        write(args.csv, [_csv(system, challenge.title, rows).encode()])
    except (ChallengeError, InputError) as error:
        complain(str(error))
        return 2
    passed = sum(points == POINTS for _, points, _ in rows)
    complain(f"{len(rows)} submissions, {passed} passed")
    return 0


def read(path: str) -> tuple[str, list[Person]]:
    """The people of a bulk download, by name, and whose download it is. Raises InputError."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES_MAX:
                raise InputError(f"{path}: error: more than {ENTRIES_MAX} entries")
            return _sort(path, list(_texts(packed, entries)))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: error: not a ZIP file that can be read: {error}") from error


def _texts(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str | None]]:
    """The names of all files with their texts; None for one that is too long or not text."""
    from server.scenario import Limits

    limit = Limits().source_bytes_file
    for entry in entries:
        if entry.is_dir():
            continue
        with packed.open(entry) as file:
            data = file.read(limit + 1)  # whatever the header says of its size
        try:
            yield entry.filename, data.decode() if len(data) <= limit else None
        except UnicodeDecodeError:
            yield entry.filename, None


def _sort(path: str, texts: list[tuple[str, str | None]]) -> tuple[str, list[Person]]:
    for system, pattern in (("moodle", MOODLE), ("canvas", CANVAS)):
        people: dict[str, Person] = {}
        for name, text in texts:
            match = pattern.fullmatch(name)
            if not match:
                continue
            person = people.setdefault(match["id"], Person(match["id"], match["name"] or match["id"]))
            file = REPEATED.sub("", match["file"].rpartition("/")[2])
            if file.endswith((".c", ".sh")):
                file = "module.c" if file.endswith(".c") else "session.sh"
                if text is None:
                    person.complaint = f"{file} is too long or not text"
                else:
                    person.files[file] = text
        if people:
            if len(people) > PEOPLE_MAX:
                raise InputError(f"{path}: error: more than {PEOPLE_MAX} people")
            return system, sorted(people.values(), key=lambda p: (p.name.lower(), p.id))
    raise InputError(f"{path}: error: neither Moodle's nor Canvas' bulk download: no name in it is of their form")


def _grade(person: Person, challenge: Challenge, entry: Entry, seeds: bool) -> tuple[int, str]:
    """Points, and a comment for the person."""
    from server.challenges import ChallengeError, Submission, judge, seeded, submitted

    if person.complaint or not person.files:
        return 0, person.complaint or "no .c file was handed in"
    given = {name: text for name, text in person.files.items() if name in challenge.edit}
    try:
        scenario = submitted(challenge, entry.scenario, Submission(given))
    except ChallengeError as error:
        return 0, str(error)
    if seeds:
        scenario = seeded(scenario, person.id)
    return _points(judge(challenge, scenario))


def _points(judged: Judged) -> tuple[int, str]:
    if judged.passed:
        return POINTS, "all goals are met"
    if not judged.verdicts:
        return 0, f"it does not run: {judged.message}"
    met = sum(verdict.ok for verdict in judged.verdicts)
    missed = "; ".join(f"{v.text} ({v.found})" if v.found else v.text for v in judged.verdicts if not v.ok)
    return POINTS * met // len(judged.verdicts), f"not met: {missed}"


def _csv(system: str, title: str, rows: list[tuple[Person, int, str]]) -> str:
    """The columns that the gradebook's import knows."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    if system == "moodle":
        # assignfeedback_offline's importgradeslib.php refuses a sheet without the time; `-` is no grade before this one
        table.writerow(["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"])
        for person, points, comment in rows:
            table.writerow([f"Participant {person.id}", _plain(person.name), points, "-", _plain(comment)])
    else:
        table.writerow(["Student", "ID", "Section", title])
        for person, points, _ in rows:
            table.writerow([_plain(person.name), person.id, "", points])
    return out.getvalue()


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
