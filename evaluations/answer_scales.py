"""Fits scales of answers: how much each sign counts, and what an answer has to weigh."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from killrvideo.domain.answers import Candidate, Scale

RIDGE = 0.02
"""How much large weights are held against a scale, in units of each sign's spread."""
FOLDS = 10
ANSWERABLE = "answerable"
SMALLEST = 1e-9

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    question: str
    kind: str
    """"answerable", "near miss" or "off topic"."""
    candidates: Sequence[Candidate]
    is_right: Sequence[bool]
    """For each candidate: whether it is of the right video, and has the expected words itself."""
    part: str | None = None
    """"late": written when everything else was done; "further": only ever for development."""

    @property
    def can_teach(self) -> bool:
        return self.kind != ANSWERABLE or any(self.is_right)


def outcome(case: Case, scale: Scale) -> bool | None:
    """True if right, False if answered wrongly; None for abstaining where there is an answer."""
    place = best(case, scale)
    is_answered = place is not None and scale.evidence(case.candidates[place].signs) > 0
    if case.kind != ANSWERABLE:
        return not is_answered
    return case.is_right[place] if is_answered and place is not None else None


def best(case: Case, scale: Scale) -> int | None:
    evidence = [scale.evidence(one.signs) for one in case.candidates]
    return max(range(len(evidence)), key=evidence.__getitem__, default=None)


def fitted(cases: Sequence[Case], start: Scale) -> Scale:
    """By the signs that ``start`` weighs: one logistic regression over all that may be chosen for a question,
    each of its sentences or none of them.
    """
    used = [place for place, weight in enumerate(start.weights) if weight]
    teaching = [case for case in cases if case.candidates and case.can_teach]
    signs = np.array([one.signs.numbers for case in teaching for one in case.candidates])[:, used]
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + SMALLEST
    loss = _loss(teaching, (signs - middle) / spread)
    values = minimize(loss, np.zeros(len(used) + 1), jac=True).x
    weights = values[:-1] / spread
    found = dict(zip(used, map(float, weights), strict=True))
    every = tuple(found.get(place, 0.0) for place in range(len(start.weights)))
    return Scale(every, float(values[-1] + middle @ weights))


def _loss(cases: Sequence[Case], signs: Numbers) -> Callable[[Numbers], tuple[float, Numbers]]:
    """What is to be least, with its slope."""
    lengths = [len(case.candidates) for case in cases]
    starts = np.cumsum([0, *lengths[:-1]])
    right = np.array([is_right for case in cases for is_right in case.is_right])
    has_answer = np.array([case.kind == ANSWERABLE for case in cases])
    owner = np.repeat(np.arange(len(cases)), lengths)

    def loss(values: Numbers) -> tuple[float, Numbers]:
        odds = signs @ values[:-1] - values[-1]
        top = np.maximum(np.maximum.reduceat(odds, starts), 0)
        shares = np.exp(odds - top[owner])
        none = np.exp(-top)
        every = np.add.reduceat(shares, starts) + none
        good = np.where(has_answer, np.add.reduceat(shares * right, starts), none)
        wanted = np.where(has_answer[owner], shares * right / good[owner], 0)
        slope = shares / every[owner] - wanted
        slopes = np.append(signs.T @ slope, -slope.sum()) / len(cases)
        slopes[:-1] += 2 * RIDGE * values[:-1]
        return float(np.log(every / good).mean() + RIDGE * (values[:-1] ** 2).sum()), slopes

    return loss


def cross_validated(cases: Sequence[Case], start: Scale, seed: int) -> list[tuple[Case, Scale]]:
    """Each case with a scale that was fitted without it, and without a tenth of each kind."""
    chance, folds = Random(seed), dict[int, int]()
    for kind in dict.fromkeys(case.kind for case in cases):
        places = [place for place, case in enumerate(cases) if case.kind == kind]
        chance.shuffle(places)
        folds |= {place: number % FOLDS for number, place in enumerate(places)}
    scales = [
        fitted([case for place, case in enumerate(cases) if folds[place] != fold], start)
        for fold in range(FOLDS)
    ]
    return [(case, scales[folds[place]]) for place, case in enumerate(cases)]
