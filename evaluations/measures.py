"""How good rankings are, and whether one is better than another."""

from collections.abc import Mapping, Sequence
from math import log2
from random import Random
from uuid import UUID

Grades = Mapping[UUID, float]
"""How relevant each relevant thing is, above 0."""

RESAMPLED = 10_000


def ndcg(ranking: Sequence[UUID], grades: Grades, depth: int = 10) -> float:
    """Discounted cumulative gain, the grade being the gain, by that of the best ranking there can be."""
    best = sorted(grades.values(), reverse=True)[:depth]
    return _discounted([grades.get(thing, 0.0) for thing in ranking[:depth]]) / _discounted(best)


def reciprocal_rank(ranking: Sequence[UUID], grades: Grades, depth: int = 10) -> float:
    """1 for a relevant thing on the first place, 1/2 on the second; 0 where none is in time."""
    places = (place for place, thing in enumerate(ranking[:depth], start=1) if thing in grades)
    return 1 / next(places, float("inf"))


def recall(ranking: Sequence[UUID], grades: Grades, depth: int) -> float:
    """The part of the relevant things that is among the first ones."""
    return len(grades.keys() & set(ranking[:depth])) / len(grades)


def reciprocal_rank_fusion(rankings: Sequence[Sequence[UUID]], constant: int = 60) -> list[UUID]:
    """Cormack, Clarke and Büttcher's (2009): the sum of 1 / (constant + place)."""
    worth: dict[UUID, float] = {}
    for ranking in rankings:
        for place, thing in enumerate(ranking, start=1):
            worth[thing] = worth.get(thing, 0) + 1 / (constant + place)
    return sorted(worth, key=lambda thing: (-worth[thing], thing))


def paired_bootstrap(differences: Sequence[float], seed: int) -> tuple[float, float]:
    """The interval that holds the mean difference with 95 percent."""
    random, count = Random(seed), len(differences)
    means = sorted(sum(random.choices(differences, k=count)) / count for _ in range(RESAMPLED))
    return means[RESAMPLED // 40], means[-RESAMPLED // 40 - 1]


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))
