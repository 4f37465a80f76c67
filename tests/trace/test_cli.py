"""The command line: options, files, exit codes, and what it does not import."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server.__main__ import main
from server.cli import export, files, run
from server.trace import exports
from tests.trace.builder import CORPUS

ROOT = Path(__file__).parents[2]
DEMO = CORPUS / "workqueue_demo"
TRACES = [str(DEMO / f"trace.{k}.txt") for k in range(1, 7)]


def wqplay(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "server", *arguments], input=stdin, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("text", "ns"),
    [("3s", 3 * 10**9), ("1.5ms", 1_500_000), ("250us", 250_000), ("2", 2 * 10**9), ("0.05s", 5 * 10**7)],
)
def test_times(text: str, ns: int) -> None:
    assert run.nanoseconds(text) == ns


@pytest.mark.parametrize("text", ["", "x", "-1s", "1h", "1e9"])
def test_a_wrong_time_is_told(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="write 3s"):
        run.nanoseconds(text)


def test_compare_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *TRACES]) == 0
    assert capsys.readouterr().out.startswith("ok   ")


def test_compare_tells_the_broken_fact_and_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("\n".join(Path(TRACES[0]).read_text().splitlines()[:-9]))
    assert main(["compare", "--json", str(short), *TRACES]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"]
    assert report["facts"]["counts"]["broken"][0] == "activation of delayed_fn#0: 2 times; here once"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", TRACES[0]], "at least one reference"),
        (["compare", "/nowhere", TRACES[0]], "/nowhere: error: no such file or directory"),
        (["compare", __file__, TRACES[0]], "error: no workqueue event in it"),
        (["export", "/nowhere", "--format", "csv"], "/nowhere: error: no such file"),
        (["export", __file__, "--format", "csv"], "error: no event that we know"),
        (["export", TRACES[0], "--format", "csv", "--output", "/nowhere/x"], "/nowhere/x: error: cannot be written"),
        (["export", TRACES[0], "--format", "csv", "--output", f"{__file__}/x"], "error: cannot be written: not a dir"),
        (["run", "/nowhere.c"], "/nowhere.c: error: no such file"),
        (["run", str(CORPUS)], "error: no module.c in this folder"),
        (["run", str(DEMO), "--output", "x"], "--output and --format go together"),
        (["run", str(DEMO), "--trace", "-", "--dmesg", "-"], "only one output can be -"),
        (["run", str(DEMO), "--cpus", "0"], "cpus"),
        (["run", str(DEMO), "--kernel", "2.4"], "kernel"),
        (["run", str(DEMO), "--why", "nobody"], "--why: no item is called 'nobody'; there are: "),
        (["run", "-", "--session", "-"], "only one input can be -"),
        (["run", "/dev/zero"], "/dev/zero: error: more than"),
        (["run", str(DEMO), "--session", "/dev/zero"], "/dev/zero: error: more than"),
    ],
)
def test_unusable_input_is_told_on_stderr(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_export_writes_a_file_or_stdout(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    target = tmp_path / "out.csv"
    trace = str(DEMO / "sched.1.txt")
    assert main(["export", trace, "--format", "csv", "--output", str(target)]) == 0
    assert main(["export", trace, "--format", "csv"]) == 0
    assert capfdbinary.readouterr().out == target.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"before")

    def parts():  # type: ignore[no-untyped-def]
        yield b"half"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        files.write(str(target), parts())
    assert target.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_gets_the_permissions_of_any_other(tmp_path: Path) -> None:
    files.write(str(tmp_path / "ours"), [b"x"])
    (tmp_path / "other").write_bytes(b"x")
    assert os.stat(tmp_path / "ours").st_mode == os.stat(tmp_path / "other").st_mode


@pytest.mark.parametrize(
    ("path", "name"), [("a/workqueue_demo.c", "workqueue_demo"), ("a/my-mod.c", "my_mod"), ("demo/module.c", "demo")]
)
def test_the_module_is_called_after_file_or_folder(path: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / path
    file.parent.mkdir()
    file.write_text("")
    assert run._module_name(str(file)) == name


def test_the_formats_are_those_of_the_exports() -> None:
    assert tuple(exports.FORMATS) == export.FORMATS


def test_a_fault_of_ours_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(args: argparse.Namespace) -> int:
        raise RuntimeError("oh")

    monkeypatch.delenv("WQPLAY_TRACEBACK", raising=False)
    monkeypatch.setattr(export, "main", broken)
    assert main(["export", "x", "--format", "csv"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("wqplay: internal error: RuntimeError at test_cli.py:")
    assert "Traceback" not in said


def test_stdin_and_stdout(tmp_path: Path) -> None:
    done = wqplay("export", "-", "--format", "text", stdin=(DEMO / "sched.1.txt").read_bytes())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b" TIME IN MSECS\tEVENT\n")
    done = wqplay("compare", "-", *TRACES, stdin=Path(TRACES[0]).read_bytes())
    assert done.returncode == 0, done.stderr


def test_a_line_without_end_is_shown_around_its_caret(tmp_path: Path) -> None:
    module = tmp_path / "long.c"
    module.write_text("int a;" * 9000 + "int b = ;\n")
    done = wqplay("run", str(module))
    assert done.returncode == 2 and len(done.stderr) < 1000
    _, source, caret, *_ = done.stderr.decode().splitlines()
    assert source[caret.index("^")] == ";"


def test_without_options_it_shows_what_the_session_or_else_the_kernel_said(tmp_path: Path) -> None:
    code = ROOT / "module" / "workqueue_demo.c"
    assert b"=== Work Queue Demo ===" in wqplay("run", str(code)).stdout
    session = tmp_path / "session.sh"
    session.write_text("echo only this\n")
    assert wqplay("run", str(code), "--session", str(session)).stdout == b"only this\n"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("*(volatile int *)8 = 1;", "crash.c:6:1: warning: null write at 0x8 in module.c:6 [oops]"),
        ("int *p = kmalloc(4, GFP_KERNEL); kfree(p); *p = 1;", "crash.c:6:1: warning: slab-use-after-free"),
    ],
)
def test_findings_stand_on_stderr_with_their_line(statement: str, found: str, tmp_path: Path) -> None:
    module = tmp_path / "crash.c"
    module.write_text(
        "#include <linux/module.h>\n#include <linux/slab.h>\n\nstatic int __init crash_init(void)\n{\n"
        f'{statement}\nreturn 0;\n}}\nmodule_init(crash_init);\nMODULE_LICENSE("GPL");\n'
    )
    for kernel in ("6.12", "6.12-debug"):
        assert found in wqplay("run", str(module), "--kernel", kernel).stderr.decode()


def test_the_readme_s_examples_run() -> None:
    block = (ROOT / "README.md").read_text().partition("```console\n")[2].partition("```")[0]
    commands = [line.removeprefix("$ .venv/bin/wqplay ").split() for line in block.splitlines()]
    here = [words for words in commands if (ROOT / words[1]).exists() and words[0] == "run"]
    assert here
    for words in here:
        done = wqplay(*words)
        assert done.returncode == 0 and done.stdout, words


def test_serve_says_where_it_cannot_listen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for options, said in (
            (["--port", port], f"127.0.0.1:{port}: address already in use"),
            (["--port", "99999"], "no port 99999"),
            (["--host", "192.0.2.1"], "192.0.2.1:8000: cannot assign requested address"),
        ):
            done = wqplay("serve", *options)
            assert done.returncode == 2 and done.stderr.decode() == f"wqplay serve: error: {said}" + (
                ": 0 to 65535\n" if "99999" in said else "\n"
            )


def test_help_is_there_for_every_command() -> None:
    for arguments in ([], ["run"], ["serve"], ["compare"], ["export"]):
        done = wqplay(*arguments, "--help")
        assert done.returncode == 0
        assert b"usage: wqplay" in done.stdout
    assert wqplay().returncode == 2
    assert wqplay("nonsense").returncode == 2


def test_the_command_line_imports_nothing_heavy() -> None:
    """FastAPI costs more than a whole run of the demo; libclang is loaded by the compiler's child only."""
    code = (
        "import sys; from server.__main__ import main; main(sys.argv[1:]); "
        "heavy = {'fastapi', 'numpy', 'clang', 'uvicorn', 'pydantic', 'jinja2', 'asyncio'} & set(sys.modules); "
        "print('HEAVY', *sorted(heavy), file=sys.stderr)"
    )
    for arguments in (["compare", *TRACES], ["export", TRACES[0], "--format", "csv"], ["run", str(DEMO)]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
        assert done.stderr.splitlines()[-1] == "HEAVY"


def test_a_full_disk_is_told_and_nothing_is_left_unsaid() -> None:
    command = [sys.executable, "-m", "server", "run", str(DEMO)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2,
        "<stdout>: error: cannot be written: no space left on device",
    )


def test_a_run_that_ends_early_has_written_all() -> None:
    command = [sys.executable, "-m", "server", "run", str(DEMO), "--output", "-", "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)
