"""Making the passages of a video from its present texts: said once for all features."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from killrvideo.domain.captions import Captions, CaptionTrack, Cue
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.passages import PassageSet, embedded_text, passages_in
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read
from killrvideo.service_interfaces.captions import CaptionStore
from killrvideo.service_interfaces.language import EmbeddingModel, EmbeddingModels, Purpose

FEW = 64
"""Passages that somebody who waits has embedded."""
SECONDS = 2.0
"""What that may take."""
AT_ONCE = 64
"""Passages that are embedded together."""

Spoken = tuple[CaptionTrack, Sequence[Cue]]


class PassageMaking:
    def __init__(self, captions: CaptionStore, models: EmbeddingModels) -> None:
        self._captions = captions
        self._models = models

    async def quickly(
        self, video: Video, *, put: Captions | None = None, without: str | None = None
    ) -> PassageSet:
        """The passages of the video; with their vectors, if that takes no time to speak of.

        ``put`` is a track that is to come, and ``without`` the language of one that is to go.
        """
        made = await self._of_words(video, put, without)
        if len(made.passages) > FEW:
            return made
        try:
            async with asyncio.timeout(SECONDS):
                return await _embedded(made, self._models.current)
        except (TimeoutError, ModelUnavailable):
            return made

    async def patiently(self, video: Video) -> PassageSet:
        """With the vectors of all passages. Raises ModelUnavailable."""
        return await _embedded(await self.of_words(video), self._models.current)

    async def of_words(self, video: Video) -> PassageSet:
        """Without vectors."""
        return await self._of_words(video, None, None)

    async def _of_words(self, video: Video, put: Captions | None, without: str | None) -> PassageSet:
        changed = without if put is None else put.track.language
        kept = [
            track.language for track in await self._captions.tracks(video.id) if track.language != changed
        ]
        captions = [await self._captions.get(video.id, language) for language in kept]
        spoken = [_spoken(one) for one in (*captions, put) if one is not None]
        spoken.sort(key=lambda one: one[0].language)
        tracks = tuple(track for track, _ in spoken)
        return PassageSet(video=video, tracks=tracks, passages=passages_in(video, spoken))


def _spoken(captions: Captions) -> Spoken:
    return captions.track, read(captions.text.encode())


async def _embedded(made: PassageSet, model: EmbeddingModel) -> PassageSet:
    texts = [embedded_text(made.video.title, passage) for passage in made.passages]
    vectors: list[tuple[float, ...]] = []
    for at in range(0, len(texts), AT_ONCE):
        vectors += map(tuple, await model.embed(texts[at : at + AT_ONCE], Purpose.DOCUMENT))
    return replace(made, model=model.name, vectors=tuple(vectors))
