"""Input that is meant to break the front end: bombs, depth, length, junk, and mutations of real modules."""

# ruff: noqa: E501 (C text)
from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
FRAME = '#include <linux/module.h>\n{}\nstatic int __init start(void) {{ {} return 0; }}\nmodule_init(start);\nMODULE_LICENSE("GPL");\n'
TOKENS = re.compile(r"\w+|\s+|.", re.S)
JUNK = (
    "\\\n", "/*", '"', "'", "#", "##", "??/", "\0", "\x7f", "\u00e9", "\U0001f600", "{", "}", "(", ")", ";", "\r\n", "%n", "0x",
    "1e9", "__asm__(\"\")", "_Generic(", "__attribute__((", "#include <", "#define X X X\n", "#if 1\n", "#endif\n", "goto x;",
    "[[", "...", "*", "&", "sizeof", "_Static_assert(0, \"\");", "__builtin_trap();", "#pragma once\n", "#line 5 \"/etc/passwd\"\n",
    "asm goto", "struct", "typeof(", "({", "})", "case 0 ... 9:", "__auto_type x = 1;", "int n[99999999999];",
)  # fmt: skip


@cache
def corpus() -> tuple[str, ...]:
    """Our own modules and sessions' modules."""
    files = [*(ROOT / "scenarios").glob("*/module.c"), *(ROOT / "tests").glob("**/*.c"), *(ROOT / "module").glob("*.c")]
    return tuple(path.read_text(errors="replace") for path in sorted(files) if path.stat().st_size < 32768)


def mutated(random: Random) -> str:
    """A real module with a few tokens removed, doubled, swapped or replaced."""
    tokens = TOKENS.findall(random.choice(corpus()))
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        kind = random.randrange(6)
        if kind == 0:
            del tokens[at : at + random.choice((1, 1, 5, 50))]
        elif kind == 1:
            tokens[at:at] = tokens[at : at + random.choice((1, 3, 30))]
        elif kind == 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = random.choice(JUNK)
        elif kind == 4:
            tokens[at] = tokens[other]
        else:
            tokens[at] = str(random.choice((0, -1, 1 << 31, 1 << 63, (1 << 64) - 1, 999999999999999999999)))
        tokens = tokens or [" "]
    return "".join(tokens)


def macro_bomb(random: Random) -> str:
    """Macros that double: 2**n tokens."""
    depth = random.choice((8, 16, 24, 32))
    operator = random.choice((" + ", ", ", " ", " ; "))
    lines = ["#define B0 1"] + [f"#define B{n} B{n - 1}{operator}B{n - 1}" for n in range(1, depth + 1)]
    return FRAME.format("\n".join(lines), f'int n = B{depth}; pr_info("%d", n);')


def nesting(random: Random) -> str:
    """One thing in itself, very often."""
    depth = random.choice((50, 500, 5_000, 20_000))
    opened, closed, middle = random.choice((
        ("(", ")", "1"), ("{", "}", ";"), ("!", "", "1"), ("-", "", "1"), ("if (1) ", "", ";"), ("if (1) ; else ", "", ";"),
        ("for (;;) ", "", "break;"), ("({ ", "; })", "1"), ("1 + ", "", "1"), ("1 ? 1 : ", "", "1"), ("*(int *)", "", "0"),
        ("do ", " while (0);", ";"), ("switch (1) { case 1: ", "}", ";"), ("sizeof ", "", "int[1]"), ("(int)", "", "1"),
    ))  # fmt: skip
    text = opened * depth + middle + closed * depth
    statement = opened.startswith(("{", "if", "for", "do", "switch"))
    return FRAME.format("", text if statement else f'int n = {text}; pr_info("%d", n);')


def types(random: Random) -> str:
    """Declarations that are deep, large or refer to themselves."""
    n = random.choice((10, 200, 3000))
    return FRAME.format(
        random.choice((
            "int " + "*" * n + "p;", "int a" + "[2]" * min(n, 60) + ";", "struct s { " + "struct { " * n + "int x;" + " } a;" * n + " };",
            "int " + "(" * n + "f" + ")" * n + ";", f"static char big[{n} << 20];", f"enum {{ {','.join(f'E{i}' for i in range(n))} }};",
            "typedef int T0;\n" + "\n".join(f"typedef T{i}(*T{i + 1})(T{i});" for i in range(min(n, 400))),
            "struct a { struct b *b; }; struct b { struct a a[4]; }; static struct b v[3];",
            f"static int t[] = {{ {','.join('1' for _ in range(n))} }};", "static int t[] = { [0 ... 9999999] = 1 };",
            "struct r { struct r r; };", "static int x = x; static int *p = &x + 1 - 1;",
        )),
        "pr_info(\"x\");",
    )  # fmt: skip


def junk(random: Random) -> str:
    """Bytes, or long runs of one."""
    if random.random() < 0.5:
        return "".join(
            chr(random.choice((random.randrange(256), random.randrange(0x2000)))) for _ in range(random.randrange(3000))
        )
    return random.choice(JUNK) * random.choice((1, 100, 3000))


def runaway(random: Random) -> str:
    """It compiles, and does not come to an end, or takes all there is."""
    return FRAME.format(
        "static int f(int n) { char b[64]; b[n & 63] = n; return f(n + 1) + b[0]; }\n"
        "static void g(struct work_struct *w) { schedule_work(w); }\nstatic DECLARE_WORK(w, g);\n"
        "static int t(void *d) { while (!kthread_should_stop()) ; return 0; }\n",
        random.choice((
            "while (1) ;", "for (;;) cpu_relax();", "f(0);", "schedule_work(&w);", "while (kmalloc(1 << 20, GFP_KERNEL)) ;",
            "for (;;) kthread_run(t, NULL, \"t\");", "for (;;) pr_info(\"%s\\n\", \"x\");", "for (;;) schedule();", "BUG();",
            "for (;;) alloc_workqueue(\"q\", 0, 0);", "local_irq_disable(); for (;;) ;", "for (;;) udelay(1);",
            "{ unsigned long i; for (i = 0; i < -1UL; i++) barrier(); }", "memset((void *)8, 0, -1UL);", "msleep(-1);",
            "kmalloc(-1UL, GFP_KERNEL); vmalloc(1UL << 40);", "((void (*)(void))0x1234)();", "panic(\"%s\", (char *)1);",
            "{ char s[8]; sprintf(s, \"%0*d\", 1 << 30, 1); }", "ssleep(1 << 30);", "printk(\"%999999999d\\n\", 1);",
        )),
    )  # fmt: skip


KINDS = {
    "mutated": mutated, "macro-bomb": macro_bomb, "nesting": nesting, "types": types, "junk": junk, "runaway": runaway,
}  # fmt: skip
