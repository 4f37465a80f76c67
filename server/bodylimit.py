"""The limit on a request's body: Starlette's, whose plain refusal becomes a problem such as every other of the API."""

from __future__ import annotations

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.schemas import Answer, Problem


class BodyLimit:
    """Middleware: no body above `bytes_max` is read; whoever sends one is told so, and what to do."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self.app = RequestBodyLimitMiddleware(app, bytes_max)
        mib = bytes_max / 1024 / 1024
        hint = "leave out comments or data that the run does not need"
        self.refusal = Answer(Problem("limit", f"the request holds more than {mib:g} MiB", hint), 413)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        refused = False

        async def told(message: Message) -> None:
            nonlocal refused
            if refused:
                return  # the rest of the plain refusal
            if message["type"] == "http.response.start" and message["status"] == 413:
                refused = True
                await self.refusal(scope, receive, send)
            else:
                await send(message)

        await self.app(scope, receive, told)
