"""Embedding a video wherever its text comes or changes: said once for all features."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.language import EmbeddingModel, EmbeddingModels, Purpose
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


@dataclass(frozen=True, slots=True)
class Embedded:
    """What models make of the text of a video."""

    video_id: VideoId
    text_digest: str
    vectors: Mapping[str, Sequence[float]]
    """By the name of the model."""

    def put(self, storage: Storage, work: UnitOfWork, at: datetime) -> None:
        """Adds the vectors. In a unit that changes the video this comes after the change."""
        for model, vector in self.vectors.items():
            storage.vectors.put(work, self.video_id, model, vector, at, text_digest=self.text_digest)


async def embedded(
    storage: Storage, models: EmbeddingModels, video: Video, *, seconds: float | None = None
) -> Embedded:
    """The video by the current model and by the one that is served, where they have no vector of its text.
    Both are asked at the same time.

    A model that does not answer, or not within so many seconds, is left out: what is outdated is found and
    made later.
    """
    text = text_of(video)
    digest = digest_of(text)
    lacking = [
        model
        for model in await _in_use(storage, models)
        if await storage.vectors.text_digest(video.id, model.name) != digest
    ]
    made = await asyncio.gather(*(_in_time(model, text, seconds) for model in lacking))
    vectors = {model.name: one for model, one in zip(lacking, made, strict=True) if one is not None}
    return Embedded(video.id, digest, vectors)


async def _in_time(model: EmbeddingModel, text: str, seconds: float | None) -> Sequence[float] | None:
    try:
        async with asyncio.timeout(seconds):
            [vector] = await model.embed([text], Purpose.DOCUMENT)
    except (TimeoutError, ModelUnavailable):
        return None
    return vector


async def _in_use(storage: Storage, models: EmbeddingModels) -> Sequence[EmbeddingModel]:
    served = await storage.vectors.served()
    if served is None or served == models.current.name:
        return (models.current,)
    former = models.named(served)
    return (models.current,) if former is None else (models.current, former)
