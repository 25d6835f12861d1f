"""How workers wait: cut short by an event, and by a clock that tests can hold still."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

Wait = Callable[[asyncio.Event, float], Awaitable[None]]
"""Returns when the event is set, at the latest after so many seconds."""


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Keeps Wait, by the event loop's clock."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
