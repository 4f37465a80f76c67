"""What a reader is told exists, and what exists is told."""

from __future__ import annotations

import re
from pathlib import Path

from server.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_setting_is_told_with_its_default() -> None:
    rows = re.findall(r"^\| `WQPLAY_(\w+)` \| (\S+) \|", (ROOT / "docs/deploy.md").read_text(), re.MULTILINE)
    fields = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert {name for name, _ in rows} == set(fields)
    for name, told in rows:
        default = fields[name]
        assert told == (
            str(default).lower()
            if isinstance(default, bool)
            else f"{default:g}"
            if isinstance(default, float)
            else str(default)
        )


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text()):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []
