"""What an account may like: by the last things that it did, and by the weights of tags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import STRENGTH_OF_STARS, STRENGTH_OF_VIEW
from killrvideo.domain.videos import tag_key

SIGNS_MOST = 100
"""What somebody did last counts for the taste, up to so many videos."""
SIGNS_TO_HALF = 10
"""The newest sign counts whole, and one that so many others followed half as much."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What somebody did with a video."""

    video_id: VideoId
    strength: float
    """1 for a like, below 0 for a dislike (`domain/learning.py`)."""
    stars: int | None = None
    """None for a view."""


@dataclass(frozen=True, slots=True)
class Taste:
    """All that is known of an account when something is to be recommended to it."""

    signs: tuple[Sign, ...] = ()
    """The last, newest first, one for each video: a rating says more than a view of the same."""
    met: frozenset[VideoId] = frozenset()
    """What the account viewed, rated or uploaded: nothing new to it."""


def taste_of(
    ratings: Iterable[tuple[VideoId, int, int]],
    views: Iterable[tuple[VideoId, int]],
    met: Iterable[VideoId],
) -> Taste:
    """Of ratings with their stars, and of views; each with its instant in milliseconds, in any order."""
    last: dict[VideoId, tuple[int, int | None]] = {}
    for video_id, at in views:
        last[video_id] = max(at, last.get(video_id, (at, None))[0]), None
    for video_id, stars, at in ratings:
        last[video_id] = max(at, last.get(video_id, (at, None))[0]), stars
    newest = sorted(last, key=lambda video_id: (last[video_id][0], video_id), reverse=True)
    signs = (_sign(video_id, last[video_id][1]) for video_id in newest[:SIGNS_MOST])
    return Taste(tuple(signs), frozenset(met).union(last))


def _sign(video_id: VideoId, stars: int | None) -> Sign:
    return Sign(video_id, STRENGTH_OF_VIEW if stars is None else STRENGTH_OF_STARS[stars], stars)


def weights_of(signs: Iterable[Sign]) -> dict[VideoId, float]:
    """How much each of the last signs counts, of those that are given newest first; of a video the first."""
    strengths: dict[VideoId, float] = {}
    for sign in signs:
        strengths.setdefault(sign.video_id, sign.strength)
        if len(strengths) == SIGNS_MOST:
            break
    return {
        video_id: strength * 0.5 ** (since / SIGNS_TO_HALF)
        for since, (video_id, strength) in enumerate(strengths.items())
    }


@dataclass(frozen=True, slots=True)
class Likes:
    """How much each tag is wanted, by its key; those below 0 are shunned."""

    weights: Mapping[str, float]

    @property
    def all(self) -> float:
        """What a video with every wanted tag would have."""
        return sum(weight for weight in self.weights.values() if weight > 0) or 1.0

    def most(self, limit: int) -> list[str]:
        """The keys that are wanted most."""
        wanted = [key for key, weight in self.weights.items() if weight > 0]
        return sorted(wanted, key=lambda key: (-self.weights[key], key))[:limit]

    def of(self, keys: Iterable[str]) -> float:
        return sum(self.weights.get(key, 0.0) for key in keys)

    def score(self, weight: float) -> float:
        """In [0, 1]; of what is not wanted, 0."""
        return min(1.0, max(0.0, weight) / self.all)


def likes_of(tag_weights: Mapping[str, float]) -> Likes:
    """Those of two spellings of one tag add up."""
    weights: dict[str, float] = {}
    for tag, weight in tag_weights.items():
        weights[tag_key(tag)] = weights.get(tag_key(tag), 0.0) + weight
    return Likes(weights)


@dataclass(frozen=True, slots=True)
class Tagged:
    submitted_at: datetime
    tags: frozenset[str]
    """Their keys."""


def liked_first(
    tagged: Mapping[VideoId, Tagged], likes: Likes, late_views: Mapping[VideoId, int]
) -> list[tuple[VideoId, float]]:
    """The videos that are wanted more than shunned, with their scores: by weight, then by views of late, then
    the newest first.
    """
    weighed = [
        (likes.of(one.tags), late_views.get(video_id, 0), one.submitted_at, video_id)
        for video_id, one in tagged.items()
    ]
    ordered = sorted((one for one in weighed if one[0] > 0), reverse=True)
    return [(video_id, likes.score(weight)) for weight, _, _, video_id in ordered]
