"""The files of `web/`: where they are, and which scripts a page loads."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

_OWN = Path(__file__).parent / "_web"
WEB = _OWN if _OWN.is_dir() else Path(__file__).parents[1] / "web"  # a wheel carries the folder in itself
STATIC = WEB / "static"


@cache
def _built() -> dict[str, list[str]]:
    """Each entry of the built scripts with all that it needs at once; none where they are of other sources."""
    try:
        manifest = json.loads((STATIC / "built/manifest.json").read_bytes())
    except OSError:
        return {}
    digest = hashlib.sha256()
    for path in sorted((STATIC / "js").glob("*.js")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    preload: dict[str, list[str]] = manifest["preload"]
    return preload if manifest["sources"] == digest.hexdigest() else {}


def scripts(name: str) -> list[str]:
    """Paths below `/static` of a page's script, then of what it imports: as web/build.mjs made them, else sources."""
    return _built().get(name, [f"js/{name}.js"])
