"""Notes and lessons: Markdown to HTML that needs no style or script of its own.

HTML in the text is shown, not obeyed. Code is highlighted by classes. Two things are ours:

    [the moment](#t=12ms&sel=w1)      a link that moves the run's playhead and selection
    {{latency(w1) = 4.1 ms}}          a figure of the run: what asks for it, and what it was; tests hold it true
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import escape
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

FIGURE = re.compile(r"\{\{\s*(?P<expr>[^{}=]+?)\s*(?:=\s*(?P<value>[^{}]*?)\s*)?\}\}")
MOMENT = re.compile(r"#t=(?P<t>[0-9.]+(?:ns|us|ms|s))(?:&sel=(?P<sel>[\w\[\].>*#-]{1,80}))?")
TIME = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)(ns|us|ms|s)")
UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
LEXERS = {"c": "c", "sh": "bash", "toml": "toml", "diff": "diff"}


def _figure(state: StateInline, silent: bool) -> bool:
    match = FIGURE.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("figure", "", 0)
        token.content, token.meta = match["value"] or match["expr"], {"expr": match["expr"]}
    state.pos = match.end()
    return True


def _show_figure(renderer: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
    token = tokens[index]
    return f'<data class="figure" value="{escape(token.meta["expr"])}">{escape(token.content)}</data>'


def _mark_moments(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            match = MOMENT.fullmatch(str(token.attrGet("href") or "")) if token.type == "link_open" else None
            if match:
                token.attrSet("class", "moment")


def code(text: str, language: str, numbers: bool = False) -> str:
    """Source text as HTML with Pygments' short classes under `.code`; with line numbers where asked for."""
    try:
        lexer = get_lexer_by_name(LEXERS.get(language, "text"), stripnl=False)
    except ClassNotFound:  # a build of Pygments without it
        lexer = get_lexer_by_name("text", stripnl=False)
    formatter = HtmlFormatter(
        nowrap=False, cssclass="code", linenos="inline" if numbers else False, lineanchors="L" if numbers else ""
    )
    html: str = highlight(text, lexer, formatter)
    return html.replace('<div class="code">', '<div class="code" tabindex="0">', 1)  # long lines scroll, by keys too


def _fence(renderer: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
    token = tokens[index]
    return code(token.content, token.info.split()[0] if token.info.strip() else "")


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.inline.ruler.before("text", "figure", _figure)
    made.core.ruler.push("moments", _mark_moments)
    made.add_render_rule("figure", _show_figure)
    made.add_render_rule("fence", _fence)
    return made


def render(text: str) -> str:
    """Markdown as HTML."""
    html: str = _parser().render(text)
    return html


def moments(text: str) -> list[tuple[str, str]]:
    """The moments that a text points at, in order: time as written, and the item selected ("" for none)."""
    return [(match["t"], match["sel"] or "") for match in MOMENT.finditer(text)]


def ns_of(moment: str) -> int:
    """`12ms` in ns; -1 for anything else."""
    match = TIME.fullmatch(moment)
    return round(float(match[1]) * UNITS[match[2]]) if match else -1


def figures(text: str) -> list[tuple[str, str]]:
    """The figures in a text: expression, and value as written ("" for none)."""
    return [(match["expr"], match["value"] or "") for match in FIGURE.finditer(text)]


def with_figures(text: str, values: Iterable[str]) -> str:
    """The text with its figures' values put in, in order."""
    known = iter(values)
    return FIGURE.sub(lambda match: f"{{{{{match['expr']} = {next(known)}}}}}", text)
