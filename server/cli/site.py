"""`wqplay site OUT`: gallery, lessons and embeds as static files, each run computed beforehand and playable.

Every link is relative, so the folder works from a subpath, from a disk, or unpacked in a course. Only *Run* of an edit
needs a server, whose address is `--server`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from server.cli.files import complain


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("out", metavar="OUT", help="folder to write; it is made where it is missing")
    parser.add_argument(
        "--server", default="", metavar="URL", help="a playground for Run and edit; without it, no such link"
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="these lessons only")


def main(args: argparse.Namespace) -> int:
    """0: written; 2: unusable input."""
    from server import gallery
    from server.site import Site, SiteError

    entries = gallery.entries()
    unknown = [name for name in args.only if name not in entries]
    if unknown:
        complain(f"wqplay site: error: no scenario '{unknown[0]}' in the gallery")
        return 2
    chosen = [entry for name, entry in entries.items() if not args.only or name in args.only]
    try:
        Site(Path(args.out), args.server.rstrip("/")).write(chosen)
    except (SiteError, OSError) as error:
        complain(str(error) if isinstance(error, SiteError) else f"{args.out}: error: {error.strerror or error}")
        return 2
    print(f"{args.out}: {len(chosen)} lessons")
    return 0
