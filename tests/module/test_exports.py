"""What the simulator offers to modules is what Debian's 6.12 offers: exported, or C text of its headers.

A function that a module may call here and not there would link nowhere. `make kernel-headers` unpacks what is read.
"""

import re
from collections.abc import Iterator
from functools import cache

from server.sim.kapi import unexported
from server.sim.kapi.gpl_only import GPL_ONLY
from server.sim.kapi.header_names import header_names
from server.sim.kapi.paths import GROUP_PATHS, PATHS, REMOVED_PATHS
from server.sim.kapi.registry import api
from tests.module.test_kbuild import KDIR

OURS = re.compile(r"__wqm?_|__get_|__builtin_")  # the headers' own helpers: no names for modules


@cache
def exported() -> frozenset[str]:
    """Every symbol that vmlinux or a module of Debian's kernel exports."""
    lines = (KDIR / "Module.symvers").read_text().splitlines()
    return frozenset(line.split("\t")[1] for line in lines)


def headers() -> Iterator[str]:
    """The text of the kernel's headers."""
    common = next(KDIR.resolve().parent.glob("*-common"))
    for folder in (common / "include", common / "arch/x86/include"):
        for path in folder.rglob("*.h"):
            yield path.read_text(errors="replace")


def defined() -> frozenset[str]:
    """Macros and inline functions."""
    macro, inline = re.compile(r"#\s*define\s+(\w+)"), re.compile(r"(?:inline|__inline)\b[^;{}=#]*?\b(\w+)\s*\(")
    return frozenset(name for text in headers() for pattern in (macro, inline) for name in pattern.findall(text))


def test_functions_are_exported_or_inline() -> None:
    offered = {name for name, prototype in api().prototypes.items() if "removed" not in prototype.attributes}
    offered = {name for name in offered if not OURS.match(name)}
    assert sorted(offered - exported() - defined()) == []


def test_unexported_functions_exist_and_are_not_exported() -> None:
    names = {prototype.partition("(")[0].rpartition(" ")[2].lstrip("*") for prototype, _ in unexported.FUNCTIONS}
    assert names & exported() == set()
    assert names - {word for text in headers() for word in re.findall(r"\w+", text)} == set()


def test_gpl_only_is_what_debian_exports_so() -> None:
    lines = (line.split("\t") for line in (KDIR / "Module.symvers").read_text().splitlines())
    gpl = {fields[1] for fields in lines if fields[3] == "EXPORT_SYMBOL_GPL"}
    ours = {name.removeprefix("__wq_") for name in api().prototypes}
    assert ours & gpl == GPL_ONLY


def test_headers_that_may_be_included_exist() -> None:
    common = next(KDIR.resolve().parent.glob("*-common"))
    generated = KDIR / "arch/x86/include/generated"
    roots = [common / "include", common / "arch/x86/include", KDIR / "include", generated]
    roots += [root / "uapi" for root in roots] + [KDIR / "include/generated/uapi"]
    paths = {*PATHS, *(path for group in GROUP_PATHS.values() for path in group), *header_names()}
    missing = {path for path in paths if not any((root / path).exists() for root in roots)}
    assert sorted(path for path in missing if not path.startswith("uapi/")) == []  # those stand for their namesakes
    assert [path for path in REMOVED_PATHS if any((root / path).exists() for root in roots)] == []
