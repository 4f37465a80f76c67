"""Where the pages' links lead: on a server, or among the files of a static site. The templates know them as `to`."""

from __future__ import annotations

from types import SimpleNamespace

LESSON_PANES = "lanes,details"
STILL_PANES = "lanes,dmesg,details"  # a static lesson has no playground beside it: what was printed is shown here


class Served:
    """Addresses of a server's own pages."""

    still = False
    server: str | None = None
    home = "/"
    gallery = "/gallery"
    playground = "/"

    def lesson(self, name: str) -> str:
        """A lesson's page."""
        return f"/lesson/{name}"

    def printed(self, name: str) -> str:
        """The same on paper."""
        return f"/lesson/{name}/print"

    def embed(self, name: str) -> str:
        """The run of a lesson, for its frame."""
        return f"/embed?scenario={name}&panes={LESSON_PANES}"

    def moment(self, name: str) -> str:
        """What `#s=…&t=…` is put behind, so that a moment is seen."""
        return "/"

    def picture(self, name: str, t: str = "", ns: int = -1) -> str:
        """The lanes at a moment; without one, of the whole run."""
        return f"/api/scenarios/{name}/picture.svg{f'?t={ns}' if ns >= 0 else ''}"


class Still:
    """Relative paths between files, from a page `depth` folders below the root; `server` is "" where there is none."""

    still = True

    def __init__(self, depth: int, server: str) -> None:
        self.root = "../" * depth
        self.server = server
        self.home = self.gallery = f"{self.root}index.html"
        self.playground = f"{server}/" if server else ""

    def lesson(self, name: str) -> str:
        """A lesson's page."""
        return f"{self.root}lesson/{name}.html"

    def printed(self, name: str) -> str:
        """The same on paper."""
        return f"{self.root}print/{name}.html"

    def embed(self, name: str) -> str:
        """The run of a lesson, for its frame."""
        return f"{self.root}embed/{name}.html?panes={STILL_PANES}"

    def moment(self, name: str) -> str:
        """What `#s=…&t=…` is put behind, so that a moment is seen."""
        return self.embed(name)

    def picture(self, name: str, t: str = "", ns: int = -1) -> str:
        """The lanes at a moment; without one, of the whole run."""
        return f"{self.root}picture/{name}{f'-{t}' if t else ''}.svg"

    def url_for(self, name: str, path: str) -> SimpleNamespace:
        """A static file, as the server's own `url_for` says it."""
        return SimpleNamespace(path=f"{self.root}{name}/{path}")
