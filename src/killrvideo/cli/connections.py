"""What one connection may cost before its request is known: so much memory, and so much time.

The server's own protocol reads the head of a request for as long as it comes, and copies it with each piece.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 512 * 1024
"""Bytes besides the body; more than one piece from the network, which may end a body and begin a head."""
PATIENCE = 30.0
"""Seconds in which a head has to be complete, from the opening of the connection or the last request on."""


class BoundedHttp(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = 0
        self._piece = 0
        self._head_is_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._piece = len(data)
        self._head += self._piece
        super().data_received(data)
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of this request is too large.")
        elif self._head_is_due is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        self._head = self._piece
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = max(0, self._head - len(body))
        super().on_body(body)

    def _wait_for_head(self) -> None:
        self._head_is_due = self.loop.call_later(PATIENCE, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_is_due is not None:
            self._head_is_due.cancel()
            self._head_is_due = None

    def _give_up(self) -> None:
        """Hangs up, unless it is the answer to the last request that takes its time."""
        self._head_is_due = None
        if getattr(self.cycle, "response_complete", True):
            self.transport.close()
