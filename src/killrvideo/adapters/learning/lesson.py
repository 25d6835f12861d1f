"""One round of learning: several algorithms on the same data, of which the best is taken."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from killrvideo.adapters.learning.cosine import cosine
from killrvideo.adapters.learning.ease import VIDEOS_MOST, ease
from killrvideo.adapters.learning.interactions import Interactions, Sparse, Weights, split
from killrvideo.adapters.learning.judging import judged
from killrvideo.adapters.learning.pruning import lists_of, pruned, weights_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, Interaction, Quality
from killrvideo.service_interfaces.learning import Learned, NeighbourLists, Told


@dataclass(frozen=True, slots=True)
class Algorithm:
    name: str
    rows: Callable[[Sparse], Iterable[Weights]]
    """Videos by videos, from people by videos."""
    videos_most: int | None = None

    def fit(self, seen: Interactions) -> Sparse:
        return pruned(self.rows(seen.matrix()))


def an_ease(regularisation: float) -> Algorithm:
    def rows(matrix: Sparse) -> Iterator[Weights]:
        yield ease(matrix, regularisation)

    return Algorithm(f"EASE, regularisation {regularisation:g}", rows, VIDEOS_MOST)


def a_cosine(shrinkage: float) -> Algorithm:
    return Algorithm(f"item cosine, shrinkage {shrinkage:g}", lambda matrix: cosine(matrix, shrinkage))


ALGORITHMS = (an_ease(50), an_ease(200), an_ease(800), a_cosine(1), a_cosine(20))


class LocalLesson:
    """Keeps Lesson."""

    def __init__(
        self, interactions: Iterable[Interaction], algorithms: Sequence[Algorithm] = ALGORITHMS
    ) -> None:
        """The first of algorithms that are equally good is taken; one must bear any number of videos."""
        whole = Interactions.of(interactions)
        self._whole = whole
        self._split = split(whole)
        self._algorithms = [
            one for one in algorithms if one.videos_most is None or len(whole.videos) <= one.videos_most
        ]

    @property
    def size(self) -> DataSize:
        whole = self._whole
        return DataSize(whole.people, len(whole.videos), len(whole), len(self._split.held_out))

    @property
    def steps(self) -> int:
        return len(self._algorithms) + 2

    @property
    def videos(self) -> Sequence[VideoId]:
        return self._whole.videos

    async def learn(self, told: Told) -> Learned:
        return await asyncio.to_thread(self._learn, told)

    async def judge(self, lists: NeighbourLists) -> Quality:
        return await asyncio.to_thread(lambda: judged(weights_of(lists, self.videos), self._split))

    def _learn(self, told: Told) -> Learned:
        best = self._chosen(told)
        told(f"measuring {best.name}")
        measured = best.fit(self._split.seen)
        told(f"learning from everything with {best.name}")
        return Learned(
            algorithm=best.name,
            quality=judged(measured, self._split),
            served=lists_of(best.fit(self._whole), self.videos),
            judged=lists_of(measured, self.videos),
        )

    def _chosen(self, told: Told) -> Algorithm:
        """The best on a split of what is not held out: what is held out stays unseen until all is chosen."""
        inner = split(self._split.seen)

        def ndcg(one: Algorithm) -> float:
            told(f"trying {one.name}")
            return judged(one.fit(inner.seen), inner).ndcg

        return max(self._algorithms, key=ndcg)
