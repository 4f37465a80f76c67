"""Modules that use the kernel's interface, run to the end: `// dmesg: TEXT` comments say what they print, in order."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cfront.conftest import case_files

LINE = re.compile(r"\[ *\d+\.\d+\] (.*)")


@pytest.mark.parametrize("path", case_files("runs"), ids=lambda p: p.stem)
def test_prints(path: Path) -> None:
    command = [sys.executable, "-m", "server", "run", str(path), "--kernel", "6.12", "--dmesg", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    printed = [match[1] for match in map(LINE.match, done.stdout.split("\n")) if match]
    wanted = re.findall(r"^// dmesg: (.*)$", path.read_text(), re.M)
    assert wanted and printed[-len(wanted) :] == wanted
