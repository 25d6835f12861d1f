"""One process at a time changes the schema: two that make one table at once can make two of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from killrvideo.adapters.cassandra.session import CassandraSession

MAKE_TABLE = "CREATE TABLE IF NOT EXISTS schema_lock (store text PRIMARY KEY, holder uuid)"
LOCK = "INSERT INTO schema_lock (store, holder) VALUES ('killrvideo', :holder) IF NOT EXISTS USING TTL 120"
UNLOCK = "DELETE FROM schema_lock WHERE store = 'killrvideo' IF holder = :holder"
GLANCES = 0.2
"""Seconds between two tries."""


class SchemaBusy(Exception):
    """Another process has been changing the schema for too long; it may have died over it."""


@asynccontextmanager
async def schema_lock(session: CassandraSession, patience: float) -> AsyncIterator[None]:
    """Held inside the block; raises SchemaBusy if that takes more than ``patience`` seconds."""
    holder, until = uuid4(), time.monotonic() + patience
    while not await session.compare_and_set((LOCK, {"holder": holder})):
        if time.monotonic() > until:
            raise SchemaBusy
        await asyncio.sleep(GLANCES)
    try:
        yield
    finally:
        await session.compare_and_set((UNLOCK, {"holder": holder}))
