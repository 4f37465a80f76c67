"""What the translation of one file shares: names, positions, worklists and the refusals found on the way."""

from __future__ import annotations

from server.cfront import clang
from server.cfront.types import Refused, Types
from server.scenario import Diagnostic
from server.sim.cmodule import ir

ANNOTATE, FUNCTION_DECL, VAR_DECL = 406, 8, 9
STATIC, EXTERN = 3, 2
IN_PLACE = {"__wq_va_start": "va_start", "__wq_va_arg": "__wq_va_arg"}  # lowered where they stand, never called


class Context:
    """One translation unit on its way to IR. `known` holds the kernel functions that have a handler."""

    def __init__(self, lib: clang.Library, types: Types, names: list[str], known: frozenset[str]) -> None:
        """`names` are the module's own files as diagnostics call them, indexed as in `Unit.files`."""
        self.lib, self.types, self.names, self.known = lib, types, names, known
        self.handles: dict[int, int] = {}  # clang's file handle -> index into names, or -1
        self.diagnostics: list[Diagnostic] = []
        self.functions: dict[str, clang.Cursor] = {}  # definitions asked for, by name, in order
        self.globals: dict[str, clang.Cursor] = {}
        self.constant_values: dict[str, int] = {}  # of `const` variables: gcc lets initial values use them
        self.definitions: dict[str, clang.Cursor] = {}  # file-scope variables and functions with a definition
        self.extra_globals: list[ir.GlobalDef] = []  # compound literals of static storage
        self.static_locals: dict[int, str] = {}
        self.address_taken: dict[str, None] = {}
        self.unit = 0  # clang's handle of what is translated
        self.imports: dict[str, tuple[int, int, int]] = {}  # where first referred to

    # ---- positions -------------------------------------------------------------------------------

    def file(self, handle: int) -> int:
        """Index of the module's file, -1 for our headers."""
        index = self.handles.get(handle)
        if index is None:
            name = self.lib.text(self.lib.getFileName(handle)).rpartition("/module/")[2] if handle else ""
            index = self.handles[handle] = self.names.index(name) if name in self.names else -1
        return index

    def place(self, cursor: clang.Cursor) -> tuple[int, int, int]:
        """(file index, line, column) where a cursor stands in the module's own text."""
        handle, line, col, _ = self.lib.place(self.lib.getCursorLocation(cursor))
        return self.file(handle), line, col

    def refuse(self, refused: Refused, nearest: clang.Cursor) -> None:
        """Note a refusal as an error at its cursor."""
        lib = self.lib
        cursor = refused.cursor if refused.cursor is not None else nearest
        file, line, col = self.place(cursor)
        end = lib.place(lib.getRangeEnd(lib.getCursorExtent(cursor)))
        end_col = end[2] if end[1] == line and end[2] > col else 0
        name = self.names[file] if file >= 0 else self.names[0]
        found = Diagnostic(name, line, col, "error", refused.code, refused.message, refused.hint, end_col)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def annotations(self, cursor: clang.Cursor) -> list[str]:
        """The texts of a declaration's `annotate` attributes."""
        lib = self.lib
        return [lib.name(child) for child in lib.children(cursor) if child.kind == ANNOTATE]

    def declaration(self, name: str) -> clang.Cursor | None:
        """The declaration of a function of this file or the headers that is known by name only."""
        lib = self.lib
        declared = lib.children(lib.getTranslationUnitCursor(self.unit))
        return next((c for c in declared if c.kind == FUNCTION_DECL and lib.name(c) == name), None)

    # ---- references ------------------------------------------------------------------------------

    def want_function(self, declaration: clang.Cursor, reference: clang.Cursor) -> str:
        """Note that a function is needed, at `reference`; returns its name."""
        lib = self.lib
        name = lib.name(declaration)
        if name in self.functions or name in self.imports:
            return name
        definition = lib.getCursorDefinition(declaration)
        if not lib.Cursor_isNull(definition):
            self.functions[name] = definition
        elif name in IN_PLACE:
            return IN_PLACE[name]
        else:
            self.imports[name] = self.place(reference)  # a kernel function, or one of another file: the linker decides
        return name

    def want_global(self, declaration: clang.Cursor) -> str | None:
        """The key of a variable with static storage; None for a variable of the kernel that a handler reads."""
        lib = self.lib
        name = lib.name(declaration)
        local = self.static_locals.get(declaration.data[0])
        if local is not None:
            return local
        definition = self.definitions.get(name)
        if definition is None:
            if "__get_" + name in self.known:
                return None
            definition = declaration
            self.imports.setdefault(name, self.place(declaration))
        self.globals.setdefault(name, definition)
        return name

    def want_static_local(self, function: str, declaration: clang.Cursor) -> str:
        """The key of a static local, which is made on the way."""
        base = name = f"{function}.{self.lib.name(declaration)}"
        number = 1
        while name in self.globals:
            number += 1
            name = f"{base}.{number}"
        self.static_locals[declaration.data[0]] = name
        self.globals[name] = declaration
        return name
