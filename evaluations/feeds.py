"""Lists for people of whom it is known what they liked next, and how good the lists are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from killrvideo.adapters.learning.interactions import Split, numbered, split
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import RELEVANT_AT, Interaction
from killrvideo.domain.taste import Sign


@dataclass(frozen=True, slots=True)
class Viewer:
    person: int
    """Counts people in the order in which they first come up."""
    signs: Sequence[Sign]
    """What is known of the viewer, newest first."""
    liked: frozenset[VideoId]
    """What the viewer liked after that."""

    @property
    def seen(self) -> frozenset[VideoId]:
        return frozenset(sign.video_id for sign in self.signs)


Feed = Callable[[Viewer], Sequence[VideoId]]
"""The first ten."""


@dataclass(frozen=True, slots=True)
class Goodness:
    ndcg: float
    recall: float
    hit_rate: float
    repeated: int
    """Videos that the viewers had seen."""
    shown: int
    """Different videos in all lists together."""

    @classmethod
    def of(cls, feed: Feed, viewers: Sequence[Viewer]) -> "Goodness":
        lists = [(list(feed(viewer))[:RELEVANT_AT], viewer) for viewer in viewers]
        return cls(
            float(np.mean([_ndcg(shown, viewer.liked) for shown, viewer in lists])),
            float(
                np.mean(
                    [len(viewer.liked.intersection(shown)) / len(viewer.liked) for shown, viewer in lists]
                )
            ),
            float(np.mean([not viewer.liked.isdisjoint(shown) for shown, viewer in lists])),
            sum(len(viewer.seen.intersection(shown)) for shown, viewer in lists),
            len({video for shown, _ in lists for video in shown}),
        )


@dataclass(frozen=True, slots=True)
class Divided:
    parts: Split
    """As the trainer makes it."""
    videos: Sequence[VideoId]
    """By the numbers that stand for them."""
    viewers: Sequence[Viewer]
    """Those of whom likes are held out."""


def divided(interactions: Sequence[Interaction]) -> Divided:
    whole, videos = numbered(interactions)
    parts = split(whole)
    signs: dict[int, list[Sign]] = {}
    liked: dict[int, set[VideoId]] = {}
    for row in range(len(parts.seen)):
        sign = Sign(videos[parts.seen.video[row]], float(parts.seen.strength[row]))
        signs.setdefault(int(parts.seen.person[row]), []).insert(0, sign)
    for row in range(len(parts.held_out)):
        video = videos[parts.held_out.video[row]]
        liked.setdefault(int(parts.held_out.person[row]), set()).add(video)
    viewers = [Viewer(person, signs.get(person, []), frozenset(wanted)) for person, wanted in liked.items()]
    return Divided(parts, videos, viewers)


def _ndcg(shown: Sequence[VideoId], liked: frozenset[VideoId]) -> float:
    gain = sum(1 / log2(place + 2) for place, video in enumerate(shown) if video in liked)
    return gain / sum(1 / log2(place + 2) for place in range(min(len(liked), RELEVANT_AT)))
