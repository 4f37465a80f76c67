"""The runs that a document frames: each is written once, as a page beside the document's own files."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import msgspec

import wqplay
from server.places import STILL_PANES
from server.site import Site
from wqplay.show import HEIGHT, framed

FOLDER = "_wqplay"
OPTIONS = ("t", "sel", "from", "to", "panes", "controls", "theme", "speed", "loop", "reveal")
HEIGHTS = range(120, 2001)


class Wanted(msgspec.Struct, frozen=True):
    """What a document asks for: a scenario, the embed's options (docs/embed.md), a caption, a height in pixels."""

    scenario: str
    options: dict[str, str] = {}
    caption: str = ""
    height: int = HEIGHT

    @classmethod
    def read(cls, scenario: str, given: dict[str, str], root: Path) -> Wanted:
        """From what somebody wrote; a folder is looked for below `root`. Raises WqplayError for what is not known."""
        options = {key: text.strip() for key, text in given.items() if text is not None}
        caption, height = options.pop("caption", ""), options.pop("height", str(HEIGHT))
        for key in options:
            if key not in OPTIONS:
                raise wqplay.WqplayError(f"no option '{key}': one of caption, height, {', '.join(OPTIONS)}")
        if not height.isdecimal() or int(height) not in HEIGHTS:
            raise wqplay.WqplayError(f"height: {HEIGHTS[0]} to {HEIGHTS[-1]} pixels, not '{height}'")
        if t := options.get("t"):
            if not re.fullmatch(r"\d{1,6}(\.\d{1,9})?(ns|us|ms|s)", t):
                raise wqplay.WqplayError(f"t: '{t}' is no moment: write 6ms, 1.5s")
        folder = root / scenario
        return cls(str(folder) if (folder / "scenario.toml").is_file() else scenario, options, caption, int(height))


class Pages:
    """The pages of one document's build, below `out`."""

    def __init__(self, out: Path, server: str = "") -> None:
        self.site = Site(out / FOLDER, server)
        self._runs: dict[str, wqplay.Run] = {}

    def run(self, wanted: Wanted) -> wqplay.Run:
        """The run, computed once a build. Raises WqplayError."""
        if wanted.scenario not in self._runs:
            self._runs[wanted.scenario] = wqplay.run(wanted.scenario)
        return self._runs[wanted.scenario]

    def html(self, wanted: Wanted, root: str) -> str:
        """Writes what is framed, and returns the frame; `root` leads from the page to `out`. Raises WqplayError."""
        first = not self._runs
        run = self.run(wanted)
        if first:
            self.site.static()
        self.site.run(run.entry, run.recording)
        picture = self.site.picture(run.entry, run.recording, wanted.options.get("t", ""))
        query = urlencode({"panes": STILL_PANES, **wanted.options})
        src = f"{root}{FOLDER}/embed/{run.entry.name}.html?{query}"
        return framed(src, f"{root}{FOLDER}/{picture}", run.entry.card.title, wanted.caption, wanted.height)
