"""docs/trace.md tells every event of ours, every cause with its rule, every format."""

from __future__ import annotations

from pathlib import Path

from server.trace import exports
from server.trace.causes import CAUSES
from server.trace.events import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "trace.md").read_text()


def test_every_event_of_ours() -> None:
    for kind in KINDS:
        if kind.system == "wqp":
            assert f"| `wqp:{kind.name}` |" in PAGE


def test_every_cause_with_its_rule() -> None:
    for cause in CAUSES.values():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{cause.code}` |"))
        assert not cause.rule or row.endswith(f"| `{cause.rule}` |")


def test_every_format() -> None:
    for name in exports.FORMATS:
        assert f"| `{name}` |" in PAGE
