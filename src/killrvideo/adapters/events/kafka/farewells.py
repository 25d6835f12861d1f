"""Clients that are no longer needed say goodbye in the background: a hung broker may never answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

PATIENCE = 3.0
"""Seconds that closing waits for goodbyes; they end by themselves with their requests' time limits."""
LONGEST_START = 30.0
"""Seconds that a client may go on starting when nobody waits for it any more."""


class Client(Protocol):
    def start(self) -> Coroutine[Any, Any, None]: ...
    def stop(self) -> Coroutine[Any, Any, None]: ...


class Farewells:
    def __init__(self) -> None:
        self._saying: set[asyncio.Task[None]] = set()

    async def start(self, client: Client) -> None:
        """Starts a client. One that fails, or that nobody waits for any more, is parted with."""
        starting = asyncio.create_task(client.start())
        try:
            # A client that is cancelled while it connects leaves the connection open.
            await asyncio.shield(starting)
        except BaseException:
            self.part(client, starting)
            raise

    def part(self, client: Client, starting: asyncio.Task[None] | None = None) -> None:
        """Lets it stop, whatever comes of it."""
        task = asyncio.create_task(_leave(client, starting))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def wait(self) -> None:
        if self._saying:
            await asyncio.wait(self._saying, timeout=PATIENCE)


async def _leave(client: Client, starting: asyncio.Task[None] | None) -> None:
    """Who leaves does not care how the broker takes it: it will notice the silence."""
    if starting is not None:
        await asyncio.wait([starting], timeout=LONGEST_START)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
    await asyncio.gather(client.stop(), return_exceptions=True)
