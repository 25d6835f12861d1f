"""In what sizes and qualities a video is offered, and how its time is divided among segments and groups.

Sizes and bit rates follow Apple's HLS authoring specification for Apple devices, section 2 (video).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from killrvideo.domain.media import Source

KEY_FRAME_SECONDS = 2
KEY_FRAMES_IN_SEGMENT = 3
SEGMENTS_IN_GROUP = 5
FASTEST = 60
"""Pictures in a second that are shown at most; of a faster source every second one, or less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    name: str
    """Such as ``720p``, by the shorter side."""
    width: int
    height: int
    """Both even."""
    most_kilobits: int
    """In the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    rungs: tuple[Rung, ...]
    """Smallest first; empty for a source without pictures."""
    frame_rate: Fraction
    """Of every rung: pictures come at even distances, whatever the source does."""
    seconds: float
    """Of the whole film."""

    @property
    def key_frame_every(self) -> int:
        """In pictures."""
        return max(1, round(self.frame_rate * KEY_FRAME_SECONDS))

    @property
    def frames_in_segment(self) -> int:
        return self.key_frame_every * KEY_FRAMES_IN_SEGMENT

    @property
    def frames_in_group(self) -> int:
        return self.frames_in_segment * SEGMENTS_IN_GROUP

    @property
    def frames(self) -> int:
        """In the whole film."""
        return max(1, round(self.seconds * self.frame_rate))

    @property
    def groups(self) -> int:
        return ceil(self.frames / self.frames_in_group)


SIZES = ((240, 400), (360, 800), (480, 1500), (720, 3500), (1080, 6500), (1440, 12000), (2160, 22000))
"""The shorter side in pixels, and kilobits in the second."""


def ladder_of(source: Source, *, highest: int = 1080) -> Ladder:
    """No rung is larger than the source; one smaller than all sizes has a single rung, of its own size.

    ``highest`` bounds the shorter side.
    """
    rate = _shown_rate(source.frame_rate)
    if not source.has_pictures:
        return Ladder(rungs=(), frame_rate=rate, seconds=source.seconds)
    shorter = min(source.width, source.height)
    fitting = [size for size in SIZES if size[0] <= min(shorter, highest)] or [(shorter, SIZES[0][1])]
    rungs = tuple(_rung(source, side, kilobits, rate) for side, kilobits in fitting)
    return Ladder(rungs=rungs, frame_rate=rate, seconds=source.seconds)


def _shown_rate(rate: Fraction) -> Fraction:
    if rate <= 0:
        return Fraction(30)
    while rate > FASTEST:
        rate /= 2
    return rate.limit_denominator(1001)


def _rung(source: Source, side: int, kilobits: int, rate: Fraction) -> Rung:
    scale = Fraction(side, min(source.width, source.height))
    faster = 1.5 if rate > 30 else 1.0
    return Rung(
        name=f"{side}p",
        width=_even(source.width * scale),
        height=_even(source.height * scale),
        most_kilobits=round(kilobits * faster),
    )


def _even(size: Fraction) -> int:
    return max(2, round(size / 2) * 2)
