"""A thread that searches, with a connection of its own: what it holds in memory needs no lock."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import apsw

from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.outages import OUTAGES, unavailable

T = TypeVar("T")

MAPPED = "PRAGMA mmap_size = 2147418112"
"""As much as SQLite maps: a thousand vectors from all over the file are read in half the time."""


class SearchThread:
    """Begins with the first work for it. Raises Unavailable as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread: ThreadPoolExecutor | None = None
        self._connection: apsw.Connection | None = None

    async def run(self, work: Callable[[apsw.Connection], T]) -> T:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sqlite-vectors")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, functools.partial(self._run, work))
        except OUTAGES as error:
            raise unavailable(error) from error

    async def close(self) -> None:
        """Finishes what was begun. May be called twice, and before any work."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(self._disconnect)
            await asyncio.to_thread(thread.shutdown)

    def _run(self, work: Callable[[apsw.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._database.new_reader()
            self._connection.execute(MAPPED)
        return work(self._connection)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
