"""The files of `web/`: where they are, which scripts a page loads, and how a page holds them in itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path

_OWN = Path(__file__).parent / "_web"
WEB = _OWN if _OWN.is_dir() else Path(__file__).parents[1] / "web"  # a wheel carries the folder in itself
STATIC = WEB / "static"
_FONT = re.compile(r"\.\./(vendor/fonts/[\w-]+\.woff2)")


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


def script_text() -> str:
    """The page's code as one script. Raises FileNotFoundError where web/build.mjs has not made it of these sources."""
    if not _built():
        raise FileNotFoundError("the page's scripts are not built: make setup builds them")
    return (STATIC / "built/single.js").read_text()


def data_url(path: Path, kind: str) -> str:
    """A file as an address that holds it; `kind` is its media type."""
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def sheet(name: str) -> str:
    """A style sheet with its fonts in it: one from a file does not come where a host sandboxes and knows no CORS."""
    text = (STATIC / "css" / f"{name}.css").read_text()
    return _FONT.sub(lambda match: data_url(STATIC / match[1], "font/woff2"), text)
