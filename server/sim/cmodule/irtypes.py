"""The types of the IR: what a C declaration says, laid out as 6.12 on x86-64 does. Plain data only."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, tag_field="node"):
    """Base of all tagged nodes."""


class Void(Node, frozen=True, tag="void"):
    """`void`."""


class Integer(Node, frozen=True, tag="int"):
    """An integer, `bool`, `char` or enum: `size` bytes."""

    name: str
    size: int
    signed: bool
    boolean: bool = False


class Pointer(Node, frozen=True, tag="ptr"):
    """A pointer to type `to`."""

    to: int


class Array(Node, frozen=True, tag="array"):
    """`count` elements of type `of`; -1 for a flexible array member."""

    of: int
    count: int
    size: int


class Field(msgspec.Struct, frozen=True, array_like=True):
    """A member; `bits` is 0 except in bit-fields, where `bit` is the offset of the lowest bit within the unit at
    `offset`.
    """

    name: str
    type: int
    offset: int
    bit: int = 0
    bits: int = 0


class Record(Node, frozen=True, tag="record"):
    """A struct or union, laid out as 6.12 on x86-64 does. `name` is the tag, or `<anonymous>`."""

    name: str
    size: int
    align: int
    fields: list[Field]
    union: bool = False


class Function(Node, frozen=True, tag="fn"):
    """A function type."""

    returns: int
    params: list[int]
    variadic: bool = False


Type = Void | Integer | Pointer | Array | Record | Function
