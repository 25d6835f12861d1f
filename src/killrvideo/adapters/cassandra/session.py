"""Asking Cassandra from the event loop: prepared statements, and one error for every kind of outage."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cassandra import ConsistencyLevel, OperationTimedOut
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster
from cassandra.cluster import Session as DriverSession
from cassandra.query import BatchStatement, BatchType, BoundStatement, PreparedStatement

from killrvideo.adapters.cassandra.address import Address
from killrvideo.adapters.cassandra.bridge import Answer, Bridge
from killrvideo.adapters.cassandra.connection import NEAREST, RECONNECT_EVERY, connect
from killrvideo.adapters.cassandra.outages import AWAY, OUTAGES, readable
from killrvideo.adapters.cassandra.trips import trip
from killrvideo.domain.errors import Unavailable

Row = dict[str, Any]
"""Columns by name, as the driver reads them."""
Value = Any
"""What the driver can write: numbers, texts, bytes, UUIDs, aware datetimes, and collections of them."""
Params = Mapping[str, Value] | Sequence[Value]
"""By the names of the markers (``:name``), or in their order (``?``)."""

AT_A_TIME = 1024
"""Questions of this process that Cassandra works on at once; the rest wait here."""
TRIES = 3
"""Of a statement that may be repeated."""
DEFINING = 60.0
"""Seconds that a change of the schema may take."""

TABLE = re.compile(r"\b(FROM|INTO|UPDATE|TABLE IF NOT EXISTS|TABLE|TRUNCATE|ON) ([a-z][a-z0-9_]*)\b")

log = logging.getLogger(__name__)


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
        self.address = address
        self._durable = durable
        self._cluster: Cluster | None = None
        self._driver: DriverSession | None = None
        self._bridge: Bridge | None = None
        self._prepared: dict[str, asyncio.Task[PreparedStatement]] = {}
        self._asking = asyncio.Semaphore(AT_A_TIME)
        self._connecting: asyncio.Task[None] | None = None

    async def open(self, connected: Callable[[], Awaitable[None]]) -> None:
        """Tries once, and goes on trying in the background where Cassandra is away.

        ``connected`` runs before the first question of anybody else; what it raises, other than
        Unavailable, is raised here if the first attempt got that far.
        """
        self._bridge = Bridge()
        try:
            await self._connect(connected)
        except Unavailable as away:
            log.warning("%s KillrVideo answers 503 until then.", away)
            self._connecting = asyncio.create_task(self._go_on_trying(connected))

    async def close(self) -> None:
        """May be called twice."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
            self._connecting = None
        cluster, self._cluster, self._driver = self._cluster, None, None
        self._prepared.clear()
        if cluster is not None:
            await asyncio.to_thread(cluster.shutdown)

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
        driver = self._open_driver()
        try:
            await asyncio.to_thread(driver.execute, self._qualified(cql), timeout=DEFINING)
        except OUTAGES as error:
            raise readable(error) from error

    async def _connect(self, connected: Callable[[], Awaitable[None]]) -> None:
        try:
            self._cluster, self._driver = await asyncio.to_thread(
                connect, self.address, durable=self._durable
            )
        except OUTAGES as error:
            raise readable(error) from error
        try:
            await connected()
        except BaseException:
            await self._disconnect()
            raise

    async def _disconnect(self) -> None:
        cluster, self._cluster, self._driver = self._cluster, None, None
        self._prepared.clear()
        if cluster is not None:
            await asyncio.to_thread(cluster.shutdown)

    async def _go_on_trying(self, connected: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(RECONNECT_EVERY)
            try:
                await self._connect(connected)
            except Unavailable:
                continue
            except Exception:
                log.exception("Cassandra is there, but cannot be used.")
                continue
            log.info("Cassandra can be reached now.")
            return

    def _open_driver(self) -> DriverSession:
        if self._driver is None:
            raise Unavailable(AWAY)
        return self._driver

    async def _bound(self, cql: str, params: Params) -> BoundStatement:
        return (await self._statement(cql)).bind(params)

    async def _restored(self, bound: Bound) -> BoundStatement:
        statement = BoundStatement(await self._statement(bound.cql))
        statement.values = list(bound.values)
        return statement

    async def _statement(self, cql: str) -> PreparedStatement:
        """Prepared once for the process."""
        preparing = self._prepared.get(cql)
        if preparing is None:
            driver = self._open_driver()
            preparing = asyncio.create_task(asyncio.to_thread(driver.prepare, self._qualified(cql)))
            self._prepared[cql] = preparing
        try:
            return await asyncio.shield(preparing)
        except Exception as error:
            self._prepared.pop(cql, None)
            raise readable(error) from error

    def _qualified(self, cql: str) -> str:
        """With the keyspace before the table: a prepared statement must mean the same in any session."""
        return TABLE.sub(rf"\1 {self.address.keyspace}.\2", cql)

    async def _ask(
        self,
        statement: BoundStatement | BatchStatement,
        *,
        profile: str = EXEC_PROFILE_DEFAULT,
        state: bytes | None = None,
        tries: int = TRIES,
    ) -> Answer:
        """Repeats what failed at once; what took too long is not asked again."""
        async with self._asking:
            with trip():
                while True:
                    tries -= 1
                    try:
                        return await self._ask_once(statement, profile, state)
                    except OUTAGES as error:
                        if not tries or isinstance(error, OperationTimedOut):
                            raise readable(error) from error

    async def _ask_once(
        self, statement: BoundStatement | BatchStatement, profile: str, state: bytes | None
    ) -> Answer:
        driver, bridge = self._open_driver(), self._bridge
        assert bridge is not None  # noqa: S101 - made before the driver
        asked = driver.execute_async(statement, execution_profile=profile, paging_state=state)
        return await bridge.answer(asked)
