"""Latency of each read path in stores of several sizes, which have their turns in the same minutes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

from rich.console import Console
from rich.progress import track

from benchmarks.inhabited import Inhabited
from benchmarks.reads import ReadPath, read_paths

Size = int


@dataclass
class Latencies:
    """Of one read path in one store: in seconds, by round."""

    rounds: list[list[float]] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return median(median(one) for one in self.rounds)

    @property
    def slow(self) -> float:
        """The latency that 95 of 100 did not exceed."""
        return quantiles([second for one in self.rounds for second in one], n=20)[18]

    def ratio_to(self, other: "Latencies") -> float:
        """The median of the ratios of the rounds."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(median(mine) / median(its) for mine, its in pairs)


Measured = dict[str, dict[Size, Latencies]]
"""By the name of the path."""


async def measure(
    houses: Mapping[Size, Inhabited], console: Console, *, rounds: int, requests: int, seconds: float
) -> Measured:
    """``requests`` of each path a round, or as many as ``seconds`` allow. One round is to warm up."""
    paths = {size: read_paths(await house.moderated()) for size, house in houses.items()}
    names = [path.name for path in next(iter(paths.values()))]
    measured: Measured = {name: {size: Latencies() for size in houses} for name in names}
    for number in track(range(rounds + 1), "Measuring, round by round", console=console):
        for place, name in enumerate(names):
            for size, house in houses.items():
                taken = await _round(house, paths[size][place], requests, seconds)
                if number:
                    measured[name][size].rounds.append(taken)
    return measured


async def _round(house: Inhabited, path: ReadPath, requests: int, seconds: float) -> list[float]:
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while len(taken) < requests and (len(taken) < 3 or time.perf_counter() < until):
        asked = path.make()
        if asked.by is not None:
            await house.token(asked.by)
        began = time.perf_counter()
        await house.read(asked)
        taken.append(time.perf_counter() - began)
    return taken
