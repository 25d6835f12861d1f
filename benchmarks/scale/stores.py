"""Stores that hold a population of a size, in build/scale and in keyspaces of their own; filled only once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from rich.console import Console

from benchmarks.inhabited import Inhabited, inhabited
from benchmarks.scale.direct import DirectFilling, DirectStorage, PouringSession
from benchmarks.scale.filling import Progressed, fill
from benchmarks.scale.population import Population, present_day
from benchmarks.scale.units import FillingByUnits
from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.migrations import cassandra_migrations
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.migrations import Migration
from killrvideo.adapters.sqlite.migrations import sqlite_migrations
from killrvideo.adapters.sqlite.storage import SqliteStorage
from services import state

ROOT = Path(__file__).resolve().parents[2] / "build" / "scale"
FILE = "killrvideo.db"
SQLITE, CASSANDRA = "sqlite", "cassandra"
VECTORS_MOST = 100_000
UPLOADS_AT_ONCE = 50
PATIENCE = 60.0
"""Seconds that one answer of Cassandra may take: what is slow is measured, not refused."""
console = Console(highlight=False)


@asynccontextmanager
async def sqlite_house(videos: int) -> AsyncIterator[Inhabited]:
    folder = ROOT / f"{SQLITE}-{videos}"
    population, come = _population(folder, videos, sqlite_migrations())
    if not come.is_whole:
        # What an interrupted filling left can hardly be gone on with: its last units are there or not.
        await asyncio.to_thread(_begin_anew, folder)
        come.days = -1
        storage = _sqlite(folder)
        await storage.open()
        filling = FillingByUnits(storage, at_once=UPLOADS_AT_ONCE)
        await fill(population, filling, come, console, f"SQLite, {videos:,} videos")
        await storage.close()
    async with inhabited(folder, {}, population, _sqlite(folder)) as house:
        yield house


@asynccontextmanager
async def cassandra_house(
    videos: int, session: type[CassandraSession] = CassandraSession
) -> AsyncIterator[Inhabited]:
    """``session`` is what the house asks through."""
    folder, address = ROOT / f"{CASSANDRA}-{videos}", address_of(f"bench_scale_{videos}")
    population, come = _population(folder, videos, cassandra_migrations())
    if not come.is_whole:
        await _pour(population, come, address)
    async with inhabited(folder, {}, population, _cassandra(session(address))) as house:
        yield house


def address_of(keyspace: str) -> Address:
    """Raises SystemExit where no Cassandra runs."""
    where = state.running("one")
    if where is None:
        raise SystemExit("No Cassandra runs: `make services` starts one.")
    return Address(hosts=(where.address.host,), port=where.address.port, keyspace=keyspace, timeout=PATIENCE)


def _population(folder: Path, videos: int, migrations: Sequence[Migration]) -> tuple[Population, Progressed]:
    schema = sha256("".join(migration.script for migration in migrations).encode()).hexdigest()
    come = Progressed.of(folder / "filled.json", present_day(), schema)
    return Population(videos, come.until, vectors=min(videos, VECTORS_MOST)), come


async def _pour(population: Population, come: Progressed, address: Address) -> None:
    if come.days < 0:
        await _drop(address)
    storage = _cassandra(CassandraSession(address))
    await storage.open()
    session = PouringSession(address)
    await session.open(_nothing_more)
    filling = DirectFilling(session, DirectStorage(session, SystemClock(), Uuid7Source()))
    filling.uses = come.uses = come.uses or filling.uses
    filling.know(population.accounts if come.days >= 0 else ())
    await fill(population, filling, come, console, f"Cassandra, {population.videos:,} videos")
    await session.close()
    console.print("Making the boards of what trends ...")
    await storage.tend()
    await storage.close()


async def _drop(address: Address) -> None:
    """What an earlier filling left, of another schema or not whole."""
    session = CassandraSession(address)
    await session.open(_nothing_more)
    await session.define(f"DROP KEYSPACE {address.keyspace}")
    await session.close()


async def _nothing_more() -> None:
    """The tables are there."""


def _cassandra(session: CassandraSession) -> CassandraStorage:
    return CassandraStorage(session, SystemClock(), Uuid7Source())


def _sqlite(folder: Path) -> SqliteStorage:
    return SqliteStorage(folder / FILE, SystemClock(), Uuid7Source(), synchronous="off")


def _begin_anew(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
