"""What to watch next, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from killrvideo.domain.videos import Video, tag_key

RELATED_MOST = 20
HEAD_MOST = 50
"""Of what is made for one person; popular videos follow."""
POPULAR = "Popular right now"

WEIGHT_OF_STARS = {5: 2.0, 4: 1.0, 3: 0.0, 2: -1.0, 1: -2.0}
VIEWS_TO_HALF = 20
"""The newest view weighs 1, and one that so many others followed half as much."""
TAGS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Recommendation:
    video: Video
    score: float
    """In [0, 1], best first."""
    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """What one video says of somebody's taste: its tags are wanted by so much, or shunned."""

    video: Video
    weight: float
    reason: str
    """Why something like it is shown, for weights above 0."""


def signal_of_view(video: Video, views_since: int) -> Signal:
    return Signal(video, 0.5 ** (views_since / VIEWS_TO_HALF), f"Because you watched {video.title}")


def signal_of_rating(video: Video, stars: int) -> Signal:
    return Signal(video, WEIGHT_OF_STARS[stars], f"Because you liked {video.title}")


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


def reason_for_likeness(video: Video, other: Video) -> str:
    """What the other has in common with the video."""
    theirs = _keys(other)
    shared = [tag for tag in video.tags if tag_key(tag) in theirs][:TAGS_NAMED]
    if not shared:
        return "Its words are similar"
    *first, last = shared
    return f"Shares the tags {', '.join(first)} and {last}" if first else f"Shares the tag {last}"


def _keys(video: Video) -> frozenset[str]:
    return frozenset(map(tag_key, video.tags))
