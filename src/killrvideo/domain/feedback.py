"""Looking a second time, for what is like the best that was found (Rocchio, 1971).

A question in whole sentences says little of the words that its answers use. Of what the first look found, the
best few are taken to be right, and their vectors are added to the question's: so it comes nearer to what is
like them. Nothing new is found so, only the order gets better; one wrong find cannot bring others along.
"""

from collections.abc import Sequence
from math import sqrt

from killrvideo.domain.vectors import Near

TAKEN_FOR_RIGHT = 5
"""The best of the first look. Tuned, as the weights of `fusion` are."""


def moved(vector: Sequence[float], towards: Sequence[Sequence[float]]) -> list[float]:
    """The vector's direction and the mean one of the others, together; each counts as much as the other."""
    others = [_direction(other) for other in towards if len(other) == len(vector)]
    if not others:
        return list(vector)
    means = [sum(parts) / len(others) for parts in zip(*others, strict=True)]
    return [own + mean for own, mean in zip(_direction(vector), means, strict=True)]


def found_again(first: Sequence[Near], second: Sequence[Near]) -> list[Near]:
    """What the first look found, as near as the second one says; what that left out is no nearer than its
    last.
    """
    similarities = {near.video_id: near.similarity for near in second}
    last = min(similarities.values(), default=1.0)
    return [
        Near(near.video_id, similarities.get(near.video_id, min(near.similarity, last))) for near in first
    ]


def _direction(vector: Sequence[float]) -> list[float]:
    length = sqrt(sum(number * number for number in vector)) or 1.0
    return [number / length for number in vector]
