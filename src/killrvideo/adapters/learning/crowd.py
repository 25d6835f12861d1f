"""What people did, as an algorithm meets it: in stages, of which each sees more than the one before."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Protocol

import numpy as np

from killrvideo.adapters.learning.algorithms import Algorithm
from killrvideo.adapters.learning.interactions import Interactions, Sparse, Split, numbered, split
from killrvideo.adapters.learning.judging import judged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, Interaction, Quality


class Stage(Enum):
    CHOOSING = "choosing"
    """A split of what is not held out: what is held out stays unseen until all is chosen."""
    MEASURING = "measuring"
    """All but what is held out, and by that it is measured."""
    SERVING = "serving"
    """Everything is seen; nothing is left to measure by."""


def staged(whole: Interactions, stage: Stage) -> Split:
    """Person by person, so that any people can be taken apart from all others."""
    if stage is Stage.SERVING:
        return Split(whole, whole.only(np.zeros(len(whole), np.bool_)))
    parts = split(whole)
    return parts if stage is Stage.MEASURING else split(parts.seen)


class Crowd(Protocol):
    """Wherever the data lies. Each call takes a while and is made off the loop."""

    @property
    def videos(self) -> Sequence[VideoId]:
        """By the numbers that stand for them."""
        ...

    @property
    def size(self) -> DataSize: ...

    def fit(self, algorithm: Algorithm, stage: Stage) -> Sparse:
        """The strongest weights of each video, from what is seen at that stage."""
        ...

    def judged(self, weights: Sparse, stage: Stage) -> Quality:
        """How well they foretell what is held out at that stage."""
        ...


class LocalCrowd:
    """Keeps Crowd, in the memory of this process."""

    def __init__(self, interactions: Iterable[Interaction]) -> None:
        whole, self._videos = numbered(interactions)
        self._parts = {stage: staged(whole, stage) for stage in Stage}

    @property
    def videos(self) -> Sequence[VideoId]:
        return self._videos

    @property
    def size(self) -> DataSize:
        whole = self._parts[Stage.SERVING].seen
        held_out = self._parts[Stage.MEASURING].held_out
        return DataSize(whole.people, whole.videos, len(whole), len(held_out))

    def fit(self, algorithm: Algorithm, stage: Stage) -> Sparse:
        return algorithm.fit(self._parts[stage].seen)

    def judged(self, weights: Sparse, stage: Stage) -> Quality:
        return judged(weights, self._parts[stage])
