"""The sending half of a client's socket: messages counted, and a refusal told before it closes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import WebSocket, WebSocketDisconnect

from server.runs import Refusal, error_message

CLOSE_CODES = {"protocol": 1008, "overload": 1013, "internal": 1011, "killed": 1011}


class Outlet:
    """What the sessions of the simulator and of the real kernel inherit."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.sent = 0  # messages of the run under way, those included that the client had

    async def _forward(self, messages: AsyncIterator[bytes]) -> None:
        async for message in messages:
            await self._send(message)

    async def _send(self, message: bytes) -> None:
        await self.socket.send_text(message.decode())
        self.sent += 1

    async def _goodbye(self, refusal: Refusal) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._send(error_message(self.sent, refusal))
            await self.socket.close(CLOSE_CODES.get(refusal.code, 1000))
