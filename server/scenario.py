"""What a run is made of: the scenario, its machine, the limits, and the diagnostics about it.

Everything here is frozen plain data; times are integer nanoseconds. It knows no simulator. The canonical form of a
scenario is JSON with sorted keys and without defaults; its hash and the run id rest on those bytes. Reading one from
outside, with all its faults told, is in `server/validate.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

SCENARIO_VERSION = 1
KERNELS = ("6.12-debug", "6.12")
COST_SETS = ("hardware", "tcg")

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Upgrader = Callable[[dict[str, Json]], dict[str, Json]]

# UPGRADERS[n] turns a raw scenario of version n into one of version n + 1, without looking at anything else.
# Version 1 is the first: tests/fixtures/scenario-v*.json holds a frozen example of each version ever released.
UPGRADERS: dict[int, Upgrader] = {}


class VersionError(Exception):
    """A scenario of a version that this program cannot read; the message is for its user."""


class Diagnostic(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message about the input, in the form `file:line:col: severity: message [code]`.

    `line` and `col` count from 1 (0: the file as a whole); `end_col` is exclusive, 0 where there is no range.
    `replacement`, where not None, replaces the range: a fix-it.
    """

    file: str
    line: int
    col: int
    severity: str  # error | warning | note
    code: str
    message: str
    hint: str = ""
    end_col: int = 0
    replacement: str | None = None


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that a person gave during playback, executed by the machine's own task at `at_ns` after the origin."""

    at_ns: int
    command: str


class Machine(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The simulated computer.

    `topology` nests node > last-level cache > core > CPU numbers; empty means one node, one cache, `cpus` cores.
    `kernel` names a profile (`6.12`, `6.12-debug`), `costs` a cost set (`hardware`, `tcg`),
    `config` overrides profile values by name (`preempt`: `voluntary` or `full`, …).
    """

    cpus: int = 2
    topology: list[list[list[list[int]]]] = []
    kernel: str = "6.12-debug"
    config: dict[str, str] = {}
    costs: str = "hardware"


class Scenario(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A module, a shell session and a machine: all that a run depends on, besides limits and engine version.

    `files` maps a file's name to its text; the module's own source is `module.c` (further `.c`/`.h` may stand beside).
    `seed` 0 runs the rules as they stand; others jitter costs and seed the kernel's random numbers.
    """

    module_name: str
    files: dict[str, str]
    session_sh: str
    version: int = SCENARIO_VERSION
    title: str = ""
    actions: list[Action] = []
    params: dict[str, str] = {}
    machine: Machine = Machine()
    seed: int = 0


class Limits(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The one table of limits. Each is counted in things that are the same at every replay, never in wall time."""

    source_bytes_file: int = 64 * 1024
    source_bytes: int = 256 * 1024
    until_ns: int = 600_000_000_000
    events: int = 50_000
    steps: int = 20_000_000
    tasks: int = 10_000
    heap_bytes: int = 64 * 1024 * 1024
    console_bytes: int = 1024 * 1024
    stack_bytes: int = 16 * 1024


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a run ended.

    `kind`: completed, crashed (the machine died), deadlock, stalled, or limit. `cycle` lists who waits for whom,
    as sentences, where `kind` is deadlock.
    """

    kind: str
    at_ns: int
    message: str
    cycle: list[str] = []


def canonical(scenario: Scenario) -> bytes:
    """The scenario as canonical JSON: keys sorted, defaults left out, but version and kernel always written.

    Two scenarios that mean the same have the same bytes, whatever way they came.
    """
    raw = _spelled_out(scenario)
    raw["version"] = scenario.version
    raw["machine"] = {**_spelled_out(scenario.machine), "kernel": scenario.machine.kernel}
    return msgspec.json.encode(raw, order="sorted")


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of the canonical form, in hex; `#s=@NAME~HASH` carries its first 12 digits."""
    return _sha256(canonical(scenario))


def run_id(scenario: Scenario, limits: Limits, engine_version: str) -> str:
    """What a run is known by: SHA-256 of all that decides its bytes, in hex."""
    facts = {
        "engine": engine_version,
        "limits": {f: getattr(limits, f) for f in Limits.__struct_fields__},
        "scenario": msgspec.Raw(canonical(scenario)),
    }
    return _sha256(msgspec.json.encode(facts, order="sorted"))


def upgrade(
    raw: dict[str, Json], upgraders: Mapping[int, Upgrader] = UPGRADERS, to: int = SCENARIO_VERSION
) -> dict[str, Json]:
    """A raw scenario in today's version, one step at a time. Raises VersionError for one from the
    future or no version.
    """
    version = raw.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise VersionError(f"scenario version {version!r} is not a number from 1 to {to}")
    if version > to:
        raise VersionError(f"scenario version {version} is newer than this program, which reads up to {to}")
    while version < to:
        raw = upgraders[version]({**raw})
        version += 1
        raw["version"] = version
    return raw


def _spelled_out(value: Scenario | Machine) -> dict[str, object]:
    """The fields of a struct that differ from their defaults. (msgspec compares by identity, which is not enough.)"""
    differ: dict[str, object] = {}
    for field in msgspec.structs.fields(value):
        item = getattr(value, field.name)
        usual = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        if item != usual:
            differ[field.name] = item
    return differ


def _sha256(data: bytes) -> str:
    import hashlib  # it loads OpenSSL; a compiler's process, whose start the command line waits for, hashes nothing

    return hashlib.sha256(data).hexdigest()
