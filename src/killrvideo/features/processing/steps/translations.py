"""Captions in further languages, translated cue by cue."""

import asyncio
from collections.abc import Sequence

from killrvideo.domain.automatic_captions import original_of
from killrvideo.domain.captions import Captions, CaptionTrack, Cue
from killrvideo.domain.cues import retold
from killrvideo.domain.jobs import Job
from killrvideo.domain.languages import is_same
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read_again
from killrvideo.features.processing.steps.captions import declared_of
from killrvideo.features.processing.steps.tracks import Made, NewTracks, has_own, translated
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.progress import Told, within
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.translation import Translator

AT_ONCE = 32
"""Cues that are translated together."""


class TranslateCaptions:
    """What a person has put in a language stays as it is; pairs that nobody knows are left out."""

    def __init__(
        self, storage: Storage, clock: Clock, translator: Translator, languages: Sequence[str]
    ) -> None:
        self._storage = storage
        self._translator = translator
        self._languages = languages
        self._tracks = NewTracks(storage, clock)

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        if not self._languages:
            return nothing_more
        tracks = await self._storage.captions.tracks(video.id)
        original = await self._original(video, tracks)
        if original is None:
            return nothing_more
        source = original.track.language
        targets = [
            target
            for target in self._languages
            if not has_own(tracks, target)
            and not is_same(target, source)
            and await self._translator.knows(source, target)
        ]
        cues = await asyncio.to_thread(read_again, original.text.encode())
        made = [
            await self._made(self._translator, cues, (source, target), within(told, *share))
            for target, share in zip(targets, _shares(len(targets)), strict=True)
        ]
        return self._tracks.keeping(made)

    async def _original(self, video: Video, tracks: Sequence[CaptionTrack]) -> Captions | None:
        best = original_of(tracks, declared_of(video))
        return None if best is None else await self._storage.captions.get(video.id, best.language)

    async def _made(
        self, translator: Translator, cues: Sequence[Cue], pair: tuple[str, str], told: Told
    ) -> Made:
        texts: list[str] = []
        for start in range(0, len(cues), AT_ONCE):
            some = [" ".join(cue.text.split()) for cue in cues[start : start + AT_ONCE]]
            texts += await translator.translate(some, *pair)
            told(len(texts) / len(cues))
        return translated(pair[1], await asyncio.to_thread(retold, cues, texts))


def _shares(count: int) -> list[tuple[float, float]]:
    return [(number / count, (number + 1) / count) for number in range(count)]
