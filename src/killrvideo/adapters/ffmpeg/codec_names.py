"""What the streams that we made are called in playlists (RFC 6381), read from what they say of themselves."""

import struct

from killrvideo.adapters.ffmpeg.boxes import FULL_HEADER, BadBox, Box, find, inside

SAMPLE_TABLE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
VISUAL_ENTRY = 78
AUDIO_ENTRY = 28
"""Bytes of a sample entry before the boxes in it."""
DECODER_CONFIG = 4
DECODER_SPECIFIC = 5
EXTENSION_TYPE = 31


def codecs_of(opening: bytes) -> str:
    """Such as ``avc1.64001f`` or ``mp4a.40.2``. Raises BadBox."""
    entry = _sample_entry(opening)
    if entry.kind == b"avc1":
        return _advanced_video(opening, entry)
    if entry.kind == b"mp4a":
        return _advanced_audio(opening, entry)
    raise BadBox(f"Nobody asked for {entry.kind!r}.")


def timescale_of(opening: bytes) -> int:
    """Ticks in a second of the track's clock. Raises BadBox."""
    header = find(opening, b"moov", b"trak", b"mdia", b"mdhd")
    times = 16 if opening[header.body] == 1 else 8
    (timescale,) = struct.unpack_from(">I", opening, header.body + FULL_HEADER + times)
    return int(timescale)


def _sample_entry(opening: bytes) -> Box:
    table = find(opening, *SAMPLE_TABLE)
    return next(inside(opening, table.body + FULL_HEADER + 4, table.end))


def _inner(opening: bytes, entry: Box, header: int, kind: bytes) -> Box:
    return find(opening, kind, within=Box(entry.kind, entry.start, entry.body + header, entry.end))


def _advanced_video(opening: bytes, entry: Box) -> str:
    """Profile, constraints and level stand behind the version of the configuration record."""
    record = _inner(opening, entry, VISUAL_ENTRY, b"avcC")
    return f"avc1.{opening[record.body + 1 : record.body + 4].hex()}"


def _advanced_audio(opening: bytes, entry: Box) -> str:
    descriptors = _inner(opening, entry, AUDIO_ENTRY, b"esds")
    at = descriptors.body + FULL_HEADER
    _, at = _descriptor(opening, at)
    at += 3  # The stream's id and flags, none of which we ask for.
    tag, at = _descriptor(opening, at)
    if tag != DECODER_CONFIG:
        raise BadBox("The sound does not say how it is decoded.")
    kind = opening[at]
    tag, at = _descriptor(opening, at + 13)
    object_type = opening[at] >> 3
    if tag != DECODER_SPECIFIC or object_type == EXTENSION_TYPE:
        raise BadBox("The sound does not say what it is.")
    return f"mp4a.{kind:x}.{object_type}"


def _descriptor(data: bytes, at: int) -> tuple[int, int]:
    """Its tag, and where its content begins: the length takes up to four bytes of seven bits."""
    tag = data[at]
    at += 1
    while data[at] & 0x80:
        at += 1
    return tag, at + 1
