"""An uploaded video with a stream whose files are no real ones, but have all their names."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from killrvideo.domain.accounts import Account
from killrvideo.domain.hls import media_playlist
from killrvideo.domain.ids import UploadId
from killrvideo.domain.media import Media, Rendition, Segment, Source, Storyboard
from killrvideo.domain.uploads import stream_address
from killrvideo.domain.videos import LocationType, Video
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video

RUN = "r1"
SEGMENT = bytes(range(256)) * 8
"""2,048 bytes, of which any part tells where it was."""
SOUND = Rendition(name="sound", codecs="mp4a.40.2", peak=130_000, average=128_000, channels=2)
BOARD = Storyboard(
    every=2.0, tiles=5, columns=2, rows=2, width=160, height=90, sheets=("sheet-0.jpg", "sheet-1.jpg")
)


@dataclass(frozen=True)
class Watched:
    video: Video
    media: Media

    @property
    def path(self) -> str:
        """Below the API's prefix."""
        return f"/videos/{self.video.id}/stream"

    @property
    def segment(self) -> str:
        return f"{self.path}/{RUN}/00000-360p-00001.m4s"

    @property
    def everything(self) -> list[str]:
        """The path of everything that a player can ask for."""
        names = (
            "360p.m3u8",
            "sound.m3u8",
            "360p-init.mp4",
            "sound-00000.m4s",
            "sheet-0.jpg",
            "storyboard.vtt",
        )
        files = [f"{self.path}/{RUN}/{name}" for name in names]
        captions = [f"{self.path}/captions/en.m3u8", f"{self.path}/captions/en.vtt"]
        return [f"{self.path}.m3u8", *captions, *files, self.segment]


def an_uploaded_video(uploader: Account, **changes: Any) -> Video:
    video = a_video(uploader, location_type=LocationType.UPLOAD, youtube_id=None, **changes)
    return replace(video, location=stream_address(UploadId(video.id)))


def media_of(video: Video, **changes: Any) -> Media:
    source = Source(size=10**6, container="mov,mp4", seconds=9.5, width=640, height=360, has_sound=True)
    media = Media(
        video_id=video.id,
        run=RUN,
        source=source,
        storyboard=BOARD,
        renditions=(_rung("240p", 426, 240), _rung("360p", 640, 360)),
        sound=SOUND,
        segment_seconds=6.0,
    )
    return replace(media, **changes)


def _rung(name: str, width: int, height: int) -> Rendition:
    return Rendition(
        name=name,
        codecs="avc1.64001e",
        peak=height * 3000,
        average=height * 2000,
        width=width,
        height=height,
        frame_rate=Fraction(30000, 1001),
    )


async def keep_stream(storage: Storage, blobs: BlobStore, video: Video, **changes: Any) -> Watched:
    """Stores the video, its files, and what is known of them."""
    media = media_of(video, **changes)
    segments = (Segment(name="00000-360p-00001.m4s", seconds=6.0, size=len(SEGMENT)),)
    playlist = media_playlist("360p-init.mp4", segments).encode()
    names = ("00000-360p-00001.m4s", "360p-init.mp4", "sound-00000.m4s", "sheet-0.jpg", "sheet-1.jpg")
    await keep(storage, video)
    for name in names:
        await blobs.put(f"{media.prefix}/{name}", SEGMENT)
    for name in ("360p.m3u8", "240p.m3u8", "sound.m3u8"):
        await blobs.put(f"{media.prefix}/{name}", playlist)
    work = storage.begin("tests.media", ORIGIN)
    storage.media.put(work, media)
    await work.commit()
    return Watched(video, media)
