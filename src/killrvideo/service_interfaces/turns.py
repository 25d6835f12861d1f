"""Taking turns inside one process: what spares work, never what makes a result right."""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """One lock for each key, kept only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())
