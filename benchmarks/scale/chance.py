"""Chance that is the same every time, and skewed as it is among people: few have much."""

from datetime import datetime
from random import Random
from uuid import UUID

from killrvideo.domain.instants import to_millis

CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"


def skewed(rng: Random, number: int, flatness: float) -> int:
    """One of so many, the first ones most often (after Zipf and Mandelbrot): the n-th comes about as often
    as 1 / (n + ``flatness``).
    """
    chance = rng.random()
    return int((number + flatness) ** chance * flatness ** (1 - chance) - flatness)


def heavy(rng: Random, most: int) -> int:
    """How much comes to one of the noticed: mostly 0 or 1, thousands for very few (Pareto)."""
    return min(int(rng.paretovariate(1.3)) - 1, most)


def id_at(rng: Random, at: datetime) -> UUID:
    """As the site itself makes them: in the order of time."""
    fields = rng.getrandbits(74)
    return UUID(
        int=to_millis(at) << 80 | 0x7 << 76 | (fields >> 62) << 64 | 0x2 << 62 | fields & (1 << 62) - 1
    )


def word(number: int) -> str:
    """The n-th word of a language of its own."""
    syllables = ""
    while True:
        number, consonant = divmod(number, len(CONSONANTS))
        number, vowel = divmod(number, len(VOWELS))
        syllables += CONSONANTS[consonant] + VOWELS[vowel]
        if not number:
            return syllables + "n" if len(syllables) < 4 else syllables
