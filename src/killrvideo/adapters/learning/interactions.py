"""What people did as arrays, and which of it is held out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import LIKED, Interaction
from killrvideo.domain.taste import SIGNS_MOST, SIGNS_TO_HALF

HELD_OUT = 0.2
"""The share of each person's likes that a model is measured by: the last, at least one of two or more."""

ROW = [("person", np.int64), ("video", np.int64), ("strength", np.float32), ("millis", np.int64)]

Numbers = NDArray[np.int64]
Weights = NDArray[np.float32]
Chosen = NDArray[np.bool_]
Sparse = csr_array[np.float32, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Interactions:
    """One row for each person and video: person by person, oldest first. Equal instants stay as they came."""

    person: Numbers
    video: Numbers
    strength: Weights
    """The strongest of each person is 1: of somebody who never rates, views are all that speaks."""
    people: int
    videos: int
    """So many are numbered, also where these people did nothing with some."""

    @classmethod
    def of(
        cls, person: Numbers, video: Numbers, strength: Weights, people: int, videos: int
    ) -> "Interactions":
        """Of rows in that order, with strengths as they are."""
        return cls(person, video, _scaled(person, strength, people), people, videos)

    def __len__(self) -> int:
        return len(self.person)

    def only(self, chosen: Chosen) -> "Interactions":
        """Some of the rows; people and videos keep their numbers."""
        return Interactions(
            self.person[chosen], self.video[chosen], self.strength[chosen], self.people, self.videos
        )

    def matrix(self) -> Sparse:
        """People by videos."""
        return self._by_person(self.strength)

    def signs(self) -> Sparse:
        """People by videos, weighed as for a feed: the latest most, and only so many."""
        since = _from_the_end(self.person)
        weights = self.strength * np.float32(0.5) ** (since / np.float32(SIGNS_TO_HALF))
        return self._by_person(np.where(since < SIGNS_MOST, weights, 0).astype(np.float32))

    def _by_person(self, weights: Weights) -> Sparse:
        return sparse(weights, self.person, self.video, (self.people, self.videos))


def numbered(interactions: Iterable[Interaction]) -> tuple[Interactions, Sequence[VideoId]]:
    """People and videos get numbers as they first come up; and the videos by their numbers."""
    accounts: dict[AccountId, int] = {}
    videos: dict[VideoId, int] = {}
    rows = [
        (accounts.setdefault(one[0], len(accounts)), videos.setdefault(one[1], len(videos)), one[2], one[3])
        for one in interactions
    ]
    table = np.array(rows, dtype=ROW)
    table = table[np.lexsort((table["millis"], table["person"]))]
    columns = (table["person"], table["video"], table["strength"])
    return Interactions.of(*columns, people=len(accounts), videos=len(videos)), list(videos)


@dataclass(frozen=True, slots=True)
class Split:
    seen: Interactions
    """All that each person did before the first like that is held out."""
    held_out: Interactions


def sparse(weights: Weights, rows: Numbers, columns: Numbers, shape: tuple[int, int]) -> Sparse:
    return coo_array((weights, (rows, columns)), shape=shape).tocsr()


def split(whole: Interactions) -> Split:
    """By time, person by person: no model sees what a person did after what it is to foretell."""
    liked = whole.strength >= LIKED
    left = _from_the_end(whole.person, liked)
    likes = np.bincount(whole.person[liked], minlength=whole.people)
    held = np.where(likes > 1, np.maximum(1, (HELD_OUT * likes).astype(np.int64)), 0)
    held_out = liked & (left < held[whole.person])
    return Split(whole.only(~_from_the_first(held_out, whole.person)), whole.only(held_out))


def _scaled(person: Numbers, strength: Weights, people: int) -> Weights:
    strongest = np.zeros(people, np.float32)
    np.maximum.at(strongest, person, strength)
    by = strongest[person]
    return np.where(by > 0, strength / np.where(by > 0, by, 1), strength).astype(np.float32)


def _from_the_end(person: Numbers, counted: Chosen | None = None) -> Numbers:
    """How many of the counted rows of the same person come after each row."""
    ones = np.ones(len(person), np.int64) if counted is None else counted.astype(np.int64)
    running = np.cumsum(ones)
    last_row = np.searchsorted(person, person, side="right") - 1
    return running[last_row] - running


def _from_the_first(chosen: Chosen, person: Numbers) -> Chosen:
    """The rows that are chosen, and all that come after one of the same person's."""
    running = np.cumsum(chosen)
    first_row = np.searchsorted(person, person, side="left")
    before = np.where(first_row > 0, running[first_row - 1], 0) if len(person) else running
    return running > before
