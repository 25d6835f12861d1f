"""What to watch next, and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import LIKED
from killrvideo.domain.neighbours import Folded
from killrvideo.domain.taste import SIGNS_TO_HALF, Sign
from killrvideo.domain.vectors import Near
from killrvideo.domain.videos import Video, tag_key

T = TypeVar("T")

RELATED_MOST = 20
HEAD_MOST = 50
"""Of what is made for one person; popular videos follow."""
ALIKE_FROM = 0.35
"""The cosine from which two videos are about similar things."""
CONTENT_WEIGHS = 0.3
"""What is like something that one liked, beside what others liked together with it."""
POPULAR = "Popular right now"
NEWEST = "New"
TOGETHER = "Others like both"
SIMILAR = "About something similar"
IN_WORDS = "Its words are similar"

WEIGHT_OF_STARS = {5: 2.0, 4: 1.0, 3: 0.0, 2: -1.0, 1: -2.0}
"""Of the tags of what was rated."""
TAGS_NAMED = 3


class ServedBy(StrEnum):
    """The steps by which something is recommended, the best first: each has the next to fall back on."""

    PERSONAL = "personal"
    """What was learned from others, and what the person did."""
    CONTENT = "content"
    """What is like a video, or like those that the person watched and liked."""
    TRENDING = "trending"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Served(Generic[T]):
    what: T
    by: ServedBy


@dataclass(frozen=True, slots=True)
class Recommendation:
    video: Video
    score: float
    """In [0, 1], best first."""
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    video_id: VideoId
    worth: float
    """In (0, 1]."""
    because_of: VideoId


def candidates(
    folded: Sequence[Folded],
    alike: Mapping[VideoId, Sequence[Near]],
    weights: Mapping[VideoId, float],
    but: Collection[VideoId],
) -> list[Candidate]:
    """What others liked together with a person's signs, and what is about similar things; best first.

    ``alike`` has for some of the signs what is near to them, ``weights`` how much each sign counts.
    """
    worths = {one.video_id: one.worth / folded[0].worth for one in folded}
    reasons = {one.video_id: one.because_of for one in folded}
    most = max((weights[sign] for sign in alike), default=1.0)
    for sign, near in alike.items():
        share = (CONTENT_WEIGHS if folded else 1.0) * weights[sign] / most
        for one in near:
            if one.similarity >= ALIKE_FROM and one.video_id not in but:
                worths[one.video_id] = worths.get(one.video_id, 0.0) + share * one.similarity
                reasons.setdefault(one.video_id, sign)
    best = sorted(worths, key=lambda video_id: (-worths[video_id], video_id))
    return [Candidate(video_id, worths[video_id] / worths[best[0]], reasons[video_id]) for video_id in best]


def reason_of(sign: Sign, video: Video | None) -> str:
    """Why something is shown that follows from the sign; of a video that is hidden now, no title is told."""
    did = "liked" if sign.strength >= LIKED else "watched"
    return f"Because you {did} {video.title}" if video else f"Because of what you {did}"


@dataclass(frozen=True, slots=True)
class Signal:
    """What one video says of somebody's taste: its tags are wanted by so much, or shunned."""

    video: Video
    weight: float
    reason: str
    """Why something like it is shown, for weights above 0."""


def signals_of(signs: Sequence[Sign], videos: Mapping[VideoId, Video]) -> list[Signal]:
    """Of those that the public may see. What was liked is a better reason than what was watched."""
    signals = [
        Signal(videos[sign.video_id], _weight(sign, since), reason_of(sign, videos[sign.video_id]))
        for since, sign in enumerate(signs)
        if sign.video_id in videos
    ]
    return sorted(signals, key=lambda signal: signal.weight, reverse=True)


def _weight(sign: Sign, since: int) -> float:
    return WEIGHT_OF_STARS[sign.stars] if sign.stars else 0.5 ** (since / SIGNS_TO_HALF)


def tag_weights(signals: Iterable[Signal]) -> Mapping[str, float]:
    """How much each tag (case-folded) is wanted, from -1 to 1; tags that leave one cold are left out."""
    weights: dict[str, float] = defaultdict(float)
    for signal in signals:
        for key in _keys(signal.video):
            weights[key] += signal.weight
    largest = max(map(abs, weights.values()), default=0.0)
    return {key: weight / largest for key, weight in weights.items() if weight}


def reason_for(video: Video, signals: Sequence[Signal]) -> str:
    """The signal that speaks most for the video, in words; the first of equals."""

    def worth(signal: Signal) -> float:
        return signal.weight * len(_keys(video) & _keys(signal.video))

    best = max(signals, key=worth, default=None)
    return best.reason if best is not None and worth(best) > 0 else POPULAR


def _keys(video: Video) -> frozenset[str]:
    return frozenset(map(tag_key, video.tags))
