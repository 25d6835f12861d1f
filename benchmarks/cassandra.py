"""What reads cost on Cassandra: round trips, questions, and throughput against the bare driver.

The driver alone asks the very same statements of the same requests, so many requests at a time as we do, in
the same minutes; of each side the best turn counts.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.bare_driver import BareDriver
from benchmarks.documents import machine, table, write_chapter
from benchmarks.inhabited import Inhabited
from benchmarks.reads import Asked, ReadPath, read_paths
from benchmarks.recording import Recorded, RecordingSession
from benchmarks.scale.stores import cassandra_house
from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.domain.events import Origin

VIDEOS = 1_000
REQUESTS = 25
"""Of each path, each for something else."""
AT_ONCE = 8
TRIPS_MOST = 2
TITLE = "Reads on Cassandra"
HEADINGS = (
    "read path",
    "round trips",
    "with authentication",
    "questions",
    "ours / driver",
    "requests/s (ours, driver)",
)
INTRODUCTION = (
    "Round trips to Cassandra that follow one another in a request, by itself and with the authentication of "
    "whoever is signed in; the most that any of the requests took, each for something else. Questions are "
    "what one request asks in all, on average. "
    f"*ours / driver*: requests per second through the whole API, {AT_ONCE} at a time, to those of the bare "
    "driver, which asks the same statements of the same requests and makes no answers of them; the best of "
    "several turns of each."
)


@dataclass(frozen=True, slots=True)
class Cost:
    name: str
    trips: int
    trips_signed_in: int
    questions: float
    ours: float
    driver: float

    @property
    def is_too_much(self) -> bool:
        return self.trips > TRIPS_MOST

    def row(self) -> tuple[str, ...]:
        return (
            self.name,
            f"{self.trips} **too many**" if self.is_too_much else str(self.trips),
            str(self.trips_signed_in),
            f"{self.questions:.1f}",
            f"{self.ours / self.driver:.2f}" if self.driver else "",
            f"{self.ours:,.0f}, {self.driver:,.0f}",
        )


def measure_cassandra(console: Console, *, rounds: int, seconds: float) -> list[Cost]:
    return asyncio.run(_measure(console, rounds, seconds))


def tell(costs: Sequence[Cost], console: Console, path: Path | None) -> None:
    shown = Table(*HEADINGS, title=TITLE)
    for cost in costs:
        shown.add_row(*cost.row())
    console.print(shown)
    if path is not None:
        facts = f"Machine: {machine()}; one node, {VIDEOS:,} synthetic videos."
        rows = (cost.row() for cost in costs)
        write_chapter(path, TITLE, [INTRODUCTION, "", facts, "", *table(HEADINGS, rows)])


async def _measure(console: Console, rounds: int, seconds: float) -> list[Cost]:
    async with cassandra_house(VIDEOS, RecordingSession) as house:
        paths = read_paths(await house.moderated())
        return [
            await _cost(house, path, rounds, seconds)
            for path in track(paths, "Reads on Cassandra", console=console)
        ]


async def _cost(house: Inhabited, path: ReadPath, rounds: int, seconds: float) -> Cost:
    requests = [path.make() for _ in range(REQUESTS)]
    for asked in requests:
        await house.read(asked)  # What every process has to learn once is no part of the cost.
    trips, recorded = [], []
    for asked in requests:
        with counted() as taken:
            recorded.append(await _record(house, asked))
        trips.append(taken.sequential)
    signing_in = await _trips_of_identifying(house, requests[0])
    driver = BareDriver(_session(house).driver, recorded)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(await _per_second(house, requests, seconds))
        bare.append(await asyncio.to_thread(driver.per_second, at_once=AT_ONCE, seconds=seconds))
    questions = sum(one.questions for one in recorded) / len(recorded)
    return Cost(path.name, max(trips) - signing_in, max(trips), questions, max(ours), max(bare))


async def _record(house: Inhabited, asked: Asked) -> Recorded:
    session = _session(house)
    recorded = session.note()
    try:
        await house.read(asked)
    finally:
        session.rest()
    return recorded


async def _trips_of_identifying(house: Inhabited, asked: Asked) -> int:
    if asked.by is None:
        return 0
    token = await house.token(asked.by)
    with counted() as taken:
        await house.house.application.sessions.identify(token, Origin(correlation_id="benchmarks"))
    return taken.sequential


async def _per_second(house: Inhabited, requests: Sequence[Asked], seconds: float) -> float:
    turns = cycle(requests)
    began = time.perf_counter()
    answered = 0

    async def one() -> None:
        nonlocal answered
        while time.perf_counter() < began + seconds:
            await house.read(next(turns))
            answered += 1

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return answered / (time.perf_counter() - began)


def _session(house: Inhabited) -> RecordingSession:
    session = getattr(house.house.storage, "session", None)
    if not isinstance(session, RecordingSession):
        raise TypeError("The house does not ask through a recording session.")
    return session
