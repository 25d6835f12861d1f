"""Captions that a step made, kept beside those that the owner put and never in their place."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from killrvideo.domain.automatic_captions import heard_label, is_heard, translated_label
from killrvideo.domain.captions import (
    CUES_MOST,
    LARGEST,
    TOGETHER_MOST,
    TRACKS_MOST,
    Captions,
    CaptionTrack,
    Cue,
    digest_of,
)
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.languages import is_same
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import written
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    language: str
    label: str
    cues: Sequence[Cue]
    automatic: bool = True
    made_of: str | None = None
    """Of what it is a translation."""


def heard(language: str, cues: Sequence[Cue]) -> Made:
    return Made(language=language, label=heard_label(language), cues=cues)


def translated(language: str, cues: Sequence[Cue], made_of: str) -> Made:
    return Made(language=language, label=translated_label(language), cues=cues, made_of=made_of)


def has_own(tracks: Sequence[CaptionTrack], language: str) -> bool:
    """Whether a person has put captions in this language."""
    return any(not track.automatic and is_same(track.language, language) for track in tracks)


def was_heard(tracks: Sequence[CaptionTrack], language: str) -> bool:
    """Whether this language was heard: no translation takes the place of what was said."""
    return any(is_heard(track) and is_same(track.language, language) for track in tracks)


def _may_be_put(made: Made, tracks: Sequence[CaptionTrack]) -> bool:
    is_in_the_way = made.made_of is not None and was_heard(tracks, made.language)
    return bool(made.cues) and not has_own(tracks, made.language) and not is_in_the_way


class NewTracks:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def keeping(self, made: Sequence[Made]) -> Keep:
        """Keeps what has words; passages are made of it later, as of all captions that change."""

        async def keep(work: UnitOfWork, video: Video) -> None:
            tracks = await self._storage.captions.tracks(video.id)
            room = await self._room(video.id, tracks, {one.language for one in made})
            for one in made:
                if _may_be_put(one, tracks):
                    room -= len(await self._put(work, video.id, one, room))

        return keep

    async def _put(self, work: UnitOfWork, video_id: VideoId, made: Made, room: int) -> bytes:
        """What is kept. Nothing where it has no room, or is there already."""
        text = _as_large_as_may_be(made.cues)
        before = await self._storage.captions.get(video_id, made.language)
        if _is_there(before, text, made) or len(text.encode()) > room:
            return b""
        self._storage.captions.put(work, await self._following(video_id, made, text, before))
        happened = CaptionsChanged(video_id=video_id, language=made.language, is_new=before is None)
        work.publish(happened)
        return text.encode()

    async def _following(self, video_id: VideoId, made: Made, text: str, before: Captions | None) -> Captions:
        now = self._clock.now()
        if before is not None:
            return before.changed(now, text, made.label, automatic=made.automatic, made_of=made.made_of)
        track = CaptionTrack(
            video_id=video_id,
            language=made.language,
            label=made.label,
            digest=digest_of(text),
            created_at=now,
            automatic=made.automatic,
            made_of=made.made_of,
        )
        return Captions(track=track, text=text)

    async def _room(self, video_id: VideoId, tracks: Sequence[CaptionTrack], languages: Set[str]) -> int:
        """Bytes that those in these languages may have beside the others; none where there are too many."""
        others = [track.language for track in tracks if track.language not in languages]
        if len(others) + len(languages) > TRACKS_MOST:
            return 0
        found = [await self._storage.captions.get(video_id, language) for language in others]
        return TOGETHER_MOST - sum(len(one.text.encode()) for one in found if one is not None)


def _is_there(before: Captions | None, text: str, made: Made) -> bool:
    if before is None:
        return False
    track = before.track
    return (before.text, track.label, track.made_of) == (text, made.label, made.made_of)


def _as_large_as_may_be(cues: Sequence[Cue]) -> str:
    """Cues beyond what captions may have are left out: those of a day of talk."""
    cues = cues[:CUES_MOST]
    while len((text := written(cues)).encode()) > LARGEST:
        cues = cues[: len(cues) * 9 // 10]
    return text
