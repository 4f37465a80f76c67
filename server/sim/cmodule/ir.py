"""The typed form of a C module: what the front end delivers and `lower` takes. Plain data only.

All conversions are explicit (`Cast`); array-to-pointer and function-to-pointer decay are `AddrOf`.
Integer promotions and the usual arithmetic conversions are already applied: both operands of a `Binary`
have the type that the operation is done in, except shifts (the right operand keeps its own) and pointer
arithmetic (`PtrAdd`, `PtrDiff`). `sizeof`, `offsetof`, enumerators and other integer constants are `Int`.

Types are indices into `Unit.types`. Positions are `line`, `col` of `Unit.files[file]` of the enclosing
function, from 1: the place in the module's own text (a macro's argument or expansion point), so that a run
can be shown beside it. An `inline` function from our headers has `file` -1: callers keep their own line.
"""

from __future__ import annotations

import msgspec

from server.sim.cmodule.irtypes import (
    Array as Array,
    Field as Field,
    Function as Function,
    Integer as Integer,
    Node as Node,
    Pointer as Pointer,
    Record as Record,
    Type as Type,
    Void as Void,
)

# ---- expressions: every node has `type`, `line`, `col` first -------------------------------------


class Int(Node, frozen=True, tag="I"):
    """An integer constant (pointers too: NULL is 0)."""

    type: int
    line: int
    col: int
    value: int


class Str(Node, frozen=True, tag="S"):
    """A string literal, an lvalue of array type; `data` includes the terminating zero."""

    type: int
    line: int
    col: int
    data: bytes


class Local(Node, frozen=True, tag="L"):
    """A local variable or parameter, an lvalue: index into the function's `locals`."""

    type: int
    line: int
    col: int
    index: int


class Global(Node, frozen=True, tag="G"):
    """A variable with static storage, an lvalue: key of `Unit.globals` (static locals are `function.name`)."""

    type: int
    line: int
    col: int
    name: str


class FuncRef(Node, frozen=True, tag="F"):
    """A function, of the module (`Unit.functions`) or of the kernel."""

    type: int
    line: int
    col: int
    name: str


class Load(Node, frozen=True, tag="ld"):
    """The value of lvalue `of`. Lvalues appear bare only under Load, AddrOf, Member, Assign, Update, IncDec."""

    type: int
    line: int
    col: int
    of: Expr


class AddrOf(Node, frozen=True, tag="&"):
    """The address of an lvalue or function."""

    type: int
    line: int
    col: int
    of: Expr


class Deref(Node, frozen=True, tag="*"):
    """The lvalue that pointer value `of` points to. `a[i]` is Deref(PtrAdd(a, i))."""

    type: int
    line: int
    col: int
    of: Expr


class Member(Node, frozen=True, tag="."):
    """Member of record lvalue `of` (`p->x` is Member(Deref(p)))."""

    type: int
    line: int
    col: int
    of: Expr
    field: Field


class Unary(Node, frozen=True, tag="u"):
    """`-`, `~`, `!` on a value."""

    type: int
    line: int
    col: int
    op: str
    of: Expr


class Binary(Node, frozen=True, tag="b"):
    """`+ - * / % << >> & | ^ == != < > <= >=` on values; comparisons have type int, signedness
    from the operands' types.
    """

    type: int
    line: int
    col: int
    op: str
    left: Expr
    right: Expr


class PtrAdd(Node, frozen=True, tag="p+"):
    """Pointer plus `index` times `scale` bytes (index may be negative)."""

    type: int
    line: int
    col: int
    pointer: Expr
    index: Expr
    scale: int


class PtrDiff(Node, frozen=True, tag="p-"):
    """(left - right) / scale."""

    type: int
    line: int
    col: int
    left: Expr
    right: Expr
    scale: int


class Logical(Node, frozen=True, tag="lg"):
    """`&&` or `||`, short-circuit, value 0 or 1."""

    type: int
    line: int
    col: int
    op: str
    left: Expr
    right: Expr


class Cond(Node, frozen=True, tag="?"):
    """`test ? then : other`; `then` None is GNU `test ?: other`."""

    type: int
    line: int
    col: int
    test: Expr
    then: Expr | None
    other: Expr


class Comma(Node, frozen=True, tag=","):
    """Evaluates left, then right; the value of right."""

    type: int
    line: int
    col: int
    left: Expr
    right: Expr


class Cast(Node, frozen=True, tag="c"):
    """Conversion between scalars, or to void."""

    type: int
    line: int
    col: int
    of: Expr


class Assign(Node, frozen=True, tag="="):
    """`to = value`; the value has the type of `to`, which may be a record."""

    type: int
    line: int
    col: int
    to: Expr
    value: Expr


class Update(Node, frozen=True, tag="op="):
    """`to op= value`, computed in type `compute` (for pointers `scale` > 0 and op is + or -)."""

    type: int
    line: int
    col: int
    op: str
    to: Expr
    value: Expr
    compute: int
    scale: int = 0


class IncDec(Node, frozen=True, tag="++"):
    """`++`/`--`: `step` is +1, -1 or that times the pointee's size."""

    type: int
    line: int
    col: int
    to: Expr
    step: int
    prefix: bool


class Call(Node, frozen=True, tag="()"):
    """A call; `callee` is a FuncRef (direct) or a pointer value. Arguments are converted; variadic ones promoted."""

    type: int
    line: int
    col: int
    callee: Expr
    args: list[Expr]


class StmtExpr(Node, frozen=True, tag="({"):
    """GNU statement expression: the value of `value` after `body` (None: void)."""

    type: int
    line: int
    col: int
    body: list[Stmt]
    value: Expr | None


class Init(msgspec.Struct, frozen=True, array_like=True):
    """One scalar (or record, or string) of an initialiser: stored at `offset` (bit-fields: field)."""

    offset: int
    value: Expr
    field: Field | None = None


class Compound(Node, frozen=True, tag="cl"):
    """A compound literal, an lvalue with automatic storage in local `index`: zeroed, then `inits` stored."""

    type: int
    line: int
    col: int
    index: int
    inits: list[Init]


class VaArg(Node, frozen=True, tag="va"):
    """`va_arg` on the va_list lvalue `of`. A va_list is the address of the next argument's 8-byte slot; `va_start(&ap)`
    is a Call of FuncRef `va_start`, `va_copy` an assignment, `va_end` nothing.
    """

    type: int
    line: int
    col: int
    of: Expr


Expr = (
    Int | Str | Local | Global | FuncRef | Load | AddrOf | Deref | Member | Unary | Binary | PtrAdd | PtrDiff |
    Logical | Cond | Comma | Cast | Assign | Update | IncDec | Call | StmtExpr | Compound | VaArg
)  # fmt: skip

# ---- statements ---------------------------------------------------------------------------------


class ExprStmt(Node, frozen=True, tag="e"):
    """An expression for its effect."""

    line: int
    col: int
    expr: Expr


class Declare(Node, frozen=True, tag="d"):
    """A local comes into being; uninitialised if `inits` is None, else zeroed (aggregates) and stored."""

    line: int
    col: int
    index: int
    inits: list[Init] | None


class If(Node, frozen=True, tag="if"):
    """`if`."""

    line: int
    col: int
    test: Expr
    then: list[Stmt]
    other: list[Stmt]


class Loop(Node, frozen=True, tag="loop"):
    """`for`, `while` and `do`: test before each turn (`do_while`: after). `step` runs at `continue` too."""

    line: int
    col: int
    test: Expr | None
    step: Expr | None
    body: list[Stmt]
    do_while: bool = False


class Switch(Node, frozen=True, tag="sw"):
    """`switch`; `Case` markers stand in `body` (also nested in it)."""

    line: int
    col: int
    value: Expr
    body: list[Stmt]


class Case(Node, frozen=True, tag="case"):
    """A case label from `low` to `high` inclusive; `default` where low is None."""

    line: int
    col: int
    low: int | None
    high: int | None


class Break(Node, frozen=True, tag="br"):
    """`break`."""

    line: int
    col: int


class Continue(Node, frozen=True, tag="co"):
    """`continue`."""

    line: int
    col: int


class Return(Node, frozen=True, tag="ret"):
    """`return`."""

    line: int
    col: int
    value: Expr | None


class Label(Node, frozen=True, tag=":"):
    """A label."""

    line: int
    col: int
    name: str


class Goto(Node, frozen=True, tag="go"):
    """`goto`."""

    line: int
    col: int
    name: str


class Block(Node, frozen=True, tag="{"):
    """A nested block."""

    line: int
    col: int
    body: list[Stmt]


Stmt = ExprStmt | Declare | If | Loop | Switch | Case | Break | Continue | Return | Label | Goto | Block

SAME_NAME = "@"  # stands behind a static's name, before a number, where another file has one that is equal

# ---- the whole ------------------------------------------------------------------------------------


class LocalVar(msgspec.Struct, frozen=True, array_like=True):
    """A local or parameter; `addressed` if its address is taken or it is not a scalar: it then lives on the task's
    stack.
    """

    name: str
    type: int
    addressed: bool


class FunctionDef(msgspec.Struct, frozen=True, array_like=True):
    """A function with a body. The first `params` locals are its parameters."""

    name: str
    type: int
    file: int
    line: int
    params: int
    locals: list[LocalVar]
    body: list[Stmt]
    static: bool = True
    section: str = ""  # "init" or "exit"
    address_taken: bool = False
    end_line: int = 0


class GlobalDef(msgspec.Struct, frozen=True, array_like=True):
    """A variable with static storage; `inits` hold link-time constants (Int, Str, AddrOf of Global/FuncRef, PtrAdd of
    those).
    """

    name: str
    type: int
    file: int
    line: int
    inits: list[Init]
    const: bool = False
    percpu: bool = False
    static: bool = True
    section: str = ""


class Param(msgspec.Struct, frozen=True, array_like=True):
    """A `module_param*`: kind is bool, int, uint, …, charp, string, array or cb. `variable` names the global."""

    name: str
    kind: str
    variable: str
    perm: int
    line: int
    element: str = ""  # arrays: the kind of an element
    count_variable: str = ""  # arrays: where the number of elements given goes
    ops: str = ""  # cb: the struct kernel_param_ops global
    description: str = ""
    maxlen: int = 0  # string: size of the buffer


class Unit(msgspec.Struct, frozen=True):
    """A whole module, linked from its files."""

    files: list[str]
    types: list[Type]
    globals: list[GlobalDef]
    functions: list[FunctionDef]
    params: list[Param]
    info: dict[str, str]  # license, author, description, …
    init: str = ""  # name of the module_init function
    exit: str = ""
    imports: list[str] = []  # kernel functions that are called or referred to
    warnings: int = 0
    exports: dict[str, bool] = {}  # EXPORT_SYMBOL: name to whether it is for GPL modules only
    externs: list[str] = []  # symbols of other modules, which are reached through `__got_NAME`
    others: dict[str, Unit] = {}  # the scenario's other modules, by name
