# ruff: noqa: E501  the lines of C text
"""Each mistake that the checkers know, made by real C: kind, place, object, and who allocated and freed it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.sim.cmodule.faults import Fault, Finding, LimitReached
from server.sim.cmodule.reports import kasan_report
from tests.cmodule.support import TestHost, loaded, run

HEAD = "#include <linux/module.h>\n#include <linux/slab.h>\n"


def findings(body: str, **memory: bool) -> list[Finding]:
    """What is found when `int f(void)` runs; line 3 is the first of `body`."""
    host = TestHost(**memory)
    host.mem.who = lambda: "insmod/100"
    image, host = loaded(HEAD + body, host)
    run(image, "f")
    return host.findings


def fault(body: str) -> Fault:
    image, _ = loaded(HEAD + body)
    with pytest.raises(Fault) as caught:
        run(image, "f")
    return caught.value


FREED = """static int *p;
static void give(void)
{
	p = kmalloc(50, GFP_KERNEL);
	p[0] = 1;
}
static void take(void)
{
	kfree(p);
}
int f(void)
{
	give();
	take();
	return p[3];
}
"""


def test_use_after_free() -> None:
    (found,) = findings(FREED)
    assert (found.kind, found.access, found.size, found.offset, found.at.line) == (
        "slab-use-after-free",
        "read",
        4,
        12,
        17,
    )
    assert found.allocated and found.freed
    assert (found.allocated.task, found.allocated.line) == ("insmod/100", 6)
    assert [step.function for step in found.freed.trace] == ["take", "f"]
    assert found.freed.line == 11
    assert (found.name, found.size_object) == ("kmalloc-64", 50)


def test_report_has_the_kernels_form() -> None:
    (found,) = findings(FREED)
    text = kasan_report(found)
    addr = found.object
    assert text[1] == "BUG: KASAN: slab-use-after-free in f+0x44/0x60 [module]"
    assert text[2] == f"Read of size 4 at addr {addr + 12:016x} by task insmod/100"
    assert text[4] == "CPU: 0 UID: 0 PID: 100 Comm: insmod Not tainted"
    assert kasan_report(found, ["CPU: 3"], ["do_one_initcall"])[4:9] == [
        "CPU: 3",
        "Call Trace:",
        " <TASK>",
        " f+0x44/0x60 [module]",
        " do_one_initcall",
    ]
    assert "Allocated by task 100:" in text and "Freed by task 100:" in text
    assert f"The buggy address belongs to the object at {addr:016x}" in text
    assert " which belongs to the cache kmalloc-64 of size 64" in text
    assert "The buggy address is located 12 bytes inside of" in text
    assert f" freed 50-byte region [{addr:016x}, {addr + 50:016x})" in text
    row = next(line for line in text if line.startswith(">"))
    caret = text[text.index(row) + 1].index("^")
    assert row[caret : caret + 2] == "fb"


def test_report_of_a_stack_object() -> None:
    (found,) = findings("int f(void) { int a[5] = { 0 }, b[2] = { 1 }, n = 5; return a[n] + b[1]; }")
    text = kasan_report(found)
    at = text.index("This frame has 2 objects:")
    assert text[at - 4 : at - 1] == ["The buggy address belongs to stack of task insmod/100",
                                     " and is located at offset 52 in frame:", " f+0x0/0x20 [module]"]  # fmt: skip
    assert text[at + 1 : at + 3] == [" [32, 52) 'a'", " [96, 104) 'b'"]


def test_report_of_a_variable() -> None:
    (found,) = findings("static int a[5]; static int n = 5; int f(void) { a[n] = 3; return 0; }")
    text = kasan_report(found)
    assert text[text.index("The buggy address belongs to the variable:") + 1] == " a+0x14/0x14"


# fmt: off
CASES = {
    "heap right": ("int f(void) { char *p = kzalloc(50, GFP_KERNEL); p[50] = 1; kfree(p); return 0; }", "slab-out-of-bounds", 50),
    "heap left": ("int f(void) { int *p = kzalloc(48, GFP_KERNEL); int n = -1; return p[n]; }", "slab-out-of-bounds", -4),
    "heap word": ("int f(void) { char *p = kzalloc(50, GFP_KERNEL); return *(int *)(p + 48); }", "slab-out-of-bounds", 50),
    "heap exact class": ("int f(void) { char *p = kzalloc(64, GFP_KERNEL); return p[64]; }", "slab-out-of-bounds", 64),
    "global": ("static int a[5]; static int n = 5; int f(void) { return a[n]; }", "global-out-of-bounds", 20),
    "stack": ("int f(void) { int a[5] = { 0 }; int n = 5; return a[n]; }", "stack-out-of-bounds", 20),
    "double free": ("int f(void) { char *p = kmalloc(8, GFP_KERNEL); kfree(p); kfree(p); return 0; }", "double-free", 0),
    "invalid free": ("int f(void) { char *p = kmalloc(40, GFP_KERNEL); kfree(p + 8); return 0; }", "invalid-free", 8),
    "free of a global": ("static int a[5]; int f(void) { kfree(a); return 0; }", "invalid-free", 0),
    "unwritten heap": ("int f(void) { int *p = kmalloc(40, GFP_KERNEL); p[0] = 1; return p[0] + p[3]; }", "uninit-value", 12),
    "unwritten stack": ("int f(void) { int a[4]; a[1] = 2; return a[1] + a[2]; }", "uninit-value", 8),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("quarantine", [True, False])
def test_bad_access(name: str, quarantine: bool) -> None:
    body, kind, offset = CASES[name]
    (found,) = findings(body, quarantine=quarantine)
    assert (found.kind, found.offset, found.at.line) == (kind, offset, 3)
    assert kasan_report(found)


def test_stale_stack() -> None:
    body = "static int *p; static void g(void) { int x = 1; p = &x; } int f(void) { g(); return *p; }"
    (found,) = findings(body)
    assert (found.kind, found.name) == ("stack-use-after-return", "x of g()")


@pytest.mark.parametrize("use", ["return x;", "if (x) return 1; return 0;", "return x + 1 > 3;", "where = x; return 0;",
                                 "printk(\"%d\", x); return 0;"])  # fmt: skip
def test_unset_local(use: str) -> None:
    (found,) = findings(f"static int where; int f(void) {{\nint x; if (where) x = 1;\n{use} }}")
    assert (found.kind, found.at.line) == ("uninit-value", 5)
    assert found.message == "'x' of f() is used before it has a value"


def test_copying_is_no_use() -> None:
    body = """struct pair { int a, b; };
int f(void) { struct pair x, y; x.a = 1; y = x; return y.a; }"""
    assert findings(body) == []


def test_bad_shift() -> None:
    (found,) = findings("static int n = 35; int f(void) { return 1 << n; }")
    assert found.message == "shift exponent 35 is too large for 32-bit type"


def test_told_once_per_place() -> None:
    assert (
        len(
            findings(
                "int f(void) { char *p = kzalloc(8, GFP_KERNEL); int i; for (i = 8; i < 90; i++) p[i] = 0; return 0; }"
            )
        )
        == 1
    )


FAULTS: dict[str, tuple[str, str, Callable[[Fault], bool]]] = {
    "null": ("struct s { long a; int b; }; int f(void) { struct s *p = NULL; return p->b; }", "null", lambda e: e.addr == 8),
    "wild": ("int f(void) { *(long *)0x123456789a = 1; return 0; }", "wild", lambda e: e.access == "write" and e.size == 8),
    "error pointer": ("int f(void) { char *p = (char *)-12L; return p[1]; }", "wild", lambda e: e.addr == 2**64 - 11),
    "string": ("int f(void) { char *s = \"text\"; s[0] = 'T'; return 0; }", "wild", lambda e: e.access == "write"),
    "divide": ("static int zero; int f(void) { return 5 / zero; }", "divide", lambda e: True),
    "remainder": ("static unsigned zero; int f(void) { return 5 % zero; }", "divide", lambda e: True),
    "overflowing": ("static int a = -2147483647 - 1, b = -1; int f(void) { return a / b; }", "divide", lambda e: True),
    "null call": ("static void (*g)(void); int f(void) { g(); return 0; }", "null", lambda e: e.access == "exec"),
    "data call": ("static long x; int f(void) { ((void (*)(void))&x)(); return 0; }", "nx", lambda e: e.access == "exec"),
    "recursion": ("int f(void) { return f() + 1; }", "stack-overflow", lambda e: e.what == "f"),
    "large frame": ("int f(void) { char a[20000]; a[0] = 1; return a[0]; }", "stack-overflow", lambda e: True),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str) -> None:
    body, kind, holds = FAULTS[name]
    error = fault(body)
    assert (error.kind, error.line) == (kind, 3)
    assert holds(error)


def test_limits() -> None:
    image, host = loaded(HEAD + "int f(void) { int i, n = 0; for (i = 0; i >= 0; i++) n += i; return n; }")
    host.cx.max_steps = 10_000
    with pytest.raises(LimitReached) as caught:
        run(image, "f")
    assert caught.value.name == "steps"
    image, host = loaded(
        HEAD + "int f(void) { return kmalloc(100000, GFP_KERNEL) ? 1 : 0; }", TestHost(heap_bytes=150_000)
    )
    assert (run(image, "f"), run(image, "f")) == (1, 0)


def test_unload() -> None:
    """Text and data are gone; what was not freed is told with its line."""
    body = "int data = 5;\nint f(void) { return kmalloc(10, GFP_KERNEL) != NULL; }"
    image, host = loaded(HEAD + body)
    assert run(image, "f") == 1
    (leak,) = image.leaks()
    assert (leak.kind, leak.size, leak.allocated and leak.allocated.line) == ("leak", 10, 4)
    text, (data, _) = image.functions["f"], image.globals["data"]
    assert host.mem.load(data, 4) == 5
    image.unload()
    with pytest.raises(Fault) as caught:
        list(host.text.call(text))
    assert (caught.value.kind, caught.value.addr) == ("nx", text)
    with pytest.raises(Fault):
        host.mem.load(data, 4)


def test_pages_are_aligned() -> None:
    image, host = loaded(HEAD + "long f(int n) { return (long)kmalloc(n, GFP_KERNEL); }")
    for size in (4096, 5000, 8192, 9000, 20000, 4096):
        addr = run(image, "f", size) & (1 << 64) - 1
        assert addr % 4096 == 0 and host.mem.size_of(addr) == size
        host.mem.write(addr, bytes(size))
        assert host.findings == []
        host.mem.write(addr + size, b"x")
        assert host.findings.pop().kind == "slab-out-of-bounds"
        host.mem.find.forget()


def test_reuse() -> None:
    """SLUB gives back what was freed last; the quarantine does not."""
    body = (
        "int f(void) { char *p = kmalloc(40, GFP_KERNEL), *q; kfree(p); q = kmalloc(33, GFP_KERNEL); return p == q; }"
    )
    for quarantine in (False, True):
        image, _ = loaded(HEAD + body, TestHost(quarantine=quarantine))
        assert run(image, "f") == (not quarantine)


def test_a_value_that_is_made_of_itself() -> None:
    found = findings("int f(void)\n{\n\tint n = n + 1;\n\n\treturn n > 3;\n}\n")
    assert [(f.kind, f.at.line) for f in found] == [("uninit-value", 5)]
