"""Made-up vectors and videos, the questions that are asked of them, and how an index does with those."""

import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, quantiles
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt

from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import DIMENSION, Near

Numbers: TypeAlias = npt.NDArray[np.float32]
Nearest = Callable[[Sequence[float], SearchFilter], Awaitable[Sequence[Near]]]

SEED = 20261123
OF_A_CLUSTER = 50
SPREAD = 0.8
"""Of a vector around its cluster's centre, whose numbers spread by 1: two of one cluster have cosine 0.61."""
QUESTIONS = 200
WANTED = 10
PIECE = 20_000

FILTERS: Mapping[str, tuple[SearchFilter, int]] = {
    "none": (SearchFilter(), 1),
    "category, 10 %": (SearchFilter(category="c0"), 10),
    "language, 1 %": (SearchFilter(language="l0"), 100),
    "tag, 0.1 %": (SearchFilter(tags=("t0",)), 1000),
}
"""Each with one of how many passes it."""
COLUMNS = ("vectors", "filter", "recall@10", "p50 ms", "p95 ms", "p95 CPU ms")
NOTE = (
    f"Synthetic: {DIMENSION} numbers a vector, clusters of {OF_A_CLUSTER} around random centres, cosine 0.61 "
    f"within one. Chance decides who passes a filter, so that one of 10 % leaves five of each cluster. "
    f"{QUESTIONS} questions like the vectors, one after the other; recall against comparing all. Seed {SEED}."
)


@dataclass(frozen=True, slots=True)
class Made:
    vectors: Numbers
    """Each of length one; its row is its video's number."""
    codes: npt.NDArray[np.int64]
    """A number for each video by which it passes filters or not."""
    questions: Numbers

    @classmethod
    def of(cls, count: int) -> "Made":
        chance = np.random.default_rng(SEED)
        centres = chance.standard_normal((max(count // OF_A_CLUSTER, 1), DIMENSION), np.float32)
        vectors = np.empty((count, DIMENSION), np.float32)
        for start in range(0, count, PIECE):
            vectors[start : start + PIECE] = _around(centres, min(PIECE, count - start), chance)
        return cls(vectors, chance.permutation(count), _around(centres, QUESTIONS, chance))

    def traits(self, number: int) -> tuple[str, str, str]:
        """Category, language and tag of a video."""
        code = int(self.codes[number])
        return f"c{code % 10}", f"l{code % 100}", f"t{code % 1000}"

    async def measured(self, nearest: Nearest) -> list[Sequence[str]]:
        """A row of the table for each filter."""
        return [await self._with_filter(nearest, name) for name in FILTERS]

    async def _with_filter(self, nearest: Nearest, name: str) -> Sequence[str]:
        chosen, one_of = FILTERS[name]
        part = np.flatnonzero(self.codes % one_of == 0)
        answers, times, cpu = list[Sequence[Near]](), list[float](), list[float]()
        for asked in self.questions.tolist():
            began, used = time.perf_counter(), time.process_time()
            answers.append(await nearest(asked, chosen))
            times.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - used))
        cells = (*_percentiles(times), _percentiles(cpu)[1])
        recall = f"{self._recall(answers, part):.4f}"
        return f"{len(self.vectors):,}", name, recall, *(f"{cell:.1f}" for cell in cells)

    def _recall(self, answers: Sequence[Sequence[Near]], part: npt.NDArray[np.int64]) -> float:
        """Not between the questions: that would leave the processor's cache full of something else."""
        vectors, shares = self.vectors[part], list[float]()
        for question, found in zip(self.questions, answers, strict=True):
            best = part[np.argsort(-(vectors @ question))[:WANTED]].tolist()
            shares.append(len({video_id(number) for number in best} & _ids(found)) / len(best))
        return mean(shares)


def video_id(number: int) -> VideoId:
    return VideoId(UUID(int=number + 1))


def busy() -> str:
    """What the machine was doing besides, as a note."""
    return (
        f"Measured while {os.getloadavg()[0]:.0f} processes wanted {os.cpu_count()} cores: times contain "
        "waiting for one. CPU is that of this process."
    )


def _around(centres: Numbers, count: int, chance: Any) -> Numbers:
    chosen = centres[chance.integers(len(centres), size=count)]
    vectors = chosen + SPREAD * chance.standard_normal((count, DIMENSION), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _ids(found: Sequence[Near]) -> set[VideoId]:
    return {near.video_id for near in found}


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    cut = quantiles(times, n=20)
    return cut[9], cut[18]
