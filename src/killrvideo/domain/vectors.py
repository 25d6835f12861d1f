"""Embedding vectors: what a video is about, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from killrvideo.domain.errors import InvalidVector
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video, tag_key

DIMENSION = 384
TEXT_LONGEST = 2000
"""Characters of a video that are embedded: more than most models read."""
LARGEST = 3.4028234663852886e38
SMALLEST = 1.1754943508222875e-38
"""The bounds of the numbers in single precision, in which vectors are stored."""


def check_vector(vector: Sequence[float], dimension: int = DIMENSION) -> tuple[float, ...]:
    """The vector, if a cosine can be taken of it; raises InvalidVector."""
    if len(vector) != dimension:
        raise InvalidVector(
            f"A vector has {dimension} numbers; this one has {len(vector)}.", pointer="/vector"
        )
    if not all(abs(number) <= LARGEST for number in vector):
        raise InvalidVector(
            "Every number of a vector must be finite, in single precision too.", pointer="/vector"
        )
    if not any(abs(number) >= SMALLEST for number in vector):
        raise InvalidVector(
            "A vector of zeros points nowhere; at least one number must differ.", pointer="/vector"
        )
    return tuple(vector)


@dataclass(frozen=True, slots=True)
class Near:
    """A video that was found by its vector."""

    video_id: VideoId
    similarity: float
    """The cosine of the two vectors, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Some of the videos that lack a vector which they should have."""

    videos: tuple[VideoId, ...]
    next: str | None
    """Where to look further; None when there is no more."""


def text_of(video: Video) -> str:
    """What a video is embedded from: title, tags and description, in this order, cut at `TEXT_LONGEST`."""
    return text_from(video.title, video.tags, video.description)


def text_from(title: str, tags: Sequence[str], description: str | None) -> str:
    """The same, from its parts; of two spellings of one tag the first one counts."""
    keyed: dict[str, str] = {}
    for tag in tags:
        keyed.setdefault(tag_key(tag), tag)
    parts = (title, ", ".join(keyed.values()), description or "")
    return "\n".join(part for part in parts if part)[:TEXT_LONGEST]


def digest_of(text: str) -> str:
    """By which two texts are told apart: 32 hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
