"""What a run is made of: the scenario, its machine, the limits, and the diagnostics about it.

Everything here is frozen plain data; times are integer nanoseconds. It knows no simulator.
"""

from __future__ import annotations

import msgspec

SCENARIO_VERSION = 1


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


class Action(msgspec.Struct, frozen=True):
    """A command that a person gave during playback, executed by the machine's own task at `at_ns` after the origin."""

    at_ns: int
    command: str


class Machine(msgspec.Struct, frozen=True, omit_defaults=True):
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


class Scenario(msgspec.Struct, frozen=True, omit_defaults=True):
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


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
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
