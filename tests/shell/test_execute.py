"""Sessions on a little kernel: what they show."""

from __future__ import annotations

import pytest

from tests.shell.fake import FakeKernel, scenario, terminal

CASES = {
    "words": ("echo a  'b  c' \"d  e\" f\\ g\n", "a b  c d  e f g\n"),
    "variables": ('v=1; w="$v 2"; echo $w ${w} "${v}x" ${u:-none} ${#w} \'$v\'\n', "1 2 1 2 1x none 3 $v\n"),
    "status": ("false; echo $?; true; echo $?; ! true; echo $?\n", "1\n0\n1\n"),
    "and-or": ("true && echo yes || echo no; false && echo yes || echo no\n", "yes\nno\n"),
    "substitution": ('echo $(echo a; echo b) `echo c` "$(echo d; echo e)"\n', "a b c d\ne\n"),
    "nested substitution": ("echo $(echo $(echo deep))\n", "deep\n"),
    "arithmetic": ("i=3; i=$((i * 2 + 1)); echo $i $((7/2)) $((1<<4)) $((i > 5 ? 10 : 20))\n", "7 3 16 10\n"),
    "for": ("for w in a b c; do echo $w; done\n", "a\nb\nc\n"),
    "for over lines": ("for w in $(seq 3)\ndo\n\techo $w\ndone\n", "1\n2\n3\n"),
    "while": ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done\n", "1\n2\n3\n"),
    "until, break": ("i=0; until false; do i=$((i+1)); [ $i = 2 ] && break; done; echo $i\n", "2\n"),
    "continue": ("for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done\n", "1\n3\n"),
    "if": ("if test 1 -gt 2; then echo a; elif [ x = x ]; then echo b; else echo c; fi\n", "b\n"),
    "subshell keeps variables to itself": ("v=1; (v=2; echo $v); echo $v\n", "2\n1\n"),
    "group with redirection": ("{ echo a; echo b; } > /tmp/x; cat /tmp/x; wc -l < /tmp/x\n", "a\nb\n2\n"),
    "append": ("echo a > /tmp/x; echo b >> /tmp/x; cat /tmp/x\n", "a\nb\n"),
    "pipe": ("seq 20 | tail -3 | head -n 2\n", "18\n19\n"),
    "pipe into while": ("seq 3 | while read n; do echo =$n; done\n", "=1\n=2\n=3\n"),
    "stderr": ("cat /nope 2>/dev/null; echo $?; ls /nope 2>&1 | wc -l\n", "1\n1\n"),
    "background and wait": ("(sleep 1; echo late) & echo early; wait; echo done\n", "early\nlate\ndone\n"),
    "set -e": ("set -e; echo a; false; echo b\n", "a\n"),
    "set -x": ("set -x; echo a\n", "+ echo a\na\n"),
    "exit": ("echo a; exit 3; echo b\n", "a\n"),
    "glob": ("cd /tmp; echo 1 > a1; echo 2 > a2; echo a*; echo 'a*' b*\n", "a1 a2\na* b*\n"),
    "trim": ("f=demo.ko; echo ${f%.ko} ${f#de} ${f%%o*}\n", "demo mo.ko dem\n"),
    "printf": ("printf '%s-%03d|%5s|%-4s|%x\\n' a 7 b c 255\n", "a-007|    b|c   |ff\n"),
    "expr": ("expr 3 + 4 '*' 2; expr abc : 'a\\(.*\\)'; expr length abcd\n", "11\nbc\n4\n"),
    "cut, sort, uniq": (
        "printf 'b:2\\na:1\\nb:2\\n' | sort | uniq -c | cut -c 8-; printf 'x:y\\n' | cut -d: -f2\n",
        " a:1\n b:2\ny\n",
    ),
    "sudo": ("sudo echo hi; sudo sh -c 'echo 1 > /tmp/s'; cat /tmp/s\n", "hi\n1\n"),
    "tee": ("echo 5 | sudo tee /tmp/t; cat /tmp/t\n", "5\n5\n"),
    "comments and continuation": ("echo a \\\n b # c\n# d\necho 'e # f'\n", "a b\ne # f\n"),
    "not found at run time": ("c=foo; $c; echo $?\n", "sh: foo: not found\n127\n"),
    "date": ("date +%F-%T\n", "2025-01-01-00:00:03\n"),
    "uname": ("uname -r; uname -sm\n", "6.12.117+deb12-cloud-amd64\nLinux x86_64\n"),
    "proc": ("cat /proc/loadavg | cut -d' ' -f1; cat /sys/devices/system/cpu/online\n", "0.00\n0-1\n"),
    "/proc/workqueues": ("cat /proc/workqueues\n", "cat: can't open '/proc/workqueues': No such file or directory\n"),
    "taskset": ("taskset 2 nproc; nproc\n", "1\n2\n"),
    "head ends its writer": (
        "dmesg -w | head -n 1 & sleep 0.1; for i in 1 2; do echo x > /proc/sysrq-trigger; sleep 0.1; done; wait\n",
        None,
    ),
    "irq": ("irq 17; echo $?; irq 5; echo $?\n", "0\nirq: nobody has requested interrupt 5\n1\n"),
    "kill": ("sleep 100 & kill $!; wait $!; echo $?; date +%S\n", "Terminated\n143\n03\n"),
    "cpu hotplug": ("echo 0 > /sys/devices/system/cpu/cpu1/online; cat /sys/devices/system/cpu/online\n", "0\n"),
    "refusals": (
        "echo x > /nodir/y; cat < /nope; cd /nope; echo x > /proc/version\n",
        "sh: can't create /nodir/y: nonexistent directory\nsh: can't open /nope: no such file\n"
        "sh: cd: can't cd to /nope: No such file or directory\nsh: can't create /proc/version: Permission denied\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_session_shows(name: str) -> None:
    text, expected = CASES[name]
    shown = terminal(text)
    if expected is not None:
        assert shown == expected


def test_module_messages_are_kmods() -> None:
    shown = terminal(
        "insmod demo.ko a=1\ninsmod demo.ko\ninsmod missing.ko\nrmmod demo\nrmmod demo\nmodprobe demo\nlsmod\n"
    )
    assert shown == (
        "insmod: ERROR: could not insert module demo.ko: File exists\n"
        "insmod: ERROR: could not load module missing.ko: No such file or directory\n"
        "rmmod: ERROR: Module demo is not currently loaded\n"
        "modprobe: FATAL: Module demo not found in directory /lib/modules/6.12.117+deb12-cloud-amd64\n"
        "Module                  Size  Used by    Tainted: G  \n"
    )


def test_module_parameters_are_files() -> None:
    shown = terminal(
        "insmod demo.ko\ncd /sys/module/demo/parameters\nls\necho 5 > job\ncat job\n"
        "echo many > job\necho $?\necho 1 > name\n"
    )
    assert shown == "job\nname\n5\nsh: write error: Invalid argument\n1\nsh: can't create name: Permission denied\n"


def test_modinfo_says_what_the_module_says() -> None:
    assert terminal("modinfo demo.ko\nmodinfo -F license demo.ko\nmodinfo nope\ncat /proc/sys/kernel/tainted\n") == (
        "filename:       /root/demo/demo.ko\nauthor:         me\nlicense:        GPL\ndepends:        \n"
        "name:           demo\nretpoline:      Y\n"
        "vermagic:       6.12.117+deb12-cloud-amd64 SMP preempt mod_unload modversions \n"
        "parm:           job:starts a job (int)\nGPL\nmodinfo: ERROR: Module nope not found.\n12288\n"
    )


def test_scenario_parameters_fill_in() -> None:
    k = FakeKernel(scenario("insmod demo.ko b=2\n", params={"a": "1 x", "b": "9"}))
    k.run()
    assert k.modules.loaded == ['demo b=2 a="1 x"']


def test_default_session_is_the_demo_tour() -> None:
    k = FakeKernel(scenario(""))
    k.run()
    assert k.modules.loaded == ["demo"] and k.modules.list == {} and k.ended


def test_make_says_what_kbuild_says() -> None:
    shown = terminal("make clean > /dev/null\nmake\nmake\nmake clean\ninsmod demo.ko\n")
    assert (
        shown
        == """make -C /lib/modules/6.12.117+deb12-cloud-amd64/build M=/root/demo modules
make[1]: Entering directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
  CC [M]  /root/demo/demo.o
  MODPOST /root/demo/Module.symvers
  CC [M]  /root/demo/demo.mod.o
  CC [M]  /root/demo/.module-common.o
  LD [M]  /root/demo/demo.ko
  BTF [M] /root/demo/demo.ko
make[1]: Leaving directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
make -C /lib/modules/6.12.117+deb12-cloud-amd64/build M=/root/demo modules
make[1]: Entering directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
make[1]: Leaving directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
make -C /lib/modules/6.12.117+deb12-cloud-amd64/build M=/root/demo clean
make[1]: Entering directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
  CLEAN   /root/demo/Module.symvers
make[1]: Leaving directory '/usr/src/linux-headers-6.12.117+deb12-cloud-amd64'
insmod: ERROR: could not load module demo.ko: No such file or directory
"""
    )


def test_dmesg_prints_stamps_and_follows() -> None:
    def with_log(k: FakeKernel) -> None:
        def init(params: str):  # type: ignore[no-untyped-def]
            k.printk.log(6, "hello\nworld")
            return 0
            yield

        k.modules.inits["demo"] = init

    shown = terminal(
        "dmesg -w &\nsleep 1\ninsmod demo.ko\nsleep 1\nkill $!\ndmesg -t | grep -c .\ndmesg -c > /dev/null\ndmesg\n",
        with_log,
    )
    lines = shown.splitlines()
    assert [line.split("] ")[1] for line in lines[:2]] == ["hello", "world"]
    assert lines[0].startswith("[    4.2") and len(lines[0].split("]")[0]) == 13
    assert lines[2:] == ["2"]


def test_a_kernel_file_of_a_module_is_written_once_per_echo() -> None:
    writes: list[str] = []

    def with_file(k: FakeKernel) -> None:
        k.fs.files["/proc/proc_file"] = (lambda: f"writes {len(writes)}\n", lambda text: writes.append(text) or 0)

    shown = terminal(
        "cat /proc/proc_file\nfor w in a b; do echo $w > /proc/proc_file; done\ncat /proc/proc_file\n", with_file
    )
    assert shown == "writes 0\nwrites 2\n"
    assert writes == ["a\n", "b\n"]


def test_processes_and_builtins_differ_in_forks() -> None:
    def forks(text: str) -> int:
        k = FakeKernel(scenario(text))
        before = k.next_pid
        k.run()
        return k.next_pid - before - 2

    assert forks("echo a; sleep 1; cat /proc/uptime; [ 1 = 1 ]; cd /; true; printf x\n") == 0
    assert forks("dmesg\nls\n") == 2
    assert forks("dmesg | tail -3\n") == 2
    assert forks("dmesg -w &\nsleep 1\n") == 1


def test_loops_end_at_the_limit() -> None:
    from server.sim.cmodule.faults import LimitReached

    k = FakeKernel(scenario("while true; do :; done\n"))
    with pytest.raises(LimitReached) as reached:
        k.run()
    assert reached.value.name == "commands"


def test_doubling_a_variable_ends_with_words() -> None:
    shown = terminal("v=aaaaaaaa\nfor i in $(seq 40); do v=$v$v; done\n")
    assert shown == "sh: a word of more than 256 KiB\n" * 25
