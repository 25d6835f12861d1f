"""Finding videos by what a text is about, with the model that their vectors were made with."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.feedback import found_again, moved
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near
from killrvideo.service_interfaces.language import EmbeddingModels, Purpose
from killrvideo.service_interfaces.storage import Storage

T = TypeVar("T")

SECONDS = 1.0
"""What one look may take, the model and the vectors together."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """What a look found, and by what."""

    model: str
    vector: Sequence[float]
    videos: Sequence[Near]
    """Best first."""


class Meaning:
    """Raises Unavailable where there is no model, where no vectors are complete yet, and where a look takes
    too long.
    """

    def __init__(self, storage: Storage, embeddings: EmbeddingModels, *, seconds: float = SECONDS) -> None:
        self._storage = storage
        self._embeddings = embeddings
        self._seconds = seconds

    async def near(self, text: str, chosen: SearchFilter, limit: int) -> Nearby:
        """Public videos that pass the filter."""
        return await self._in_time(self._near(text, chosen, limit))

    async def again(
        self, nearby: Nearby, right: Sequence[VideoId], chosen: SearchFilter, limit: int
    ) -> Sequence[Near]:
        """The same videos, as near as they are to the text and to those that are right."""
        return await self._in_time(self._again(nearby, right, chosen, limit))

    async def _near(self, text: str, chosen: SearchFilter, limit: int) -> Nearby:
        vectors = self._storage.vectors
        served = await vectors.served()
        model = None if served is None else self._embeddings.named(served)
        if model is None:
            raise ModelUnavailable("The model that the videos' vectors were made with is not to be had.")
        [vector] = await model.embed([text], Purpose.QUERY)
        return Nearby(model.name, vector, await vectors.nearest(model.name, vector, chosen, limit))

    async def _again(
        self, nearby: Nearby, right: Sequence[VideoId], chosen: SearchFilter, limit: int
    ) -> Sequence[Near]:
        vectors = self._storage.vectors
        known = await vectors.get_many(right, nearby.model)
        towards = [known[video_id] for video_id in right if video_id in known]
        second = await vectors.nearest(nearby.model, moved(nearby.vector, towards), chosen, limit)
        return found_again(nearby.videos, second)

    async def _in_time(self, look: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await look
        except TimeoutError as error:
            raise ModelUnavailable("What the text is about was not known in time.") from error
