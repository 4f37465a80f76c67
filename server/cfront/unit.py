"""One parsed file to its part of an `ir.Unit`: functions, variables, parameters and module information."""

from __future__ import annotations

import re

from server.cfront import clang
from server.cfront.context import EXTERN, FUNCTION_DECL, VAR_DECL, Context
from server.cfront.expressions import Expressions
from server.cfront.initialisers import Initialisers, constants
from server.cfront.statements import Statements
from server.cfront.types import Refused
from server.sim.cmodule import ir
from server.sim.kapi.paths import GROUP_PATHS

PARAM_RECORD, INFO_RECORD, INIT_RECORD, EXIT_RECORD = "__wq_param", "__wq_info", "__wq_initcall", "__wq_exitcall"
META_RECORDS = (PARAM_RECORD, INFO_RECORD, INIT_RECORD, EXIT_RECORD)

VARIABLE_BYTES_MAX = 64 << 20
_LATE_GROUP = re.compile(
    r"#\s*include\s*[<\"](?:{})[>\"]".format("|".join(re.escape(p) for paths in GROUP_PATHS.values() for p in paths))
)


class Part:
    """What one `.c` file contributes."""

    def __init__(self) -> None:
        """Empty."""
        self.functions: list[ir.FunctionDef] = []
        self.globals: list[ir.GlobalDef] = []
        self.params: list[ir.Param] = []
        self.info: list[tuple[str, str]] = []
        self.descriptions: dict[str, str] = {}
        self.init = self.exit = ""
        self.init_line = 0
        self.imports: dict[str, tuple[int, int, int]] = {}


def translate(context: Context, unit: int, source: str) -> Part:
    """Translate a parsed file. Refusals go to `context.diagnostics`."""
    lib = context.lib
    part = Part()
    context.unit = unit
    declared = [c for c in lib.children(lib.getTranslationUnitCursor(unit)) if c.kind in (FUNCTION_DECL, VAR_DECL)]
    own = _own(lib, declared, source)
    for cursor in declared:
        if cursor.kind == VAR_DECL and lib.Cursor_getStorageClass(cursor) != EXTERN:
            name = lib.name(cursor)
            if name not in context.definitions or not lib.Cursor_isNull(lib.Cursor_getVarDeclInitializer(cursor)):
                context.definitions[name] = cursor
    for cursor in own:
        if cursor.kind == FUNCTION_DECL and lib.isCursorDefinition(cursor):
            context.functions.setdefault(lib.name(cursor), cursor)
        elif cursor.kind == VAR_DECL and lib.Cursor_getStorageClass(cursor) != EXTERN:
            name = lib.name(cursor)
            if not name.startswith("__wq_check_"):  # a module_param's: only its type check is of use
                context.globals.setdefault(name, context.definitions[name])
    _work_off(context, part, source)
    _set_address_taken(context, part)
    part.imports = {name: at for name, at in context.imports.items() if name not in context.functions}
    part.imports = {name: at for name, at in part.imports.items() if name not in context.definitions}
    return part


def _own(lib: clang.Library, declared: list[clang.Cursor], source: str) -> list[clang.Cursor]:
    """The module's own declarations. The kernel's come in one block, as one header holds them: look at its ends.

    Where a header comes behind the module's first lines, they may come in two.
    """
    first, last = 0, len(declared)
    while first < last and not lib.Location_isInSystemHeader(lib.getCursorLocation(declared[first])):
        first += 1
    while last > first and not lib.Location_isInSystemHeader(lib.getCursorLocation(declared[last - 1])):
        last -= 1
    between = declared[first:last] if _LATE_GROUP.search(source) else []
    inside = [c for c in between if not lib.Location_isInSystemHeader(lib.getCursorLocation(c))]
    return declared[:first] + inside + declared[last:]


def _work_off(context: Context, part: Part, source: str) -> None:
    """Translate until nothing new is asked for."""
    done_functions: set[str] = set()
    done_globals: set[str] = set()
    while True:
        functions = [item for item in context.functions.items() if item[0] not in done_functions]
        variables = [item for item in context.globals.items() if item[0] not in done_globals]
        if not functions and not variables:
            break
        for name, cursor in variables:
            done_globals.add(name)
            try:
                _global(context, part, name, cursor)
            except Refused as refused:
                context.refuse(refused, cursor)
        for name, cursor in functions:
            done_functions.add(name)
            try:
                part.functions.append(_function(context, name, cursor, source))
            except Refused as refused:
                context.refuse(refused, cursor)
    part.globals.extend(context.extra_globals)


def _function(context: Context, name: str, cursor: clang.Cursor, source: str) -> ir.FunctionDef:
    lib = context.lib
    file, line, _ = context.place(cursor)
    translator = Statements(context, name, source=source)
    body: clang.Cursor | None = None
    section = ""
    for child in lib.children(cursor):
        if child.kind == 10:
            type_ = context.types.of(child)
            shape = context.types.list[type_]
            if isinstance(shape, ir.Array):  # `int v[3]` as a parameter is a pointer
                type_ = context.types.pointer(shape.of)
            translator.local_of[child.data[0]] = translator.add_local(lib.name(child), type_)
        elif child.kind == 202:
            body = child
        elif child.kind == 406:
            text = lib.name(child)
            section = text.removeprefix("wq:") if text in ("wq:init", "wq:exit") else section
    params = len(translator.locals)
    type_ = context.types.of(cursor)
    statements = translator.body(body) if body is not None else []
    translator.finish()
    end = lib.place(lib.getRangeEnd(lib.getCursorExtent(cursor)))[1]
    static = lib.Cursor_getStorageClass(cursor) == 3
    return ir.FunctionDef(
        name, type_, file, line if file >= 0 else 0, params, translator.locals, statements, static, section,
        end_line=end if file >= 0 else 0,
    )  # fmt: skip


def _global(context: Context, part: Part, name: str, cursor: clang.Cursor) -> None:
    lib = context.lib
    file, line, _ = context.place(cursor)
    type_ = context.types.of(cursor)
    if context.types.size(type_) > VARIABLE_BYTES_MAX:
        size = context.types.size(type_)
        raise Refused("size", f"'{name}' has {size} bytes: more than the simulated machine's memory")
    start = lib.Cursor_getVarDeclInitializer(cursor)
    translator = Initialisers(context)
    inits = [] if lib.Cursor_isNull(start) else constants(translator, translator.initialiser(start, type_))
    record = context.types.list[type_]
    if isinstance(record, ir.Record) and record.name in META_RECORDS:
        _meta(part, record.name, inits, line)
        return
    notes = context.annotations(cursor)
    const = bool(lib.isConstQualifiedType(lib.getCanonicalType(lib.getCursorType(cursor))))
    if const and len(inits) == 1 and isinstance(inits[0].value, ir.Int) and isinstance(record, ir.Integer):
        context.constant_values[name] = inits[0].value.value
    part.globals.append(
        ir.GlobalDef(
            name, type_, file, line if file >= 0 else 0, inits, const, "wq:percpu" in notes,
            lib.Cursor_getStorageClass(cursor) == 3, "init" if "wq:initdata" in notes else "",
        )
    )  # fmt: skip


def _text(e: ir.Expr) -> str:
    """The string that a `const char *` initialiser points to."""
    if isinstance(e, ir.AddrOf) and isinstance(e.of, ir.Str):
        return e.of.data.rstrip(b"\0").decode("utf-8", "replace")
    return ""


def _name(e: ir.Expr) -> str:
    """The variable or function whose address an initialiser takes."""
    while isinstance(e, (ir.Cast, ir.AddrOf, ir.Member, ir.Deref, ir.PtrAdd, ir.Cond)):
        e = e.pointer if isinstance(e, ir.PtrAdd) else e.then or e.other if isinstance(e, ir.Cond) else e.of
    return e.name if isinstance(e, (ir.Global, ir.FuncRef)) else ""


def _meta(part: Part, record: str, inits: list[ir.Init], line: int) -> None:
    """A variable that MODULE_*, module_init or module_param made: it tells about the module and is not in it."""
    at = {init.offset: init.value for init in inits}
    nothing = ir.Int(0, 0, 0, 0)
    first = at.get(0, nothing)
    if record == INFO_RECORD:
        key, value = _text(first), _text(at.get(8, nothing))
        if key == "parm":
            part.descriptions[value.partition(":")[0]] = value.partition(":")[2]
        else:
            part.info.append((key, value))
    elif record == INIT_RECORD:
        part.init, part.init_line = _name(first), line
    elif record == EXIT_RECORD:
        part.exit = _name(first)
    elif record == PARAM_RECORD:  # the offsets of struct __wq_param
        perm, maxlen = at.get(32, nothing), at.get(56, nothing)
        part.params.append(
            ir.Param(
                _text(first), _text(at.get(8, nothing)), _name(at.get(24, nothing)),
                perm.value if isinstance(perm, ir.Int) else 0, line, _text(at.get(16, nothing)),
                _name(at.get(40, nothing)), _name(at.get(48, nothing)),
                maxlen=maxlen.value if isinstance(maxlen, ir.Int) else 0,
            )
        )  # fmt: skip


def _set_address_taken(context: Context, part: Part) -> None:
    """Mark the functions that may be called through a pointer."""
    taken = set(context.address_taken) | {part.init, part.exit}
    part.functions = [
        ir.FunctionDef(f.name, f.type, f.file, f.line, f.params, f.locals, f.body, f.static, f.section,
                       f.name in taken, f.end_line)
        for f in part.functions
    ]  # fmt: skip


__all__ = ["Expressions", "Part", "translate"]
