"""docs/architecture.md against the code: the map is complete, the layers hold, and what must be absent is absent."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "server"
PURE = [*sorted((SERVER / "sim").rglob("*.py")), *sorted((SERVER / "trace").rglob("*.py")), SERVER / "scenario.py"]
SIM = sorted((SERVER / "sim").rglob("*.py"))
FORBIDDEN_CALLS = {"id", "hash", "open", "input", "print", "breakpoint", "__import__"}
JSON_MAY_BE_KNOWN_TO = (
    "scenario.py", "validate.py", "jobs.py", "api.py", "pages.py", "schemas.py", "sockets.py", "runs.py",
    "worker.py", "assets.py", "coursework.py", "gallery.py", "course_api.py", "cards.py", "room_socket.py",
    "tokens.py",

    "trace/frames.py", "trace/exports/", "cli/", "labs.py", "lab_socket.py", "lab_api.py", "recorded.py", "vm/",
)  # fmt: skip


def within(path: Path) -> str:
    return path.relative_to(SERVER).as_posix()


def nodes(paths: list[Path]) -> Iterator[tuple[str, ast.AST]]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            yield within(path), node


def test_the_layers_hold() -> None:
    """The contracts in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout[checked.stdout.find("Broken contracts") :]


def test_the_map_names_every_part_of_the_server_and_nothing_else() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    block = re.search(r"```\nserver/\n(.*?)```", text, re.DOTALL)
    assert block, "docs/architecture.md has a map that starts with server/"
    named = set(re.findall(r"^  (\w+(?:\.py|/))", block[1], re.MULTILINE))
    there = {p.name if p.is_file() else p.name + "/" for p in SERVER.iterdir() if p.suffix == ".py" or p.is_dir()}
    assert named == there - {"__init__.py", "__pycache__/", "_web/", "_data/"}


def test_the_core_calls_nothing_that_differs_between_two_runs() -> None:
    found = [
        f"{path}:{node.lineno}: {node.func.id}()"
        for path, node in nodes(SIM)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS
    ]
    assert found == []


def test_the_core_makes_random_numbers_only_from_a_seed() -> None:
    found = [
        f"{path}:{node.lineno}: random.{node.attr}"
        for path, node in nodes(SIM)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "random"
        and node.attr != "Random"
    ]
    assert found == []


def test_the_core_has_no_state_of_its_own() -> None:
    assert [f"{path}:{node.lineno}" for path, node in nodes(PURE) if isinstance(node, ast.Global)] == []


def test_the_core_loops_over_no_set() -> None:
    """As far as the syntax tells: a set display, a comprehension, or set(…) right behind `in`."""
    loops = []
    for path, node in nodes(SIM):
        iterated = node.iter if isinstance(node, ast.For | ast.comprehension) else None
        made = isinstance(iterated, ast.Set | ast.SetComp) or (
            isinstance(iterated, ast.Call)
            and isinstance(iterated.func, ast.Name)
            and iterated.func.id in ("set", "frozenset")
        )
        if made:
            assert iterated is not None
            loops.append(f"{path}:{iterated.lineno}")
    assert loops == []


def test_kernel_versions_differ_by_data() -> None:
    found = []
    for path, node in nodes(SIM):
        if isinstance(node, ast.Compare) and path != "sim/profile.py":
            text = ast.unparse(node)
            if re.search(r"\bprofile\.(name|release)\b|\bmachine\.kernel\b|LINUX_VERSION", text):
                found.append(f"{path}:{node.lineno}: {text}")
    assert found == []


def test_json_stays_at_the_border() -> None:
    found = set()
    for path, node in nodes(sorted(SERVER.rglob("*.py"))):
        if path.startswith(JSON_MAY_BE_KNOWN_TO):
            continue
        if isinstance(node, ast.Import) and any(alias.name == "json" for alias in node.names):
            found.add(path)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) == ("msgspec", "json"):
                found.add(path)
    assert sorted(found) == []


def test_the_command_line_starts_without_the_web() -> None:
    """`wqplay run` must not pay for FastAPI: measured in bench/, told apart here."""
    script = "import sys, server.__main__, server.cli.run, server.prepare, server.sim.run\nprint(*sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"fastapi", "starlette", "pydantic", "uvicorn", "jinja2", "numpy", "structlog", "asyncio"}
    assert heavy & set(modules) == set()
