"""Every fact of every carried case, but for those that `notes.md` names as open."""

from pathlib import Path

import pytest

from tests.fidelity.held import CORPUS, cases, held

# Facts that the recorded runs agreed on by chance, or that another subsystem decides: at most so many may not hold.
OPEN = {"reap_cpu0": 2, "random_12": 11}


@pytest.mark.parametrize("case", cases(), ids=lambda p: p.name)
def test_facts_hold(case: Path) -> None:
    report = held(case)
    broken = sum(f.asked - f.held for f in report.facts.values())
    assert broken <= OPEN.get(case.name, 0), report.text()


def test_the_corpus_is_whole() -> None:
    assert len(cases()) >= 28 and all(list(c.glob("trace.*.txt")) for c in cases()), CORPUS
