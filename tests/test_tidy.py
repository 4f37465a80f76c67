"""House rules that a machine can check: sizes, leftovers, names, dead files, what lock files must not hold."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "data", "stuff", "tools", "base"}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bbreakpoint\(\)|\bconsole\.log\(|\bdebugger;")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home/\w+)/\w")
MAY_PRINT = ("server/cli/", "server/__main__.py", "bench/", "tests/")


def tracked() -> list[Path]:
    """Files that are, or are about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


GENERATED = {ROOT / "server/sim/cmodule/accesses.py"}  # instantiated from access.py; its test keeps it up to date
FILES = tracked()
PYTHON = [path for path in FILES if path.suffix == ".py"]
SERVER = [path for path in PYTHON if path.is_relative_to(ROOT / "server")]
JAVASCRIPT = [path for path in FILES if path.suffix == ".js" and path.is_relative_to(ROOT / "web/static/js")]
TEXT = [p for p in FILES if p.suffix in {".py", ".js", ".css", ".html", ".md", ".toml", ".c", ".sh", ".yml", ".mjs"}]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[int, str, int]]:
    """Line, name and length of each function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1


def test_files_are_short() -> None:
    lines = {name(path): path.read_text().count("\n") for path in [*PYTHON, *JAVASCRIPT] if path not in GENERATED}
    long = [f"{file}: {n} lines" for file, n in lines.items() if n > FILE_LINES_MAX]
    assert long == []


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{name(path)}:{line}: {function}: {length} lines"
        for path in SERVER
        for line, function, length in functions(path)
        if length > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_nothing_is_left_over() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in TEXT
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if LEFTOVERS.search(line)
    ]
    assert found == []


def test_only_the_command_line_prints() -> None:
    found = []
    for path in PYTHON:
        if name(path).startswith(MAY_PRINT):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                found.append(f"{name(path)}:{node.lineno}")
    assert found == []


def test_modules_have_names() -> None:
    assert [name(path) for path in [*SERVER, *JAVASCRIPT] if path.stem in VAGUE] == []


def test_no_path_of_a_machine() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in TEXT
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []


def test_no_python_file_is_dead() -> None:
    """Each module is imported, or found by a scan of its folder, somewhere in the project."""
    source = "\n".join(path.read_text() for path in PYTHON)
    scanned = (
        "server/sim/kapi/",
        "server/sim/shell/commands/",
        "server/cfront/lint/",
        "server/trace/exports/",
        "server/cli/",
        "server/migrations/",  # by alembic
    )
    dead = []
    for path in SERVER:
        module = name(path).removesuffix(".py").replace("/", ".")
        if path.stem.startswith("__") or name(path).startswith(scanned):
            continue
        package, _, last = module.rpartition(".")
        used = (
            re.search(rf"\bfrom {re.escape(module)} import\b", source)
            or re.search(rf"\bimport {re.escape(module)}\b", source)
            or re.search(rf"\bfrom {re.escape(package)} import \(?[^)]*?\b{last}\b", source)
            or f'"{module}' in source
        )
        if not used:
            dead.append(name(path))
    assert dead == []


def test_no_javascript_file_is_dead() -> None:
    source = "\n".join(p.read_text() for p in FILES if p.suffix in {".js", ".html", ".mjs"})
    assert [name(p) for p in JAVASCRIPT if f"/{p.name}" not in source] == []


def test_lock_files_hold_no_address() -> None:
    locks = [*(p for p in FILES if p.name == "package-lock.json"), *sorted((ROOT / "requirements").glob("*.txt"))]
    assert [name(path) for path in locks if "://" in path.read_text()] == []


def test_each_python_pin_has_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^([\w.-]+==\S+)(.*)$", path.read_text(), re.MULTILINE)
        assert pins, path
        assert all(rest.rstrip().endswith("\\") for _, rest in pins), path
