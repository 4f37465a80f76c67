"""A run in this process, its messages to stdout, one a line: `python replay.py NAME < scenario.json`."""

from __future__ import annotations

import sys

import msgspec

from server.jobs import RunJob
from server.scenario import Limits, run_id
from server.sim import ENGINE_VERSION
from server.validate import read
from server.worker import handle


def main() -> None:
    scenario, faults = read(sys.stdin.buffer.read())
    assert scenario is not None, faults
    job = RunJob(scenario, Limits(), run_id(scenario, Limits(), ENGINE_VERSION))
    handle(msgspec.json.encode(job), lambda message: sys.stdout.buffer.write(message + b"\n"))


if __name__ == "__main__":
    main()
