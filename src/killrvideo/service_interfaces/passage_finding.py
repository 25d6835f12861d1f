"""Finding where in videos something is said, or what they are described with: by words and by meaning."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from killrvideo.domain.answers import Source, merged
from killrvideo.domain.errors import ModelUnavailable, Unavailable
from killrvideo.domain.passages import PassageHits
from killrvideo.domain.search import SearchFilter, SearchMode
from killrvideo.domain.weighing import Vector
from killrvideo.service_interfaces.language import EmbeddingModels, Purpose
from killrvideo.service_interfaces.storage import Storage

FOUND_MOST = 20
"""Passages that each kind of search brings at least."""
SECONDS = 2.0
"""What asking the embedding model for a question and its sentences may take."""


@dataclass(frozen=True, slots=True)
class Embedder:
    """The present model, with the time that is left for it."""

    models: EmbeddingModels
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        return self.models.current.name

    async def vectors(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Vector]:
        """None at all where the model does not answer in time."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self.models.current.embed(texts, purpose)
        except (TimeoutError, ModelUnavailable):
            return ()


@dataclass(frozen=True, slots=True)
class PassageFindings:
    sources: Sequence[Source]
    """Best first, as they are now."""
    hits: PassageHits
    """What each kind of search found."""
    vector: Vector
    """Of the question; empty where no model answered."""

    @property
    def mode(self) -> SearchMode:
        """The mode that was served."""
        return SearchMode.HYBRID if self.vector else SearchMode.KEYWORD


class PassageFinder:
    def __init__(self, storage: Storage, models: EmbeddingModels) -> None:
        self._storage = storage
        self.embedder = Embedder(models)

    async def find(self, question: str, chosen: SearchFilter, limit: int = FOUND_MOST) -> PassageFindings:
        """Passages of public videos; by words alone where no model answers, or meaning is away."""
        vectors = await self.embedder.vectors([question], Purpose.QUERY)
        vector = vectors[0] if vectors else ()
        try:
            hits = await self._found(question, chosen, limit, vector)
        except Unavailable:
            if not vector:
                raise
            vector, hits = (), await self._found(question, chosen, limit, ())
        return PassageFindings(await self._sources(hits), hits, vector)

    async def _found(self, question: str, chosen: SearchFilter, limit: int, vector: Vector) -> PassageHits:
        model = self.embedder.name if vector else None
        return await self._storage.passages.search(question, chosen, limit, model=model, vector=vector)

    async def _sources(self, hits: PassageHits) -> list[Source]:
        """An index may be a moment behind."""
        ranked = merged(
            [hit.passage for hit in hits.by_words],
            [hit.passage for hit in hits.by_meaning],
        )
        ids = list(dict.fromkeys(passage.video_id for passage in ranked))
        videos = {video.id: video for video in await self._storage.videos.get_many(ids)}
        sources = [Source(one, videos[one.video_id]) for one in ranked if one.video_id in videos]
        return [source for source in sources if _still_says(source)]


def _still_says(source: Source) -> bool:
    """A description may have been edited since; captions are replaced together with their passages."""
    if source.passage.language is not None:
        return True
    return source.passage.text in " ".join((source.video.description or "").split())
