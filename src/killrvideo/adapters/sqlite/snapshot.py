"""Reading very much as it was at one moment, while others go on writing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import islice
from typing import TypeVar

import apsw

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.outages import OUTAGES, unavailable

T = TypeVar("T")

ROWS_AT_ONCE = 500
BEGIN = "BEGIN; SELECT count(*) FROM schema_migrations"
"""The first read fixes the moment, not the beginning of the transaction."""


class Snapshot:
    """A transaction that only reads, in a thread and on a connection of its own."""

    def __init__(self, connection: apsw.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def row(self, sql: str) -> Row | None:
        return await self._run(lambda: self._connection.execute(sql).fetchone())

    async def pieces(self, sql: str) -> AsyncIterator[list[Row]]:
        """All rows, `ROWS_AT_ONCE` at a time."""
        cursor = await self._run(lambda: self._connection.execute(sql))
        while piece := await self._run(lambda: list(islice(cursor, ROWS_AT_ONCE))):
            yield piece

    async def _run(self, read: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, read)
        except OUTAGES as error:
            raise unavailable(error) from error


@asynccontextmanager
async def snapshot_of(database: Database) -> AsyncIterator[Snapshot]:
    """Raises Unavailable. While it is open SQLite's log only grows: it is not for keeping."""
    with ThreadPoolExecutor(1, "sqlite-snapshot") as thread:
        loop = asyncio.get_running_loop()
        try:
            connection = await loop.run_in_executor(thread, database.new_reader)
        except OUTAGES as error:
            raise unavailable(error) from error
        try:
            snapshot = Snapshot(connection, thread)
            await snapshot.row(BEGIN)
            yield snapshot
        finally:
            await loop.run_in_executor(thread, connection.close, True)
