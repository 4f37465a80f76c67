"""Expressions: clang cursors to `ir` expressions, with all conversions explicit and constants folded."""

from __future__ import annotations

from msgspec import structs

from server.cfront import clang
from server.cfront.context import Context
from server.cfront.fold import binary, cast, conditional, logical, unary
from server.cfront.reals import real
from server.cfront.types import FLOATS, POINTER, RECORD, Refused
from server.sim.cmodule import ir

UNEXPOSED, DECL_REF, MEMBER_REF, CALL, INTEGER, FLOATING, STRING, CHARACTER = 100, 101, 102, 103, 106, 107, 109, 110
PAREN, UNARY, SUBSCRIPT, BINARY, COMPOUND_ASSIGN, CONDITIONAL, CSTYLE_CAST = 111, 112, 113, 114, 115, 116, 117
COMPOUND_LITERAL, INIT_LIST, ADDR_LABEL, STATEMENT, GENERIC, SIZEOF, IMAGINARY = 118, 119, 120, 121, 122, 136, 108
ENUM_CONSTANT, FUNCTION, VARIABLE, PARAMETER = 7, 8, 9, 10

BINARY_OPS = {3: "*", 4: "/", 5: "%", 6: "+", 7: "-", 8: "<<", 9: ">>", 11: "<", 12: ">", 13: "<=", 14: ">=",
              15: "==", 16: "!=", 17: "&", 18: "^", 19: "|"}  # fmt: skip
UPDATE_OPS = {23: "*", 24: "/", 25: "%", 26: "+", 27: "-", 28: "<<", 29: ">>", 30: "&", 31: "^", 32: "|"}
LOGICAL_AND, LOGICAL_OR, ASSIGN, COMMA = 20, 21, 22, 33
POST_INC, POST_DEC, PRE_INC, PRE_DEC, ADDRESS, DEREF, PLUS, MINUS, NOT, LOGICAL_NOT = range(1, 11)
EXTENSION = 13
COMPARISONS = frozenset(("<", ">", "<=", ">=", "==", "!="))
LVALUES = (ir.Local, ir.Global, ir.Deref, ir.Member, ir.Str, ir.Compound, ir.FuncRef)
DEPTH_MAX = 200
ESCAPES = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27}


def unescape(spelling: str) -> bytes:
    """The bytes of a string literal as clang prints it: quotes, joined parts, C escapes."""
    out = bytearray()
    i, end = spelling.index('"') + 1, len(spelling) - 1
    while i < end:
        char = spelling[i]
        if char != "\\":
            out += char.encode()
            i += 1
            continue
        char = spelling[i + 1]
        if char in "01234567":
            j = i + 1
            while j < min(i + 4, end) and spelling[j] in "01234567":
                j += 1
            out.append(int(spelling[i + 1 : j], 8) & 255)
            i = j
        elif char == "x":
            out.append(int(spelling[i + 2 : i + 4], 16))
            i += 4
        else:
            out.append(ESCAPES.get(char, ord(char)))
            i += 2
    return bytes(out)


class Expressions:
    """Translates the expressions of one function, or of initialisers at file scope (`function` empty)."""

    def __init__(self, context: Context, function: str = "") -> None:
        """Nothing is translated yet."""
        self.context, self.lib, self.types, self.function = context, context.lib, context.types, function
        self.source = ""  # the text of the file, where it is known
        self.locals: list[ir.LocalVar] = []
        self.local_of: dict[int, int] = {}
        self.depth = 0
        self._kinds = {
            PAREN: self._inner, UNEXPOSED: self._unexposed, DECL_REF: self._reference, MEMBER_REF: self._member,
            CALL: self._call, INTEGER: self._constant, CHARACTER: self._constant, SIZEOF: self._constant,
            STRING: self._string, UNARY: self._unary, SUBSCRIPT: self._subscript, BINARY: self._binary,
            COMPOUND_ASSIGN: self._update, CONDITIONAL: self._conditional, CSTYLE_CAST: self._cast,
            COMPOUND_LITERAL: self._compound, STATEMENT: self._statement_expression, GENERIC: self._generic,
        }  # fmt: skip

    # ---- entry points ----------------------------------------------------------------------------

    def at(self, cursor: clang.Cursor) -> tuple[int, int]:
        """(line, column) of a cursor; 0, 0 in our headers."""
        file, line, col = self.context.place(cursor)
        return (line, col) if file >= 0 else (0, 0)

    def operands(self, cursor: clang.Cursor) -> list[clang.Cursor]:
        """The children that are expressions."""
        return [child for child in self.lib.children(cursor) if 100 <= child.kind < 200]

    def expr(self, cursor: clang.Cursor) -> ir.Expr:
        """An expression, possibly an lvalue. Raises Refused for what the kernel or the simulator does not have."""
        translate = self._kinds.get(cursor.kind)
        if translate is None:
            raise self._unsupported(cursor)
        deeper = cursor.kind not in (PAREN, UNEXPOSED)
        self.depth += deeper
        if self.depth > DEPTH_MAX:
            raise Refused("nesting", f"expressions are nested more than {DEPTH_MAX} deep", "split it up", cursor)
        try:
            return translate(cursor)
        except Refused as refused:
            if refused.cursor is None:
                refused.cursor = cursor
            raise
        finally:
            self.depth -= deeper

    def value(self, cursor: clang.Cursor) -> ir.Expr:
        """An expression's value: arrays and functions as addresses, other lvalues loaded."""
        return self.load(self.expr(cursor))

    def load(self, e: ir.Expr) -> ir.Expr:
        """The value of `e`."""
        if not isinstance(e, LVALUES):
            return e
        t = self.types.list[e.type]
        if isinstance(t, ir.Array):
            return self.address(e, self.types.pointer(t.of))
        if isinstance(t, ir.Function):
            return self.address(e, self.types.pointer(e.type))
        return ir.Load(e.type, e.line, e.col, e)

    def address(self, e: ir.Expr, type_: int) -> ir.Expr:
        """The address of lvalue `e`, as pointer type `type_`."""
        if isinstance(e, ir.Deref):
            return cast(self.types, e.of, type_)
        root: ir.Expr = e
        while isinstance(root, ir.Member):
            root = root.of
        if isinstance(root, ir.Local):
            old = self.locals[root.index]
            if not old.addressed:
                self.locals[root.index] = ir.LocalVar(old.name, old.type, True)
        if isinstance(e, ir.FuncRef):
            self.context.address_taken[e.name] = None
        return ir.AddrOf(type_, e.line, e.col, e)

    def converted(self, cursor: clang.Cursor, type_: int) -> ir.Expr:
        """The value of a cursor, converted to `type_` (records stay as they are)."""
        return cast(self.types, self.value(cursor), type_)

    def add_local(self, name: str, type_: int) -> int:
        """A new local of the function."""
        self.locals.append(ir.LocalVar(name, type_, not self.types.is_scalar(type_)))
        return len(self.locals) - 1

    # ---- leaves ----------------------------------------------------------------------------------

    def _unsupported(self, cursor: clang.Cursor) -> Refused:
        if cursor.kind in (FLOATING, IMAGINARY):
            return Refused("floating-point", "floating point is not available in the kernel",
                           "use integers: scale the values, or div_u64() and fixed point", cursor)  # fmt: skip
        if cursor.kind == ADDR_LABEL:
            return Refused("computed-goto", "the address of a label (computed goto) is not supported in the simulator",
                           "use switch, or a table of functions", cursor)  # fmt: skip
        return Refused("expression", "this kind of expression is not supported in the simulator", "", cursor)

    def _inner(self, cursor: clang.Cursor) -> ir.Expr:
        return self.expr(self.operands(cursor)[0])

    def _constant(self, cursor: clang.Cursor) -> ir.Expr:
        value = self.lib.evaluate(cursor)
        if value is None:
            operands = self.operands(cursor)
            if cursor.kind == SIZEOF and operands and self.lib.getCursorType(operands[0]).kind == 115:
                self.types.of(operands[0])  # refuses the array of variable length in its own words
            raise Refused("constant", "the value of this expression is not known at compile time", "", cursor)
        type_ = self.types.of(cursor)
        return ir.Int(type_, *self.at(cursor), self.types.wrap(value, type_))

    def _string(self, cursor: clang.Cursor) -> ir.Expr:
        spelling = self.lib.name(cursor)
        if not spelling.startswith('"'):
            raise Refused("wide-string", "wide strings are not used in the kernel", "remove the prefix", cursor)
        return ir.Str(self.types.of(cursor), *self.at(cursor), unescape(spelling) + b"\0")

    def _reference(self, cursor: clang.Cursor) -> ir.Expr:
        lib, at = self.lib, self.at(cursor)
        target = lib.getCursorReferenced(cursor)
        kind = target.kind
        if kind in (VARIABLE, PARAMETER):
            index = self.local_of.get(target.data[0])
            if index is not None:
                return ir.Local(self.locals[index].type, *at, index)
            name = self.context.want_global(target)
            type_ = self.types.of(target)
            if name is None:
                getter = "__get_" + lib.name(target)
                self.context.imports.setdefault(getter, (-1, 0, 0))
                returns = self.types.shape(ir.Function(type_, []))
                return ir.Call(type_, *at, ir.FuncRef(returns, *at, getter), [])
            return ir.Global(type_, *at, name)
        if kind == FUNCTION:
            return ir.FuncRef(self.types.of(target), *at, self.context.want_function(target, cursor))
        if kind == ENUM_CONSTANT:
            type_ = self.types.of(cursor)
            return ir.Int(type_, *at, self.types.wrap(lib.getEnumConstantDeclValue(target), type_))
        raise Refused("reference", f"'{lib.name(cursor)}' cannot be used here", "", cursor)

    # ---- postfix ---------------------------------------------------------------------------------

    def _member(self, cursor: clang.Cursor) -> ir.Expr:
        of = self.operands(cursor)[0]
        field = self._field(self.lib.getCursorReferenced(cursor), of)
        base = self.expr(of)
        line, col = self.at(cursor)
        if not isinstance(base, LVALUES) and self.types.is_pointer(base.type):
            base = ir.Deref(self.types.to(base.type), line, col, base)
        elif isinstance(base, LVALUES) and self.types.is_pointer(base.type):
            base = ir.Deref(self.types.to(base.type), line, col, self.load(base))
        if not line:
            line, col = base.line, base.col
        return ir.Member(field.type, line, col, base, field)

    def _field(self, member: clang.Cursor, of: clang.Cursor) -> ir.Field:
        """The field that is meant of `of`. libclang leaves out an anonymous union or struct in between, and with it
        where that begins.
        """
        lib = self.lib
        field = self.types.field(member)
        if not lib.Cursor_isAnonymousRecordDecl(lib.getCursorSemanticParent(member)):
            return field
        record = lib.getCanonicalType(lib.getCursorType(of))
        if record.kind == POINTER:
            record = lib.getCanonicalType(lib.getPointeeType(record))
        return structs.replace(field, offset=field.offset + self.types.before(member, record) // 8)

    def _subscript(self, cursor: clang.Cursor) -> ir.Expr:
        left, right = (self.value(child) for child in self.operands(cursor))
        if not self.types.is_pointer(left.type):
            left, right = right, left
        to, at = self.types.to(left.type), self.at(cursor)
        place = ir.PtrAdd(left.type, *at, left, right, self.types.size(to))
        return ir.Deref(to, *at, place)

    def _call(self, cursor: clang.Cursor) -> ir.Expr:
        callee_cursor, *arguments = self.operands(cursor)
        name = self.lib.name(cursor)
        if name.startswith("__builtin_"):
            return self._builtin(cursor, name, arguments)
        type_, at = self.types.of(cursor), self.at(cursor)
        callee = self.expr(callee_cursor)
        if isinstance(callee, ir.AddrOf) and isinstance(callee.of, ir.FuncRef):
            callee = callee.of
        elif not isinstance(callee, ir.FuncRef):
            callee = self.load(callee)
        function = self.types.list[callee.type]
        if isinstance(function, ir.Pointer):
            function = self.types.list[function.to]
        assert isinstance(function, ir.Function)
        values = [self.value(argument) for argument in arguments]
        for i, param in enumerate(function.params):
            values[i] = cast(self.types, values[i], param)
        for i in range(len(function.params), len(values)):
            if self.types.is_scalar(values[i].type):
                values[i] = cast(self.types, values[i], self.types.promote(values[i].type))
        return ir.Call(type_, *at, callee, values)

    def _builtin(self, cursor: clang.Cursor, name: str, arguments: list[clang.Cursor]) -> ir.Expr:
        type_, at = self.types.of(cursor), self.at(cursor)
        if name in ("__builtin_expect", "__builtin_expect_with_probability"):
            return self.converted(arguments[0], type_)
        if name == "__builtin_constant_p":
            return ir.Int(type_, *at, int(self.lib.evaluate(arguments[0]) is not None))
        plain = name if name in self.context.known else name.removeprefix("__builtin_")
        if plain not in self.context.known:
            value = self.lib.evaluate(cursor)
            if value is not None:
                return ir.Int(type_, *at, self.types.wrap(value, type_))
            raise Refused("builtin", f"the compiler builtin '{name}' is not supported in the simulator", "", cursor)
        self.context.imports.setdefault(plain, (-1, 0, 0))
        values = [self.value(argument) for argument in arguments]
        shape = self.types.shape(ir.Function(type_, [v.type for v in values]))
        return ir.Call(type_, *at, ir.FuncRef(shape, *at, plain), values)

    # ---- operators -------------------------------------------------------------------------------

    def _unary(self, cursor: clang.Cursor) -> ir.Expr:
        kind = self.lib.getCursorUnaryOperatorKind(cursor)
        child = self.operands(cursor)[0]
        type_, at = self.types.of(cursor), self.at(cursor)
        if kind == EXTENSION:
            return self.expr(child)
        if kind == ADDRESS:
            return self.address(self.expr(child), type_)
        if kind == DEREF:
            of = self.value(child)
            if isinstance(of, ir.AddrOf) and isinstance(of.of, ir.FuncRef):
                return of.of
            return self._va_arg(of, type_, at) or ir.Deref(type_, *at, of)
        if kind in (POST_INC, POST_DEC, PRE_INC, PRE_DEC):
            step = self.types.size(self.types.to(type_)) if self.types.is_pointer(type_) else 1
            up = kind in (POST_INC, PRE_INC)
            return ir.IncDec(type_, *at, self._target(child), step if up else -step, kind in (PRE_INC, PRE_DEC))
        of = self.value(child)
        if kind == PLUS:
            return cast(self.types, of, type_)
        if kind in (MINUS, NOT, LOGICAL_NOT):
            op = {MINUS: "-", NOT: "~", LOGICAL_NOT: "!"}[kind]
            return unary(self.types, type_, at, op, of if op == "!" else cast(self.types, of, type_))
        raise self._unsupported(cursor)

    @staticmethod
    def _va_arg(pointer: ir.Expr, type_: int, at: tuple[int, int]) -> ir.Expr | None:
        """`va_arg`, which our header writes as a dereference of `__wq_va_arg(&ap)`."""
        call = pointer.of if isinstance(pointer, ir.Cast) else pointer
        if isinstance(call, ir.Call) and isinstance(call.callee, ir.FuncRef) and call.callee.name == "__wq_va_arg":
            ap = call.args[0]
            return ir.VaArg(type_, *at, ap.of if isinstance(ap, ir.AddrOf) else ir.Deref(0, *at, ap))
        return None

    def _binary(self, cursor: clang.Cursor) -> ir.Expr:
        kind = self.lib.getCursorBinaryOperatorKind(cursor)
        left_cursor, right_cursor = self.operands(cursor)
        type_, at = self.types.of(cursor), self.at(cursor)
        if kind == ASSIGN:
            to = self._target(left_cursor)
            return ir.Assign(type_, *at, to, self.converted(right_cursor, to.type))
        if kind == COMMA:
            return ir.Comma(type_, *at, self.load(self.expr(left_cursor)), self.value(right_cursor))
        if kind in (LOGICAL_AND, LOGICAL_OR):
            left, right = self.value(left_cursor), self.value(right_cursor)
            return logical(type_, at, "&&" if kind == LOGICAL_AND else "||", left, right)
        op = BINARY_OPS.get(kind)
        if op is None:
            raise self._unsupported(cursor)
        left, right = self.value(left_cursor), self.value(right_cursor)
        types = self.types
        if op in "+-":
            if types.is_pointer(left.type) and types.is_pointer(right.type):
                return ir.PtrDiff(type_, *at, left, right, max(types.size(types.to(left.type)), 1))
            if types.is_pointer(right.type):
                left, right = right, left
            if types.is_pointer(left.type):
                if op == "-":
                    right = unary(types, types.long, at, "-", cast(types, right, types.long))
                return ir.PtrAdd(left.type, *at, left, right, types.size(types.to(left.type)))
        return binary(types, type_, at, op, left, right)

    def _target(self, cursor: clang.Cursor) -> ir.Expr:
        """What is written to: a variable of the kernel's is none."""
        to = self.expr(cursor)
        if isinstance(to, ir.Call) and isinstance(to.callee, ir.FuncRef) and to.callee.name.startswith("__get_"):
            name = to.callee.name.removeprefix("__get_")
            raise Refused("kernel-variable", f"'{name}' is the kernel's: a module cannot change it here",
                          "a real kernel goes on with the value, and soon not at all", cursor)  # fmt: skip
        return to

    def _update(self, cursor: clang.Cursor) -> ir.Expr:
        op = UPDATE_OPS[self.lib.getCursorBinaryOperatorKind(cursor)]
        left_cursor, right_cursor = self.operands(cursor)
        to, right = self._target(left_cursor), self.value(right_cursor)
        types, at = self.types, self.at(cursor)
        if types.is_pointer(to.type):
            return ir.Update(to.type, *at, op, to, right, to.type, types.size(types.to(to.type)))
        if op in ("<<", ">>"):
            compute = types.promote(to.type)
        else:
            compute = types.arithmetic(to.type, right.type)
            right = cast(types, right, compute)
        return ir.Update(to.type, *at, op, to, right, compute)

    def _conditional(self, cursor: clang.Cursor) -> ir.Expr:
        test, then, other = self.operands(cursor)
        type_ = self.types.of(cursor)
        return conditional(self.types, type_, self.at(cursor), self.value(test), self.converted(then, type_),
                           self.converted(other, type_))  # fmt: skip

    def _cast(self, cursor: clang.Cursor) -> ir.Expr:
        child = self.operands(cursor)[-1]
        return self._conversion(cursor, child)

    def _conversion(self, cursor: clang.Cursor, child: clang.Cursor) -> ir.Expr:
        lib = self.lib
        if lib.getCanonicalType(lib.getCursorType(child)).kind in FLOATS:
            value = lib.evaluate(cursor)  # (int)(1.5 * HZ) is an integer constant, and fine
            if value is not None:
                type_ = self.types.of(cursor)
                return ir.Int(type_, *self.at(cursor), self.types.wrap(value, type_))
            exact = real(lib, child, self.source)
            if exact is not None and lib.getCanonicalType(lib.getCursorType(cursor)).kind not in FLOATS:
                type_ = self.types.of(cursor)
                return ir.Int(type_, *self.at(cursor), self.types.wrap(int(exact), type_))
        return cast(self.types, self.value(child), self.types.of(cursor))

    def _unexposed(self, cursor: clang.Cursor) -> ir.Expr:
        """Implicit casts, and the expressions that libclang has no kind for."""
        children = self.operands(cursor)
        if len(children) == 1:
            if children[0].kind == STRING and not self.types.is_pointer(self.types.of(cursor)):
                return self.expr(children[0])  # __func__
            if self._is_record(children[0]) and not self._is_record(cursor):
                return self._constant(cursor)  # offsetof(typeof(x), member): clang shows x
            return self._conversion(cursor, children[0])
        if len(children) == 4:  # GNU test ?: other, whose test clang shows three times
            type_ = self.types.of(cursor)
            test, other = self.value(children[0]), self.converted(children[3], type_)
            if isinstance(test, ir.Int):
                return cast(self.types, test, type_) if test.value else other
            return ir.Cond(type_, *self.at(cursor), test, None, other)
        if len(children) == 3:  # __builtin_choose_expr
            return self.expr(children[1] if self.lib.evaluate(children[0]) else children[2])
        return self._constant(cursor)  # offsetof, __builtin_types_compatible_p

    def _is_record(self, cursor: clang.Cursor) -> bool:
        return bool(self.lib.getCanonicalType(self.lib.getCursorType(cursor)).kind == RECORD)

    def _generic(self, cursor: clang.Cursor) -> ir.Expr:
        """`_Generic`: clang has chosen already, but shows all; a constant is evaluated, else the type decides."""
        type_ = self.types.of(cursor)
        value = self.lib.evaluate(cursor)
        if value is not None:
            return ir.Int(type_, *self.at(cursor), self.types.wrap(value, type_))
        _, *choices = self.operands(cursor)
        fitting = [choice for choice in choices if self.types.of(choice) == type_]
        if len(fitting) != 1:
            raise Refused("generic", "this _Generic selection is not supported in the simulator", "", cursor)
        return self.expr(fitting[0])

    # ---- filled in by the subclasses ---------------------------------------------------------------

    def _compound(self, cursor: clang.Cursor) -> ir.Expr:
        raise NotImplementedError

    def _statement_expression(self, cursor: clang.Cursor) -> ir.Expr:
        raise NotImplementedError
