"""Filling two keyspaces, one by units of work and one directly, and comparing them."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks.scale.direct import DirectFilling, DirectStorage, PouringSession
from benchmarks.scale.filling import Progressed, fill
from benchmarks.scale.population import Population, present_day
from benchmarks.scale.proof import differences, sizes
from benchmarks.scale.units import FillingByUnits
from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.clock import SystemClock, Uuid7Source


async def prove(address: Address, videos: int, console: Console) -> None:
    """Raises SystemExit where the two differ. Leaves nothing behind."""
    now = present_day()
    population = Population(videos, now, vectors=min(videos, 50))
    by_units = CassandraSession(replace(address, keyspace=f"{address.keyspace}_units"), durable=False)
    direct = PouringSession(replace(address, keyspace=f"{address.keyspace}_direct"), durable=False)
    reading = CassandraSession(direct.address, durable=False)
    stores = [CassandraStorage(session, SystemClock(), Uuid7Source()) for session in (by_units, reading)]
    for store in stores:
        await store.open()
    await direct.open(_nothing_more)
    pouring = DirectFilling(direct, DirectStorage(direct, SystemClock(), Uuid7Source()))
    with TemporaryDirectory() as apart:
        files = (Path(apart, name) for name in ("direct", "units"))
        for filling in (pouring, FillingByUnits(stores[0], at_once=1)):
            await fill(population, filling, Progressed(next(files), now, ""), console, type(filling).__name__)
    await direct.close()
    await stores[1].tend()
    found = await differences(by_units, reading)
    compared = {table: rows for table, rows in (await sizes(by_units)).items() if rows}
    for store in stores:
        await store.session.define(f"DROP KEYSPACE {store.session.address.keyspace}")
        await store.close()
    console.print(
        f"{sum(compared.values()):,} rows of {len(compared)} tables compared: {len(found)} tables differ."
    )
    if found:
        raise SystemExit("\n".join(found))


async def _nothing_more() -> None:
    """The tables are there."""
