"""Where recommendations come from: each source may fail or be slow, and is then done without."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from typing import TypeVar

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import ModelCard
from killrvideo.domain.recommendations import RELATED_MOST
from killrvideo.domain.search import SearchFilter, SearchHit
from killrvideo.domain.vectors import Near
from killrvideo.domain.videos import Video
from killrvideo.features.recommendations.remembering import Remembered
from killrvideo.service_interfaces.learning import NeighbourLists
from killrvideo.service_interfaces.storage import Storage

T = TypeVar("T")

ANYTHING = SearchFilter()


class Sources:
    def __init__(self, storage: Storage, *, seconds: float, remembered: int) -> None:
        """``seconds`` is what one source may take. What is like a video is ``remembered`` for so many."""
        self._storage = storage
        self._seconds = seconds
        self._model: str | None = None
        """Of which vectors are compared."""
        self._near: Remembered[Sequence[Near]] = Remembered(remembered)
        self._in_words: Remembered[Sequence[SearchHit]] = Remembered(remembered)

    async def within(self, source: Awaitable[T]) -> T | None:
        """What the source gives; None where it is away, or too slow."""
        try:
            async with asyncio.timeout(self._seconds):
                return await source
        except (Unavailable, TimeoutError):
            return None

    def forget_all(self) -> None:
        self._model = None
        self._near.forget_all()
        self._in_words.forget_all()

    async def prepare(self) -> None:
        """Finds out which vectors can be compared, while other things are asked for."""
        await self.within(self._served())

    async def neighbours(self, card: ModelCard | None, videos: Collection[VideoId]) -> NeighbourLists:
        """What was learned of the videos."""
        if card is None or not videos:
            return {}
        return await self.within(self._storage.learned.neighbours(card.served, videos)) or {}

    async def near(self, video_id: VideoId) -> Sequence[Near]:
        """What is about similar things, by vectors of the model that is served."""
        return await self.within(self._near_to(video_id)) or ()

    async def in_words(self, video: Video) -> Sequence[SearchHit]:
        """What shares tags and rare words."""
        return await self.within(self._like_in_words(video)) or ()

    async def _near_to(self, video_id: VideoId) -> Sequence[Near]:
        found = self._near.of(video_id)
        if found is not None:
            return found
        state, vectors = self._near.state, self._storage.vectors
        model = await self._served()
        vector = None if model is None else await vectors.get(video_id, model)
        if model is None or vector is None:
            self._model = None  # There may be one in a moment, or of another model: nothing is remembered.
            return ()
        found = await vectors.nearest(model, vector, ANYTHING, RELATED_MOST, but=(video_id,))
        self._near.remember(video_id, found, state)
        return found

    async def _served(self) -> str | None:
        if self._model is None:
            self._model = await self._storage.vectors.served()
        return self._model

    async def _like_in_words(self, video: Video) -> Sequence[SearchHit]:
        found = self._in_words.of(video.id)
        if found is None:
            state = self._in_words.state
            found = await self._storage.search.similar(video, RELATED_MOST)
            self._in_words.remember(video.id, found, state)
        return found
