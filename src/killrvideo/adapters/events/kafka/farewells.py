"""Clients that are no longer needed say goodbye in the background: a hung broker may never answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any

PATIENCE = 3.0
"""Seconds that closing waits for goodbyes; they end by themselves with their requests' time limits."""


class Farewells:
    def __init__(self) -> None:
        self._saying: set[asyncio.Task[None]] = set()

    def part(self, stopping: Coroutine[Any, Any, None]) -> None:
        """Lets a client stop, whatever comes of it."""
        task = asyncio.create_task(_quietly(stopping))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def wait(self) -> None:
        if self._saying:
            await asyncio.wait(self._saying, timeout=PATIENCE)


async def _quietly(stopping: Coroutine[Any, Any, None]) -> None:
    # Who leaves does not care how the broker takes it: it will notice the silence.
    await asyncio.gather(stopping, return_exceptions=True)
