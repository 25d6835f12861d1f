"""Asking Cassandra from the event loop: prepared statements, and one error for every kind of outage."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from cassandra import ConsistencyLevel, OperationTimedOut, Timeout
from cassandra.cluster import EXEC_PROFILE_DEFAULT
from cassandra.protocol import OverloadedErrorMessage
from cassandra.query import BatchStatement, BatchType, BoundStatement, PreparedStatement

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.bridge import Answer, Bridge
from killrvideo.adapters.cassandra.cluster.connection import DEFINING, NEAREST
from killrvideo.adapters.cassandra.cluster.link import Connected, Link
from killrvideo.adapters.cassandra.cluster.outages import OUTAGES, readable
from killrvideo.adapters.cassandra.cluster.trips import begun, getting_ready

Row = dict[str, Any]
"""Columns by name, as the driver reads them."""
Value = Any
"""What the driver can write: numbers, texts, bytes, UUIDs, aware datetimes, and collections of them."""
Statement: TypeAlias = BoundStatement | BatchStatement
Params = Mapping[str, Value] | Sequence[Value]
"""By the names of the markers (``:name``), or in their order (``?``)."""

AT_A_TIME = 1024
"""Questions of this process that Cassandra works on at once; the rest wait here."""
TRIES = 3
"""Of a statement that may be repeated."""
SLOW = (OperationTimedOut, Timeout, OverloadedErrorMessage)
"""A server that is slow gets no faster by being asked twice."""

TABLE = re.compile(r"\b(FROM|INTO|UPDATE|TABLE IF NOT EXISTS|TABLE|TRUNCATE|ON) ([a-z][a-z0-9_]*)\b(?!\.)")


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement with its parameters as the bytes that are sent: it can be kept, and sent again."""

    cql: str
    values: tuple[bytes | None, ...]

    @property
    def size(self) -> int:
        """About how many bytes of a batch it takes."""
        return 50 + sum(len(value) for value in self.values if value is not None)


class CassandraSession:
    """To be opened before use. Every question raises Unavailable while Cassandra is away or too slow."""

    def __init__(self, address: Address, *, durable: bool = True) -> None:
        """Without ``durable`` a keyspace that is made skips the commit log: for tests."""
        self.address = address
        self._link = Link(address, durable=durable)
        self._bridge = Bridge()
        self._ready: dict[str, PreparedStatement] = {}
        self._preparing: dict[str, asyncio.Task[PreparedStatement]] = {}
        self._asking = asyncio.Semaphore(AT_A_TIME)

    async def open(self, connected: Connected) -> None:
        """See `Link.open`."""

        async def first() -> None:
            self._ready.clear()  # A statement is prepared for one link.
            await connected()

        self._bridge.begin()
        await self._link.open(first)

    async def close(self) -> None:
        """May be called twice."""
        await self._link.close()

    async def rows(self, cql: str, params: Params = ()) -> list[Row]:
        """The first page of an answer: for statements with a LIMIT or a bounded partition."""
        return (await self._ask(await self._bound(cql, params))).rows

    async def row(self, cql: str, params: Params = ()) -> Row | None:
        found = await self.rows(cql, params)
        return found[0] if found else None

    async def all_rows(self, cql: str, params: Params = (), *, fetch: int = 1000) -> list[Row]:
        """Every page, one after the other."""
        rows: list[Row] = []
        state: bytes | None = None
        while True:
            answer = await self.page(cql, params, fetch=fetch, state=state)
            rows += answer.rows
            state = answer.state
            if state is None:
                return rows

    async def page(self, cql: str, params: Params = (), *, fetch: int, state: bytes | None = None) -> Answer:
        """``fetch`` rows at most, going on where ``state`` says."""
        statement = await self._bound(cql, params)
        statement.fetch_size = fetch
        return await self._ask(statement, state=state)

    async def nearest(self, cql: str, params: Params) -> list[Row]:
        """A similarity search, at the only consistency that has it."""
        return (await self._ask(await self._bound(cql, params), profile=NEAREST)).rows

    async def serial(self, cql: str, params: Params) -> Row | None:
        """A row with what compare-and-set writes have decided, finished ones and those under way."""
        statement = await self._bound(cql, params)
        statement.consistency_level = ConsistencyLevel.LOCAL_SERIAL
        rows = (await self._ask(statement)).rows
        return rows[0] if rows else None

    async def write(self, cql: str, params: Params = ()) -> None:
        """One statement that may be repeated."""
        await self._ask(await self._bound(cql, params))

    async def write_all(self, statements: Sequence[Bound]) -> None:
        """All of the statements or none, as one logged batch; they may be repeated."""
        if not statements:
            return
        batch = BatchStatement(BatchType.LOGGED)
        for statement in statements:
            batch.add(await self._restored(statement))
        await self._ask(batch)

    async def compare_and_set(self, *statements: tuple[str, Params]) -> bool:
        """Applies the statements, all on one partition, if their conditions hold; whether they did.

        Raises Unavailable where it is not known whether they were applied.
        """
        batch = BatchStatement(BatchType.UNLOGGED)
        for cql, params in statements:
            batch.add(await self._bound(cql, params))
        [outcome, *_] = (await self._ask(batch, tries=1)).rows
        return bool(outcome["[applied]"])

    async def bind(self, cql: str, params: Params) -> Bound:
        """The statement with its parameters as bytes: to be kept, or sent by `write_all`."""
        return Bound(cql, tuple((await self._bound(cql, params)).values))

    async def define(self, cql: str) -> None:
        """A statement of the schema; returns when all nodes know it. It may take longer than others."""
        driver = self._link.driver
        try:
            await asyncio.to_thread(driver.execute, self._qualified(cql), timeout=DEFINING)
        except OUTAGES as error:
            raise readable(error) from error

    async def _bound(self, cql: str, params: Params) -> BoundStatement:
        return (await self._statement(cql)).bind(params)

    async def _restored(self, bound: Bound) -> BoundStatement:
        statement = BoundStatement(await self._statement(bound.cql))
        statement.values = list(bound.values)
        return statement

    async def _statement(self, cql: str) -> PreparedStatement:
        """Prepared once for the process."""
        ready = self._ready.get(cql)
        if ready is not None:
            return ready
        with getting_ready():
            return await self._prepare(cql)

    async def _prepare(self, cql: str) -> PreparedStatement:
        preparing = self._preparing.get(cql)
        if preparing is None:
            work = asyncio.to_thread(self._link.driver.prepare, self._qualified(cql))
            preparing = self._preparing[cql] = asyncio.create_task(work)
        try:
            self._ready[cql] = await asyncio.shield(preparing)
        except OUTAGES as error:
            raise readable(error) from error
        finally:
            if preparing.done():
                self._preparing.pop(cql, None)
        return self._ready[cql]

    def _qualified(self, cql: str) -> str:
        """With the keyspace before the table: a prepared statement must mean the same in any session."""
        return TABLE.sub(rf"\1 {self.address.keyspace}.\2", cql)

    async def _ask(
        self,
        statement: Statement,
        *,
        profile: str = EXEC_PROFILE_DEFAULT,
        state: bytes | None = None,
        tries: int = TRIES,
    ) -> Answer:
        """Repeats what failed at once; what took too long is not asked again."""
        counted = begun()
        try:
            async with self._asking:
                return await self._repeated(statement, profile, state, tries)
        finally:
            if counted is not None:
                await counted.end()

    async def _repeated(self, statement: Statement, profile: str, state: bytes | None, tries: int) -> Answer:
        while True:
            tries -= 1
            try:
                asked = self._link.driver.execute_async(
                    statement, execution_profile=profile, paging_state=state
                )
                return await self._bridge.answer(asked)
            except OUTAGES as error:
                if not tries or isinstance(error, SLOW):
                    raise readable(error) from error
