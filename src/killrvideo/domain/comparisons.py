"""How near a text is to another one, word by word: some say the same in other words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text beside another one. All numbers are cosines of what a model makes of words where they stand."""

    found: Sequence[float]
    """For each word of the other one, in its order: with the nearest of this text; 0 for what the model did
    not read."""
    told: float
    """On average over the words of this text: with the nearest of the other one."""
    vector: Sequence[float]
    """What the whole text is about, as when it is embedded."""
