"""What a scenario asks of its machine, as the lab builds and boots it: memory nodes, words of the command line."""

import pytest

from server import gallery
from server.scenario import Machine
from server.vm.lab import LabError
from server.vm.machine import boot_of, nodes_of


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


def test_settings_become_words_of_the_command_line() -> None:
    machine = gallery.entries()["timeline_cpu_intensive"].scenario.machine
    assert boot_of(machine).words == ("preempt=full",)
    assert not boot_of(gallery.entries()["workqueue_demo"].scenario.machine)
    assert boot_of(Machine(config={"cpu_intensive_thresh_us": "500"})).words == (
        "workqueue.cpu_intensive_thresh_us=500",
    )
