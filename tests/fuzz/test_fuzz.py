"""A bounded number of generated modules; ten thousand by hand: `python -m tests.fuzz.harness --count 10000`."""

from __future__ import annotations

import pytest

from tests.fuzz.harness import WEIGHTS, run, source

SEEDS = 6


@pytest.mark.parametrize("kind", WEIGHTS)
def test_no_input_breaks_anything(kind: str) -> None:
    found = {seed: run(source(kind, seed)) for seed in range(SEEDS)}
    broken = {
        f"python -m tests.fuzz.harness --kind {kind} --seed {seed} --count 1": f for seed, (_, f) in found.items() if f
    }
    assert broken == {}


def test_an_input_is_made_by_kind_and_seed_alone() -> None:
    assert all(source(kind, 5) == source(kind, 5) for kind in WEIGHTS)
