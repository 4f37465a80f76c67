"""What the simulated kernel leaves out, and what the compiler computes: messages with place and remedy."""

from __future__ import annotations

from server.cfront.compile import compile_here
from server.scenario import Diagnostic, Limits

HEAD = "#include <linux/module.h>\n"
TAIL = '\nMODULE_LICENSE("GPL");\n'


def errors(body: str) -> list[Diagnostic]:
    _, found = compile_here({"module.c": HEAD + body + TAIL}, "m", Limits())
    return [d for d in found if d.severity == "error"]


def test_a_function_of_a_subsystem_that_is_left_out_says_which() -> None:
    (found,) = errors("void *f(void) { return input_allocate_device(); }")
    assert (found.line, found.col) == (2, 24)
    assert found.message == "unknown function 'input_allocate_device'"
    assert found.hint == "the simulated machine has no input devices: run the module on the real kernel (docs/lab.md)"


def test_types_and_headers_say_it_too() -> None:
    (header,) = errors("#include <linux/iio/nonesuch.h>")
    assert "sensors (IIO)" in header.hint and header.line == 2
    (field,) = errors("struct x { struct led_classdev led; };")
    assert "LEDs" in field.hint


def test_a_header_that_nothing_is_used_of_does_no_harm() -> None:
    """6.12 has <linux/hwmon.h>: what would be missing is what it declares."""
    assert errors("#include <linux/hwmon.h>\n#include <linux/iio/iio.h>\n#include <sound/core.h>") == []
    (found,) = errors("#include <linux/no_such_header.h>")
    assert "file not found" in found.message


def test_a_function_whose_header_is_missing_names_the_header() -> None:
    (found,) = errors("void *f(void) { return alloc_skb(1, GFP_KERNEL); }")
    assert found.hint == "add #include <linux/netdevice.h>"
    assert errors("#include <linux/skbuff.h>\nvoid *f(void) { return alloc_skb(1, GFP_KERNEL); }") == []


def test_names_of_devices_are_free_where_their_headers_are_not_included() -> None:
    own = "struct request { int a; }; struct bio { int b; }; static int submit_bio(struct bio *b) { return b->b; }"
    assert errors(own + "int use(struct bio *b) { return submit_bio(b); }") == []
    assert errors("#include <linux/blkdev.h>\nstruct bio { int b; };") != []


def test_declarations_before_a_late_header_are_the_modules_own() -> None:
    early = "static int early = 3;\nint get(void) { return early; }\n#include <linux/netdevice.h>\n"
    unit, found = compile_here({"module.c": HEAD + early + TAIL}, "m", Limits())
    assert unit is not None, found
    assert "get" in [f.name for f in unit.functions] and "early" in [g.name for g in unit.globals]


def test_a_name_that_the_kernel_has_is_to_be_changed() -> None:
    (found,) = errors("struct rq;\nstatic void complete(struct rq *rq) { }\nvoid *use = complete;")
    assert (found.line, found.col, found.message) == (3, 13, "conflicting types for 'complete'")
    assert found.hint == "the kernel has a 'complete' of its own: give yours another name"
    (own,) = errors(
        "static int mine(void) { return 1; }\nstatic int mine(void) { return 2; }\nint use(void) { return mine(); }"
    )
    assert own.hint == ""


def test_a_removed_header_counts_only_where_it_is_included() -> None:
    old = "#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)\n#include <linux/genhd.h>\n#endif"
    assert errors("#include <linux/version.h>\n" + old) == []
    (found,) = errors("  #include <linux/genhd.h>")
    assert (found.line, found.col, found.end_col, found.code) == (2, 12, 27, "removed")
    assert found.message == "<linux/genhd.h> was removed in 5.18: use <linux/blkdev.h>"


def test_a_floating_point_product_of_constants_is_computed() -> None:
    assert errors("u64 f(void) { unsigned long ms = 200L; return ms * 1E6L; }") == []
    assert errors("int f(void) { return 0.5 * HZ; }") == []
    (changed,) = errors("u64 f(void) { unsigned long ms = 200L; ms++; return ms * 1E6L; }")
    assert changed.code == "floating-point"


def test_an_integer_that_becomes_a_pointer_is_a_warning_as_for_kbuild() -> None:
    unit, found = compile_here({"module.c": HEAD + "char *p = 0x1234;" + TAIL}, "m", Limits())
    assert unit is not None
    assert [(d.severity, d.code) for d in found if d.code == "int-conversion"] == [("warning", "int-conversion")]
