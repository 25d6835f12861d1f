"""`make bench-transcoding`: what making all streams of a film costs, beside one command that makes the same.

The command is what somebody would write by hand: one call of ffmpeg that decodes once, encodes every rung and
the sound with the same settings, and lets ffmpeg cut them. Our side is a house on an empty store: the steps
that look into the file and make its streams, group by group, so that a crash costs one group. The step of
pictures between them, of which the command makes none, is told and not compared.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.transcoding.by_hand import by_hand, make_film
from benchmarks.transcoding.costs import Cost
from benchmarks.transcoding.memory import MemoryWatch
from benchmarks.transcoding.pipeline import through_the_house
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.ladder import ladder_of
from killrvideo.domain.processing import Step

console = Console()
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Round:
    ours: dict[Step, Cost]
    by_hand: Cost

    @property
    def compared(self) -> Cost:
        return self.ours[Step.PROBE] + self.ours[Step.TRANSCODE]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transcoding", description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0, help="length of the film (90)")
    parser.add_argument("--size", default="1280x720", help="of its pictures (1280x720)")
    parser.add_argument("--rate", type=int, default=30, help="pictures in a second (30)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each side (2)")
    parser.add_argument(
        "--memory", action="store_true", help="one turn of ours alone: the memory that it takes"
    )
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        film = make_film(Path(folder), chosen.size, chosen.rate, chosen.seconds)
        if chosen.memory:
            tell_memory(film, Path(folder))
            return
        rounds = [measure(film, Path(folder), number) for number in range(chosen.rounds)]
    tell(rounds, chosen.seconds)


def measure(film: Path, folder: Path, number: int) -> Round:
    """One turn of each side; who begins changes."""
    if number % 2 == 0:
        ours = _ours(film, folder)
        return Round(ours, _by_hand(film, folder))
    bare = _by_hand(film, folder)
    return Round(_ours(film, folder), bare)


def _ours(film: Path, folder: Path) -> dict[Step, Cost]:
    with tempfile.TemporaryDirectory(dir=folder) as into:
        costs = asyncio.run(through_the_house(film, Path(into)))
    for step, cost in costs.items():
        _say(step, cost)
    return costs


def _by_hand(film: Path, folder: Path) -> Cost:
    ladder = ladder_of(asyncio.run(FfmpegTranscoder().probe(film)))
    with tempfile.TemporaryDirectory(dir=folder) as into:
        before = Cost.until_now()
        by_hand(film, ladder, Path(into))
        cost = Cost.until_now().since(before)
    _say("by hand", cost)
    return cost


def _say(what: str, cost: Cost) -> None:
    load = os.getloadavg()[0]
    console.print(f"{what}: {cost.wall:.1f} s, processor {cost.processor:.1f} s, load {load:.1f}")


def tell(rounds: Sequence[Round], seconds: float) -> None:
    table = Table(
        "", "ours", "by hand", "ratio", title=f"A film of {seconds:g} seconds, {len(rounds)} rounds"
    )
    for name in ("wall", "processor"):
        pairs = [(getattr(one.compared, name), getattr(one.by_hand, name)) for one in rounds]
        ours, bare = (median(one) for one in zip(*pairs, strict=True))
        table.add_row(f"{name}, s", f"{ours:.1f}", f"{bare:.1f}", f"{median(a / b for a, b in pairs):.2f}")
    console.print(table)


def tell_memory(film: Path, folder: Path) -> None:
    with MemoryWatch() as seen:
        _ours(film, folder)
    worker, tool = seen.worker / MEGABYTE, seen.tool / MEGABYTE
    console.print(
        f"At the highest, of {seen.looks:,} looks: {worker:.0f} MB in the worker, {tool:.0f} MB in a tool"
    )


if __name__ == "__main__":
    main()
