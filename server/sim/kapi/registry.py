"""The table of the kernel's functions: handlers with their C prototypes, and the headers made from them.

A kapi file has `HEADER` (C text: types and macros), `INLINE` (C text: functions written in C, which may use every
prototype), and handlers: Python functions under `@kernel("prototype")`. `api()` scans the files of `HEADERS` in
that order, which is the order of the C text. All `<linux/*.h>` bring in everything, so the order is no user's concern.

The files of `GROUPS` are brought in by their own headers alone: their names (`struct request`, `struct bio`) are words
that other modules use for things of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from server.sim.kapi.paths import GROUP_PATHS, PATHS, REMOVED_PATHS

HEADERS = (
    "compiler", "types", "bits", "list", "module", "moduleparam", "printk", "bug", "atomic", "string", "sprintf", "kstrtox", "slab",
    "mutex", "spinlock", "semaphore", "rbtree", "timer", "hrtimer", "percpu", "wait", "workqueue", "sched", "delay",
    "kthread", "interrupt", "rcu", "kfifo", "idr", "notifier", "random", "uaccess", "fs", "proc_fs", "debugfs", "kobject", "device",
    "bus", "bitmap", "mathlib", "wait_bit",
    "percpu_more", "cleanup", "unexported",
)  # fmt: skip

GROUPS = {"net": ("packets", "skbuff", "netdevice", "etherdevice", "netif"), "block": ("blkdev", "blk_mq")}

REMOVED_HEADER = "removed header: "
ALL = "#include <wqplay/kernel.h>\n"  # the text of every header of the kernel
MACRO_PREFIX = "__wqm_"  # of a function whose name is a macro; the front end drops it again
Handler = Callable[..., Any]
F = TypeVar("F", bound=Handler)
_NAME = re.compile(r"(\w+)\s*\(")
_DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)|^static inline[^;{=]*?\b(\w+)\s*\(", re.M)

_INLINE = re.compile(r"^(static inline [^{;]*)\{", re.M)


class Prototype:
    """What the front end, completion and docs know of a kernel function."""

    __slots__ = ("c", "name", "may_sleep", "doc", "header", "attributes", "handler", "macro")

    def __init__(self, c: str, may_sleep: bool, attributes: str, handler: Handler, macro: bool = False) -> None:
        """`header` is filled in by the scan."""
        self.macro = macro
        match = _NAME.search(c)
        assert match, c
        self.c, self.name, self.may_sleep, self.attributes, self.handler = c, match[1], may_sleep, attributes, handler
        self.doc = (handler.__doc__ or "").strip()
        self.header = ""

    @property
    def declaration(self) -> str:
        """The C text that declares it."""
        if not self.macro:
            return f"{self.c} {self.attributes};"
        hidden = MACRO_PREFIX + self.name
        text = self.c.replace(self.name + "(", hidden + "(", 1)
        return f"{text} {self.attributes};\n#define {self.name}(args...) {hidden}(args)"


def kernel(prototype: str, may_sleep: bool = False, attributes: str = "", macro: bool = False) -> Callable[[F], F]:
    """Declare a Python function as a function of the kernel. Several may stand on one handler.

    `attributes` is GNU C text for the declaration, such as `__printf(1, 2)`. `macro`: the kernel's headers have a macro
    with arguments of that name, so that a module may give the bare name to something of its own.
    """

    def mark(handler: F) -> F:
        marks = handler.__dict__.setdefault("prototypes", [])
        marks.append(Prototype(prototype, may_sleep, attributes, handler, macro))
        return handler

    return mark


class Api:
    """All of it: `files` (virtual headers), `prototypes` by name, `functions` with a handler, `names` for hints."""

    def __init__(self) -> None:
        """Scan the files of HEADERS and GROUPS."""
        self.prototypes: dict[str, Prototype] = {}
        self.text = self._scan(HEADERS)
        self.functions_of = {"": frozenset(self.prototypes)}
        texts = {}
        for group, headers in GROUPS.items():
            before = frozenset(self.prototypes)
            texts[group] = self._scan(headers)
            self.functions_of[group] = frozenset(self.prototypes) - before
        self.functions = frozenset(self.prototypes)
        self.files = {"/wq/include/" + path: ALL for path in PATHS}
        for path in REMOVED_PATHS:
            self.files["/wq/include/" + path] = f"#error {REMOVED_HEADER}{path}\n"
        self.files["/wq/include/wqplay/kernel.h"] = self.text
        for group, text in texts.items():
            self.files[f"/wq/include/wqplay/{group}.h"] = ALL + text
            for path in GROUP_PATHS[group]:
                self.files["/wq/include/" + path] = f"#include <wqplay/{group}.h>\n"
        self.group_texts = texts

    def _scan(self, headers: tuple[str, ...]) -> str:
        """The C text of some files; what they declare goes into `prototypes`."""
        text, declared, inline = [], [], []
        for header in headers:
            module = import_module("server.sim.kapi." + header)
            text.append(getattr(module, "HEADER", ""))
            inline.append(getattr(module, "INLINE", ""))
            for handler in vars(module).values():
                for prototype in getattr(handler, "prototypes", ()):
                    if prototype.handler.__module__ != module.__name__:
                        continue
                    prototype.header = header
                    self.prototypes[prototype.name] = prototype
                    if not prototype.name.startswith("__get_"):
                        declared.append(prototype.declaration)
        forward = [head.rstrip() + ";" for part in inline for head in _INLINE.findall(part)]
        return "\n".join(["#pragma once", *text, *declared, *forward, *inline, ""])

    @property
    def names(self) -> frozenset[str]:
        """Every function and macro that a module may use."""
        whole = "\n".join([self.text, *self.group_texts.values()])
        defined = {a or b for a, b in _DEFINE.findall(whole)}
        return frozenset(n for n in self.functions | defined if not n.startswith("__"))

    def include_for(self, name: str) -> str:
        """`linux/netdevice.h`: the header that brings in a function or macro of a group; empty for all others."""
        for group, text in self.group_texts.items():
            if name in self.functions_of[group] or any(name in found for found in _DEFINE.findall(text)):
                return GROUP_PATHS[group][0]
        return ""


@cache
def api() -> Api:
    """The table, made once in a process."""
    return Api()


def handler(name: str) -> Handler | None:
    """The handler of a kernel function; called as `handler(k, *arguments)`."""
    prototype = api().prototypes.get(name)
    return prototype.handler if prototype else None
