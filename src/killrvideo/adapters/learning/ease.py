"""EASE: how much liking one thing says of each other, when everything else that one likes is known, too.

A linear model with a closed form (H. Steck, "Embarrassingly shallow autoencoders for sparse data", 2019). It
inverts a matrix of videos by videos, hence the limit.
"""

import numpy as np

from killrvideo.adapters.learning.gram import GramRows
from killrvideo.adapters.learning.interactions import Weights

VIDEOS_MOST = 10_000
"""The matrix takes 400 MB then, its inverse as many again, and two cores a few minutes."""


def ease(rows: GramRows, regularisation: float) -> Weights:
    """Of all rows at once, which are changed: a copy would take as much memory again."""
    gram = rows.shared
    diagonal = np.diag_indices_from(gram)
    gram[diagonal] += regularisation
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[diagonal] = 0
    return weights.astype(np.float32, copy=False)
