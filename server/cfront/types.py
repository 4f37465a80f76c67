"""The type table of a unit: clang's types become indices into a list of `ir` types, equal types one index."""

from __future__ import annotations

from server.cfront import clang
from server.sim.cmodule import ir

VOID, BOOL, FLOATS = 2, 3, frozenset((21, 22, 23, 30, 31, 32, 40, 100))
POINTER, RECORD, ENUM, CONSTANT_ARRAY, INCOMPLETE_ARRAY, VARIABLE_ARRAY = 101, 105, 106, 112, 114, 115
FUNCTION = (110, 111)
DEPTH_MAX = 200

# clang kind -> (name, size, signed); `char` is unsigned, as the kernel is built since 6.2
INTEGERS: dict[int, tuple[str, int, bool]] = {
    3: ("bool", 1, False), 4: ("char", 1, False), 5: ("unsigned char", 1, False), 8: ("unsigned short", 2, False),
    9: ("unsigned int", 4, False), 10: ("unsigned long", 8, False), 11: ("unsigned long long", 8, False),
    12: ("unsigned __int128", 16, False), 13: ("char", 1, True), 14: ("signed char", 1, True), 15: ("int", 4, True),
    16: ("short", 2, True), 17: ("int", 4, True), 18: ("long", 8, True), 19: ("long long", 8, True),
    20: ("__int128", 16, True),
}  # fmt: skip


class Refused(Exception):
    """C that is valid but that no kernel module may use; carries the place as a cursor, or None for the nearest."""

    def __init__(self, code: str, message: str, hint: str = "", cursor: clang.Cursor | None = None) -> None:
        """Keep what the diagnostic needs."""
        super().__init__(message)
        self.code, self.message, self.hint, self.cursor = code, message, hint, cursor


class Types:
    """Numbers types. `list` goes into the unit; records are entered before their members, so they may be recursive."""

    def __init__(self, lib: clang.Library) -> None:
        """Start with the types that the translator itself needs."""
        self.lib = lib
        self.list: list[ir.Type] = []
        self._depth = 0
        self._by_clang: dict[int, int] = {}
        self._by_shape: dict[object, int] = {}
        self._records: dict[int, int] = {}
        self._fields: dict[int, ir.Field] = {}
        self.void = self.shape(ir.Void())
        self.int = self.integer(17)
        self.uint = self.integer(9)
        self.long = self.integer(18)
        self.ulong = self.integer(10)
        self.char = self.integer(4)
        self.void_pointer = self.pointer(self.void)

    def forget(self) -> None:
        """Forget clang's handles: the next translation unit has its own."""
        self._by_clang, self._records, self._fields, self._depth = {}, {}, {}, 0

    def shape(self, type_: ir.Type) -> int:
        """The index of a type without identity."""
        key: object = type_
        if isinstance(type_, ir.Function):  # holds a list, which has no hash
            key = (type_.returns, tuple(type_.params), type_.variadic)
        index = self._by_shape.get(key)
        if index is None:
            index = self._by_shape[key] = len(self.list)
            self.list.append(type_)
        return index

    def integer(self, kind: int) -> int:
        """The index of an integer type by its clang kind."""
        name, size, signed = INTEGERS[kind]
        return self.shape(ir.Integer(name, size, signed, kind == BOOL))

    def pointer(self, to: int) -> int:
        """The index of a pointer to type index `to`."""
        return self.shape(ir.Pointer(to))

    def array(self, of: int, count: int) -> int:
        """The index of an array of `count` elements."""
        return self.shape(ir.Array(of, count, max(count, 0) * self.size(of)))

    def of(self, cursor: clang.Cursor) -> int:
        """The index of a cursor's type. Raises Refused for floating point and arrays of variable length."""
        return self.index(self.lib.getCursorType(cursor))

    def index(self, type_: clang.Type) -> int:
        """The index of a clang type."""
        key = type_.data[0]
        known = self._by_clang.get(key)
        if known is None:
            canonical = self.lib.getCanonicalType(type_)
            if self._depth > DEPTH_MAX:
                raise Refused("nesting", f"a type is nested more than {DEPTH_MAX} deep", "name its parts with typedef")
            self._depth += 1
            try:
                known = self._make(canonical)
            finally:
                self._depth -= 1
            self._by_clang[key] = known
        return known

    def _make(self, t: clang.Type) -> int:
        lib, kind = self.lib, t.kind
        if kind in INTEGERS:
            return self.integer(kind)
        if kind == POINTER:
            return self.pointer(self.index(lib.getPointeeType(t)))
        if kind == RECORD:
            return self._record(t)
        if kind == VOID:
            return self.void
        if kind == ENUM:
            declaration = lib.getTypeDeclaration(t)
            name, size, signed = INTEGERS[lib.getCanonicalType(lib.getEnumDeclIntegerType(declaration)).kind]
            spelled = lib.text(lib.getTypeSpelling(t)).removeprefix("const ")
            return self.shape(ir.Integer(spelled if "(" not in spelled else name, size, signed))
        if kind in (CONSTANT_ARRAY, INCOMPLETE_ARRAY):
            element = self.index(lib.getArrayElementType(t))
            return self.array(element, lib.getArraySize(t) if kind == CONSTANT_ARRAY else -1)
        if kind in FUNCTION:
            params = [self.index(lib.getArgType(t, i)) for i in range(max(lib.getNumArgTypes(t), 0))]
            returns = self.index(lib.getResultType(t))
            return self.shape(ir.Function(returns, params, bool(lib.isFunctionTypeVariadic(t))))
        if kind in FLOATS:
            raise Refused("floating-point", "floating point is not available in the kernel",
                          "use integers: scale the values, or div_u64() and fixed point")  # fmt: skip
        if kind == VARIABLE_ARRAY:
            raise Refused("vla", "the kernel is built without arrays of variable length (-Wvla)",
                          "use a constant bound, or kmalloc_array()")  # fmt: skip
        spelled = lib.text(lib.getTypeSpelling(t))
        raise Refused("type", f"the type '{spelled}' is not supported in the simulator")

    def _record(self, t: clang.Type) -> int:
        lib = self.lib
        declaration = lib.getTypeDeclaration(t)
        definition = lib.getCursorDefinition(declaration)
        if not lib.Cursor_isNull(definition):
            declaration = definition
        key = lib.hashCursor(lib.getCanonicalCursor(declaration))
        if key in self._records:
            return self._records[key]
        index = self._records[key] = len(self.list)
        self.list.append(ir.Void())  # replaced below
        spelled = lib.text(lib.getTypeSpelling(t)).replace("const ", "").replace("volatile ", "")
        name = "<anonymous>" if "(" in spelled else spelled.removeprefix("struct ").removeprefix("union ")
        size = lib.Type_getSizeOf(t)
        fields: list[ir.Field] = []
        if size >= 0:
            for member in lib.fields(t):
                fields.append(self.field(member))
        self.list[index] = ir.Record(name, max(size, 0), max(lib.Type_getAlignOf(t), 1), fields, declaration.kind == 3)
        return index

    def field(self, member: clang.Cursor) -> ir.Field:
        """The `ir.Field` of a FIELD_DECL cursor."""
        lib = self.lib
        key = member.data[0]
        known = self._fields.get(key)
        if known is not None:
            return known
        type_ = self.index(lib.getCursorType(member))
        bits = lib.Cursor_getOffsetOfField(member)
        width = lib.getFieldDeclBitWidth(member)
        name = lib.name(member)
        if "(" in name:
            name = ""
        if width < 0:
            field = ir.Field(name, type_, bits // 8)
        else:
            unit = self.size(type_) * 8
            start = bits // unit * unit
            if bits + width > start + unit:  # packed: take the unit that begins at its own byte
                start = bits // 8 * 8
            field = ir.Field(name, type_, start // 8, bits - start, width)
        self._fields[key] = field
        return field

    def before(self, member: clang.Cursor, record: clang.Type) -> int:
        """Bits of `record` before the anonymous unions and structs that stand between it and a member."""
        lib = self.lib
        bits = 0
        inner = lib.getCursorSemanticParent(member)
        while lib.Cursor_isAnonymousRecordDecl(inner):
            type_ = lib.getCanonicalType(lib.getCursorType(inner)).data[0]
            outer = lib.getCursorSemanticParent(inner)
            if type_ == record.data[0]:
                break
            for field in lib.fields(lib.getCanonicalType(lib.getCursorType(outer))):
                if lib.getCanonicalType(lib.getCursorType(field)).data[0] == type_:
                    bits += lib.Cursor_getOffsetOfField(field)
                    break
            inner = outer
        return bits

    # ---- questions -----------------------------------------------------------------------------

    def size(self, index: int) -> int:
        """Bytes of a value; 1 for void and functions, as GNU C has it."""
        t = self.list[index]
        if isinstance(t, (ir.Integer, ir.Array, ir.Record)):
            return t.size
        return 8 if isinstance(t, ir.Pointer) else 1

    def is_pointer(self, index: int) -> bool:
        """Whether this is a pointer type."""
        return isinstance(self.list[index], ir.Pointer)

    def is_scalar(self, index: int) -> bool:
        """Whether a value fits a Python int."""
        return isinstance(self.list[index], (ir.Integer, ir.Pointer))

    def to(self, index: int) -> int:
        """The index of what a pointer points to."""
        t = self.list[index]
        assert isinstance(t, ir.Pointer)
        return t.to

    def wrap(self, value: int, index: int) -> int:
        """`value` as a value of the scalar type `index` holds it."""
        t = self.list[index]
        if isinstance(t, ir.Integer):
            if t.boolean:
                return int(value != 0)
            value &= (1 << 8 * t.size) - 1
            return value - (1 << 8 * t.size) if t.signed and value >> (8 * t.size - 1) else value
        return value & (1 << 64) - 1

    def arithmetic(self, left: int, right: int) -> int:
        """The type in which `left op right` is computed (usual arithmetic conversions)."""
        a, b = self.list[self.promote(left)], self.list[self.promote(right)]
        assert isinstance(a, ir.Integer) and isinstance(b, ir.Integer)
        if a.size == b.size:
            return self.promote(left if not a.signed or b.signed else right)
        return self.promote(left if a.size > b.size else right)

    def promote(self, index: int) -> int:
        """The type after integer promotion."""
        t = self.list[index]
        return self.int if isinstance(t, ir.Integer) and t.size < 4 else index
