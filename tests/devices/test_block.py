"""Block devices: requests and bios, tags, errors, the page cache; rules of block/."""

from __future__ import annotations

from pathlib import Path

from server.sim.block.tags import Tags
from tests.shell.machine import session

MODULE = (Path(__file__).parent / "disk.c").read_text()
DD = "dd if=/dev/demo of=/dev/null bs=4k iflag=direct"


def shown(text: str, parameters: str = "") -> list[str]:
    sink, outcome = session(f"insmod demo.ko {parameters}\ndmesg -c > /dev/null\n{text}", module=MODULE)
    assert outcome.kind == "completed", outcome
    return sink.shown("1").splitlines()


def log(text: str, parameters: str = "") -> list[str]:
    return [line.partition("] ")[2] for line in shown(text + "dmesg\n", parameters) if "] " in line]


def test_the_partition_table_is_read_when_a_disk_is_added() -> None:
    sink, _ = session("insmod demo.ko\ndmesg | tail -1 | cut -d] -f2-\n", module=MODULE)
    assert sink.shown("1") == " read 0+8 tag 0\n"


def test_direct_reads_are_requests_of_their_own() -> None:
    assert log(f"{DD} count=2 2> /dev/null\n") == ["open 1", "read 0+8 tag 0", "read 8+8 tag 0", "release"]


def test_tags_run_out_and_come_back() -> None:
    """With one tag a second reader sleeps until the first one's request has ended."""
    both = f"{DD} count=1 2> /dev/null &\n{DD} count=1 skip=2 2> /dev/null &\nsleep 0.01\n"
    assert len([line for line in log(both, "depth=1") if line.startswith("read")]) == 1
    assert len([line for line in log(both, "depth=2") if line.startswith("read")]) == 2
    assert len([line for line in log(both + "wait\n", "depth=1") if line.startswith("read")]) == 2


def test_a_driver_without_room_gets_the_request_again() -> None:
    lines = log(f"echo 2 > /sys/module/demo/parameters/busy\n{DD} count=1 2> /dev/null\n")
    assert lines == ["open 1", "busy", "busy", "read 0+8 tag 0", "release"]


def test_a_failed_request_is_told_and_read_fails() -> None:
    out = shown(f"echo 1 > /sys/module/demo/parameters/fail\n{DD} count=1\ndmesg | grep error | cut -d] -f2-\n")
    assert out == [
        "dd: /dev/demo: Input/output error", "0+0 records in", "0+0 records out",
        " I/O error, dev demo, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
    ]  # fmt: skip


def test_the_page_cache_reads_ahead_and_writes_at_the_last_close() -> None:
    lines = log("head -c 4 /dev/demo > /dev/null\necho x > /dev/demo\n")
    assert lines == ["open 1", "read 0+32 tag 0", "release", "open 2", "read 0+8 tag 0", "write 0+8 tag 0", "release"]


def test_a_disk_by_bios() -> None:
    out = shown(
        "dd if=/dev/demo bs=4k skip=1 count=1 iflag=direct 2> /dev/null | head -c 5\ndmesg | cut -d] -f2-\n", "bios=1"
    )
    assert out == ["hello bio 8+8"]


def test_a_module_reads_by_itself_and_not_beyond_the_end() -> None:
    out = shown(
        "echo 1 > /sys/module/demo/parameters/self\necho x > /sys/module/demo/parameters/self\n"
        "dmesg | grep -v 'open\\|release\\|read' | cut -d] -f2-\n"
    )
    assert out == [
        " self: 0 hello", " sh: attempt to access beyond end of device",
        " demo: rw=0, sector=100000, nr_sectors = 1 limit=256", " self: -5 ",
    ]  # fmt: skip


def test_what_can_be_seen_of_a_disk() -> None:
    out = shown(
        "ls -l /dev/demo | cut -c1-10,35-43\ncat /sys/block/demo/size /sys/class/block/demo/ro\n"
        "grep demo /proc/devices\ngrep demo /proc/partitions\ncat /dev/demo > /dev/null &\nsleep 0.01\nrmmod demo\n"
        "wait\nrmmod demo; ls /dev/demo\n"
    )
    assert out == [
        "brw------- 254,   0", "256", "0", "254 demo", " 254        0        128 demo",
        "rmmod: ERROR: Module demo is in use", "ls: /dev/demo: No such file or directory",
    ]  # fmt: skip


def test_which_tag_is_taken() -> None:
    """lib/sbitmap.c: a freed bit comes back when its word, a quarter of the depth, has no other left."""
    tags = Tags(8)
    first = []
    for _ in range(5):
        first.append(tags.get(0))
        tags.put(first[-1], 0)
    assert first == [0, 1, 0, 1, 0]
    assert sorted(tags.get(1) for _ in range(8)) == list(range(8))
    assert tags.get(0) == -1
    tags.put(5, 0)
    assert tags.get(0) == 5
