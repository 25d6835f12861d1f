"""A film as a player gets it: its playlists, read again, and their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.hls import (
    average_of,
    key_frame_playlist,
    key_frames_of,
    master_playlist,
    media_playlist,
    peak_of,
)
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media, Rendition
from killrvideo.service_interfaces.transcoder import Stretch
from tests.adapters.ffmpeg.films import Film
from tests.playlists import Attributes, MasterPlaylist, StreamPlaylist

VIDEO = VideoId(UUID(int=7))


@dataclass
class Served:
    film: Film

    @cached_property
    def master(self) -> MasterPlaylist:
        sound = self.film.sound
        media = Media(
            video_id=VIDEO,
            run="r",
            renditions=tuple(self._rendition(rung) for rung in self.rungs),
            sound=self._rendition(sound) if sound else None,
        )
        return MasterPlaylist.read(master_playlist(media, [_track("en"), _track("de")]))

    @cached_property
    def rungs(self) -> Sequence[Stretch]:
        return self.film.rungs

    @cached_property
    def streams(self) -> Sequence[Stretch]:
        return [*self.rungs, *([self.film.sound] if self.film.sound else [])]

    def playlist(self, stream: Stretch) -> StreamPlaylist:
        return StreamPlaylist.read(media_playlist(stream.opening, stream.segments))

    def key_playlist(self, stream: Stretch) -> StreamPlaylist:
        return StreamPlaylist.read(key_frame_playlist(stream.opening, stream.segments))

    def data(self, name: str) -> bytes:
        return (self.film.folder / name).read_bytes()

    def part(self, stream: Stretch, data: bytes) -> Path:
        """A file of a part of a stream, to be decoded by itself."""
        file = self.film.folder / "part.mp4"
        file.write_bytes(self.data(stream.opening) + data)
        return file

    def stream_of(self, variant: Attributes) -> Stretch:
        name = variant["URI"].rpartition("/")[2].removesuffix(".m3u8").removesuffix("-keys")
        return next(one for one in self.streams if one.name == name)

    def _rendition(self, stream: Stretch) -> Rendition:
        rung = next((one for one in self.film.ladder.rungs if one.name == stream.name), None)
        keys = key_frames_of(stream.segments)
        return Rendition(
            name=stream.name,
            codecs=stream.codecs,
            peak=peak_of(stream.segments),
            average=average_of(stream.segments),
            width=rung.width if rung else 0,
            height=rung.height if rung else 0,
            frame_rate=self.film.ladder.frame_rate,
            channels=stream.channels,
            key_frame_peak=peak_of(keys) if keys else 0,
            key_frame_average=average_of(keys) if keys else 0,
        )


def _track(language: str) -> CaptionTrack:
    return CaptionTrack(
        video_id=VIDEO,
        language=language,
        label=language.upper(),
        digest="",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
