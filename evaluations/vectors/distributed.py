"""Near vectors in Cassandra: the index that is searched, filled directly."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from rich.console import Console
from rich.progress import Progress

from evaluations.datasets import Absent
from evaluations.labelled import LONG_AGO, UPLOADER
from evaluations.reports import Figures
from evaluations.vectors.made import COLUMNS, NOTE, WANTED, Made, busy, video_id
from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Value
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.migrations import CassandraSchema, cassandra_migrations
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.vectors.tables import VectorTable, VectorTables
from killrvideo.adapters.cassandra.vectors.traits import Traits
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.migrations import migrate
from killrvideo.domain.vectors import DIMENSION
from services import state

KEYSPACE = "eval_vectors"
MODEL = "made-up"
AT_A_TIME = 16
PATIENCE = 60.0


def in_cassandra(console: Console, sizes: Sequence[int]) -> Figures:
    """Raises Absent."""
    server = state.running("one")
    if server is None:
        raise Absent("no Cassandra runs (`make services` starts one)")
    address = Address(
        hosts=(server.address.host,), port=server.address.port, keyspace=KEYSPACE, timeout=PATIENCE
    )
    rows = [row for size in sizes for row in asyncio.run(_of_size(console, address, Made.of(size)))]
    notes = [
        NOTE,
        "One node of `make services`, on the same machine.",
        busy(),
    ]
    return Figures(f"Near vectors, Cassandra: the {WANTED} nearest", COLUMNS, rows, notes)


async def _of_size(console: Console, address: Address, made: Made) -> list[Sequence[str]]:
    session = CassandraSession(address, durable=False)

    async def connected() -> None:
        await migrate(CassandraSchema(session, SystemClock()), cassandra_migrations())

    await session.open(connected)
    try:
        await _fill(console, session, made)
        vectors = CassandraStorage(session, SystemClock(), Uuid7Source()).vectors
        with console.status(f"Searching {len(made.vectors):,}"):
            return await made.measured(lambda vector, chosen: vectors.nearest(MODEL, vector, chosen, WANTED))
    finally:
        await session.define(f"DROP KEYSPACE {address.keyspace}")
        await session.close()


async def _fill(console: Console, session: CassandraSession, made: Made) -> None:
    table = await VectorTables(session, VectorTable).made(MODEL, DIMENSION)
    assert table is not None  # noqa: S101 - an index can hold vectors of this dimension
    put = table.put
    with Progress(console=console, transient=True) as progress:
        numbers: Iterable[int] = progress.track(range(len(made.vectors)), description="Filling")

        async def add(number: int) -> None:
            await session.write(put, _row(made, number))

        await in_turns(numbers, add, at_a_time=AT_A_TIME)


def _row(made: Made, number: int) -> dict[str, Value]:
    category, language, tag = made.traits(number)
    submitted_at = LONG_AGO + timedelta(seconds=number)
    traits = Traits(category, language, UPLOADER, submitted_at, frozenset({tag}))
    return {
        "video_id": video_id(number),
        "vector": made.vectors[number].tolist(),
        "stamp": 1,
        **traits.params,
    }
