"""Files that somebody might upload, by mistake or on purpose, and which are no film."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.clips import X264, Clips, counted, ffmpeg, tone

Maker = Callable[[Path, Clips, str], None]
"""Writes the file, and maybe others beside it."""
SECRET = "secret.mp4"
"""A file beside it that it may not open. Nor may it ask the server, whose address a maker gets."""


def _text(content: str) -> Maker:
    return lambda file, clips, server: _write(file, content)


def _zip(file: Path, clips: Clips, server: str) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(10_000_000))


def _noise(file: Path, clips: Clips, server: str) -> None:
    """Begins as MP4 does."""
    file.write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(n * 37 % 251 for n in range(40_000)))


def _nested(file: Path, clips: Clips, server: str) -> None:
    """Boxes in boxes in boxes."""
    boxes = b""
    for _ in range(20_000):
        boxes = struct.pack(">I4s", 8 + 8, b"moov") + struct.pack(">I4s", 8, b"trak") + boxes[:1_000_000]
    file.write_bytes(b"\0\0\0\x10ftypisom\0\0\2\0" + boxes)


def _cut(share: float) -> Maker:
    """A film whose index stands in front, of which only a part came."""

    def make(file: Path, clips: Clips, server: str) -> None:
        whole = file.with_name("whole.mp4")
        ffmpeg("-i", str(clips.plain()), "-c", "copy", "-movflags", "+faststart", str(whole))
        data = whole.read_bytes()
        file.write_bytes(data[: int(len(data) * share)])

    return make


def _without_index(file: Path, clips: Clips, server: str) -> None:
    data = clips.plain().read_bytes()
    file.write_bytes(data[: data.index(b"moov") - 4])


def _huge(file: Path, clips: Clips, server: str) -> None:
    """A thin strip: few bytes, and a side that nobody has a screen for."""
    ffmpeg(*counted("16400x16", "1", 1), "-c:v", "ffv1", "-f", "matroska", str(file))


def _endless(file: Path, clips: Clips, server: str) -> None:
    """Few pictures, each an hour after the other."""
    apart = ("-vf", "setpts=N*3600/TB", "-fps_mode", "passthrough", *X264)
    ffmpeg(*counted("64x36", "1", 14), *apart, "-f", "matroska", str(file))


def _still(file: Path, clips: Clips, server: str) -> None:
    """A few kilobytes that would be encoded for hours: large pictures, hours apart."""
    apart = ("-vf", "setpts=N*10440/TB", "-fps_mode", "passthrough", *X264)
    ffmpeg(*counted("1920x1080", "1", 5), *apart, "-f", "matroska", str(file))


def _leaning(file: Path, clips: Clips, server: str) -> None:
    """Whoever wants to see the last picture decodes all before it: for every group of segments anew."""
    single = ("-g", "20000", "-sc_threshold", "0", *X264)
    ffmpeg("-f", "lavfi", "-i", "color=s=16x16:r=50:d=181", *single, "-f", "mp4", str(file))


def _at_one_moment(file: Path, clips: Clips, server: str) -> None:
    """Thousands of pictures that are all to be shown at the same time, and a second of sound."""
    at_once = ("-c:v", "mjpeg", "-bsf:v", "setts=ts=0:duration=0")
    pictures = ("-f", "lavfi", "-i", "color=s=16x16:r=50:d=10")
    ffmpeg(*pictures, *tone(1), *at_once, "-c:a", "flac", "-f", "matroska", str(file))


def _hasty(file: Path, clips: Clips, server: str) -> None:
    quick = ("-vf", "setpts=N/1000/TB", "-fps_mode", "passthrough", *X264, "-video_track_timescale", "1000")
    ffmpeg(*counted("64x36", "25", 4), *quick, "-f", "mp4", str(file))


def _picture(file: Path, clips: Clips, server: str) -> None:
    ffmpeg(
        *counted("64x36", "1", 1), "-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1", str(file)
    )


def _subtitles_alone(file: Path, clips: Clips, server: str) -> None:
    words = file.with_name("words.srt")
    words.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n")
    ffmpeg("-i", str(words), "-f", "matroska", str(file))


def _pointing(text: str) -> Maker:
    """A text that names the two of them by their full addresses."""
    return lambda file, clips, server: _write(
        file, text.replace("SECRET", str(file.with_name(SECRET))).replace("SERVER", server)
    )


def _write(file: Path, text: str) -> None:
    file.write_text(text)


def _joined_clocks(later: int) -> Maker:
    """Two recordings, one behind the other, of which the second one's clock begins some seconds before."""

    def make(file: Path, clips: Clips, server: str) -> None:
        parts = file.with_name("late.ts"), file.with_name("early.ts")
        for part, offset in zip(parts, (later, 0), strict=True):
            ffmpeg("-i", str(clips.plain()), "-c", "copy", "-output_ts_offset", str(offset), str(part))
        file.write_bytes(b"".join(part.read_bytes() for part in parts))

    return make


UNUSABLE: dict[str, tuple[Maker, str]] = {
    "empty": (_text(""), "empty"),
    "text": (_text("Dear diary, today I uploaded a text.\n" * 100), "no video or sound of a kind"),
    "zip": (_zip, "no video or sound of a kind"),
    "picture": (_picture, "no video or sound of a kind"),
    "drawing": (
        _pointing('<svg xmlns="http://www.w3.org/2000/svg"><image href="file://SECRET"/></svg>'),
        "no video or sound of a kind",
    ),
    "hls": (_pointing("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nfile://SECRET\n"), "playlist"),
    "hls of the network": (
        _pointing("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nhttp://SERVER/a.ts\n"),
        "playlist",
    ),
    "concat": (_pointing("ffconcat version 1.0\nfile 'SECRET'\n"), "playlist"),
    "dash": (
        _pointing('<?xml version="1.0"?><MPD><Period><BaseURL>file://SECRET</BaseURL></Period></MPD>'),
        "playlist",
    ),
    "sdp": (_text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n"), "playlist"),
    "noise": (_noise, "incomplete"),
    "nested boxes": (_nested, "neither pictures nor sound"),
    "index in front, half of it": (_cut(0.5), "incomplete"),
    "index in front, no film": (_cut(0.04), "incomplete"),
    "no index": (_without_index, "incomplete"),
    "too wide": (_huge, "too large"),
    "too long": (_endless, "too long"),
    "too few pictures": (_still, "Too few pictures"),
    "one key frame": (_leaning, "key frames are too far apart"),
    "too fast": (_hasty, "pictures in a second"),
    "too fast to be counted": (_at_one_moment, "pictures in a second"),
    "subtitles alone": (_subtitles_alone, "neither pictures nor sound"),
    "joined recordings": (_joined_clocks(30), "clocks do not fit"),
    "joined recordings of different days": (_joined_clocks(500), "clocks do not fit"),
}
"""How each is made, and a part of the sentence that its owner reads."""
