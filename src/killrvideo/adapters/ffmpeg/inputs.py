"""What files are read, and how: the same few kinds in every call, each by itself and from the disk alone."""

from pathlib import Path

CONTAINERS = {
    "aac": "aac",
    "avi": "avi",
    "flac": "flac",
    "flv": "flv",
    "matroska,webm": "matroska",
    "mov,mp4,m4a,3gp,3g2,mj2": "mov",
    "mp3": "mp3",
    "mpeg": "mpeg",
    "mpegts": "mpegts",
    "ogg": "ogg",
    "wav": "wav",
}
"""Those that are read, by the name that their reader has in libavformat, and what `-f` calls it.

No playlist is among them (HLS, DASH, concat, SDP ...) nor a row of pictures: these make a reader open what
their text names.
"""
FORMAT_WHITELIST = ",".join(CONTAINERS)
PROTOCOL_WHITELIST = "file"
READABLE = "MP4, QuickTime, Matroska, WebM, MPEG, AVI, FLV, Ogg, WAV, FLAC, MP3 and AAC"


def address(file: Path) -> str:
    """Spelled so that nothing in a name is taken for a protocol or an option."""
    return f"file:{file.resolve()}"


def reading(file: Path, container: str, most_pixels: int, *, since: float = 0.0) -> list[str]:
    """Arguments of ffmpeg that read the file, from the key frame before a second of the film on.

    Times are those that the file has: filters make them those of the film. (``-start_at_zero`` would take the
    beginning of one stream for that of the film, in some containers.)
    """
    place = [] if since <= 0 else ["-ss", f"{since:.6f}", "-noaccurate_seek"]
    return [
        *("-copyts", *place),
        *("-protocol_whitelist", PROTOCOL_WHITELIST, "-format_whitelist", FORMAT_WHITELIST),
        *("-max_pixels", str(most_pixels)),
        *("-f", CONTAINERS[container], "-i", address(file)),
    ]
