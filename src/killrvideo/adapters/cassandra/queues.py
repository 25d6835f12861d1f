"""Where units of one process line up that are after the same guard, one of which at a time can pass it."""

import asyncio
from contextlib import AsyncExitStack
from weakref import WeakValueDictionary


class Queues:
    """A queue for each guard, for as long as anybody stands in it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def line_up(self, place: AsyncExitStack, key: str) -> None:
        """Returns when it is the caller's turn at the guard. ``place`` is what it has in another queue, which
        it leaves first: nobody waits in one and keeps others waiting in another.
        """
        await place.aclose()
        lock = self._locks.setdefault(key, asyncio.Lock())
        await place.enter_async_context(lock)
