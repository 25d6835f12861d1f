"""Embedding vectors: what a video is about, as numbers."""

from collections.abc import Sequence

from killrvideo.domain.errors import InvalidVector

DIMENSION = 384
INGESTED_MODEL = "ingested"
"""The model's name for vectors that a client brought."""
LARGEST = 3.4028234663852886e38
SMALLEST = 1.1754943508222875e-38
"""The bounds of the numbers in single precision, in which vectors are stored."""


def check_vector(vector: Sequence[float], dimension: int = DIMENSION) -> tuple[float, ...]:
    """The vector, if a cosine can be taken of it; raises InvalidVector."""
    if len(vector) != dimension:
        raise InvalidVector(
            f"A vector has {dimension} numbers; this one has {len(vector)}.", pointer="/vector"
        )
    if not all(abs(number) <= LARGEST for number in vector):
        raise InvalidVector(
            "Every number of a vector must be finite, in single precision too.", pointer="/vector"
        )
    if not any(abs(number) >= SMALLEST for number in vector):
        raise InvalidVector(
            "A vector of zeros points nowhere; at least one number must differ.", pointer="/vector"
        )
    return tuple(vector)
