"""What videos have in common by who liked them: the Gram matrix, some rows at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from killrvideo.adapters.learning.interactions import Sparse, Weights

CELLS_AT_ONCE = 10_000_000
"""Videos times videos in memory."""


@dataclass(frozen=True, slots=True)
class GramRows:
    """Rows that follow one another."""

    first: int
    """The video that the first of them stands for."""
    shared: Weights
    """A column for each video: the products of strengths, summed over all who did something with both."""
    lengths: Weights
    """Of every video: the square root of what it has in common with itself."""


def rows_at_once(videos: int) -> int:
    return max(1, CELLS_AT_ONCE // max(1, videos))


def gram_rows(matrix: Sparse, *, whole: bool) -> Iterator[GramRows]:
    """Of people by videos, in order; with ``whole`` all rows at once."""
    videos = matrix.shape[1]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    columns = matrix.tocsc()
    at_once = max(1, videos) if whole else rows_at_once(videos)
    for first in range(0, videos, at_once):
        yield GramRows(first, (columns[:, first : first + at_once].T @ matrix).toarray(), lengths)
