"""docs/session.md tells every command and every file that there is."""

from __future__ import annotations

import re
from pathlib import Path

from server.sim.shell.command import NAMES, Command, find
from server.sim.views.files import VIEWS

DOC = Path(__file__).parents[2] / "docs" / "session.md"


def commands_table() -> str:
    rows = ["| command | runs | what it does |", "|---|---|---|"]
    for name in NAMES:
        command = find(name)
        assert isinstance(command, Command)
        usage = command.usage.replace("|", "\\|")
        rows.append(f"| `{usage}` | {'in the shell' if command.inside else 'as a process'} | {command.help} |")
    return "\n".join(dict.fromkeys(rows)) + "\n"


def files_table() -> str:
    rows = ["| path | |", "|---|---|"]
    for view in VIEWS:
        what = "read, written" if view.read and view.write else "written" if view.write else "read"
        path = re.sub(r"{(?:wq_)?(\w+)}", lambda placeholder: placeholder[1].upper(), view.pattern)
        rows.append(f"| `{path}` | {what} |")
    return "\n".join(rows) + "\n"


def test_commands_are_documented() -> None:
    assert commands_table() in DOC.read_text()


def test_files_are_documented() -> None:
    assert files_table() in DOC.read_text()


def test_every_command_says_how_it_is_used() -> None:
    for name in NAMES:
        command = find(name)
        assert command is not None and command.usage and command.help.endswith((".", ")."))
