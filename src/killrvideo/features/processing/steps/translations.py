"""Captions in further languages, translated cue by cue."""

import asyncio
from collections.abc import Sequence, Set

from killrvideo.domain.automatic_captions import is_behind, is_translation, original_of, text_of
from killrvideo.domain.captions import Captions, CaptionTrack, Cue
from killrvideo.domain.cues import retold
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.languages import is_same
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.domain.webvtt import read_again
from killrvideo.features.processing.steps.captions import declared_of
from killrvideo.features.processing.steps.tracks import Made, NewTracks, has_own, translated, was_heard
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.progress import Told, within
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.translation import Translator
from killrvideo.service_interfaces.units import UnitOfWork

AT_ONCE = 32
"""Cues that are translated together."""


class TranslateCaptions:
    """What a person has put in a language stays as it is, and so does what was heard; pairs that nobody knows
    are left out. Where captions were translated before, only what is left of it is made anew.
    """

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
        is_renewal = await self._is_renewal(video, original.track, tracks)
        wanted = [one.language for one in tracks if is_translation(one)] if is_renewal else self._languages
        targets = await self._possible(wanted, original.track, tracks)
        cues = await asyncio.to_thread(read_again, original.text.encode())
        made = [
            await self._made(cues, original.track, target, within(told, *share))
            for target, share in zip(targets, _shares(len(targets)), strict=True)
        ]
        return self._keeping(original.track, made, is_renewal=is_renewal)

    async def _is_renewal(self, video: Video, original: CaptionTrack, tracks: Sequence[CaptionTrack]) -> bool:
        """Whether a published video's captions were translated: its owner may have removed some of it."""
        if video.status is not VideoStatus.READY:
            return False
        return any(map(is_translation, tracks)) or any(
            job.kind is JobKind.VIDEO_TRANSLATIONS
            and job.state is JobState.DONE
            and job.begun_at is not None
            and job.begun_at >= original.created_at
            for job in await self._storage.jobs.for_subject(video.id)
        )

    async def _possible(
        self, languages: Sequence[str], original: CaptionTrack, tracks: Sequence[CaptionTrack]
    ) -> list[str]:
        return [
            language
            for language in languages
            if not has_own(tracks, language)
            and not was_heard(tracks, language)
            and not is_same(language, original.language)
            and await self._translator.knows(original.language, language)
        ]

    def _keeping(self, original: CaptionTrack, made: Sequence[Made], *, is_renewal: bool) -> Keep:
        """Nothing is kept of captions that were removed meanwhile, and no translation that was."""

        async def keep(work: UnitOfWork, video: Video) -> None:
            tracks = await self._storage.captions.tracks(video.id)
            there = {track.language for track in tracks}
            if original.language not in there:
                return
            kept = [one for one in made if one.language in there or not is_renewal]
            self._drop_others(work, original, tracks, {one.language for one in made})
            await self._tracks.keeping(kept)(work, video)

        return keep

    def _drop_others(
        self, work: UnitOfWork, original: CaptionTrack, tracks: Sequence[CaptionTrack], made: Set[str]
    ) -> None:
        """What is behind and cannot be made anew goes: what its original says no more must not stay in it."""
        for track in tracks:
            if track.language not in made and is_behind(track, original):
                self._storage.captions.remove(work, track)
                work.publish(CaptionsChanged(video_id=track.video_id, language=track.language))

    async def _original(self, video: Video, tracks: Sequence[CaptionTrack]) -> Captions | None:
        best = original_of(tracks, declared_of(video))
        return None if best is None else await self._storage.captions.get(video.id, best.language)

    async def _made(self, cues: Sequence[Cue], original: CaptionTrack, target: str, told: Told) -> Made:
        texts: list[str] = []
        for start in range(0, len(cues), AT_ONCE):
            some = [" ".join(cue.text.split()) for cue in cues[start : start + AT_ONCE]]
            texts += await self._translator.translate(some, original.language, target)
            told(len(texts) / len(cues))
        return translated(target, await asyncio.to_thread(retold, cues, texts), text_of(original))


def _shares(count: int) -> list[tuple[float, float]]:
    return [(number / count, (number + 1) / count) for number in range(count)]
