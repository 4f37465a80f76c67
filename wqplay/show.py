"""HTML around a run: for a notebook, and for a document that frames the run's page and prints its picture."""

from __future__ import annotations

from html import escape

from server.cards import SANDBOX

HEIGHT = 420
STYLE = (
    "<style>.wqplay{margin:1.5em 0}.wqplay iframe{width:100%;border:1px solid #8884}.wqplay .still{display:none}"
    ".wqplay img{max-width:100%}@media print{.wqplay iframe{display:none}.wqplay .still{display:block}}</style>"
)


def figure(picture: str, summary: str, dmesg: str) -> str:
    """A run in a notebook: the lanes, a sentence, and the log behind a click; nothing in it is fetched or executed."""
    return (
        f'<figure class="wqplay" style="margin:0"><div style="overflow-x:auto">{picture}</div>'
        f"<figcaption>{escape(summary)}</figcaption>"
        f"<details><summary>dmesg</summary><pre>{escape(dmesg)}</pre></details></figure>"
    )


def framed(src: str, picture: str, title: str, caption: str = "", height: int = HEIGHT) -> str:
    """A run in a page of documentation: its lanes to play with; on paper, and without scripts, their picture."""
    image = f'<img src="{escape(picture)}" alt="The lanes of: {escape(title)}">'
    return (
        f'{STYLE}<figure class="wqplay"><iframe title="{escape(title)}" height="{height}" loading="lazy" '
        f'sandbox="{SANDBOX}" src="{escape(src)}"></iframe><div class="still">{image}</div>'
        f"<noscript>{image}</noscript>"
        + (f"<figcaption>{escape(caption)}</figcaption>" if caption else "")
        + "</figure>"
    )
