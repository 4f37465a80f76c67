"""Floating point that the compiler computes: `x * 1E6L` of constants, and of locals that keep their first value.

The kernel has no floating point, but gcc folds such an expression before it would need any.
"""

from __future__ import annotations

import re
from fractions import Fraction

from server.cfront import clang

DECL_REF, PAREN, UNEXPOSED, BINARY, CSTYLE_CAST = 101, 111, 100, 114, 117
DEPTH_MAX = 40


def real(lib: clang.Library, cursor: clang.Cursor, source: str, depth: int = 0) -> Fraction | None:
    """The exact value, None where it is not known when compiling. `source` is the text that assignments are in."""
    if depth > DEPTH_MAX:
        return None
    known = lib.evaluate_real(cursor)
    if known is not None:
        return known
    parts = [child for child in lib.children(cursor) if 100 <= child.kind < 200]
    if cursor.kind == DECL_REF:
        return _kept(lib, cursor, source)
    if cursor.kind in (PAREN, UNEXPOSED, CSTYLE_CAST) and parts:
        return real(lib, parts[-1], source, depth + 1)
    if cursor.kind == BINARY and len(parts) == 2:
        left, right = (real(lib, part, source, depth + 1) for part in parts)
        return None if left is None or right is None else _compute(lib.getCursorBinaryOperatorKind(cursor), left, right)
    return None


def _compute(operator: int, left: Fraction, right: Fraction) -> Fraction | None:
    match operator:
        case 3:
            return left * right
        case 4:
            return left / right if right else None
        case 6:
            return left + right
        case 7:
            return left - right
    return None


def _kept(lib: clang.Library, cursor: clang.Cursor, source: str) -> Fraction | None:
    """The initial value of a variable that is assigned nowhere and whose address is not taken."""
    name = re.escape(lib.name(cursor))
    changed = rf"\b{name}\b\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--|\[)|(?:\+\+|--|&)\s*{name}\b"
    declared = lib.Cursor_getVarDeclInitializer(lib.getCursorReferenced(cursor))
    if lib.Cursor_isNull(declared) or len(re.findall(changed, source)) != 1:  # the initialiser itself
        return None
    return lib.evaluate_real(declared)
