"""A Sphinx extension: a run in HTML, its picture in LaTeX and so in PDF, a sentence elsewhere.

    extensions = ["wqplay.sphinx"]
    wqplay_server = "https://playground.example"     # optional: for Run of an edit

    .. wqplay:: ordered_queue
       :t: 520ms
       :panes: lanes,dmesg
       :caption: Three items of an ordered queue.

The argument is a scenario of the gallery, or a folder like those in scenarios/, below the document's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import wqplay
from server.site import SiteError
from wqplay.pages import OPTIONS, Pages, Wanted

LATEX_WIDTH = r"\linewidth"


class wqplay_run(nodes.General, nodes.Element):
    """A run in a document; `wanted` is what was asked for."""


class WqplayDirective(SphinxDirective):
    """`.. wqplay:: NAME`."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = dict.fromkeys((*OPTIONS, "caption", "height"), directives.unchanged)

    def run(self) -> list[nodes.Node]:
        """One node; an error of this directive's, where the scenario or an option is not known."""
        source = Path(self.get_source_info()[0]).parent
        try:
            wanted = Wanted.read(self.arguments[0], self.options, source)
            wqplay.entry(wanted.scenario)
        except wqplay.WqplayError as error:
            raise self.error(f"wqplay: {error}") from error
        return [wqplay_run("", wanted=wanted)]


def _pages(translator: Any) -> Pages:
    builder = translator.builder
    if not hasattr(builder, "wqplay_pages"):
        builder.wqplay_pages = Pages(Path(builder.outdir), builder.config.wqplay_server.rstrip("/"))
    pages = builder.wqplay_pages
    assert isinstance(pages, Pages)
    return pages


def visit_html(translator: Any, node: nodes.Element) -> None:
    """The frame, with the run's page beside the document. Raises ExtensionError, SkipNode."""
    builder = translator.builder
    root = "../" * builder.get_target_uri(builder.current_docname).count("/")
    try:
        translator.body.append(_pages(translator).html(node["wanted"], root))
    except (wqplay.WqplayError, SiteError) as error:
        raise ExtensionError(f"wqplay: {error}") from error
    raise nodes.SkipNode


def visit_latex(translator: Any, node: nodes.Element) -> None:
    """A figure with the lanes as PNG. Raises ExtensionError, SkipNode."""
    wanted: Wanted = node["wanted"]
    try:
        run = _pages(translator).run(wanted)
    except wqplay.WqplayError as error:
        raise ExtensionError(f"wqplay: {error}") from error
    moment = wanted.options.get("t", "")
    name = f"wqplay-{run.entry.name}{f'-{moment}' if moment else ''}".replace(".", "_") + ".png"
    (Path(translator.builder.outdir) / name).write_bytes(run.png(moment))
    caption = translator.encode(wanted.caption or run.entry.card.title)
    translator.body.append(
        "\n\\begin{figure}[htbp]\n\\centering\n\\capstart\n"
        f"\\noindent\\includegraphics[width={LATEX_WIDTH}]{{{name}}}\n\\caption{{{caption}}}\n\\end{{figure}}\n"
    )
    raise nodes.SkipNode


def visit_text(translator: Any, node: nodes.Element) -> None:
    """A sentence. Raises ExtensionError, SkipNode."""
    try:
        run = _pages(translator).run(node["wanted"])
    except wqplay.WqplayError as error:
        raise ExtensionError(f"wqplay: {error}") from error
    words = f"[{run.entry.card.title}: {run.summary}]"
    if hasattr(translator, "add_text"):
        translator.new_state(0)
        translator.add_text(words)
        translator.end_state()
    else:
        translator.body.append(words)
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.add_config_value("wqplay_server", "", "html", str)
    app.add_directive("wqplay", WqplayDirective)
    text = (visit_text, None)
    app.add_node(wqplay_run, html=(visit_html, None), latex=(visit_latex, None), text=text, man=text, texinfo=text)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False, "env_version": 1}
