"""The back ends that one suite runs on."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cassandra.query import PreparedStatement

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.migrations import CassandraSchema, cassandra_migrations
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.migrations import migrate
from tests.holding_still import ManualClock
from tests.servers import cassandra_address

SQLITE, CASSANDRA = "sqlite", "cassandra"
CHOSEN = os.environ.get("KILLRVIDEO_TEST_STORE", SQLITE)
"""The back end of the suites that are too long to run on both each time."""
CHANGED = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|DELETE .*? FROM) (\w+)", re.DOTALL)
KEPT = {"schema_migrations", "schema_lock", "marks"}


class EmptiedSession(CassandraSession):
    """Remembers which tables were written, so that each test finds them empty without 60 questions."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, durable=False)
        self._changed: set[str] = set()

    async def _statement(self, cql: str) -> PreparedStatement:
        if found := CHANGED.match(cql):
            self._changed.add(found[1])
        return await super()._statement(cql)

    async def empty(self) -> None:
        await asyncio.gather(*(self.define(f"TRUNCATE {table}") for table in self._changed - KEPT))
        self._changed.clear()


class SharedStorage(CassandraStorage):
    """On a session that is open already, and stays open for the next test."""

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass


@asynccontextmanager
async def cassandra_session(worker: str) -> AsyncIterator[EmptiedSession]:
    """A session on a keyspace of its own with every table, which is gone afterwards."""
    address = address_of(worker)
    async with opened_session(address) as session:
        yield session
        await session.define(f"DROP KEYSPACE {address.keyspace}")


def address_of(worker: str) -> Address:
    """Of the keyspace that this process has for itself."""
    where = cassandra_address()
    assert where is not None, "ask `cassandra_address` first"
    return Address(
        hosts=(where.host,),
        port=where.port,
        keyspace=f"tests_{worker}_{os.getpid()}",
        timeout=20.0,  # Of a machine that runs many tests at once.
    )


@asynccontextmanager
async def opened_session(address: Address) -> AsyncIterator[EmptiedSession]:
    """A session on the keyspace, where every table is made that is not there yet."""
    session = EmptiedSession(address)

    async def connected() -> None:
        await migrate(CassandraSchema(session, ManualClock()), cassandra_migrations())

    await session.open(connected)
    try:
        yield session
    finally:
        await session.close()


def worker_name(config: Any) -> str:
    """Of the process among those that share a run of the tests."""
    return getattr(config, "workerinput", {}).get("workerid", "alone")
