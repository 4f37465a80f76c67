"""Reads a scenario from outside and tells all that is wrong with it at once, as diagnostics.

Each check is a rule with a code. What only the simulator can know (an unknown command, a kernel setting) is its own
business and comes later, but still before time starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from server.scenario import (
    COST_SETS,
    KERNELS,
    Action,
    Diagnostic,
    Json,
    Limits,
    Machine,
    Scenario,
    VersionError,
    upgrade,
)

PLACE = "scenario"  # `file` of a diagnostic that is about no file of the module
CPUS_MAX = 64
FILES_MAX = 32
ACTIONS_MAX = 1000
TEXT_BYTES_MAX = 1024  # a title, a command, a parameter's value
SEED_MAX = 2**53 - 1  # what JavaScript holds exactly
MODULE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,54}")  # MODULE_NAME_LEN is 56
FILE_NAME = re.compile(r"(?:Makefile|[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\.[ch])")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")


def fault(code: str, message: str, hint: str = "", file: str = PLACE, line: int = 0) -> Diagnostic:
    """An error about the scenario itself."""
    return Diagnostic(file, line, 1 if line else 0, "error", code, message, hint)


def read(data: bytes | str, limits: Limits | None = None) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario in a JSON text of any version, or None; and what is wrong with it."""
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return None, [fault("json", f"not JSON: {_lower(str(error))}")]
    except RecursionError:
        return None, [fault("json", "nested too deeply")]
    return from_raw(raw, limits)


def from_raw(raw: object, limits: Limits | None = None) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario in decoded JSON of any version, or None; and what is wrong with it."""
    if not isinstance(raw, dict):
        return None, [fault("json", "a scenario is a JSON object")]
    try:
        raw = upgrade(raw)
    except VersionError as error:
        return None, [fault("version", str(error), "open the link with the newest version of the playground")]
    fields, faults = _convert(raw, Scenario, "")
    machine = raw.get("machine")
    if isinstance(machine, dict):
        inner, more = _convert(machine, Machine, "machine.")
        faults = [f for f in faults if not f.message.startswith("machine:")] + more
        if not more:
            fields["machine"] = Machine(**inner)  # type: ignore[arg-type]
    if faults:
        return None, faults
    scenario = Scenario(**fields)  # type: ignore[arg-type]
    faults = check(scenario, limits or Limits())
    return (None if faults else scenario), faults


def check(scenario: Scenario, limits: Limits) -> list[Diagnostic]:
    """All that is wrong with a scenario of the right types."""
    return [*_names(scenario), *_sizes(scenario, limits), *_actions(scenario, limits), *_machine(scenario.machine)]


def _convert(
    raw: dict[str, Json], kind: type[msgspec.Struct], prefix: str
) -> tuple[dict[str, object], list[Diagnostic]]:
    """Field by field, so that one wrong field does not hide the next."""
    fields: dict[str, object] = {}
    faults: list[Diagnostic] = []
    known = {f.name: f for f in msgspec.structs.fields(kind)}
    for name in raw:
        if name not in known:
            faults.append(fault("unknown-field", f"{prefix}{name[:40]}: no such field", "one of " + ", ".join(known)))
    for name, field in known.items():
        if name not in raw:
            if field.required:
                faults.append(fault("missing-field", f"{prefix}{name}: missing"))
            continue
        try:
            fields[name] = msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError as error:
            faults.append(fault("type", f"{prefix}{name}: {_lower(str(error))}"))
    return fields, faults


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bytes(text: str) -> int:
    """Length in UTF-8. A lone surrogate, which JSON can spell, counts as what would replace it."""
    return len(text.encode("utf-8", "replace"))


def _unprintable(text: str) -> bool:
    """Whether a text holds what no source file holds: NUL, or half a character."""
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def _names(scenario: Scenario) -> Iterator[Diagnostic]:
    if not MODULE_NAME.fullmatch(scenario.module_name):
        yield fault(
            "module-name",
            f"'{scenario.module_name[:60]}' is not a module name",
            "a letter or '_', then letters, digits and '_', 55 at most",
        )
    if "module.c" not in scenario.files:
        yield fault("no-module", "files: 'module.c' is missing")
    if len(scenario.files) > FILES_MAX:
        yield fault("files", f"{len(scenario.files)} files, at most {FILES_MAX} are allowed")
    for name in list(scenario.files)[:FILES_MAX]:
        if not FILE_NAME.fullmatch(name):
            yield fault("file-name", f"'{name[:60]}' is not the name of a C file", "like 'module.c' or 'queue.h'")
    for name, value in list(scenario.params.items())[:ACTIONS_MAX]:
        if not WORD.fullmatch(name):
            yield fault("param-name", f"params: '{name[:60]}' is not the name of a parameter")
        elif _bytes(value) > TEXT_BYTES_MAX or _unprintable(value) or "\n" in value:
            yield fault(
                "param-value", f"params: the value of '{name}' must be one line of {TEXT_BYTES_MAX} bytes at most"
            )
    if not 0 <= scenario.seed <= SEED_MAX:
        yield fault("seed", f"seed: {scenario.seed} is not in 0..{SEED_MAX}")


def _sizes(scenario: Scenario, limits: Limits) -> Iterator[Diagnostic]:
    total = 0
    for name, text in [*scenario.files.items(), ("session.sh", scenario.session_sh)]:
        size = _bytes(text)
        total += size
        if size > limits.source_bytes_file:
            yield fault(
                "source-size", f"{size} bytes, a file has at most {limits.source_bytes_file}", file=name[:64], line=1
            )
        if _unprintable(text):
            at = next(i for i, c in enumerate(text) if _unprintable(c))
            line = text.count("\n", 0, at) + 1
            yield fault("encoding", "a character that no source file can hold", file=name[:64], line=line)
    if total > limits.source_bytes:
        yield fault("source-size", f"{total} bytes in all files, at most {limits.source_bytes} are allowed")
    if _bytes(scenario.title) > TEXT_BYTES_MAX or _unprintable(scenario.title):
        yield fault("title", f"title: at most {TEXT_BYTES_MAX} bytes of text")
    if len(scenario.params) > ACTIONS_MAX:
        yield fault("params", f"{len(scenario.params)} parameters, at most {ACTIONS_MAX} are allowed")


def _actions(scenario: Scenario, limits: Limits) -> Iterator[Diagnostic]:
    if len(scenario.actions) > ACTIONS_MAX:
        yield fault("actions", f"{len(scenario.actions)} actions, at most {ACTIONS_MAX} are allowed")
        return
    last = 0
    for i, action in enumerate(scenario.actions):
        yield from _action(i, action, last, limits)
        last = max(last, action.at_ns)


def _action(i: int, action: Action, last: int, limits: Limits) -> Iterator[Diagnostic]:
    if not 0 <= action.at_ns <= limits.until_ns:
        yield fault("action-time", f"actions[{i}]: {action.at_ns} ns is not in 0..{limits.until_ns}")
    elif action.at_ns < last:
        yield fault("action-order", f"actions[{i}]: {action.at_ns} ns comes before the action in front of it")
    if not action.command.strip() or _bytes(action.command) > TEXT_BYTES_MAX or _unprintable(action.command):
        yield fault("action-command", f"actions[{i}]: a command has 1..{TEXT_BYTES_MAX} bytes")


def _machine(machine: Machine) -> Iterator[Diagnostic]:
    if not 1 <= machine.cpus <= CPUS_MAX:
        yield fault("cpus", f"machine.cpus: {machine.cpus} is not in 1..{CPUS_MAX}")
    elif machine.topology:
        numbers = [cpu for node in machine.topology for cache in node for core in cache for cpu in core]
        if sorted(numbers) != list(range(machine.cpus)):
            yield fault(
                "topology", f"machine.topology: names each of the CPUs 0..{machine.cpus - 1} exactly once, or is empty"
            )
    if machine.kernel not in KERNELS:
        yield fault("kernel", f"machine.kernel: no kernel '{machine.kernel[:40]}'", "one of " + ", ".join(KERNELS))
    if machine.costs not in COST_SETS:
        yield fault("costs", f"machine.costs: no costs '{machine.costs[:40]}'", "one of " + ", ".join(COST_SETS))
    if len(machine.config) > FILES_MAX:
        yield fault("config", f"machine.config: {len(machine.config)} settings, at most {FILES_MAX} are allowed")
    for name, value in list(machine.config.items())[:FILES_MAX]:
        if not WORD.fullmatch(name) or _bytes(value) > 64:
            yield fault(
                "config", f"machine.config: '{name[:40]}' is not a setting, or its value is longer than 64 bytes"
            )
