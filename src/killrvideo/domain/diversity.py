"""Lists that are not all of one kind: what is good, but unlike what stands above it, moves up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from killrvideo.domain.videos import Video, tag_key

T = TypeVar("T")

RELEVANCE_WEIGHS = 0.9
"""The rest is how unlike a thing is to what stands above it (maximal marginal relevance)."""
SAME_MAKER = 0.5
"""How alike two videos are by having one uploader alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes two things more of the same, for somebody who looks for something to watch."""

    tags: frozenset[str]
    """Their keys."""
    maker: UUID | None

    @classmethod
    def of(cls, video: Video) -> "Kind":
        return cls(frozenset(map(tag_key, video.tags)), video.uploader_id)

    def likeness(self, other: "Kind") -> float:
        """In [0, 1]: the share of tags that they have in common, or at least that of having one maker."""
        shared = len(self.tags & other.tags)
        by_tags = shared / (len(self.tags) + len(other.tags) - shared) if shared else 0.0
        return max(by_tags, SAME_MAKER) if self.maker is not None and self.maker == other.maker else by_tags


def diversified(
    ranked: Sequence[T],
    worth: Callable[[T], float],
    kind: Callable[[T], Kind],
    *,
    relevance: float = RELEVANCE_WEIGHS,
) -> list[T]:
    """The same things in another order: at each place the one that is worth most, less what it repeats.

    Worths are in [0, 1]; with ``relevance`` 1 the order stays. Equals keep theirs.
    """
    waiting = [(one, worth(one), kind(one)) for one in ranked]
    repeats = [0.0] * len(waiting)
    chosen: list[T] = []
    while waiting:
        gains = [
            relevance * good - (1 - relevance) * repeat
            for (_, good, _), repeat in zip(waiting, repeats, strict=True)
        ]
        place = gains.index(max(gains))
        one, _, its_kind = waiting.pop(place)
        repeats.pop(place)
        chosen.append(one)
        repeats = [
            max(repeat, its_kind.likeness(other))
            for repeat, (_, _, other) in zip(repeats, waiting, strict=True)
        ]
    return chosen
