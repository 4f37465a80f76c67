"""Network devices: NAPI, sending, delivery, notifiers, and what a session does with them; rules of net/core/dev.c."""

from __future__ import annotations

from pathlib import Path

from tests.shell.machine import session

MODULE = (Path(__file__).parent / "nic.c").read_text()


def shown(text: str, parameters: str = "") -> list[str]:
    sink, outcome = session(f"insmod demo.ko {parameters}\ndmesg -c > /dev/null\n{text}", module=MODULE)
    assert outcome.kind == "completed", outcome
    return sink.shown("1").splitlines()


def log(text: str, parameters: str = "") -> list[str]:
    return [line.partition("] ")[2] for line in shown(text + "dmesg\n", parameters) if "] " in line]


def test_names_are_given_and_taken() -> None:
    sink, outcome = session("insmod demo.ko\nrmmod demo\ndmesg | tail -7 | cut -d] -f2-\n", module=MODULE)
    assert outcome.kind == "completed"
    assert sink.shown("1").splitlines() == [
        " event 5 of lo", " before: (unnamed net_device)", " event 17 of eth0", " event 5 of eth0",
        " second: -17, found 1", " event 6 of eth0", " event 6 of lo",
    ]  # fmt: skip


def test_an_interrupt_schedules_a_poll_which_completes() -> None:
    lines = log("ip link set eth0 up\ndmesg -c > /dev/null\nirq 19\nsleep 0.01\n")
    taps = [line for line in lines if line.startswith("tap")]
    assert taps == ["tap: 46 bytes, 0x88b5, softirq 1"] * 10
    assert [line for line in lines if line not in taps] == ["scheduled: 1", "complete: 1"]


def test_who_uses_the_budget_is_polled_again() -> None:
    lines = log("ip link set eth0 up\nirq 19\nsleep 0.01\nip link set eth0 down\n", "weight=4")
    assert "eth0: stop: 3 polls, 10 packets" in lines
    assert lines.count("complete: 1") == 1


def test_what_is_scheduled_while_it_is_polled_is_polled_once_more() -> None:
    lines = log("ip link set eth0 up\necho 1 > /sys/module/demo/parameters/again\nirq 19\nsleep 0.01\n"
                "ip link set eth0 down\n")  # fmt: skip
    assert "asked again: 0" in lines
    assert [line for line in lines if line.startswith("complete")] == ["complete: 0", "complete: 1"]
    assert "eth0: stop: 2 polls, 10 packets" in lines


def test_a_device_that_is_down_gets_and_sends_nothing() -> None:
    lines = log("echo y > /sys/module/demo/parameters/loop\necho 1 > /sys/module/demo/parameters/send\n")
    assert lines == ["looped: 1", "sent: 2"]  # NET_RX_DROP, NET_XMIT_CN


def test_the_backlog_delivers_in_softirq_context_and_counts_what_nobody_wants() -> None:
    out = shown(
        "ip link set eth0 up\necho y > /sys/module/demo/parameters/loop\necho x > /sys/module/demo/parameters/loop\n"
        "cat /sys/class/net/eth0/statistics/rx_dropped\ndmesg | grep -c 'softirq 1'\n"
    )
    assert out == ["1", "2"]


def test_a_stopped_queue_keeps_packets_until_the_watchdog_wakes_it() -> None:
    out = shown(
        "ip link set eth0 up\necho 1 > /sys/module/demo/parameters/stuck\necho 3 > /sys/module/demo/parameters/send\n"
        "cat /sys/class/net/eth0/statistics/tx_packets\nsleep 4\ncat /sys/class/net/eth0/statistics/tx_packets\n"
        "dmesg | grep -c 'eth0: NETDEV WATCHDOG: CPU: .: transmit queue 0 timed out'\nip -s link show eth0\n"
    )
    assert out[:3] == ["1", "3", "1"]
    assert out[-1].split() == ["0", "3", "1", "0", "0", "0"]


def test_up_and_down_are_told_and_seen() -> None:
    out = shown(
        "cd /sys/class/net/eth0\ncat operstate\nifconfig eth0 up\ncat flags operstate\n"
        "echo 0x1002 > flags\ndmesg | cut -d] -f2-\n"
    )
    assert out == [
        "down", "0x1003", "unknown", " event 14 of eth0", " eth0: open", " event 1 of eth0", " event 10 of eth0",
        " eth0: stop: 0 polls, 0 packets", " event 2 of eth0",
    ]  # fmt: skip


def test_errors_of_commands() -> None:
    out = shown(
        "ip link set eth7 up\nifconfig eth7 up\nifconfig eth0 192.168.1.1\nifconfig eth0 mtu 9000\nip route\n"
        "ip link set eth0 mtu 60\n"
    )
    assert out == [
        "ip: SIOCGIFFLAGS: No such device", "ifconfig: SIOCGIFFLAGS: No such device",
        "ifconfig: SIOCSIFADDR: Address family not supported by protocol", "ifconfig: SIOCSIFMTU: Invalid argument",
        "ip: the simulated machine has no protocol stack: it knows `ip link` and `ip addr`",
        "ip: SIOCSIFFLAGS: Invalid argument",
    ]  # fmt: skip


def test_a_module_that_is_removed_takes_its_device_down() -> None:
    lines = log("ip link set eth0 up\nrmmod demo\n")
    assert lines[-5:] == [
        "event 10 of eth0", "eth0: stop: 0 polls, 0 packets", "event 2 of eth0", "event 6 of eth0", "event 6 of lo",
    ]  # fmt: skip
