"""A Kafka broker that is killed again and again while events are published and handled.

Every event that was committed must be handled, once, and those of one video in their order.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from statistics import quantiles
from uuid import uuid4

from rich.console import Console

from benchmarks.documents import table
from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.adapters.events.kafka.clients import consumer_of
from services.kafka import SPARE
from services.lifecycle import Services
from soak.relayed import GROUP, Change, Site
from soak.report import print_table

QUIET_WITHIN = 180.0
"""Seconds after the last return within which everything must be handled."""
UP, AWAY = "the broker is up", "the broker is away"
HEADINGS = ("while", "events committed", "handled after p50 s", "p99 s", "longest s")

console = Console(highlight=False, soft_wrap=True)


@dataclass
class Phases:
    """What went on when, by a clock that only goes forward."""

    begun: list[tuple[float, str]] = field(default_factory=list)

    def begin(self, phase: str) -> None:
        self.begun.append((time.monotonic(), phase))
        console.print(f"{self.begun[-1][0] - self.begun[0][0]:5.0f} s  {phase}")

    def at(self, instant: float) -> str:
        return [phase for began, phase in self.begun if began <= instant][-1]


class Complaints(logging.Handler):
    """Counts what the bus says of failures, by its words up to the first colon or semicolon."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.said[record.getMessage().partition(";")[0].partition(":")[0]] += 1


def main(arguments: Sequence[str]) -> int:
    """0 if nothing was lost, nothing handled twice, and order kept."""
    chosen = _parser().parse_args(arguments)
    services = Services(report=lambda sentence: console.print(sentence, markup=False))
    services.start([SPARE.name], fresh=True)
    complaints = Complaints()
    logging.getLogger("killrvideo.adapters.events").addHandler(complaints)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    cluster = KafkaCluster(servers=(str(SPARE.address),), prefix=f"soak-{uuid4().hex[:6]}", partitions=8)
    try:
        with tempfile.TemporaryDirectory() as folder:
            site, phases, letters = asyncio.run(_soak(chosen, services, Path(folder), cluster))
    finally:
        services.stop([SPARE.name])
    return _tell(site, phases, letters, complaints, chosen)


async def _soak(
    chosen: argparse.Namespace, services: Services, folder: Path, cluster: KafkaCluster
) -> tuple[Site, Phases, int]:
    site, phases = Site(folder, cluster, chosen.seed), Phases()
    await site.open()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(site.edit(chosen.videos, chosen.videos / chosen.rate))
            await _kill_again_and_again(chosen, services, phases)
            site.end()
        phases.begin("all edits are done")
        await _until_quiet(site)
        phases.begin("everything is handled")
        return site, phases, await _dead_letters(cluster)
    finally:
        await site.close()


async def _kill_again_and_again(chosen: argparse.Namespace, services: Services, phases: Phases) -> None:
    how = Signals[f"SIG{chosen.signal}"]
    for _ in range(chosen.kills):
        phases.begin(UP)
        await asyncio.sleep(chosen.calm)
        await asyncio.to_thread(services.kill, [SPARE.name], how)
        phases.begin(AWAY)
        await asyncio.sleep(chosen.away)
        if how is Signals.SIGSTOP:
            await asyncio.to_thread(services.kill, [SPARE.name], Signals.SIGCONT)
        else:
            await asyncio.to_thread(services.start, [SPARE.name])
    phases.begin(UP)
    await asyncio.sleep(chosen.calm)


async def _until_quiet(site: Site) -> None:
    try:
        async with asyncio.timeout(QUIET_WITHIN):
            for node in site.nodes:
                await node.bus.drain()
    except TimeoutError:
        console.print("Not everything came to an end in time.")


async def _dead_letters(cluster: KafkaCluster) -> int:
    client = consumer_of(cluster)
    client.subscribe([cluster.dead_letters])
    await client.start()
    try:
        return sum((await client.end_offsets(client.assignment())).values())
    finally:
        await client.stop()


def _tell(
    site: Site, phases: Phases, letters: int, complaints: Complaints, chosen: argparse.Namespace
) -> int:
    journal = site.journal
    by_phase = list(_by_phase(site, phases))
    faults = [
        ("lost", len(journal.lost())),
        ("handled twice", len(journal.twice())),
        ("handled after a younger version of the same video", len(journal.out_of_order())),
        ("set aside as dead letters", letters),
    ]
    facts = [
        (f"times the broker got SIG{chosen.signal}", str(chosen.kills)),
        ("videos edited by two nodes", str(chosen.videos)),
        ("events committed", f"{len(journal.committed):,}"),
        ("events handled", f"{len(journal.handled):,}"),
        ("messages that came again and were recognised", f"{sum(n.bus.repeated for n in site.nodes):,}"),
        ("seconds from its return until the next event was handled", _returns(site, phases)),
        *((f"complaints: {said}", f"{number:,}") for said, number in sorted(complaints.said.items())),
        *((f"{name} (must be 0)", f"{number:,}") for name, number in faults),
    ]
    print_table(console, "Events committed while ...", HEADINGS, by_phase)
    print_table(console, f"What became of it (group {GROUP})", ("", "number"), facts)
    if chosen.write:
        lines = [*table(HEADINGS, by_phase), "", *table(("", "number"), facts)]
        chosen.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(any(number for _, number in faults))


def _returns(site: Site, phases: Phases) -> str:
    returns = [began for began, phase in phases.begun if phase == UP][1:]
    found = [site.journal.first_after(instant) for instant in returns]
    return " ".join("-" if seconds is None else f"{seconds:.0f}" for seconds in found)


def _by_phase(site: Site, phases: Phases) -> Iterator[tuple[str, ...]]:
    delays = site.journal.delays()
    grouped: dict[str, list[Change]] = {}
    for change, at in site.journal.committed.items():
        grouped.setdefault(phases.at(at), []).append(change)
    for phase, changes in grouped.items():
        times = [delays[change] for change in changes if change in delays]
        yield phase, f"{len(changes):,}", *_figures(times)


def _figures(times: Sequence[float]) -> tuple[str, ...]:
    if len(times) < 2:
        return ("", "", "")
    cuts = quantiles(times, n=100, method="inclusive")
    return tuple(f"{figure:.2f}" for figure in (cuts[49], cuts[98], max(times)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m soak kafka", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="how often the broker is killed (10)")
    parser.add_argument("--videos", type=int, default=24, help="edited at the same time (24)")
    parser.add_argument("--rate", type=float, default=20.0, help="edits in a second (20)")
    parser.add_argument("--calm", type=float, default=20.0, help="seconds before each kill (20)")
    parser.add_argument("--away", type=float, default=5.0, help="seconds from a kill to the new start (5)")
    parser.add_argument("--signal", choices=("KILL", "STOP"), default="KILL")
    parser.add_argument("--seed", type=int, default=2026, help="what everything is drawn from (2026)")
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    return parser
