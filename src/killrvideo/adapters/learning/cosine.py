"""Cosine between videos by who liked them, shrunk where few did: for catalogues of any size."""

from collections.abc import Iterator

import numpy as np

from killrvideo.adapters.learning.interactions import Sparse, Weights

CELLS_AT_ONCE = 10_000_000
"""Videos times videos in memory."""


def cosine(matrix: Sparse, shrinkage: float) -> Iterator[Weights]:
    """Rows of videos by videos, in order, so many at once."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    columns = matrix.tocsc()
    at_once = max(1, CELLS_AT_ONCE // matrix.shape[1])
    for start in range(0, matrix.shape[1], at_once):
        some = slice(start, start + at_once)
        shared = (columns[:, some].T @ matrix).toarray()
        shared /= lengths[some, None] * lengths[None, :] + np.float32(shrinkage)
        rows = np.arange(shared.shape[0])
        shared[rows, start + rows] = 0
        yield shared.astype(np.float32)
