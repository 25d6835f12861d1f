"""How alike two videos are: by the tags that they share, and by words that are rare."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from killrvideo.domain.ids import VideoId

TAGS_WEIGH = 0.6
WORDS_WEIGH = 0.4

Id = TypeVar("Id", bytes, UUID, VideoId)
Likenesses = Mapping[Id, tuple[int, float]]
"""When each video was submitted, in milliseconds, and how alike it is in one respect, in [0, 1]."""


def sharing(shared: int, own: int, its: int) -> float:
    """Jaccard index of two sets of tags of which so many are in both."""
    return shared / (own + its - shared)


def most_alike(by_tags: Likenesses[Id], by_words: Likenesses[Id]) -> list[tuple[Id, float]]:
    """Every video that is alike in one respect or both, best first, then newest."""
    scored = []
    for found in by_tags.keys() | by_words.keys():
        submitted, tags = by_tags.get(found, (0, 0.0))
        submitted, fit = by_words.get(found, (submitted, 0.0))
        scored.append((TAGS_WEIGH * tags + WORDS_WEIGH * fit, submitted, found))
    return [(found, score) for score, _, found in sorted(scored, reverse=True)]
