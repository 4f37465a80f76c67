"""`wqplay grade`: bulk downloads of Moodle and Canvas into their gradebooks' CSV."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from server import gallery
from server.__main__ import main
from server.challenges import seed_of
from server.cli.grade import read

CHALLENGE = str(gallery.ROOT / "scenarios/lost_event/challenge.toml")
MODULE = gallery.entries()["lost_event"].scenario.files["module.c"]
SOLVED = MODULE.replace("static bool careful;", "static bool careful = true;")


def packed(path: Path, files: dict[str, str | bytes]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return str(path)


def grades(tmp_path: Path, files: dict[str, str | bytes], *more: str) -> list[list[str]]:
    out = tmp_path / "grades.csv"
    zipped = packed(tmp_path / "all.zip", files)
    assert main(["grade", zipped, "--challenge", CHALLENGE, "--csv", str(out), *more]) == 0
    with out.open(newline="") as file:
        return list(csv.reader(file))


def test_moodle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = grades(
        tmp_path,
        {
            "Ada Lovelace_11_assignsubmission_file_/module.c": SOLVED,
            "Bob_12_assignsubmission_file_/work.c": MODULE,
            "=Eve_13_assignsubmission_file_/module.c": "this is no C",
            "Zoe_14_assignsubmission_file_/module.c": b"\xff" * 70_000,
            "Tim_15_assignsubmission_file_/readme.txt": "sorry",
        },
    )
    assert rows[0] == ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"]
    by_name = {row[1]: row for row in rows[1:]}
    assert by_name["Ada Lovelace"] == ["Participant 11", "Ada Lovelace", "100", "-", "all goals are met"]
    assert by_name["Bob"][2] == "66"
    assert 'number("handled") == 3 (1)' in by_name["Bob"][4]
    assert by_name["'=Eve"][4].startswith("it does not run: ")
    assert by_name["Zoe"][2:] == ["0", "-", "module.c is too long or not text"]
    assert by_name["Tim"][2:] == ["0", "-", "no .c file was handed in"]
    assert "5 submissions, 1 passed" in capsys.readouterr().err


def test_canvas(tmp_path: Path) -> None:
    rows = grades(
        tmp_path,
        {"lovelaceada_11_9001_module-2.c": SOLVED, "smithbob_late_12_9002_module.c": MODULE},
        "--seeds",
    )
    assert rows == [
        ["Student", "ID", "Section", "Lose nothing"],
        ["lovelaceada", "11", "", "100"],
        ["smithbob", "12", "", "66"],
    ]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("Ada Lovelace_11_assignsubmission_file/module.c", "moodle 11 Ada Lovelace"),  # Moodle 4.1 and later
        ("Ada Lovelace_11_assignsubmission_file/sub/folder/module.c", "moodle 11 Ada Lovelace"),
        ("Ada Lovelace_11_assignsubmission_file_/module.c", "moodle 11 Ada Lovelace"),  # before
        ("Ada Lovelace_11_assignsubmission_file_module.c", "moodle 11 Ada Lovelace"),  # all in one folder
        ("Participant_11_assignsubmission_file/module.c", "moodle 11 Participant"),  # anonymous marking
        ("lovelaceada_11_9001_module.c", "canvas 11 lovelaceada"),
        ("lovelaceada_LATE_11_9001_module-1.c", "canvas 11 lovelaceada"),
        ("group_of_two_11_9001_module.c", "canvas 11 group_of_two"),
        ("anon_5c9Zm_9001_module.c", "canvas anon_5c9Zm anon_5c9Zm"),  # anonymous grading
        ("LATE_anon_5c9Zm_9001_module.c", "canvas anon_5c9Zm anon_5c9Zm"),
        ("ødegårdåse_11_9001_min kode (1).c", "canvas 11 ødegårdåse"),
    ],
)
def test_names_as_both_systems_write_them(tmp_path: Path, name: str, who: str) -> None:
    """Moodle: mod/assign/classes/downloader.php. Canvas: lib/content_zipper.rb."""
    system, people = read(packed(tmp_path / "all.zip", {name: MODULE}))
    assert [f"{system} {person.id} {person.name}" for person in people] == [who]
    assert people[0].files == {"module.c": MODULE}


def test_a_seed_belongs_to_its_person() -> None:
    assert seed_of("11") == seed_of("11") != seed_of("12")
    assert all(0 < seed_of(str(n)) <= 2**31 for n in range(100))


@pytest.mark.parametrize("content", [b"no zip", None])
def test_what_is_no_bulk_download_is_2(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.zip"
    if content is None:
        packed(path, {"module.c": MODULE})
    else:
        path.write_bytes(content)
    assert main(["grade", str(path), "--challenge", CHALLENGE, "--csv", "-"]) == 2
    assert "x.zip: error: " in capsys.readouterr().err
