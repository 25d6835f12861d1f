"""`make bench-scale`: what each read costs as a site grows, as ratios to a site of a thousand videos.

Stores are kept in build/scale and in keyspaces bench_scale_..., and are filled only once.
"""

import argparse
import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.inhabited import Inhabited, inhabited
from benchmarks.scale.direct import DirectFilling, DirectStorage, PouringSession
from benchmarks.scale.filling import Progressed, fill
from benchmarks.scale.measuring import Size, measure
from benchmarks.scale.population import Population, present_day
from benchmarks.scale.proving import prove
from benchmarks.scale.telling import tell
from benchmarks.scale.units import FillingByUnits
from killrvideo.adapters.cassandra.address import Address
from killrvideo.adapters.cassandra.session import CassandraSession
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.bootstrap import BackEnd
from services import state

ROOT = Path(__file__).resolve().parents[2] / "build" / "scale"
FILE = "killrvideo.db"
SQLITE, CASSANDRA = "sqlite", "cassandra"
VECTORS_MOST = 100_000
UPLOADS_AT_ONCE = 50
PATIENCE = 60.0
"""Seconds that one answer of Cassandra may take: what is slow is measured, not refused."""
console = Console(highlight=False)


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    if chosen.prove:
        asyncio.run(prove(_address(f"bench_prove_{chosen.prove}"), chosen.prove, console))
    for back_end in chosen.on:
        asyncio.run(_run(back_end, chosen))


async def _run(back_end: str, chosen: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        houses: dict[Size, Inhabited] = {}
        for size in chosen.sizes:
            houses[size] = await stack.enter_async_context(_filled(back_end, size))
        if chosen.fill_only:
            return
        measured = await measure(
            houses, console, rounds=chosen.rounds, requests=chosen.requests, seconds=chosen.seconds
        )
    tell(back_end, measured, console, chosen.write)


@asynccontextmanager
async def _filled(back_end: str, size: Size) -> AsyncIterator[Inhabited]:
    folder = ROOT / f"{back_end}-{size}"
    come = Progressed.of(folder / "filled.json", present_day())
    vectors = min(size, VECTORS_MOST)
    population = Population(size, come.until, vectors=vectors)
    storage = await (_sqlite if back_end == SQLITE else _cassandra)(folder, population, come)
    async with inhabited(folder, {}, population, storage) as house:
        yield house


async def _sqlite(folder: Path, population: Population, come: Progressed) -> BackEnd:
    storage = SqliteStorage(folder / FILE, SystemClock(), Uuid7Source(), synchronous="off")
    if not come.is_whole:
        # What an interrupted filling left can hardly be gone on with: its last units are there or not.
        await asyncio.to_thread(_begin_anew, folder)
        come.days = -1
        await storage.open()
        filling = FillingByUnits(storage, at_once=UPLOADS_AT_ONCE)
        await fill(population, filling, come, console, f"SQLite, {population.videos:,} videos")
        await storage.close()
    return SqliteStorage(folder / FILE, SystemClock(), Uuid7Source(), synchronous="off")


def _begin_anew(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


async def _cassandra(_: Path, population: Population, come: Progressed) -> BackEnd:
    address = _address(f"bench_scale_{population.videos}")
    storage = CassandraStorage(CassandraSession(address), SystemClock(), Uuid7Source())
    if not come.is_whole:
        await storage.open()
        session = PouringSession(address)
        await session.open(_nothing_more)
        filling = DirectFilling(session, DirectStorage(session, SystemClock(), Uuid7Source()))
        filling.uses = come.uses = come.uses or filling.uses
        filling.know(population.accounts if come.days >= 0 else ())
        title = f"Cassandra, {population.videos:,} videos"
        await fill(population, filling, come, console, title)
        await session.close()
        console.print("Making the boards of what trends ...")
        await storage.tend()
        await storage.close()
    return CassandraStorage(CassandraSession(address), SystemClock(), Uuid7Source())


async def _nothing_more() -> None:
    """The tables are there."""


def _address(keyspace: str) -> Address:
    where = state.running("one")
    if where is None:
        raise SystemExit("No Cassandra runs: `make services` starts one.")
    return Address(hosts=(where.address.host,), port=where.address.port, keyspace=keyspace, timeout=PATIENCE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 100_000], help="videos: 1000,100000")
    parser.add_argument("--on", type=partial(str.split, sep=","), default=[SQLITE, CASSANDRA])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each size (5)")
    parser.add_argument("--requests", type=int, default=40, help="requests of a path in a turn (40)")
    parser.add_argument("--seconds", type=float, default=5.0, help="longest turn of a path (5)")
    parser.add_argument("--prove", type=int, metavar="N", help="first show with N videos that rows are right")
    parser.add_argument("--fill-only", action="store_true", help="measure nothing")
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
