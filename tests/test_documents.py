"""Runs in documents, by the tools themselves: Sphinx to HTML, LaTeX and text, MkDocs, and what a notebook shows."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import wqplay

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def sphinx(builder: str, source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-W", "-b", builder, "-d", str(out / "trees"), str(source), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def frames(page: Path) -> list[Path]:
    """The pages that a page frames, as files."""
    found = re.findall(r'<iframe [^>]*src="([^"?]+)', page.read_text())
    return [(page.parent / src).resolve() for src in found]


def pictures(page: Path) -> list[Path]:
    return [(page.parent / src).resolve() for src in re.findall(r'<noscript><img src="([^"]+)"', page.read_text())]


def test_sphinx_writes_html_to_play_with(tmp_path: Path) -> None:
    done = sphinx("html", EXAMPLES / "sphinx", tmp_path)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "index.html"
    assert [path.name for path in frames(page)] == ["ordered_queue.html", "timeline_cmwq.html"]
    for path in [*frames(page), *pictures(page)]:
        assert path.is_file(), path
    assert "t=6ms" in page.read_text()
    framed = frames(page)[0].read_text()
    messages = json.loads(re.search(r'id="precomputed"[^>]*>(.*?)</script>', framed, re.S)[1])  # type: ignore[index]
    assert messages[-1]["outcome"]["kind"] == "completed"


def test_sphinx_writes_pictures_for_latex(tmp_path: Path) -> None:
    done = sphinx("latex", EXAMPLES / "sphinx", tmp_path)
    assert done.returncode == 0, done.stderr
    tex = next(tmp_path.glob("*.tex")).read_text()
    names = re.findall(r"\\includegraphics\[width=\\linewidth\]\{(wqplay-[\w-]+\.png)\}", tex)
    assert names == ["wqplay-ordered_queue.png", "wqplay-timeline_cmwq-6ms.png"]
    assert r"\caption{Each item waits for the one before it.}" in tex
    for name in names:
        data = (tmp_path / name).read_bytes()
        assert data[:4] == b"\x89PNG"
        width, height = struct.unpack(">II", data[16:24])
        assert width > 2000 and height > 400


def test_sphinx_writes_a_sentence_as_text(tmp_path: Path) -> None:
    done = sphinx("text", EXAMPLES / "sphinx", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[An ordered queue: completed" in (tmp_path / "index.txt").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (".. wqplay:: nothing_of_the_kind\n", "neither a scenario of the gallery nor a folder"),
        (".. wqplay:: ordered_queue\n   :t: soon\n", "'soon' is no moment"),
        (".. wqplay:: ordered_queue\n   :height: 9\n", "120 to 2000 pixels"),
    ],
)
def test_sphinx_says_what_is_wrong_and_where(tmp_path: Path, text: str, words: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["wqplay.sphinx"]\n')
    (source / "index.rst").write_text(f"Title\n=====\n\n{text}")
    done = sphinx("html", source, tmp_path / "out")
    assert done.returncode != 0
    assert words in done.stderr
    assert "index.rst:4" in done.stderr


def test_a_document_may_bring_its_own_scenario(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    shutil.copytree(ROOT / "scenarios/ordered_queue", source / "deep/own_queue")
    (source / "conf.py").write_text('extensions = ["wqplay.sphinx"]\n')
    (source / "index.rst").write_text("Title\n=====\n\n.. toctree::\n\n   deep/page\n")
    (source / "deep/page.rst").write_text("Page\n====\n\n.. wqplay:: own_queue\n")
    done = sphinx("dirhtml", source, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert [path.is_file() for path in frames(tmp_path / "out/deep/page/index.html")] == [True]


def test_mkdocs(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "mkdocs", tmp_path / "example")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path / "example", capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "out/index.html"
    assert [path.name for path in frames(page)] == ["ordered_queue.html", "timeline_cmwq.html"]
    for path in [*frames(page), *pictures(page)]:
        assert path.is_file(), path
    assert "@media print" in page.read_text()


def test_mkdocs_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "mkdocs", tmp_path / "example")
    (tmp_path / "example/docs/index.md").write_text("# Title\n\n```wqplay\nordered_queue\ncolour: red\n```\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path / "example", capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode != 0
    assert "index.md: wqplay: no option 'colour'" in done.stderr


def test_a_notebook_shows_the_lanes() -> None:
    run = wqplay.run("timeline_cmwq")
    html = run._repr_html_()
    assert html.count("<svg") == 1 and "<script" not in html and "w1" in html
    assert run.outcome == "completed" and run.summary.startswith("completed: ")
    assert run.value("workers()").isdecimal()
    assert json.loads(run.export("perfetto"))
    assert "w1" in run.why("w1")
    with pytest.raises(wqplay.WqplayError, match="w9"):
        run.why("w9")
    first = run.messages()[0]
    assert isinstance(first, dict) and first["type"] == "meta"


def test_the_cells_of_the_example_run() -> None:
    cells = json.loads((EXAMPLES / "notebook/workqueues.ipynb").read_text())["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert isinstance(names["run"], wqplay.Run)


def test_what_cannot_run_is_told_with_its_place() -> None:
    with pytest.raises(wqplay.WqplayError, match="neither a scenario"):
        wqplay.run("nothing")
    with pytest.raises(wqplay.WqplayError, match=r"module\.c:2:\d+: error"):
        wqplay.run("#include <linux/module.h>\nint x = y;\n")
    with pytest.raises(wqplay.WqplayError, match="cpus"):
        wqplay.run("ordered_queue", cpus=4096)


def test_the_text_of_a_module_is_enough() -> None:
    source = (ROOT / "scenarios/immediate_work/module.c").read_text()
    run = wqplay.run(source, name="mine", session="insmod mine.ko\nsleep 1\nrmmod mine\n")
    assert run.outcome == "completed"
    assert run.scenario.module_name == "mine"
