"""What every answer carries: the content security policy, CORS where it is harmless, caching.

Only `/embed` may be framed by others. CORS `*` is on what anybody may read without being somebody: static files and
GET under `/api`, so that an embed works in an opaque origin.
"""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NONCE_BYTES = 16
OPEN_POSTS = (
    "/api/check",
    "/api/quiz",
    "/api/challenges/",
    "/oembed",
)  # nobody is somebody there: an embed may ask, too


def policy(nonce: str, framed: bool = False) -> str:
    """The policy of a page: our own files only, and style elements that carry the nonce (the editor makes some)."""
    ancestors = "*" if framed else "'self'"
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )


class Headers:
    """Middleware: puts a fresh nonce into `scope["state"]["nonce"]` and the headers above onto the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        scope.setdefault("state", {})["nonce"] = nonce
        path: str = scope["path"]
        open_to_all = path.startswith(("/static/", "/api/")) and scope["method"] in ("GET", "HEAD")
        open_to_all = open_to_all or path.startswith(OPEN_POSTS)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy(nonce, path == "/embed"))
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if open_to_all:
                    headers["Access-Control-Allow-Origin"] = "*"
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                headers.setdefault("Cache-Control", "no-cache")  # ask again; answers 304 where nothing changed
            await send(message)

        await self.app(scope, receive, marked)
