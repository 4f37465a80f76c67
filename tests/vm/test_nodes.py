"""Memory nodes of a scenario's machine, as the lab builds them."""

import pytest

from server import gallery
from server.vm.lab import LabError
from server.vm.machine import nodes_of


def test_a_plain_machine_has_none() -> None:
    assert nodes_of([]) == ()


def test_the_gallery_s_topology() -> None:
    assert nodes_of(gallery.entries()["unbound_one"].scenario.machine.topology) == (2, 2)


@pytest.mark.parametrize(
    "topology", [[[[[0]]], [[[1], [2]]]], [[[[0, 1]]], [[[2, 3]]]], [[[[2], [3]]], [[[0], [1]]]], [[[[0]], [[1]]]]]
)
def test_what_the_lab_cannot_build_is_told(topology: list[list[list[list[int]]]]) -> None:
    with pytest.raises(LabError, match="topology"):
        nodes_of(topology)
