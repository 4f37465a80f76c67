"""The few calls of libclang 18 that we need, by ctypes; only the parsing child imports this.

The bindings of the wheel (`clang.cindex`) wrap each value in a class and know neither operators nor initialisers,
so this file talks to the shared library itself. Everything that libclang hands out dies with its translation unit:
callers copy what they keep.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Iterator
from ctypes import (
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_double,
    c_int,
    c_longlong,
    c_uint,
    c_ulong,
    c_ulonglong,
    c_void_p,
)
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from server.sim.kapi.registry import MACRO_PREFIX


class CXString(Structure):
    """A string that libclang owns."""

    _fields_ = [("data", c_void_p), ("flags", c_uint)]


class Cursor(Structure):
    """A node of the syntax tree."""

    _fields_ = [("kind", c_int), ("xdata", c_int), ("data", c_void_p * 3)]
    kind: int


class Type(Structure):
    """A C type."""

    _fields_ = [("kind", c_int), ("data", c_void_p * 2)]
    kind: int


class Location(Structure):
    """A place, possibly inside a macro expansion."""

    _fields_ = [("ptr", c_void_p * 2), ("raw", c_uint)]


class Range(Structure):
    """Two places."""

    _fields_ = [("ptr", c_void_p * 2), ("begin", c_uint), ("end", c_uint)]


class Unsaved(Structure):
    """A file that exists only in memory."""

    _fields_ = [("name", c_char_p), ("contents", c_char_p), ("length", c_ulong)]


_VISIT = ctypes.CFUNCTYPE(c_int, Cursor, Cursor, c_void_p)
_VISIT_FIELD = ctypes.CFUNCTYPE(c_int, Cursor, c_void_p)
_P = c_void_p

# name -> (result, arguments)
_CALLS: dict[str, tuple[Any, list[Any]]] = {
    "getCString": (c_char_p, [CXString]),
    "disposeString": (None, [CXString]),
    "createIndex": (_P, [c_int, c_int]),
    "parseTranslationUnit2": (
        c_int, [_P, c_char_p, POINTER(c_char_p), c_int, POINTER(Unsaved), c_uint, c_uint, POINTER(_P)]),
    "disposeTranslationUnit": (None, [_P]),
    "getTranslationUnitCursor": (Cursor, [_P]),
    "visitChildren": (c_uint, [Cursor, _VISIT, _P]),
    "Type_visitFields": (c_uint, [Type, _VISIT_FIELD, _P]),
    "getCursorSpelling": (CXString, [Cursor]),
    "getCursorType": (Type, [Cursor]),
    "getCanonicalType": (Type, [Type]),
    "getTypeSpelling": (CXString, [Type]),
    "isConstQualifiedType": (c_uint, [Type]),
    "getPointeeType": (Type, [Type]),
    "getArrayElementType": (Type, [Type]),
    "getArraySize": (c_longlong, [Type]),
    "getResultType": (Type, [Type]),
    "getNumArgTypes": (c_int, [Type]),
    "getArgType": (Type, [Type, c_uint]),
    "isFunctionTypeVariadic": (c_uint, [Type]),
    "Type_getSizeOf": (c_longlong, [Type]),
    "Type_getAlignOf": (c_longlong, [Type]),
    "getTypeDeclaration": (Cursor, [Type]),
    "getEnumDeclIntegerType": (Type, [Cursor]),
    "getEnumConstantDeclValue": (c_longlong, [Cursor]),
    "Cursor_getOffsetOfField": (c_longlong, [Cursor]),
    "Cursor_isAnonymousRecordDecl": (c_uint, [Cursor]),
    "getFieldDeclBitWidth": (c_int, [Cursor]),
    "getCursorReferenced": (Cursor, [Cursor]),
    "getCursorDefinition": (Cursor, [Cursor]),
    "getCanonicalCursor": (Cursor, [Cursor]),
    "getCursorSemanticParent": (Cursor, [Cursor]),
    "isCursorDefinition": (c_uint, [Cursor]),
    "Cursor_isNull": (c_int, [Cursor]),
    "hashCursor": (c_uint, [Cursor]),
    "getCursorLocation": (Location, [Cursor]),
    "getCursorExtent": (Range, [Cursor]),
    "getRangeStart": (Location, [Range]),
    "getRangeEnd": (Location, [Range]),
    "getFileLocation": (None, [Location, POINTER(_P), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)]),
    "getSpellingLocation": (None, [Location, POINTER(_P), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)]),
    "getExpansionLocation": (None, [Location, POINTER(_P), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)]),
    "Location_isInSystemHeader": (c_int, [Location]),
    "getFileName": (CXString, [_P]),
    "Cursor_getStorageClass": (c_int, [Cursor]),
    "Cursor_getVarDeclInitializer": (Cursor, [Cursor]),
    "Cursor_Evaluate": (_P, [Cursor]),
    "EvalResult_getKind": (c_int, [_P]),
    "EvalResult_getAsLongLong": (c_longlong, [_P]),
    "EvalResult_isUnsignedInt": (c_uint, [_P]),
    "EvalResult_getAsUnsigned": (c_ulonglong, [_P]),
    "EvalResult_getAsDouble": (c_double, [_P]),
    "EvalResult_dispose": (None, [_P]),
    "getCursorBinaryOperatorKind": (c_int, [Cursor]),
    "getCursorUnaryOperatorKind": (c_int, [Cursor]),
    "getNumDiagnostics": (c_uint, [_P]),
    "getDiagnostic": (_P, [_P, c_uint]),
    "getDiagnosticSeverity": (c_int, [_P]),
    "getDiagnosticSpelling": (CXString, [_P]),
    "getDiagnosticOption": (CXString, [_P, POINTER(CXString)]),
    "getDiagnosticLocation": (Location, [_P]),
    "getDiagnosticNumRanges": (c_uint, [_P]),
    "getDiagnosticRange": (Range, [_P, c_uint]),
    "getDiagnosticNumFixIts": (c_uint, [_P]),
    "getDiagnosticFixIt": (CXString, [_P, c_uint, POINTER(Range)]),
    "getChildDiagnostics": (_P, [_P]),
    "getNumDiagnosticsInSet": (c_uint, [_P]),
    "getDiagnosticInSet": (_P, [_P, c_uint]),
}  # fmt: skip


class Library:
    """libclang, loaded; one per process."""

    def __init__(self) -> None:
        """Load the wheel's library. Raises OSError when it is missing."""
        spec = importlib.util.find_spec("clang")
        if spec is None or not spec.submodule_search_locations:
            raise OSError("libclang is not installed")
        path = Path(next(iter(spec.submodule_search_locations))) / "native" / "libclang.so"
        dll = ctypes.CDLL(str(path))
        for name, (result, arguments) in _CALLS.items():
            function = getattr(dll, "clang_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        self._found: list[list[Cursor]] = []
        self._visitor = _VISIT(self._visit)
        self._field_visitor = _VISIT_FIELD(self._visit_field)
        self.index = self.createIndex(0, 0)

    def __getattr__(self, name: str) -> Any:  # for the type checker: the calls above
        raise AttributeError(name)

    def _visit(self, cursor: Cursor, parent: Cursor, data: object) -> int:
        self._found[-1].append(cursor)
        return 1

    def _visit_field(self, cursor: Cursor, data: object) -> int:
        self._found[-1].append(cursor)
        return 1

    def children(self, cursor: Cursor) -> list[Cursor]:
        """The direct children of a cursor."""
        found: list[Cursor] = []
        self._found.append(found)
        self.visitChildren(cursor, self._visitor, None)
        self._found.pop()
        return found

    def fields(self, record: Type) -> list[Cursor]:
        """The members of a struct or union, in order; an anonymous member has an empty name."""
        found: list[Cursor] = []
        self._found.append(found)
        self.Type_visitFields(record, self._field_visitor, None)
        self._found.pop()
        return found

    def text(self, string: CXString) -> str:
        """Copy a libclang string and free it."""
        raw: bytes | None = self.getCString(string)
        result = raw.decode("utf-8", "replace") if raw else ""
        self.disposeString(string)
        return result

    def name(self, cursor: Cursor) -> str:
        """The name of what a cursor declares or refers to."""
        return self.text(self.getCursorSpelling(cursor)).removeprefix(MACRO_PREFIX)

    def place(self, location: Location) -> tuple[int, int, int, int]:
        """(file handle, line, column, offset) in the file as written: a macro's argument, or where it is expanded."""
        file, line, col, offset = c_void_p(), c_uint(), c_uint(), c_uint()
        self.getFileLocation(location, byref(file), byref(line), byref(col), byref(offset))
        return file.value or 0, line.value, col.value, offset.value

    def evaluate(self, cursor: Cursor) -> int | None:
        """The value of an integer constant expression, or None if it is none."""
        result = self.Cursor_Evaluate(cursor)
        if not result:
            return None
        try:
            if self.EvalResult_getKind(result) != 1:
                return None
            if self.EvalResult_isUnsignedInt(result):
                return int(self.EvalResult_getAsUnsigned(result))
            return int(self.EvalResult_getAsLongLong(result))
        finally:
            self.EvalResult_dispose(result)

    def evaluate_real(self, cursor: Cursor) -> Fraction | None:
        """The value of a constant expression of integers or floating point, or None if it is none."""
        result = self.Cursor_Evaluate(cursor)
        if not result:
            return None
        try:
            if self.EvalResult_getKind(result) != 2:
                value = self.evaluate(cursor)
                return None if value is None else Fraction(value)
            number = float(self.EvalResult_getAsDouble(result))
            return Fraction(number) if isfinite(number) else None
        finally:
            self.EvalResult_dispose(result)

    def parse(self, main: str, arguments: list[str], files: dict[str, str]) -> int:
        """Parse `main` of the in-memory `files`; returns the handle, or 0 when libclang gave up."""
        encoded = {name.encode(): text.encode("utf-8", "replace") for name, text in files.items()}
        unsaved = (Unsaved * len(encoded))(*(Unsaved(n, t, len(t)) for n, t in encoded.items()))
        argv = (c_char_p * len(arguments))(*(a.encode() for a in arguments))
        unit = c_void_p()
        keep_going = 0x200
        self.parseTranslationUnit2(
            self.index, main.encode(), argv, len(arguments), unsaved, len(encoded), keep_going, byref(unit)
        )
        return unit.value or 0

    def diagnostics(self, unit: int) -> Iterator[int]:
        """Handles of the unit's top-level diagnostics."""
        for i in range(self.getNumDiagnostics(unit)):
            yield self.getDiagnostic(unit, i)

    def notes(self, diagnostic: int) -> Iterator[int]:
        """Handles of a diagnostic's notes."""
        children = self.getChildDiagnostics(diagnostic)
        for i in range(self.getNumDiagnosticsInSet(children)):
            yield self.getDiagnosticInSet(children, i)
