"""A real film, encoded once, that any number of towns can show."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from uuid import UUID

from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.hls import average_of, media_playlist, peak_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.ladder import Ladder, ladder_of
from killrvideo.domain.media import Media, Rendition, Segment
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.transcoder import Stretch
from tests.api.targets import account_of
from tests.api.town import ORIGIN, Person, Town
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import keep
from tests.builders.media import an_uploaded_video

NOBODYS = VideoId(UUID(int=0))


@dataclass(frozen=True)
class Film:
    folder: Path
    """With all files, under the names that playlists have."""
    media: Media
    """Of no video yet."""

    async def shown(self, town: Town, owner: Person, **changes: str) -> Video:
        """A READY video of the film, with captions in two languages that say something every five seconds."""
        video = an_uploaded_video(account_of(owner), **changes)
        media = replace(self.media, video_id=video.id)
        storage, blobs = town.house.storage, town.house.foundations.blobs
        await keep(storage, video)
        for file in sorted(self.folder.iterdir()):
            await blobs.put(f"{media.prefix}/{file.name}", file.read_bytes())
        work = storage.begin("tests.media", ORIGIN)
        storage.media.put(work, media)
        await work.commit()
        said = [f"This is sentence {number}." for number in range(7)]
        gesagt = [f"Das ist Satz {number}." for number in range(7)]
        english = some_captions(video, *said)
        german = some_captions(video, *gesagt, language="de", label="Deutsch")
        await keep_captions(storage, video, english, german)
        return video


async def made(clip: Path, folder: Path) -> Film:
    transcoder = FfmpegTranscoder(preset="ultrafast", niceness=0)
    source = await transcoder.probe(clip)
    ladder = ladder_of(source)
    board = await transcoder.storyboard(clip, source, folder, _nobody)
    groups = []
    for number in range(ladder.groups):
        place = folder / f"group-{number}"
        place.mkdir()
        stretches = await transcoder.group(clip, source, ladder, number, place, _nobody)
        groups.append([_moved(stretch, place, folder, f"{number}-") for stretch in stretches])
        place.rmdir()
    streams = [_joined([group[at] for group in groups]) for at in range(len(ladder.rungs))]
    sound = await transcoder.sound(clip, source, folder, _nobody) if source.has_sound else None
    for stream in (*streams, *([sound] if sound else ())):
        playlist = media_playlist(stream.opening, stream.segments)
        await asyncio.to_thread((folder / f"{stream.name}.m3u8").write_text, playlist)
    media = Media(
        video_id=NOBODYS,
        run="r1",
        source=source,
        storyboard=board,
        renditions=tuple(_rendition(stream, ladder) for stream in streams),
        sound=_rendition(sound, ladder) if sound else None,
        segment_seconds=6.0,
    )
    return Film(folder, media)


def _nobody(part: float) -> None:
    """Is told nothing."""


def _moved(stretch: Stretch, place: Path, folder: Path, begins: str) -> Stretch:
    """To where the files of all groups are, under names that tell them apart."""
    names = {name: begins + name for name in (stretch.opening, *(one.name for one in stretch.segments))}
    for before, after in names.items():
        (place / before).rename(folder / after)
    segments = tuple(replace(one, name=names[one.name]) for one in stretch.segments)
    return replace(stretch, opening=names[stretch.opening], segments=segments)


def _joined(stretches: Sequence[Stretch]) -> Stretch:
    every: tuple[Segment, ...] = tuple(chain.from_iterable(one.segments for one in stretches))
    return replace(stretches[0], segments=every)


def _rendition(stream: Stretch, ladder: Ladder) -> Rendition:
    rung = next((rung for rung in ladder.rungs if rung.name == stream.name), None)
    return Rendition(
        name=stream.name,
        codecs=stream.codecs,
        peak=peak_of(stream.segments),
        average=average_of(stream.segments),
        width=rung.width if rung else 0,
        height=rung.height if rung else 0,
        frame_rate=ladder.frame_rate,
        channels=stream.channels,
    )
