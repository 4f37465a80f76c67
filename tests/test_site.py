"""`wqplay site`: files that need no server, whose links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.__main__ import main

FOLDERS = ("lesson", "print", "embed")
NAMES = ("timeline_cmwq", "self_flush")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "public"
    chosen = [word for name in NAMES for word in ("--only", name)]
    assert main(["site", str(out), *chosen, "--server", "https://playground.example"]) == 0
    return out


def test_all_links_lead_to_files_of_the_site_or_to_the_server(site: Path) -> None:
    pages = [site / "index.html", *(site / folder / f"{name}.html" for folder in FOLDERS for name in NAMES)]
    assert sorted(site.rglob("*.html")) == sorted(pages)
    for page in pages:
        for target in re.findall(r'\b(?:href|src)="([^"#?]+)', page.read_text()):
            if not target.startswith("https://playground.example/"):
                assert not target.startswith(("/", "http")), target
                assert (page.parent / target).is_file(), (page.name, target)
    lesson = (site / "lesson/timeline_cmwq.html").read_text()
    assert "https://playground.example/#s=@timeline_cmwq~" in lesson
    assert re.search(r'href="../embed/timeline_cmwq.html\?panes=[\w,]+#s=@timeline_cmwq~\w+&amp;t=6ms', lesson)


def test_sheets_need_nothing_that_is_not_there(site: Path) -> None:
    for sheet in (site / "static/css").glob("*.css"):
        for target in re.findall(r"url\(\"?([^\")]+)", sheet.read_text()):
            assert target.startswith("data:font/woff2;base64,") or (sheet.parent / target).is_file(), target


def test_a_run_is_there_whole(site: Path) -> None:
    page = (site / "embed/self_flush.html").read_text()
    found = re.search(r'<script type="application/json" id="precomputed" data-hash="\w{12}">(.*?)</script>', page, re.S)
    assert found
    messages = json.loads(found[1])
    assert messages[0]["type"] == "meta"
    assert (messages[-2]["type"], messages[-2]["outcome"]["kind"]) == ("end", "deadlock")
    assert (messages[-1]["type"], messages[-1]["seeds"], messages[-1]["recorded"]) == ("open", 24, 6)


def test_an_unknown_lesson_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(tmp_path), "--only", "nothing"]) == 2
    assert "no scenario 'nothing'" in capsys.readouterr().err
