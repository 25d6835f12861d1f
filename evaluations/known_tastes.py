"""People whose tastes are known, so that the best possible lists are known, too. All of it is synthetic."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import LIKED, Interaction

PEOPLE, VIDEOS, TASTES, LIKES = 2_000, 600, 20, 40
"""Of each person so many likes."""
TASTES_A_PERSON = 2
STRAY = 0.05
"""The share of likes that follow no taste."""
SEED = 20261123


@dataclass(frozen=True, slots=True)
class KnownTastes:
    likes: list[Interaction]
    chances: NDArray[np.float64]
    """People by videos: how likely each is to be liked next, before it is known what is seen already."""


def known_tastes(seed: int = SEED) -> KnownTastes:
    """Each video is of one taste, and in it the second is liked half as often as the first, and so on. Each
    person has two tastes, in shares of her own, and likes one video after the other by these chances.
    """
    rng = np.random.default_rng(seed)
    taste_of = np.arange(VIDEOS) % TASTES
    popularity = 1 / (1 + np.arange(VIDEOS) // TASTES) ** 0.7
    chances = np.stack([_chances(rng, taste_of, popularity) for _ in range(PEOPLE)])
    likes = []
    for person, own in enumerate(chances):
        for millis, video in enumerate(rng.choice(VIDEOS, LIKES, replace=False, p=own)):
            likes.append(Interaction(AccountId(UUID(int=person)), video_id(video), LIKED, millis))
    return KnownTastes(likes, chances)


def video_id(number: int) -> VideoId:
    return VideoId(UUID(int=int(number)))


def _chances(
    rng: np.random.Generator, taste_of: NDArray[np.int64], popularity: NDArray[np.float64]
) -> NDArray[np.float64]:
    tastes = np.zeros(TASTES)
    tastes[rng.choice(TASTES, TASTES_A_PERSON, replace=False)] = rng.dirichlet([4.0] * TASTES_A_PERSON)
    of_taste = np.bincount(taste_of, weights=popularity, minlength=TASTES)
    by_taste = tastes[taste_of] * popularity / of_taste[taste_of]
    by_chance = popularity / popularity.sum()
    chances: NDArray[np.float64] = (1 - STRAY) * by_taste + STRAY * by_chance
    return chances
