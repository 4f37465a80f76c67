"""`python -m server.vm.prepare`: fetches the kernel and builds the guest's file system, before the first run."""

from __future__ import annotations

import sys

from server.vm import initramfs
from server.vm.lab import LabError


def main() -> int:
    """0: it is there; 2: it cannot be, and why."""
    try:
        initramfs.image()
    except LabError as error:
        sys.stderr.write(f"the lab cannot be prepared: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
