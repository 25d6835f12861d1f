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
USUAL_RATES = (
    *(Fraction(rate) for rate in (5, 6, 8, 10, 12, 15, 20)),
    *(Fraction(24_000, 1001), Fraction(24), Fraction(25)),
    *(Fraction(30_000, 1001), Fraction(30), Fraction(48), Fraction(50)),
    *(Fraction(60_000, 1001), Fraction(60)),
)
"""Pictures in a second of what is not shown as it is: of a source whose pictures come as they like."""
NEARLY = Fraction(1, 5000)
"""Two rates that differ by less, as a part of them, are one that was not counted exactly."""


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
    def bytes_in_group(self) -> int:
        """At most, of all rungs together."""
        seconds = (self.frames_in_group + self.key_frame_every) / self.frame_rate
        return round(sum(rung.most_kilobits for rung in self.rungs) * 1000 / 8 * float(seconds))

    @property
    def frames(self) -> int:
        """In the whole film."""
        return max(1, round(self.seconds * self.frame_rate))

    @property
    def groups(self) -> int:
        """A rest that has no more than one key frame belongs to the group before it.

        An encoder needs some pictures before it sets out as it does in the other groups.
        """
        return max(1, ceil((self.frames - self.key_frame_every) / self.frames_in_group))


SIZES = ((240, 450), (360, 900), (480, 1800), (720, 3500), (1080, 6500), (1440, 12000), (2160, 22000))
"""The shorter side in pixels, and kilobits in the second: from one to the next at most twice as many."""


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
    """A whole number stays, others are raised to the next usual rate. The lowest if nothing is known."""
    while rate > FASTEST:
        rate /= 2
    if rate.denominator == 1 and rate >= USUAL_RATES[0]:
        return rate
    return next((usual for usual in USUAL_RATES if usual >= rate * (1 - NEARLY)), USUAL_RATES[-1])


def _rung(source: Source, side: int, kilobits: int, rate: Fraction) -> Rung:
    scale = Fraction(side, min(source.width, source.height))
    faster = 1.5 if rate > 30 else 1.0
    return Rung(
        name=f"{side}p",
        width=_even(source.width * scale, source.width),
        height=_even(source.height * scale, source.height),
        most_kilobits=round(kilobits * faster),
    )


def _even(size: Fraction, most: int) -> int:
    return max(2, min(round(size / 2), most // 2) * 2)
