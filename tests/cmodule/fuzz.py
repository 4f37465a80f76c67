"""Random C for comparison with gcc: `python -m tests.cmodule.fuzz SEED` prints one program."""

from __future__ import annotations

import random
import sys

TYPES = ["signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long",
         "bool"]  # fmt: skip
EDGES = [0, 1, -1, 2, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000,
         0xFFFFFFFF, -0x80000000, 1 << 40, (1 << 63) - 1, -(1 << 63) + 1]  # fmt: skip
RESULTS = 64


class Writer:
    """Writes one program from a seed. Nothing in it is undefined under -fwrapv."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.variables: list[str] = []
        self.names = 0

    def constant(self) -> str:
        value = self.random.choice(EDGES) if self.random.random() < 0.5 else self.random.randint(-300, 300)
        if value > 0x7FFFFFFF or value < -0x7FFFFFFF:
            return f"({value}L)" if value < 1 << 63 else f"{value}UL"
        suffix = self.random.choice(["", "", "U", "L", "UL"])
        return f"({value}{suffix})" if value < 0 else f"{value}{suffix}"

    def element(self) -> str:
        """An array's element, or the same through a pointer."""
        r = self.random
        index = r.choice(
            [
                r.choice(["0", "1", "2", "3"]),
                f"({r.choice(self.variables)} & 3)",
                f"(unsigned char)({r.choice(self.variables)} & 3)",
            ]
        )
        return r.choice([f"ga[{index}]",
                         f"la[{index}]", f"pa[{index}]", f"gb[{index}]", f"(*(pb2 + ({index})))", f"rs[{index}].v",
                         f"((&rs[1])[(int)({index}) - 1].w)"])  # fmt: skip

    def leaf(self) -> str:
        if self.random.random() < 0.25:
            return self.element()
        if self.random.random() < 0.7:
            return self.random.choice(self.variables)
        return self.constant()

    def expr(self, depth: int) -> str:
        r = self.random
        if depth <= 0 or r.random() < 0.1:
            return self.leaf()
        kind = r.randrange(16)
        a = self.expr(depth - 1)
        if kind == 0:
            return f"({r.choice(['-', '~', '!'])}{a})"
        if kind == 1:
            return f"(({r.choice(TYPES)}){a})"
        b = self.expr(depth - 1)
        if kind in (2, 3):
            shifted = f"({r.choice(['unsigned int', 'int', 'unsigned long', 'long'])}){a}"
            return f"(({shifted}) {r.choice(['<<', '>>'])} ({b} & 31))"
        if kind in (4, 5):
            return f"({a} {r.choice(['/', '%'])} (({b} & 63) + {r.choice(['1', '1L', '1U', '3'])}))"
        if kind == 6:
            return f"({a} {r.choice(['/', '%'])} {r.choice(['3', '10', '7L', '-5', '1000U', '-3L'])})"
        if kind == 7:
            return f"({a} ? {b} : {self.expr(depth - 1)})"
        if kind == 8:
            return f"({a} {r.choice(['&&', '||'])} {b})"
        if kind == 9:
            return f"({a} {r.choice(['<', '<=', '>', '>=', '==', '!='])} {b})"
        if kind == 10:
            self.names += 1
            name = f"t{self.names}"
            return f"({{ typeof({a} + 0) {name} = {a}; if ({b}) {name} += {self.leaf()}; {name}; }})"
        if kind == 11:
            return f"({a} ?: {b})"
        return f"({a} {r.choice(['+', '-', '*', '&', '|', '^'])} {b})"

    def target(self) -> str:
        if self.random.random() < 0.3:
            return self.element()
        return self.random.choice([v for v in self.variables if v[0] in "lgsb"])

    def statement(self, depth: int) -> list[str]:
        r = self.random
        kind = r.randrange(10)
        target = self.target()
        if kind < 3:
            return [f"{target} = {self.expr(3)};"]
        if kind < 5:
            return [f"{target} {r.choice(['+', '-', '*', '&', '|', '^'])}= {self.expr(2)};"]
        if kind == 5:
            step = r.choice(["++", "--"])
            return [
                f"{target}{step};" if r.random() < 0.5 else f"b0 = {step}{target};" if "b0" not in target else "b0 = 3;"
            ]
        if kind == 6:
            return [f"{target} {r.choice(['<<', '>>'])}= ({self.expr(1)} & 7);"]
        if depth <= 0:
            return [f"{target} = {self.expr(2)};"]
        if kind == 7:
            inner = [line for _ in range(2) for line in self.statement(depth - 1)]
            other = self.statement(depth - 1)
            return [f"if ({self.expr(2)}) {{", *inner, "} else {", *other, "}"]
        if kind == 8:
            return self.loop(depth)
        return self.switch(depth) if r.random() < 0.6 else self.jump(depth)

    def jump(self, depth: int) -> list[str]:
        """A goto forwards, perhaps out of a loop or into a branch, or backwards a few times."""
        r = self.random
        self.names += 1
        label = f"label{self.names}"
        inner, more = self.statement(depth - 1), self.statement(depth - 1)
        form = r.randrange(4)
        go = f"if ({self.expr(2)}) goto {label};"
        if form == 0:
            return [go, *inner, f"{label}:;", *more]
        if form == 1:
            return [f"for (int n{label} = 0; n{label} < 4; n{label}++) {{", *inner, go, *more, "}", f"{label}:;"]
        if form == 2:
            return [go, f"if ({self.expr(1)}) {{", *inner, f"{label}:;", *more, "}"]
        back = f"if (++n{label} < 4 && ({self.expr(1)})) goto {label};"
        return ["{", f"int n{label} = 0;", f"{label}:;", *inner, back, *more, "}"]

    def loop(self, depth: int) -> list[str]:
        r = self.random
        self.names += 1
        i = f"i{self.names}"
        inner = self.statement(depth - 1)
        jump = [f"if ({self.expr(1)}) {r.choice(['continue', 'break'])};"] if r.random() < 0.7 else []
        body = [*inner, *jump, *self.statement(depth - 1)]
        if r.random() < 0.3:
            return ["{", f"int {i} = 0;", "do {", *body, f"}} while (++{i} < {r.randint(1, 5)});", "}"]
        return [f"for (int {i} = 0; {i} < {r.randint(1, 5)}; {i}++) {{", *body, "}"]

    def switch(self, depth: int) -> list[str]:
        r = self.random
        out = [f"switch ((int)({self.expr(2)} & 7)) {{"]
        for value in r.sample(range(8), 4):
            out.append(f"case {value}:" if r.random() < 0.8 else f"case {value}: case {value + 10} ... {value + 10}:")
            out += ["{", *self.statement(depth - 1), "}"]
            if r.random() < 0.6:
                out.append("break;")
        return [*out, "default: {", *self.statement(depth - 1), "}", "}"]

    def program(self) -> str:
        """The text: `int run(void)` leaves its results in `results`."""
        r = self.random
        lines = [f"long results[{RESULTS}];"]
        lines.append("static struct { int a : 5; unsigned int b : 11; long c : 40; unsigned char d; bool e : 1; } s;")
        kinds = [r.choice(TYPES[:-1]) for _ in range(4)]
        lines.append(f"static {kinds[0]} ga[4] = {{ 1, 2, 3, 4 }}; static {kinds[1]} gb[4] = {{ 7, 100 }};")
        lines.append(f"static struct {{ {kinds[2]} v; {kinds[3]} w; }} rs[4];")
        for i, type_ in enumerate(TYPES):
            lines.append(f"static {type_} g{i} = {self.constant()};")
        fields = ["s.a", "s.b", "s.c", "s.d", "s.e"]
        lines += ["int run(void)", "{"]
        for i, type_ in enumerate(TYPES):
            lines.append(f"{type_} l{i} = {r.choice(EDGES[:-1])}L;")
        lines.append(f"{kinds[2]} la[4] = {{ 5, 6, 7 }}, *pa = la; {kinds[1]} *pb2 = gb;")
        lines.append("long b0 = 5, *pb = &b0; unsigned short b1 = 77, *pc = &b1;")
        self.variables = [f"g{i}" for i in range(len(TYPES))] + [f"l{i}" for i in range(len(TYPES))] + fields
        self.variables += ["b0", "b1"]
        self.names = 0
        n = 0
        for _ in range(12):
            lines += self.statement(2)
            lines.append(f"results[{n}] = {self.expr(3)};")
            n += 1
        for variable in [*self.variables, "*pb", "*pc"]:
            lines.append(f"results[{n}] = {variable};")
            n += 1
        arrays = [
            f"{name}[{i}]{part}"
            for name, part in (("ga", ""), ("gb", ""), ("la", ""), ("rs", ".v"), ("rs", ".w"))
            for i in range(4)
        ]
        for element in arrays:
            lines.append(f"results[{n}] = {element};")
            n += 1
        assert n <= RESULTS
        return "\n".join([*lines, "return 0;", "}", ""])


def program(seed: int) -> str:
    """A random program."""
    return Writer(seed).program()


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1])))
