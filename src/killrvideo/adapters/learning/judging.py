"""How well lists of neighbours foretell what is held out."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from killrvideo.adapters.learning.interactions import Numbers, Sparse, Split
from killrvideo.domain.learning import RELEVANT_AT, Quality

CELLS_AT_ONCE = 5_000_000
"""People times videos in memory."""

NOBODY = Quality(0.0, 0.0, 0.0, 0)

Gains = NDArray[np.float64]
"""One for each person."""


def judged(weights: Sparse, of: Split) -> Quality:
    """How good everybody's feed is by these weights, without what they saw."""
    signs, seen, liked = of.seen.signs(), of.seen.matrix(), of.held_out.matrix()
    people = np.flatnonzero(np.diff(liked.indptr))
    if not len(people):
        return NOBODY
    turns = -(-len(people) * weights.shape[1] // CELLS_AT_ONCE)
    parts = [
        _gains(_feed(signs[some] @ weights, seen[some]), liked[some])
        for some in np.array_split(people, min(turns, len(people)))
    ]
    ndcg, recall, hits = (float(np.concatenate(column).mean()) for column in zip(*parts, strict=True))
    return Quality(ndcg, recall, hits, len(people))


def mean_of(qualities: Iterable[Quality]) -> Quality:
    """Of groups that have nobody in common, all together."""
    rows = np.array([(one.ndcg, one.recall, one.hit_rate, one.people) for one in qualities]).reshape(-1, 4)
    people = rows[:, 3].sum()
    if not people:
        return NOBODY
    ndcg, recall, hits = (float(value) for value in rows[:, 3] @ rows[:, :3] / people)
    return Quality(ndcg, recall, hits, int(people))


def _feed(scores: Sparse, seen: Sparse) -> Numbers:
    """The first ten for each person; -1 where there is nothing to show."""
    dense = scores.toarray()
    dense[seen.nonzero()] = 0
    best = np.argsort(-dense, axis=1, kind="stable")[:, :RELEVANT_AT]
    return np.where(np.take_along_axis(dense, best, axis=1) > 0, best, -1)


def _gains(feed: Numbers, liked: Sparse) -> tuple[Gains, Gains, Gains]:
    wanted = liked.toarray() > 0
    found = np.take_along_axis(wanted, np.maximum(feed, 0), axis=1) & (feed >= 0)
    discounts = 1 / np.log2(np.arange(2, RELEVANT_AT + 2))
    count = wanted.sum(axis=1)
    ideal = np.cumsum(discounts)[np.minimum(count, RELEVANT_AT) - 1]
    ndcg: Gains = (found @ discounts[: feed.shape[1]]) / ideal
    recall: Gains = (found @ np.ones(feed.shape[1])) / count
    return ndcg, recall, (recall > 0).astype(np.float64)
