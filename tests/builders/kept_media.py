"""What was made of a file, with sensible defaults."""

from fractions import Fraction
from typing import Any

from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media, Picture, Rendition, Source, Storyboard

SOURCE = Source(
    size=11,
    container="mov,mp4",
    seconds=61.25,
    width=1280,
    height=720,
    frame_rate=Fraction(30000, 1001),
    has_sound=True,
    video_codec="h264",
    audio_codec="aac",
)
RUNG = Rendition(
    name="720p",
    codecs="avc1.64001f",
    peak=4_000_000,
    average=2_500_000,
    width=1280,
    height=720,
    frame_rate=Fraction(30000, 1001),
)
SOUND = Rendition(name="sound", codecs="mp4a.40.2", peak=130_000, average=128_000, channels=2)
BOARD = Storyboard(every=2.5, tiles=25, columns=5, rows=5, width=160, height=90, sheets=("sheet-1.jpg",))
POSTER = Picture(name="large.jpg", width=1280, height=720, content_type="image/jpeg")


def some_media(video_id: VideoId, *, run: str = "run", **changes: Any) -> Media:
    """Of a minute of pictures and sound, on one rung."""
    made: dict[str, Any] = {"source": SOURCE, "pictures": (POSTER,), "storyboard": BOARD}
    made |= {"renditions": (RUNG,), "sound": SOUND, "segment_seconds": 4.0}
    return Media(video_id=video_id, run=run, **{**made, **changes})
