"""One run of the real kernel: build, machine, session, events; however it ends, what was seen is kept."""

from __future__ import annotations

import re
import select
import shlex
import struct
import time
from collections.abc import Callable

import msgspec

from server.scenario import Limits, Outcome, Scenario, scenario_hash
from server.trace import logs
from server.trace.recording import Header, Recording
from server.vm import channel, kbuild, packages, warm
from server.vm.lab import GUEST, LabError
from server.vm.machine import CPUS_MAX, Machine, boot_of
from server.vm.reader import Reader, undumped
from server.vm.symbols import Symbols

SESSION_SECONDS = 60
ALL_SECONDS = 120.0
SILENCE_SECONDS = 8.0  # the agent speaks every 40 ms; a machine that is silent for so long has no CPU left for it
ASK_SECONDS = 0.3  # of silence, before it is asked whether it sleeps
ASLEEP_SECONDS = 20.0  # for the alarm that a session has set before it suspended the machine
DYING_SECONDS = 10.0  # for a kernel that is told to panic, to write its trace to the console
CONSOLE_MAX = 8 << 20
HELD_UP_NS = 10_000_000

_IRQ = re.compile(r"\birq\b")
_PANIC = re.compile(r"Kernel panic - not syncing: (.*)")
_LEVEL = re.compile(r"^<\d+>", re.MULTILINE)
_DUMP_FRAME = re.compile(r"Dumping ftrace buffer|\(ftrace buffer empty\)|-{33}")


class Result(msgspec.Struct):
    """What a run left, besides its recording."""

    outcome: Outcome
    dmesg: str
    output: str
    lines: dict[int, str]  # by event number: ftrace's own line
    held_up: bool  # this computer kept the machine waiting: its times are not to be trusted


def header(scenario: Scenario, release: str) -> Header:
    """What a recording of the real kernel says of itself."""
    hashed = scenario_hash(scenario)
    machine = scenario.machine
    return Header("vm", "", release, hashed, "measured", -1, scenario.module_name, scenario.title, machine)


def build(scenario: Scenario) -> kbuild.Built:
    """The module, built by kbuild. Raises LabError."""
    return kbuild.build(scenario.module_name, scenario.files, packages.kernel())


def cpus_of(scenario: Scenario) -> int:
    """How many CPUs the machine is to have. Raises LabError where that is more than the lab gives."""
    cpus = scenario.machine.cpus
    if cpus > CPUS_MAX:
        raise LabError(f"the lab's machine has at most {CPUS_MAX} CPUs, this scenario asks for {cpus}")
    return cpus


class Run:
    """One session in one machine. `tick` is called after each piece of news, about every 40 ms."""

    def __init__(
        self,
        scenario: Scenario,
        ko: bytes,
        limits: Limits,
        recording: Recording,
        tick: Callable[[], None] | None = None,
        *,
        prefer: bool = False,
        cold: bool = False,
    ) -> None:
        """`prefer`: ahead of all else on this computer, for times worth keeping. `cold`: a boot of its own."""
        self.prefer = prefer
        self.cold = cold
        self.scenario = scenario
        self.ko = ko
        self.limits = limits
        self.recording = recording
        self.tick = tick or (lambda: None)
        self.seconds = max(1, min(SESSION_SECONDS, -(-limits.until_ns // 1_000_000_000)))
        self.reader = Reader(recording, Symbols(scenario.module_name, ko))
        self.said: list[str] = []
        self.said_bytes = 0
        self.console = bytearray()
        self.log = ""
        self.how = ""
        self.over = False
        self.stopped = False
        self.untraced = False  # an oops has turned tracing off
        self.channel: channel.Channel | None = None
        self.queued: list[int] = []

    def execute(self) -> Result:
        """In a machine of its own. Raises LabError where the lab is at fault, not the module."""
        boot = boot_of(self.scenario.machine)
        with warm.machine(cpus_of(self.scenario), self.cold, boot) as machine:
            return self.execute_in(machine)

    def execute_in(self, machine: Machine) -> Result:
        """In a machine whose agent is ready, to its end. Raises LabError."""
        assert machine.port is not None
        begun = time.monotonic()
        self.channel = channel.Channel(machine.port)
        if self.prefer:
            machine.prefer()
        self._send()
        outcome = self._follow(machine, begun + ALL_SECONDS)
        self.reader.finish()
        self.recording.outcome = outcome
        log = self.log or self._log_of_the_dead()
        return Result(outcome, log, "".join(self.said), self.reader.lines, self._held_up())

    def act(self, command: str) -> None:
        """A command beside the session, now."""
        if self.channel is not None and not self.over:
            self.channel.action(-1, command)

    def stop(self) -> None:
        """Ends the run soon; from another thread."""
        self.stopped = True

    def _send(self) -> None:
        assert self.channel is not None
        name, session = self.scenario.module_name, self.scenario.session_sh
        home = f"/root/{name}/"
        self.channel.file(f"{home}{name}.ko", self.ko)
        for file, text in self.scenario.files.items():
            self.channel.file(home + (f"{name}.c" if file == "module.c" else file), text.encode())
        self.channel.file(f"{home}session.sh", session.encode())
        prologue = (GUEST / "prologue.sh").read_text() + insmod(self.scenario.params)
        self.channel.file("/lab/prologue", prologue.encode())
        self.channel.file("/lab/session", b". /lab/prologue\n. ./session.sh\n")
        for action in self.scenario.actions:
            self.channel.action(action.at_ns, f". /lab/prologue\n{action.command}")
        irq = any(_IRQ.search(text) for text in (session, *(a.command for a in self.scenario.actions)))
        self.channel.start(name, self.seconds, irq)

    # -- what comes back

    def _follow(self, machine: Machine, end: float) -> Outcome:
        assert machine.port is not None and machine.console is not None and self.channel is not None
        heard = looked = asked = awake = time.monotonic()
        told_to_die = False
        while not self.over:
            ready = select.select([machine.port, machine.console], [], [], 0.2)[0]
            now = time.monotonic()
            if machine.console in ready and not self._hear_console(machine):
                return self._died(told_to_die)
            if machine.port in ready:
                heard = awake = now
                self._hear_agent()
                if self.channel.closed and machine.process.poll() is not None:
                    return self._died(told_to_die)
            if now - looked > 0.1:
                looked = now
                self.queued.append(machine.queued_ns())
                self.tick()
            if not told_to_die and min(now - heard, now - asked) > ASK_SECONDS:
                asked = now
                if machine.asleep():
                    heard = now
                    if now - awake > ASLEEP_SECONDS:
                        return Outcome(
                            "stalled", self.reader.reader.last_ns, "the machine sleeps, and nothing wakes it"
                        )
            limit = self._limit()
            if limit is not None:
                return limit
            if self.stopped:
                return Outcome("stopped", self.reader.reader.last_ns, "stopped")
            if machine.process.poll() is not None:
                self._hear_console(machine)
                return self._died(told_to_die)
            if not told_to_die and (now - heard > SILENCE_SECONDS or now > end):
                told_to_die, heard = True, now
                assert machine.qmp is not None
                machine.qmp.command("inject-nmi")
            elif told_to_die and now - heard > DYING_SECONDS:
                return self._died(told_to_die)
        at = self.reader.reader.last_ns
        if self.how == "cut":
            return Outcome("limit", at, f"the session was cut off after {self.seconds} s")
        return Outcome("completed", at, "")

    def _hear_agent(self) -> None:
        """What the agent sends; the session may write to its port as well. Raises LabError for nonsense."""
        try:
            self._hear()
        except (ValueError, struct.error) as error:
            raise LabError(f"the guest speaks nonsense: {error}") from error

    def _hear(self) -> None:
        assert self.channel is not None
        for kind, content in self.channel.receive():
            if kind == "T":
                self.reader.text(content.decode(errors="replace"))
            elif kind == "O":
                output = channel.output(content)
                self.said_bytes += len(output.text)
                self.said.append(output.text)
                self.reader.tty(output.terminal, output.t_ns, output.text)
            elif kind == "C":
                status = channel.status(content)
                self.reader.ended(status.terminal, status.t_ns, status.status)
            elif kind == "D":
                self.log = _LEVEL.sub("", content.decode(errors="replace"))
                if self.untraced:
                    self.reader.logged(self.log)
            elif kind == "G":
                self.untraced = True
            elif kind == "X":
                self.how = content.decode(errors="replace")
            elif kind == "E":
                self.over = True
            if self._limit() is not None:
                return

    def _hear_console(self, machine: Machine) -> bool:
        """Keeps what the console wrote; False once it is closed."""
        assert machine.console is not None
        machine.console.setblocking(False)
        try:
            while got := machine.console.recv(1 << 18):
                if len(self.console) < CONSOLE_MAX:
                    self.console += got
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _limit(self) -> Outcome | None:
        at = self.reader.reader.last_ns
        if self.recording.rows >= self.limits.events:
            return Outcome("limit", at, f"{self.limits.events} events")
        if self.said_bytes > self.limits.console_bytes:
            return Outcome("limit", at, f"{self.limits.console_bytes} bytes of terminal output")
        return None

    # -- when the machine has died

    def _died(self, told_to_die: bool) -> Outcome:
        """The events that it wrote to its console at the end, and what it died of."""
        text = self.console.decode(errors="replace").replace("\r", "")
        self.reader.finish()
        for line in text.split("\n"):
            event = undumped(line, self.reader.reader.comms)
            if event is not None and self._limit() is None:
                self.reader.line(event)
        at = self.reader.reader.last_ns
        panic = _PANIC.search(text)
        if told_to_die:
            return Outcome("stalled", at, f"no CPU answered for {SILENCE_SECONDS:g} s")
        if panic:
            return Outcome("crashed", at, f"Kernel panic - not syncing: {panic[1].strip()}")
        return Outcome("crashed", at, "the machine was switched off")

    def _log_of_the_dead(self) -> str:
        """The kernel log as far as the trace has it, and what only the console has."""
        log = logs.dmesg(self.recording)
        said = {line.partition("] ")[2] for line in log.split("\n")}
        text = self.console.decode(errors="replace").replace("\r", "")
        lines = [line for line in text.split("\n") if line and undumped(line) is None and not _DUMP_FRAME.search(line)]
        return log + "".join(f"{line}\n" for line in lines if line.partition("] ")[2] not in said)

    def _held_up(self) -> bool:
        allowed = HELD_UP_NS * self.scenario.machine.cpus
        return any(b - a > allowed for a, b in zip(self.queued, self.queued[1:], strict=False))


def insmod(params: dict[str, str]) -> str:
    """The session's `insmod`: kmod's, with the scenario's parameters where they are not given."""
    lines = ["insmod() {"]
    for key, value in sorted(params.items()):
        word = f'"{value}"' if any(c.isspace() for c in value) else value
        lines.append(f'  case " $* " in *" {key}="*) ;; *) set -- "$@" {shlex.quote(f"{key}={word}")} ;; esac')
    return "\n".join([*lines, '  /sbin/insmod "$@"', "}", ""])
