"""Every fact of every carried case."""

from pathlib import Path

import pytest

from tests.fidelity.held import CORPUS, cases, held


@pytest.mark.parametrize("case", cases(), ids=lambda p: p.name)
def test_facts_hold(case: Path) -> None:
    report = held(case)
    assert report.ok, report.text()


def test_the_corpus_is_whole() -> None:
    assert len(cases()) >= 28 and all(list(c.glob("trace.*.txt")) for c in cases()), CORPUS
