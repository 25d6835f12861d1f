"""Making the passages of a video from its present texts: said once for all features."""

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import replace

from killrvideo.domain.captions import TOGETHER_MOST, Captions, CaptionTrack, Cue
from killrvideo.domain.errors import InvalidCaptions, ModelUnavailable
from killrvideo.domain.passages import PassageSet, embedded_text, passages_in
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read_again
from killrvideo.service_interfaces.captions import CaptionStore
from killrvideo.service_interfaces.language import WRITE_SECONDS, EmbeddingModel, EmbeddingModels, Purpose

FEW = 64
"""Passages that somebody who waits has embedded."""
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

        ``put`` is a track that is to come, and ``without`` the language of one that is to go. Raises
        InvalidCaptions where with the one that comes there are too many.
        """
        made = await self._of_words(video, put, without)
        if len(made.passages) > FEW:
            return made
        try:
            async with asyncio.timeout(WRITE_SECONDS):
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
        kept = await self._all_but(video, changed)
        if put is not None:
            _check(put, kept)
            kept.append(put)
        return await asyncio.to_thread(_made, video, kept)

    async def _all_but(self, video: Video, language: str | None) -> list[Captions]:
        tracks = await self._captions.tracks(video.id)
        kept = [track.language for track in tracks if track.language != language]
        found = [await self._captions.get(video.id, one) for one in kept]
        return [one for one in found if one is not None]


def _check(put: Captions, others: Sequence[Captions]) -> None:
    bytes_ = sum(len(one.text.encode()) for one in (put, *others))
    if others and bytes_ > TOGETHER_MOST:
        raise InvalidCaptions(
            f"All captions of a video have at most {TOGETHER_MOST // 1024:,} KiB together; with these they "
            f"would have {bytes_:,} bytes as they are kept. Take those of another language away first."
        )


def _made(video: Video, captions: Sequence[Captions]) -> PassageSet:
    spoken = sorted(map(_spoken, captions), key=lambda one: one[0].language)
    tracks = tuple(track for track, _ in spoken)
    return PassageSet(video=video, tracks=tracks, passages=passages_in(video, spoken))


def _spoken(captions: Captions) -> Spoken:
    """Without a cue where the store has what cannot be read: then that is not searched, and all else is."""
    try:
        return captions.track, read_again(captions.text.encode())
    except InvalidCaptions:
        return captions.track, ()


async def _embedded(made: PassageSet, model: EmbeddingModel) -> PassageSet:
    texts = [embedded_text(made.video.title, passage) for passage in made.passages]
    vectors: list[Sequence[float]] = []
    for at in range(0, len(texts), AT_ONCE):
        some = await model.embed(texts[at : at + AT_ONCE], Purpose.DOCUMENT)
        # As stores keep them: of thousands of passages, tuples would be eight times as large.
        vectors += (array("f", vector) for vector in some)
    return replace(made, model=model.name, vectors=tuple(vectors))
