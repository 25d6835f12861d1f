"""One round of learning: several algorithms on the same data, of which the best is taken."""

import asyncio
from collections.abc import Iterable, Sequence

from killrvideo.adapters.learning.algorithms import ALGORITHMS, Algorithm
from killrvideo.adapters.learning.crowd import Crowd, LocalCrowd, Stage
from killrvideo.adapters.learning.pruning import lists_of, weights_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, Interaction, Quality
from killrvideo.service_interfaces.learning import Learned, NeighbourLists, Told


class CrowdLesson:
    """Keeps Lesson, wherever the data lies."""

    def __init__(self, crowd: Crowd, algorithms: Sequence[Algorithm] = ALGORITHMS) -> None:
        """The first of algorithms that are equally good is taken; one must bear any number of videos."""
        self._crowd = crowd
        count = len(crowd.videos)
        self._algorithms = [one for one in algorithms if one.videos_most is None or count <= one.videos_most]

    @property
    def size(self) -> DataSize:
        return self._crowd.size

    @property
    def steps(self) -> int:
        return len(self._algorithms) + 2

    @property
    def videos(self) -> Sequence[VideoId]:
        return self._crowd.videos

    async def learn(self, told: Told) -> Learned:
        return await asyncio.to_thread(self._learn, told)

    async def judge(self, lists: NeighbourLists) -> Quality:
        return await asyncio.to_thread(self._judged, lists)

    def _learn(self, told: Told) -> Learned:
        best = self._chosen(told)
        told(f"measuring {best.name}")
        measured = self._crowd.fit(best, Stage.MEASURING)
        told(f"learning from everything with {best.name}")
        return Learned(
            algorithm=best.name,
            quality=self._crowd.judged(measured, Stage.MEASURING),
            served=lists_of(self._crowd.fit(best, Stage.SERVING), self.videos),
            judged=lists_of(measured, self.videos),
        )

    def _chosen(self, told: Told) -> Algorithm:
        def ndcg(one: Algorithm) -> float:
            told(f"trying {one.name}")
            return self._crowd.judged(self._crowd.fit(one, Stage.CHOOSING), Stage.CHOOSING).ndcg

        return max(self._algorithms, key=ndcg)

    def _judged(self, lists: NeighbourLists) -> Quality:
        return self._crowd.judged(weights_of(lists, self.videos), Stage.MEASURING)


class LocalLesson(CrowdLesson):
    """In the memory of this process."""

    def __init__(
        self, interactions: Iterable[Interaction], algorithms: Sequence[Algorithm] = ALGORITHMS
    ) -> None:
        super().__init__(LocalCrowd(interactions), algorithms)
