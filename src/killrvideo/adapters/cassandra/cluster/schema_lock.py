"""One process at a time changes the schema: two that make one table at once can make two of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from killrvideo.adapters.cassandra.cluster.session import CassandraSession

# With a known id: before the lock is there, nothing keeps two processes from making its table at once.
MAKE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_lock (store text PRIMARY KEY, holder uuid)
WITH ID = {id}
"""
LOCK = "INSERT INTO schema_lock (store, holder) VALUES ('killrvideo', :holder) IF NOT EXISTS USING TTL 120"
RENEW = """
UPDATE schema_lock USING TTL 120 SET holder = :holder WHERE store = 'killrvideo' IF holder = :holder
"""
UNLOCK = "DELETE FROM schema_lock WHERE store = 'killrvideo' IF holder = :holder"
GLANCES = 0.2
"""Seconds between two tries."""

Renew = Callable[[], Awaitable[None]]


class SchemaBusy(Exception):
    """Another process has been changing the schema for too long, or took it over."""


@asynccontextmanager
async def schema_lock(session: CassandraSession, patience: float) -> AsyncIterator[Renew]:
    """Held inside the block, for two minutes from each call of what it gives; both raise SchemaBusy.

    ``patience`` is how many seconds to wait for whoever has it.
    """
    holder, until = uuid4(), time.monotonic() + patience

    async def renew() -> None:
        if not await session.compare_and_set((RENEW, {"holder": holder})):
            raise SchemaBusy

    while not await session.compare_and_set((LOCK, {"holder": holder})):
        if time.monotonic() > until:
            raise SchemaBusy
        await asyncio.sleep(GLANCES)
    try:
        yield renew
    finally:
        await session.compare_and_set((UNLOCK, {"holder": holder}))
