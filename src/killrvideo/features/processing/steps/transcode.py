"""Streams of an uploaded film: sound as a whole, pictures group by group beside it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.hls import (
    average_of,
    key_frame_name,
    key_frame_playlist,
    key_frames_of,
    media_playlist,
    peak_of,
)
from killrvideo.domain.jobs import Job
from killrvideo.domain.ladder import Ladder, ladder_of
from killrvideo.domain.media import Media, Rendition, Source
from killrvideo.domain.videos import Video
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.made_groups import MadeGroups, fit_together, way_of
from killrvideo.features.processing.steps.room import Room
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.progress import Told, beside
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.transcoder import Stretch, Transcoder
from killrvideo.service_interfaces.units import UnitOfWork

SOUND = "sound"
SOUND_PART = 0.05
"""How much of the work it is, beside pictures."""
TWICE = 2
"""What is encoded is cut into segments, and both are there for a while."""
BYTES_OF_SOUND = 20_000
"""For a second."""
PLAYLIST = "application/vnd.apple.mpegurl"
OTHERS = "Parts of the film were encoded in different ways; we make them anew."


class Transcode:
    def __init__(
        self,
        storage: Storage,
        blobs: BlobStore,
        files: UploadedFiles,
        transcoder: Transcoder,
        room: Room,
        *,
        highest: int,
    ) -> None:
        """``highest`` bounds the shorter side of what is made, in pixels."""
        self._storage = storage
        self._blobs = blobs
        self._files = files
        self._transcoder = transcoder
        self._room = room
        self._highest = highest

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        media, source = await self._files.known(video)
        ladder = ladder_of(source, highest=self._highest)
        making = _Making(self._files, self._transcoder, self._room, video, source, ladder)
        way = way_of(ladder, await self._transcoder.making())
        made = MadeGroups(self._blobs, media.prefix, f"{job.id.hex[-8:]}-{job.epoch}", way)
        groups, sound = await self._streams(making, made, told)
        if not fit_together(groups):
            await made.forget()  # Or every other try would find the same.
            raise ToolFailed(OTHERS)
        rungs = [_joined([group[at] for group in groups]) for at in range(len(ladder.rungs)) if groups]
        streams = [*rungs, *([sound] if sound else ())]
        if not streams:
            raise UnusableFile("There are neither pictures nor sound in this file.")
        for stream in streams:
            await self._write_playlist(media, stream)
        await made.drop_all_but(chain(*groups, [sound] if sound else ()))
        renditions = [_rendition(stream, ladder) for stream in streams]

        async def keep(work: UnitOfWork, video: Video) -> None:
            present, _ = await self._files.known(video)
            done = present.changed(
                renditions=tuple(renditions[: len(rungs)]),
                sound=renditions[-1] if sound else None,
                segment_seconds=max(one.seconds for stream in streams for one in stream.segments),
            )
            self._storage.media.put(work, done)

        return keep

    async def _streams(
        self, making: "_Making", made: MadeGroups, told: Told
    ) -> tuple[list[Sequence[Stretch]], Stretch | None]:
        """All groups, and the sound: made beside them, for it keeps one processor busy at most."""
        if not making.source.has_sound:
            return await self._groups(making, made, told, None), None
        share = SOUND_PART if making.ladder.rungs else 1.0
        heard, seen = beside(told, share, 1 - share)
        sound = asyncio.create_task(self._sound(making, made, heard))
        try:
            return await self._groups(making, made, seen, sound), await sound
        finally:
            sound.cancel()
            await asyncio.wait([sound])

    async def _sound(self, making: "_Making", made: MadeGroups, told: Told) -> Stretch:
        kept = await made.get(SOUND)
        if kept is None:
            kept = await making.sound(made, told)
        told(1.0)
        return kept[0]

    async def _groups(
        self, making: "_Making", made: MadeGroups, told: Told, sound: asyncio.Task[Stretch] | None
    ) -> list[Sequence[Stretch]]:
        """All groups in their order, as far as the film goes; not on where there can be no sound."""
        groups: list[Sequence[Stretch]] = []
        count = making.ladder.groups if making.ladder.rungs else 0
        for number in range(count):
            kept = await made.get(_name(number))
            if kept is None:
                kept = await making.group(made, number, _share(told, number, count))
            if not kept:
                break
            groups.append(kept)
            told((number + 1) / count)
            if sound is not None and sound.done():
                sound.result()
        return groups

    async def _write_playlist(self, media: Media, stream: Stretch) -> None:
        text = media_playlist(stream.opening, stream.segments)
        key = f"{media.prefix}/{stream.name}.m3u8"
        await self._blobs.put(key, text.encode(), content_type=PLAYLIST)
        if stream.segments[0].key_frames:
            text = key_frame_playlist(stream.opening, stream.segments)
            key = f"{media.prefix}/{key_frame_name(stream.name)}"
            await self._blobs.put(key, text.encode(), content_type=PLAYLIST)


@dataclass(frozen=True, slots=True)
class _Making:
    """What it takes to make any part of one film."""

    files: UploadedFiles
    transcoder: Transcoder
    room: Room
    video: Video
    source: Source
    ladder: Ladder

    async def sound(self, made: MadeGroups, told: Told) -> Sequence[Stretch]:
        file = await self.files.bring(self.video)
        size = round(BYTES_OF_SOUND * self.source.seconds)
        await self.room.check(size)
        async with self.files.scratch.folder(self.video.id, TWICE * size) as folder:
            stretch = await self.transcoder.sound(file, self.source, folder, told)
            return await made.keep(SOUND, [stretch], folder)

    async def group(self, made: MadeGroups, number: int, told: Told) -> Sequence[Stretch]:
        file = await self.files.bring(self.video)
        size = self.ladder.bytes_in_group
        await self.room.check(size)
        async with self.files.scratch.folder(self.video.id, TWICE * size) as folder:
            stretches = await self.transcoder.group(file, self.source, self.ladder, number, folder, told)
            return await made.keep(_name(number), stretches, folder)


def _share(told: Told, number: int, count: int) -> Told:
    return lambda part: told((number + part) / count)


def _name(number: int) -> str:
    return f"{number:05}"


def _joined(stretches: Sequence[Stretch]) -> Stretch:
    """One stream of groups that fit together."""
    first = stretches[0]
    segments = tuple(chain.from_iterable(one.segments for one in stretches))
    return Stretch(name=first.name, codecs=first.codecs, opening=first.opening, segments=segments)


def _rendition(stream: Stretch, ladder: Ladder) -> Rendition:
    rung = next((rung for rung in ladder.rungs if rung.name == stream.name), None)
    keys = key_frames_of(stream.segments)
    return Rendition(
        name=stream.name,
        codecs=stream.codecs,
        peak=peak_of(stream.segments),
        average=average_of(stream.segments),
        width=rung.width if rung else 0,
        height=rung.height if rung else 0,
        frame_rate=ladder.frame_rate if rung else ladder.frame_rate * 0,
        channels=stream.channels,
        key_frame_peak=peak_of(keys) if keys else 0,
        key_frame_average=average_of(keys) if keys else 0,
    )
