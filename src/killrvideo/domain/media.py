"""What is made of a file that somebody uploaded, and what is known of the file itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video, thumbnail_address

THUMBNAIL_WIDTH = 640
"""Pixels."""
PICTURES = "/api/v1/videos/{}/pictures/"
"""Where we serve those of a video, relative to the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was found in an uploaded file."""

    size: int
    """Bytes."""
    container: str
    """As the tool that read it calls it, such as ``mov,mp4,m4a,3gp,3g2,mj2``."""
    seconds: float
    width: int = 0
    """Pixels as they are shown: square, and turned as the file wants it. 0 where there are no pictures."""
    height: int = 0
    frame_rate: Fraction = Fraction(0)
    """Pictures in a second, on average."""
    has_sound: bool = False
    video_codec: str | None = None
    audio_codec: str | None = None

    @property
    def has_pictures(self) -> bool:
        return self.width > 0 and self.height > 0

    @property
    def pixels(self) -> int:
        """Of one picture."""
        return self.width * self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A still picture of a video, in one of its sizes."""

    name: str
    """Such as ``large.jpg``; unique among those of a video."""
    width: int
    height: int
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyboard:
    """Small pictures at even distances, for whoever looks for a moment: sheets of tiles."""

    every: float
    """Seconds from one tile to the next."""
    tiles: int
    columns: int
    rows: int
    """Of one sheet."""
    width: int
    """Of one tile, in pixels."""
    height: int
    sheets: tuple[str, ...]
    """Names of the sheets' files, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrame:
    """A picture that can be shown without another, and where it stands in its segment."""

    start: int
    """The byte of the segment where its fragment begins."""
    size: int
    """Bytes of the fragment up to the end of the picture."""
    seconds: float
    """Until the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A file of a few seconds of a stream."""

    name: str
    seconds: float
    size: int
    """Bytes."""
    key_frames: tuple[KeyFrame, ...] = ()
    """None in sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One rung of the ladder, or the sound: a stream as a playlist offers it."""

    name: str
    """Such as ``720p``, or ``sound``: that of its playlist, without the ending."""
    codecs: str
    """As RFC 6381 spells them, such as ``avc1.64001f``."""
    peak: int
    """Bits in the second, of the worst segment."""
    average: int
    """Bits in the second, of all."""
    width: int = 0
    height: int = 0
    frame_rate: Fraction = Fraction(0)
    channels: int = 0
    key_frame_peak: int = 0
    """Of the playlist that has key frames alone, for whoever winds fast; 0 where there is none."""
    key_frame_average: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """All that is kept of one video beside its row: the one pointer that publishes files.

    Files stand under `prefix`; what is not named here may be swept away.
    """

    video_id: VideoId
    run: str
    """Names this making of the files; another one writes under another name."""
    source: Source | None = None
    pictures: tuple[Picture, ...] = ()
    """Smallest first."""
    storyboard: Storyboard | None = None
    renditions: tuple[Rendition, ...] = ()
    """Smallest first; empty until all are there."""
    sound: Rendition | None = None
    segment_seconds: float = 0.0
    """The longest segment."""
    version: int = 1

    @property
    def prefix(self) -> str:
        return f"{prefix_of(self.video_id)}/{self.run}"

    @property
    def is_watchable(self) -> bool:
        return bool(self.renditions) or self.sound is not None

    def changed(self, **changes: object) -> "Media":
        """The next version."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]


def prefix_of(video_id: VideoId) -> str:
    """Where everything that was made of a video is kept."""
    return f"videos/{video_id}"


def picture_address(video_id: VideoId, name: str, run: str) -> str:
    """Where we serve a picture; those of another run have another address."""
    return f"{PICTURES.format(video_id)}{name}?v={run}"


def is_ours(address: str, video_id: VideoId) -> bool:
    """Whether a picture's address is one of those, rather than of somebody else's server."""
    return address.startswith(PICTURES.format(video_id))


def thumbnail_elsewhere(video: Video) -> str | None:
    """Where a thumbnail stands that is not ours: where we were told, or where YouTube has one of every id."""
    told = video.thumbnail_url
    if told is not None and not is_ours(told, video.id):
        return told
    return None if video.youtube_id is None else thumbnail_address(video.youtube_id)


def thumbnail_of(pictures: Sequence[Picture]) -> Picture:
    """What a list shows of them: wide enough for a card on a fine screen, and no more to load than that."""
    return next((each for each in pictures if each.width >= THUMBNAIL_WIDTH), pictures[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """What is taken in: more would be a bomb, or a mistake."""

    longest: timedelta = timedelta(hours=12)
    largest_side: int = 8192
    """Pixels."""
    most_pixels: int = 8192 * 4320
    fastest: int = 240
    """Pictures in a second."""
    held: timedelta = timedelta(hours=1)
    held_each: timedelta = timedelta(minutes=1)
    """How long pictures may stay on the screen: all together, and as much more for each that there is."""
    longest_run: int = 9000
    """Pictures from one key frame to the next: all of these are decoded to see the last one."""
