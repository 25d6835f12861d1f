"""Captions of videos: brought by their owners, read by whoever may watch."""

import asyncio
from collections.abc import Sequence

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.captions import (
    TRACKS_MOST,
    Captions,
    CaptionTrack,
    clean_label,
    clean_language,
    digest_of,
)
from killrvideo.domain.errors import CaptionsNotFound, InvalidCaptions, StaleVersion, TextsChanged
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.domain.passages import PassageSet
from killrvideo.domain.removals import ContentType
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read, written
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.passage_making import PassageMaking
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.videos import visible_video


class CaptionDesk:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, models: EmbeddingModels) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._making = PassageMaking(storage.captions, models)

    async def tracks(self, caller: Caller, video_id: VideoId) -> Sequence[CaptionTrack]:
        """By language. Raises VideoNotFound, also for a video that this caller may not see."""
        await visible_video(self._storage.videos, caller, video_id)
        return await self._storage.captions.tracks(video_id)

    async def of(self, video: Video) -> Sequence[CaptionTrack]:
        """The same for a video that the caller has."""
        return await self._storage.captions.tracks(video.id)

    async def get(self, caller: Caller, video_id: VideoId, language: str) -> Captions:
        """Raises VideoNotFound, CaptionsNotFound."""
        await visible_video(self._storage.videos, caller, video_id)
        return await self._present(video_id, _known(language))

    async def put(
        self,
        caller: Caller,
        video_id: VideoId,
        language: str,
        data: bytes,
        *,
        label: str | None = None,
        expected_version: int | None = None,
    ) -> CaptionTrack:
        """Adds the track of a language, or replaces it; ``data`` is WebVTT or SubRip. What was put last is
        what is found by its words at once. Raises InvalidCaptions, StaleVersion.
        """
        await self._own(caller, video_id)
        language = clean_language(language)
        label, text = clean_label(label, language), await asyncio.to_thread(_spelled, data)

        async def attempt() -> CaptionTrack:
            video = await self._own(caller, video_id)
            before = await self._storage.captions.get(video_id, language)
            _check(expected_version, None if before is None else before.track)
            if before is not None and _is_the_same(before, text, label):
                return before.track
            captions = await self._following(video_id, language, before, text, label)
            made = await self._making.quickly(video, put=captions)
            work = self._storage.begin("captions.put", caller.origin)
            self._storage.captions.put(work, captions)
            happened = CaptionsChanged(video_id=video.id, language=language, is_new=before is None)
            await self._commit(work, caller, video, happened, made)
            return captions.track

        return await until_fresh(video_id, attempt, _overtaken(expected_version))

    async def remove(
        self, caller: Caller, video_id: VideoId, language: str, *, expected_version: int | None = None
    ) -> None:
        """Raises VideoNotFound, CaptionsNotFound, StaleVersion."""
        await self._own(caller, video_id)
        language = _known(language)

        async def attempt() -> None:
            video = await self._own(caller, video_id)
            track = (await self._present(video_id, language)).track
            _check(expected_version, track)
            made = await self._making.quickly(video, without=language)
            work = self._storage.begin("captions.remove", caller.origin)
            self._storage.captions.remove(work, track)
            happened = CaptionsChanged(video_id=video.id, language=language)
            await self._commit(work, caller, video, happened, made)

        await until_fresh(video_id, attempt, _overtaken(expected_version))

    async def _following(
        self, video_id: VideoId, language: str, before: Captions | None, text: str, label: str
    ) -> Captions:
        """What comes after the present captions. Raises InvalidCaptions where there are too many already."""
        now = self._clock.now()
        if before is not None:
            return before.changed(now, text, label)
        if len(await self._storage.captions.tracks(video_id)) >= TRACKS_MOST:
            raise InvalidCaptions(f"A video has captions in at most {TRACKS_MOST} languages.")
        track = CaptionTrack(
            video_id=video_id, language=language, label=label, digest=digest_of(text), created_at=now
        )
        return Captions(track=track, text=text)

    async def _commit(
        self, work: UnitOfWork, caller: Caller, video: Video, happened: CaptionsChanged, made: PassageSet
    ) -> None:
        self._storage.passages.replace(work, made)
        if not caller.owns(video.uploader_id):
            edited, now = AuditAction.CONTENT_EDITED, self._clock.now()
            entry = AuditEntry.by(caller, self._ids.new(), now, edited, ContentType.VIDEO, video.id)
            self._storage.audit.add(work, entry)
        work.publish(happened)
        await work.commit()

    async def _own(self, caller: Caller, video_id: VideoId) -> Video:
        """The video, if this caller may change it."""
        caller.signed_in()
        video = await visible_video(self._storage.videos, caller, video_id)
        caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
        return video

    async def _present(self, video_id: VideoId, language: str) -> Captions:
        found = await self._storage.captions.get(video_id, language)
        if found is None:
            raise CaptionsNotFound(f"The video has no captions in '{language}'.")
        return found


def _spelled(data: bytes) -> str:
    return written(read(data))


def _is_the_same(before: Captions, text: str, label: str) -> bool:
    """Automatic ones become their owner's even if nothing in them was to be mended."""
    return (before.text, before.track.label) == (text, label) and not before.track.automatic


def _overtaken(expected_version: int | None) -> tuple[type[Exception], ...]:
    """After what it is tried again: whoever names a version names that of one language alone."""
    return (TextsChanged,) if expected_version is not None else (TextsChanged, StaleVersion)


def _known(language: str) -> str:
    """As it would be kept; raises CaptionsNotFound for what is kept of no video."""
    try:
        return clean_language(language)
    except InvalidCaptions as error:
        raise CaptionsNotFound(error.detail) from None


def _check(expected_version: int | None, track: CaptionTrack | None) -> None:
    present = 0 if track is None else track.version
    if expected_version is not None and (track is None or expected_version != present):
        raise StaleVersion(f"These captions are at version {present} now; read them again.")
