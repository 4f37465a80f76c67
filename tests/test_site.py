"""`wqplay site`: files that need no server, whose links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.__main__ import main

NAMES = ("timeline_cmwq", "self_flush")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "public"
    chosen = [word for name in NAMES for word in ("--only", name)]
    assert main(["site", str(out), *chosen, "--server", "https://playground.example"]) == 0
    return out


def test_all_links_lead_to_files_of_the_site_or_to_the_server(site: Path) -> None:
    pages = [site / "index.html", *(site / "lesson").glob("*.html")]
    assert len(pages) == 1 + len(NAMES)
    for page in pages:
        text = page.read_text()
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if not target.startswith("https://playground.example/"):
                assert not target.startswith(("/", "http")), target
                assert (page.parent / target).is_file(), (page.name, target)
        assert "<script" not in text
    assert "https://playground.example/#s=@timeline_cmwq~" in (site / "lesson/timeline_cmwq.html").read_text()


def test_a_run_is_there_whole(site: Path) -> None:
    messages = json.loads((site / "run/self_flush.json").read_text())
    assert messages[0]["type"] == "meta"
    assert (messages[-1]["type"], messages[-1]["outcome"]["kind"]) == ("end", "deadlock")


def test_an_unknown_lesson_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(tmp_path), "--only", "nothing"]) == 2
    assert "no scenario 'nothing'" in capsys.readouterr().err
