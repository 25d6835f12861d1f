"""Captions as a stream carries them: a playlist of one segment, which is the whole file.

Captions are small: in one piece they are there before they are needed, and no cue is cut in two.
"""

from math import ceil

from killrvideo.domain.webvtt import HEADER

CLOCK = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"
"""Says that the times of the cues are those of the stream, which begins at 0 (RFC 8216, section 3.5)."""


def playlist(segment: str, seconds: float) -> str:
    """For captions in the file ``segment``, of a film that lasts so long."""
    return "\n".join(
        (
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{max(1, ceil(seconds))}",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{seconds:.3f},",
            segment,
            "#EXT-X-ENDLIST",
            "",
        )
    )


def segment(text: str) -> str:
    """A WebVTT file of ours, with what a stream needs to know of it."""
    return f"{HEADER}\n{CLOCK}{text.removeprefix(HEADER)}"
