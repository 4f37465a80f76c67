"""Hostile input: each is answered by diagnostics, whatever becomes of the child that parses it."""

import pytest

from server.cfront import compile_module
from server.cfront.diagnose import DIAGNOSTICS_MAX
from server.scenario import Diagnostic, Limits

HEAD = "#include <linux/module.h>\n"
BOMB = "".join(f"#define x{i} {f'x{i - 1} ' * 10}\n" for i in range(1, 12)).replace("x0", "int y;") + "x11\n"
CASES = {
    "a long sum": (HEAD + "int f(int a) { return " + "+".join("a" * 25000) + "; }", "crash"),
    "a long negation": (HEAD + "int f(int a) { return " + "!" * 50000 + "a; }", "crash"),
    "nested ifs": (HEAD + "int f(int a) {" + "if (a) " * 8000 + "; return 0; }", "crash"),
    "braces": (HEAD + "int f(int a) {" + "{" * 10000 + "}" * 10000 + "return 0; }", "syntax"),
    "parentheses": (HEAD + "int f(int a) { return " + "(" * 10000 + "a" + ")" * 10000 + "; }", "syntax"),
    "a macro bomb": (HEAD + BOMB, "limit"),
    "itself": ('#include "module.c"\n', "syntax"),
    "a device": ('#include "/dev/zero"\n', "include"),
    "the environment": ('#include "/proc/self/environ"\n', "include"),
    "a way up": ('#include "../../../../etc/passwd"\n', "include"),
    "a path from a macro": ('#define X "/etc/passwd"\n#include X\n', "syntax"),
    "a crash on demand": ("#pragma clang __debug crash\n", "directive"),
    "the same by operator": ("#define P(x) _Pragma(#x)\nP(clang __debug overflow_stack)\n", "directive"),
    "a file as data": ('#embed "/etc/passwd"\n', "directive"),
    "the next header": ("#include_next <linux/module.h>\n", "directive"),
    "junk": ("\x01\x02\x7fELF }}} {{{ (((" * 50, "syntax"),
    "a NUL": ("int a;\0", "binary"),
    "a huge array": (HEAD + "int a[99999999999];", "size"),
    "a huge initialiser": (HEAD + "int a[1 << 28] = { [0 ... (1 << 28) - 1] = 1 };", "crash"),
    "many pointers": (HEAD + "int " + "*" * 20000 + "p;", "nesting"),
    "many choices": (HEAD + "int f(int a) { return " + "a ? a : " * 5000 + "a; }", "nesting"),
    "many tokens": ("int a;" * 10000 + "1 " * 31000, "limit"),
    "a large file": ("/*" + "x" * 70000 + "*/", "limit"),
}


@pytest.mark.parametrize(("text", "code"), CASES.values(), ids=CASES)
def test_answered(text: str, code: str) -> None:
    unit, found = compile_module({"module.c": text}, "hostile", Limits())
    assert unit is None
    assert code in [d.code for d in found]
    assert not [d for d in found if d.code == "internal"]
    assert len(found) <= 100 and all(isinstance(d, Diagnostic) and d.severity in ("error", "warning") for d in found)


def test_the_disk_does_not_exist() -> None:
    text = (
        HEAD
        + '#if __has_include("/etc/passwd") || __has_include(<stdio.h>)\n#error seen\n#endif\nMODULE_LICENSE("GPL");\n'
    )
    unit, found = compile_module({"module.c": text}, "hostile", Limits())
    assert unit is not None and found == []


def test_no_source() -> None:
    unit, found = compile_module({"notes.txt": ""}, "empty", Limits())
    assert unit is None and [d.code for d in found] == ["no-source"]


def test_total_size() -> None:
    files = {f"f{i}.c": "/*" + "x" * 60000 + "*/" for i in range(5)}
    unit, found = compile_module(files, "large", Limits())
    assert unit is None and [d.code for d in found] == ["limit"]


def test_many_warnings_are_cut_off_and_the_module_still_runs() -> None:
    text = (
        HEAD
        + 'MODULE_LICENSE("GPL");\n'
        + "".join(f"static int unused{i}(void) {{ return {i}; }}\n" for i in range(300))
    )
    unit, found = compile_module({"module.c": text}, "hostile", Limits())
    assert unit is not None
    assert len(found) == DIAGNOSTICS_MAX
