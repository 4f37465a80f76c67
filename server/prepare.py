"""From a valid scenario to what the simulator takes: the module's IR, and what a recording says of itself."""

from __future__ import annotations

from collections.abc import Callable

from server import cfront
from server.scenario import Diagnostic, Limits, Scenario, scenario_hash
from server.sim import ENGINE_VERSION
from server.sim.cmodule.ir import Unit
from server.sim.profile import profile
from server.trace.recording import Header
from server.validate import fault


def header(scenario: Scenario) -> Header:
    """What a recording of this scenario says of itself."""
    machine = scenario.machine
    return Header(
        engine=ENGINE_VERSION,
        kernel=machine.kernel,
        scenario=scenario_hash(scenario),
        module=scenario.module_name,
        title=scenario.title,
        machine=machine,
        tick_ns=profile(machine.kernel, machine.config).tick_ns,
    )


def settings_faults(scenario: Scenario) -> list[Diagnostic]:
    """What is wrong with `machine.config`: only the simulator knows its settings."""
    try:
        profile(scenario.machine.kernel, scenario.machine.config)
    except KeyError as error:
        return [fault("config", f"machine.config: no setting {error}")]
    except ValueError as error:
        return [fault("config", f"machine.config: {error}")]
    return []


def compile_scenario(
    scenario: Scenario, limits: Limits, meanwhile: Callable[[], object] | None = None
) -> tuple[Unit | None, list[Diagnostic]]:
    """The module's IR, or None where errors are among the diagnostics; `meanwhile` is called while the child works."""
    faults = settings_faults(scenario)
    unit, diagnostics = cfront.compile_module(scenario.files, scenario.module_name, limits, meanwhile)
    return (None if faults else unit), faults + diagnostics
