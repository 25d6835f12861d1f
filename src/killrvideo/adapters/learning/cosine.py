"""Cosine between videos by who liked them, shrunk where few did: for catalogues of any size."""

import numpy as np

from killrvideo.adapters.learning.gram import GramRows
from killrvideo.adapters.learning.interactions import Weights


def cosine(rows: GramRows, shrinkage: float) -> Weights:
    """Of these rows, by what they have in common with every video."""
    places = np.arange(len(rows.shared))
    own = rows.lengths[rows.first + places]
    weights = rows.shared / (own[:, None] * rows.lengths[None, :] + np.float32(shrinkage))
    weights[places, rows.first + places] = 0
    return weights.astype(np.float32, copy=False)
