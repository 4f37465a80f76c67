"""The written-out accesses are those of the text that they are made from."""

from pathlib import Path

from server.sim.cmodule import access

MADE = Path(access.__file__).with_name("accesses.py")


def test_the_accesses_are_made_from_their_text() -> None:
    assert MADE.read_text() == access.source(), "python tests/cmodule/test_access.py"


if __name__ == "__main__":
    MADE.write_text(access.source())
