"""A MkDocs plugin: a fenced block `wqplay` becomes a run to play with; on paper, its picture.

    plugins:
      - wqplay:
          server: https://playground.example     # optional: for Run of an edit

    ```wqplay
    ordered_queue
    t: 520ms
    panes: lanes,dmesg
    caption: Three items of an ordered queue.
    ```

Its first line is a scenario of the gallery, or a folder like those in scenarios/, below the page's own.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

import wqplay
from server.site import SiteError
from wqplay.pages import Pages, Wanted

BLOCK = re.compile(r"^```wqplay[ \t]*\n(?P<body>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


class Options(base.Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say."""

    server = config_options.Type(str, default="")


class WqplayPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """The plugin `wqplay`."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """A build begins."""
        self.pages = Pages(Path(config.site_dir), self.config.server.rstrip("/"))
        self.blocks: list[str] = []
        return config

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Puts a mark where each block stands; HTML put in here could be taken for Markdown."""

        def mark(match: re.Match[str]) -> str:
            lines = [line for line in match["body"].splitlines() if line.strip()]
            parts = (line.partition(":") for line in lines[1:])
            given = {key.strip(): text.strip() for key, _, text in parts}
            source = Path(page.file.abs_src_path or "").parent
            try:
                wanted = Wanted.read(lines[0].strip() if lines else "", given, source)
                html = self.pages.html(wanted, "../" * page.url.count("/"))
            except (wqplay.WqplayError, SiteError) as error:
                raise PluginError(f"{page.file.src_uri}: wqplay: {error}") from error
            self.blocks.append(html)
            return f'<div data-wqplay="{len(self.blocks) - 1}"></div>'

        return BLOCK.sub(mark, markdown)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The frames, in the place of their marks."""
        return re.sub(r'<div data-wqplay="(\d+)"></div>', lambda match: self.blocks[int(match[1])], html)
