"""What Linux leaves open in a run, as far as the command line can look: seeds, and the recorded runs of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.files import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.scenario import Limits, Scenario
    from server.sim.cmodule.ir import Unit
    from server.trace.opens import Opens
    from server.trace.recording import Recording


def look(
    case: str, scenario: Scenario, limits: Limits, recording: Recording, seeds: int | None, unit: Unit | None = None
) -> Opens | None:
    """What is open in a finished run, from so many seeds and what was recorded of it in the folder `case`.

    `unit` is its compiled module, where that is at hand. None without seeds and recorded runs. Raises InputError.
    """
    from server import explore
    from server.prepare import compile_scenario
    from server.trace.opens import opens

    traces = _traces(Path(case), scenario)
    others: Iterator[Recording] = iter(())
    if seeds is not None:
        unit = unit or compile_scenario(scenario, limits)[0]
        assert unit is not None  # it ran
        others = explore.beside(recording, scenario, unit, limits, seeds - 1)
    return opens(recording, others, traces) if seeds is not None or traces else None


def _traces(folder: Path, scenario: Scenario) -> list[str]:
    """The recorded traces of a folder as the gallery has it, as long as they are of this scenario."""
    if not (folder / "scenario.toml").exists() or not (folder / "real/real.json").exists():
        return []
    import msgspec

    from server import gallery, recorded
    from server.vm.keep import subject

    try:
        found = recorded.load(folder, gallery.load(folder))
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise InputError(f"{folder / 'real'}: error: {error}") from error
    return found.traces if found and found.meta.of == subject(scenario) and not scenario.actions else []
