"""What a kbuild `Makefile` says: which modules there are, and of which files each is made."""

from __future__ import annotations

import re

_OBJECTS = re.compile(r"^\s*obj-m\s*[:+]?=\s*(.*)$", re.M)
MODULES_MAX = 8


def modules(files: dict[str, str], module_name: str) -> dict[str, list[str]]:
    """The `.c` files of each module, the scenario's own first; others are those of `obj-m` whose file is there.

    Without a Makefile, or where it lists no other module, all files belong to the scenario's module.
    """
    makefile = files.get("Makefile", "").replace("\\\n", " ")
    own = _parts(makefile, files, module_name)
    others: dict[str, list[str]] = {}
    for name in dict.fromkeys(listed(makefile)):
        parts = _parts(makefile, files, name) or [f"{name}.c"] * (f"{name}.c" in files)
        if name != module_name and parts and len(others) < MODULES_MAX - 1:
            others[name] = parts
    main = next((f for f in (f"{module_name}.c", "module.c") if f in files), "")
    own = own or next((parts for parts in others.values() if main in parts), [])  # its name there is another
    taken = {part for parts in others.values() for part in parts}
    if not own:
        own = [main] if main and others else [name for name in files if name.endswith(".c") and name not in taken]
    if not own:
        own, others = [name for name in files if name.endswith(".c")], {}
    return {module_name: own, **{name: parts for name, parts in others.items() if not set(parts) & set(own)}}


def listed(makefile: str) -> list[str]:
    """The names that `obj-m` gives, without `.o`."""
    text = makefile.replace("\\\n", " ")
    return [word.removesuffix(".o") for found in _OBJECTS.findall(text) for word in found.split("#")[0].split()]


def _parts(makefile: str, files: dict[str, str], module: str) -> list[str]:
    """What `NAME-objs := a.o b.o` lists, as far as the files are there."""
    listed: list[str] = []
    for match in re.finditer(rf"^\s*{re.escape(module)}-(?:objs|y)\s*[:+]?=\s*(.*)$", makefile, re.M):
        listed += [word.removesuffix(".o") + ".c" for word in match[1].split() if word.endswith(".o")]
    return [name for name in listed if name in files]
