"""Looks into one file and writes what it found as JSON: a program of its own, since the file may be hostile.

    python -I -m killrvideo.adapters.ffmpeg.probing FILE MOST_PIXELS

Every packet is read, for headers promise much: how long the film is and how many pictures it has is counted.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from killrvideo.adapters.ffmpeg.inputs import FORMAT_WHITELIST, PROTOCOL_WHITELIST, READABLE, address
from killrvideo.adapters.ffmpeg.memory import is_memory_scarce
from killrvideo.adapters.ffmpeg.packets import Seen, walk

PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"v=0", b"[playlist]")
Found = dict[str, Any]


class Unusable(Exception):
    """In words for the file's owner."""


def main(arguments: list[str]) -> None:
    file, most_pixels = Path(arguments[0]), int(arguments[1])
    try:
        found = look(file, most_pixels)
    except Unusable as reason:
        found = {"unusable": str(reason)}
    except av.FFmpegError:
        if is_memory_scarce():  # Which says nothing about the file.
            raise MemoryError from None
        found = {"unusable": "The file is damaged, or ends before what it needs to be read."}
    json.dump(found, sys.stdout)


def look(file: Path, most_pixels: int) -> Found:
    size = file.stat().st_size
    if size == 0:
        raise Unusable("The file is empty.")
    with _opened(file) as container:
        pictures, sound = _pictures(container), _sound(container)
        if pictures is None and sound is None:
            raise Unusable("There are neither pictures nor sound in the file that can be decoded.")
        at = _index(pictures), _index(sound)
        found: Found = {
            "container": container.format.name,
            "size": size,
            "promised": container.duration / av.time_base if container.duration else None,
            "pictures": None if pictures is None else _look_at(container, pictures, most_pixels),
            "sound": None if sound is None else _listen_to(sound),
        }
    with _opened(file) as container:  # Anew: what was decoded is not to be missed.
        start = (container.start_time or 0) / av.time_base
        seen = walk(container, [container.streams[index] for index in at if index is not None])
    return found | _counted(seen, start, *at)


def _index(stream: VideoStream | AudioStream | None) -> int | None:
    return None if stream is None else stream.index


def _opened(file: Path) -> InputContainer:
    options = {"protocol_whitelist": PROTOCOL_WHITELIST, "format_whitelist": FORMAT_WHITELIST}
    try:
        return av.open(address(file), options=options)
    except av.FFmpegError:
        if is_memory_scarce():
            raise MemoryError from None
        raise Unusable(_why_not(file)) from None


def _why_not(file: Path) -> str:
    with file.open("rb") as opened:
        start = opened.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(PLAYLISTS):
        return "This is a playlist, which only names other files; upload the video itself."
    if start[4:8] == b"ftyp":
        return "The file is incomplete: its index is missing, as where a recording or a copy was cut off."
    return f"This is no video or sound of a kind that is known here: {READABLE}."


def _pictures(container: InputContainer) -> VideoStream | None:
    """The first moving pictures; a cover of an album is none."""
    for stream in container.streams.video:
        still = stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
        if not still and _is_decoded(stream):
            return stream
    return None


def _sound(container: InputContainer) -> AudioStream | None:
    for stream in container.streams.audio:
        if _is_decoded(stream) and stream.codec_context.sample_rate > 0:
            return stream
    return None


def _is_decoded(stream: Stream) -> bool:
    """The library's types do not say so, but what it has no decoder for has no context."""
    return getattr(stream, "codec_context", None) is not None


def _look_at(container: InputContainer, stream: VideoStream, most_pixels: int) -> Found:
    """What one must decode a picture for."""
    context = stream.codec_context
    if context.width * context.height > most_pixels:
        raise Unusable(f"Its pictures are too large: {context.width:,} times {context.height:,} pixels.")
    frame = next(container.decode(stream), None)
    if frame is None:
        raise Unusable("None of its pictures can be decoded.")
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = _shown(frame.width, frame.height, aspect)
    if frame.rotation % 180:
        width, height = height, width
    return {
        "index": stream.index,
        "codec": context.codec.canonical_name,
        "width": width,
        "height": height,
        "told_rate": str(stream.average_rate or 0),
        "matrix": int(frame.colorspace),
        "transfer": int(context.color_trc),
        "interlaced": bool(frame.interlaced_frame),
    }


def _shown(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    """With square pixels, never fewer than there are. An aspect that nobody could mean is passed over."""
    if not Fraction(1, 8) <= aspect <= 8:
        return width, height
    return (round(width * aspect), height) if aspect >= 1 else (width, round(height / aspect))


def _listen_to(stream: AudioStream) -> Found:
    context = stream.codec_context
    return {"index": stream.index, "codec": context.codec.canonical_name, "channels": context.channels}


def _counted(seen: dict[int, Seen], start: float, pictures: int | None, sound: int | None) -> Found:
    shown = seen.get(pictures) if pictures is not None else None
    heard = seen.get(sound) if sound is not None else None
    return {
        "start": start,
        "seconds": max((one.end for one in seen.values()), default=start) - start,
        "jump": max((one.jump for one in seen.values()), default=0.0),
        "frames": shown.packets if shown else 0,
        "shown_seconds": shown.seconds if shown else 0.0,
        "shown_end": shown.end - start if shown and shown.packets else 0.0,
        "longest_run": shown.longest_run if shown else 0,
        "key_gap": shown.key_gap if shown else 0.0,
        "heard_packets": heard.packets if heard else 0,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
