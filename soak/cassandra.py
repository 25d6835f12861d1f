"""Three Cassandra nodes under load, of which one and then another is killed and started again.

Two API processes and two workers serve people who do everything that one can do. What they were told is
remembered; in the end all that was acknowledged must be there, and every count must be exact.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from signal import Signals

from rich.console import Console

from benchmarks.documents import machine, table, write_chapter
from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.units.intents import LANES, Intents
from services.cassandra import THREE
from services.lifecycle import Services
from soak.asking import PAUSE, Switchboard
from soak.outages import Schedule, pass_through
from soak.people import arrive
from soak.report import HEADINGS, by_operation, by_phase, print_table
from soak.site import Site, open_site
from soak.tables import make_tables
from soak.town import Town
from soak.verdict import Inspector, Verdict
from soak.writing import Writer
from tests.stand_ins.youtube import StandIn, youtube_stand_in

QUIET_WITHIN = 180.0
"""Seconds after which no unit of work may be left half done, and every video must be finished."""
SHOWN = 20
"""Faults that are printed of each kind."""
LOOKING = 60.0
"""Seconds that a look at the store itself may take."""
BURIED = "SELECT event_id FROM outbox_buried WHERE shard = 0"

console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    town: Town
    before: Verdict
    """While some writes were in doubt."""
    after: Verdict
    """Once each was repeated until it was known to be done."""
    still_open: int
    seconds_to_quiet: float
    buried: int
    """Events that could not be handled."""
    asked_again: int
    """Questions to YouTube beyond the first about a video: a job that was interrupted begins anew."""
    died: int

    @property
    def faults(self) -> list[tuple[str, int]]:
        """What must be 0."""
        writer = self.town.writer
        return [
            ("lost writes", len(self.before.lost) + len(self.after.lost)),
            ("wrong counts, and things that nobody made", len(self.before.wrong) + len(self.after.wrong)),
            ("acknowledged, but not to be read right after", len(self.town.stale)),
            ("answers that nothing explains", len(writer.unexpected)),
            ("writes that could not be settled", self.still_open),
            ("events that could not be handled", self.buried),
            ("processes that ended by themselves", self.died),
        ]

    @property
    def details(self) -> list[str]:
        found = (*self.before.lost, *self.before.wrong, *self.after.lost, *self.after.wrong)
        return [*found, *self.town.stale, *self.town.writer.unexpected]


def main(arguments: Sequence[str]) -> int:
    """0 if nothing was lost and every count was exact."""
    chosen = _parser().parse_args(arguments)
    services = Services(report=lambda sentence: console.print(sentence, markup=False))
    services.start([THREE[0].cluster])
    address = Address(
        hosts=tuple(node.host for node in THREE),
        port=THREE[0].port,
        keyspace=f"soak_{int(time.time())}",
        replicas=len(THREE),
    )
    with youtube_stand_in() as youtube, tempfile.TemporaryDirectory() as apart:
        folder = chosen.logs or Path(apart)
        console.print(f"Making keyspace {address.keyspace} ...")
        try:
            make_tables(address)
            with open_site(folder, _settings(address, youtube)) as site:
                outcome = asyncio.run(_soak(chosen, services, site, address, youtube))
        finally:
            if not chosen.keep:
                asyncio.run(_drop(address))
    return _tell(outcome, chosen)


async def _soak(
    chosen: argparse.Namespace, services: Services, site: Site, address: Address, youtube: StandIn
) -> Outcome:
    board = Switchboard(site.addresses)
    town = Town(Writer(board, Random(f"{chosen.seed} writer")))
    schedule = Schedule(chosen.kill, chosen.calm, chosen.away, Signals[f"SIG{chosen.signal}"])
    board.begin("people arrive")
    console.print(f"{chosen.people} people arrive ...")
    since = time.time()
    people = await arrive(town, chosen.people, chosen.stage, chosen.seed)
    await _until(lambda: _all_ready(town, board))
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.live(over, chosen.people / chosen.rate))
        await pass_through(schedule, services, board, console)
        over.set()
    outcome = await _judge(town, board, site, address, youtube, since)
    await board.close()
    return outcome


async def _judge(
    town: Town, board: Switchboard, site: Site, address: Address, youtube: StandIn, since: float
) -> Outcome:
    board.begin("looking back")
    console.print(f"Looking back; {len(town.writer.open)} writes are in doubt ...")
    began = time.monotonic()
    async with _looking_at(address) as session:
        await _until(lambda: _none_under_way(session, since))
        before = await Inspector(town.ledger, board).inspect()
        await town.writer.settle_all()
        await _until(lambda: _all_ready(town, board))
        await _until(lambda: _none_under_way(session, since))
        quiet = time.monotonic() - began
        after = await Inspector(town.ledger, board).inspect()
        buried = len(await session.all_rows(BURIED))
    asked = Counter(question.youtube_id for question in youtube.asked)
    again = sum(times - 1 for times in asked.values())
    return Outcome(town, before, after, len(town.writer.open), quiet, buried, again, site.died())


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Returns when it is so, or when that takes too long: the verdict then tells what is missing."""
    for _ in range(round(QUIET_WITHIN / PAUSE)):
        if await is_so():
            return
        await asyncio.sleep(PAUSE)


async def _all_ready(town: Town, board: Switchboard) -> bool:
    """Whether every video that was submitted and not deleted is READY."""
    for video in town.ledger.videos.values():
        if not video.ready and video.deleted.surely(False):
            token = town.ledger.accounts[video.owner_id].token
            told = (await board.read("videos_status", f"/videos/{video.id}/status", token)).json()
            video.ready = told["status"] == "READY"
            if not video.ready:
                return False
    return True


async def _none_under_way(session: CassandraSession, since: float) -> bool:
    """Whether every unit of work that began since then is finished or taken back."""
    intents, minutes = Intents(session), range(int(since) // 60, int(time.time()) // 60 + 1)
    for minute in minutes:
        if any(await asyncio.gather(*(intents.in_minute(lane, minute) for lane in range(LANES)))):
            return False
    return True


@contextlib.asynccontextmanager
async def _looking_at(address: Address) -> AsyncIterator[CassandraSession]:
    """The store itself, for what no request tells."""

    async def connected() -> None:
        """Somebody else has made the tables."""

    session = CassandraSession(replace(address, timeout=LOOKING))
    await session.open(connected)
    try:
        yield session
    finally:
        await session.close()


async def _drop(address: Address) -> None:
    async with _looking_at(address) as session:
        await session.define(f"DROP KEYSPACE {address.keyspace}")


def _settings(address: Address, youtube: StandIn) -> dict[str, str]:
    return {
        "store": "cassandra",
        "cassandra_hosts": ",".join(address.hosts),
        "cassandra_port": str(address.port),
        "cassandra_keyspace": address.keyspace,
        "cassandra_replicas": str(address.replicas),
        "youtube_base_url": youtube.base_url,
    }


def _tell(outcome: Outcome, chosen: argparse.Namespace) -> int:
    samples, facts = outcome.town.writer.board.samples, list(_facts(outcome))
    print_table(console, "Requests while ...", ("while", *HEADINGS), by_phase(samples))
    print_table(console, "Requests by operation", ("operation", *HEADINGS), by_operation(samples))
    print_table(console, "What became of it", ("", "number"), facts)
    for detail in outcome.details[:SHOWN]:
        console.print(detail, markup=False)
    if chosen.write:
        wanted = f"{chosen.people} people, {chosen.rate:g} things a second wanted; seed {chosen.seed}"
        told = f"{wanted}. Machine: {machine()}."
        lines = [told, "", *table(("while", *HEADINGS), by_phase(samples)), "", *table(("", "number"), facts)]
        write_chapter(chosen.write, "What came of it", lines)
    return int(any(number for _, number in outcome.faults))


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    writer, ledger = outcome.town.writer, outcome.town.ledger
    yield (
        "accounts / videos / comments",
        " / ".join(f"{len(things):,}" for things in (ledger.accounts, ledger.videos, ledger.remarks)),
    )
    yield "acknowledged writes", f"{writer.acknowledged:,}"
    yield "of them sent twice at once, with one key", f"{writer.twice:,}"
    yield "in doubt at some time", f"{writer.in_doubt:,}"
    yield "facts read back", f"{outcome.before.checked:,} and again {outcome.after.checked:,}"
    yield "questions to YouTube asked again", f"{outcome.asked_again:,}"
    yield "seconds until all was quiet", f"{outcome.seconds_to_quiet:.0f}"
    for name, number in outcome.faults:
        yield f"{name} (must be 0)", f"{number:,}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m soak cassandra", description=__doc__)
    parser.add_argument("--people", type=int, default=24, help="who do one thing after the other (24)")
    parser.add_argument("--rate", type=float, default=20.0, help="things that are done in a second (20)")
    parser.add_argument("--stage", type=int, default=20, help="videos that everybody writes about (20)")
    parser.add_argument("--calm", type=float, default=30.0, help="seconds before each kill (30)")
    parser.add_argument("--away", type=float, default=30.0, help="seconds that a node stays away (30)")
    parser.add_argument("--kill", nargs="*", default=["three-2", "three-3"], metavar="NODE")
    parser.add_argument("--signal", choices=("KILL", "STOP"), default="KILL")
    parser.add_argument("--seed", type=int, default=2026, help="what everything is drawn from (2026)")
    parser.add_argument("--keep", action="store_true", help="leave the keyspace behind")
    parser.add_argument("--logs", type=Path, help="folder for the logs of the processes")
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    return parser
