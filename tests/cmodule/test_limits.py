"""C that is too large, too deep or too wild: a clear error, never an exception of Python, never a hang."""

from __future__ import annotations

import pytest

from server.sim.cmodule.faults import Fault
from server.sim.cmodule.lower import LowerError
from tests.cmodule.support import TestHost, compiled, loaded, run

HEAD = "#include <linux/module.h>\n#include <linux/delay.h>\n"


def test_deep_expressions() -> None:
    deep = "a + (" * 190 + "a" + ")" * 190
    image, _ = loaded(HEAD + f"int f(int a) {{ return {deep}; }}")
    assert run(image, "f", 2) == 382


def test_deep_statements() -> None:
    body = "if (a > 0) {" * 90 + "a = -a;" + "}" * 90
    image, _ = loaded(HEAD + f"int f(int a) {{ {body} return a; }}")
    assert run(image, "f", 3) == -3


def test_large_switch() -> None:
    cases = "".join(f"case {i}: return {i * 3};\n" for i in range(1000))
    image, _ = loaded(HEAD + f"int f(int a) {{ switch (a) {{ {cases} }} return -1; }}")
    assert (run(image, "f", 999), run(image, "f", 1000)) == (2997, -1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("static char big[64 << 20]; int f(void) { return big[0]; }", "'big' is too large"),
        ("int f(void) { char big[8 << 20]; big[0] = 1; return big[0]; }", "the stack frame of 'f' has 8388"),
    ],
)
def test_too_large(body: str, words: str) -> None:
    with pytest.raises(LowerError) as caught:
        loaded(HEAD + body)
    assert words in caught.value.message
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "body",
    [
        "static int (*p)(void); int f(void) { p = f; return p() + 1; }",
        "static int (*p)(void); static int g(void) { return p(); } int f(void) { p = f; return g(); }",
    ],
)
def test_recursion_through_a_pointer(body: str) -> None:
    image, _ = loaded(HEAD + body)
    with pytest.raises(Fault) as caught:
        run(image, "f")
    assert caught.value.kind == "stack-overflow"


def test_unknown_kernel_function() -> None:
    unit = compiled(HEAD + "int f(void) { msleep(1); return 0; }")
    host = TestHost()
    host.table.clear()
    from server.sim.cmodule.image import lower

    with pytest.raises(KeyError) as caught:
        lower(unit).load(host)
    assert caught.value.args == ("msleep",)


def test_wrong_number_of_arguments() -> None:
    """A call through a cast pointer: what is missing is 0, what is too much is dropped."""
    image, _ = loaded(
        HEAD
        + """static int two(int a, int b) { return a * 10 + b; }
static int none(void) { return 7; }
int f(void) { return ((int (*)(int))two)(4) * 100 + ((int (*)(int, int, int))none)(1, 2, 3); }"""
    )
    assert run(image, "f") == 4007


def test_a_task_in_text_that_is_gone() -> None:
    image, host = loaded(HEAD + "int f(void)\n{\n\tmsleep(5);\n\treturn 0;\n}\nint (*keep)(void) = f;\n")
    task = host.text.call(image.functions["f"])
    assert next(task) == "sleep"
    at = image.inside(task)
    assert at is not None and image.symbol(at) == ("f", 0x24)
    other, _ = loaded(HEAD + "int f(void) { return 1; }")
    assert other.inside(task) is None
