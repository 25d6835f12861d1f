"""Playlists of HTTP Live Streaming (RFC 8216), as Apple's authoring specification wants them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.media import Media, Rendition, Segment

VERSION = 7
SOUND, SUBTITLES = "sound", "subtitles"
"""Names of the groups of renditions."""
USUAL = 2_000_000
"""Bits in the second that most connections bear: a player begins with the quality that is nearest."""


def master_playlist(media: Media, tracks: Sequence[CaptionTrack] = ()) -> str:
    """The multivariant playlist of something watchable; addresses are relative to ``stream.m3u8``."""
    lines = ("#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS")
    sound = (_sound(media, media.sound),) if media.sound and media.renditions else ()
    variants = (*_variants(media, bool(tracks)), *_key_frame_variants(media))
    return "\n".join((*lines, *sound, *_subtitles(tracks), *variants, ""))


def _sound(media: Media, sound: Rendition) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{SOUND}",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,'
        f'CHANNELS="{sound.channels}",URI="{_address(media, sound)}"'
    )


def _subtitles(tracks: Sequence[CaptionTrack]) -> Iterator[str]:
    labels = Counter(track.label for track in tracks)
    for track in tracks:
        # No two of a group may have one name.
        name = track.label if labels[track.label] == 1 else f"{track.label} ({track.language})"
        yield (
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{SUBTITLES}",NAME="{_quoted(name)}",'
            f'LANGUAGE="{track.language}",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
            f'URI="stream/captions/{track.language}.m3u8"'
        )


def _variants(media: Media, has_subtitles: bool) -> Iterator[str]:
    """What a player begins with comes first, then the others from the smallest on."""
    renditions = media.renditions or ((media.sound,) if media.sound else ())
    first = min(renditions, key=lambda one: abs(one.average - USUAL))
    for rendition in sorted(renditions, key=lambda one: one is not first):
        yield f"#EXT-X-STREAM-INF:{','.join(_attributes(media, rendition, has_subtitles))}"
        yield _address(media, rendition)


def _attributes(media: Media, rendition: Rendition, has_subtitles: bool) -> Iterator[str]:
    together = [rendition]
    if media.sound is not None and media.sound is not rendition:
        together.append(media.sound)
    yield f"BANDWIDTH={sum(one.peak for one in together)}"
    yield f"AVERAGE-BANDWIDTH={sum(one.average for one in together)}"
    yield f'CODECS="{",".join(one.codecs for one in together)}"'
    if rendition.width:
        yield f"RESOLUTION={rendition.width}x{rendition.height}"
        yield f"FRAME-RATE={float(rendition.frame_rate):.3f}"
    if len(together) > 1:
        yield f'AUDIO="{SOUND}"'
    if has_subtitles:
        yield f'SUBTITLES="{SUBTITLES}"'
    yield "CLOSED-CAPTIONS=NONE"


def _key_frame_variants(media: Media) -> Iterator[str]:
    for one in media.renditions:
        if one.key_frame_peak:
            yield (
                f"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={one.key_frame_peak},"
                f'AVERAGE-BANDWIDTH={one.key_frame_average},CODECS="{one.codecs}",'
                f'RESOLUTION={one.width}x{one.height},URI="stream/{media.run}/{key_frame_name(one.name)}"'
            )


def _address(media: Media, rendition: Rendition) -> str:
    return f"stream/{media.run}/{rendition.name}.m3u8"


def _quoted(text: str) -> str:
    """A quoted string has no quotation mark in it, and there is no way to write one."""
    return text.replace('"', "'")


def media_playlist(opening: str, segments: Sequence[Segment]) -> str:
    """The playlist of one stream; names are those of files beside it.

    ``opening`` is the file with what a player must know first.
    """
    files = (line for one in segments for line in (f"#EXTINF:{one.seconds:.6f},", one.name))
    head = _head(opening, target_of(segments), "#EXT-X-INDEPENDENT-SEGMENTS")
    return "\n".join((*head, *files, "#EXT-X-ENDLIST", ""))


def key_frame_playlist(opening: str, segments: Sequence[Segment]) -> str:
    """The playlist of the key frames of a stream: ranges of bytes in the same files."""
    ranges = (
        line
        for one in segments
        for key in one.key_frames
        for line in (f"#EXTINF:{key.seconds:.6f},", f"#EXT-X-BYTERANGE:{key.size}@{key.start}", one.name)
    )
    head = _head(opening, target_of(key_frames_of(segments)), "#EXT-X-I-FRAMES-ONLY")
    return "\n".join((*head, *ranges, "#EXT-X-ENDLIST", ""))


def key_frame_name(stream: str) -> str:
    """What the playlist of a stream's key frames is called."""
    return f"{stream}-keys.m3u8"


def key_frames_of(segments: Sequence[Segment]) -> Sequence[Segment]:
    """Each key frame as a segment of its own: what its playlist is made of."""
    return [
        Segment(name=one.name, seconds=key.seconds, size=key.size)
        for one in segments
        for key in one.key_frames
    ]


def _head(opening: str, target: int, what: str) -> Sequence[str]:
    return (
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        what,
        f'#EXT-X-MAP:URI="{opening}"',
    )


def target_of(segments: Sequence[Segment]) -> int:
    """The target duration in seconds: that of no segment, rounded, is more."""
    return max(1, int(max(segment.seconds for segment in segments) + 0.5))


def peak_of(segments: Sequence[Segment]) -> int:
    """Bits in the second of the worst stretch, as RFC 8216 (section 4.3.4.2) wants it: of all segments in a
    row that last from a half to one and a half times the target duration; of everything where none does.
    """
    target = target_of(segments)
    rates = [
        size * 8 / seconds
        for first in range(len(segments))
        for seconds, size in _sums(segments, first, 1.5 * target)
        if seconds >= target / 2
    ]
    return ceil(max(rates, default=average_of(segments)))


def average_of(segments: Sequence[Segment]) -> int:
    """Bits in the second of all of it."""
    return round(sum(one.size for one in segments) * 8 / sum(one.seconds for one in segments))


def _sums(segments: Sequence[Segment], first: int, most: float) -> Iterator[tuple[float, int]]:
    """Seconds and bytes of one, of it and the next and so on, as far as they last no longer."""
    seconds, size = 0.0, 0
    for at in range(first, len(segments)):
        seconds, size = seconds + segments[at].seconds, size + segments[at].size
        if seconds > most:
            return
        yield seconds, size
