"""How well a text fits what is searched for, where the store itself does not say: Okapi BM25.

The formula, its constants and the weights of the fields are those of SQLite's FTS5, so that both back ends
put the same texts into the same order. They differ in what they count with: FTS5 knows the mean length of
all texts, here it is that of the texts that were found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, log

from killrvideo.domain.ids import VideoId

TITLE_WEIGHS = 10
TAGS_WEIGH = 5
DESCRIPTION_WEIGHS = 1
"""How much one occurrence of a term counts in each field."""
PASSAGE_TITLE_WEIGHS = 2
PASSAGE_WEIGHS = 3
"""The same in passages, each with the title of its video."""

SATURATION = 1.2
LENGTH_COUNTS = 0.75
"""BM25's k1 and b."""
LEAST_RARITY = 1e-6
"""Of a term that more than half of the texts have."""
HALF_WORTH = 5.0
"""The BM25 value that counts as half of a perfect match."""
WHOLE = 0.5
"""The score from which on a match is one of all terms."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that has at least one of the terms."""

    video_id: VideoId
    submitted_at: datetime
    length: int
    """Words of all fields."""
    frequencies: Sequence[float]
    """How often it has each term, by the weights of the fields; 0 where it has not."""


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    worth: float
    whole: bool
    """Whether it has all the terms."""

    @property
    def score(self) -> float:
        return score_of(self.worth, whole=self.whole)


def score_of(worth: float, *, whole: bool) -> float:
    """In [0, 1]: a match of all terms scores above one half, a match of some below."""
    return (whole + worth / (worth + HALF_WORTH)) / 2


def worth_of(score: float) -> float:
    """The BM25 worth that `score_of` made the score of."""
    part = 2 * score - (score >= WHOLE)
    return HALF_WORTH * part / (1 - part) if part < 1 else inf


def is_whole(score: float) -> bool:
    """Whether it is the score of a match of all terms."""
    return score >= WHOLE


def rarity(having: float, of: float) -> float:
    """What a term tells that ``having`` of so many texts have: their inverse frequency."""
    return max(LEAST_RARITY, log((max(of, having) - having + 0.5) / (having + 0.5)))


def ranked(
    candidates: Mapping[VideoId, Candidate], whole: frozenset[VideoId], rarities: Sequence[float]
) -> list[Ranked]:
    """Best first: those of ``whole`` before the others, then by worth, then the newest."""
    mean = sum(one.length for one in candidates.values()) / max(1, len(candidates))
    found = [
        Ranked(one, worth(one.length, one.frequencies, rarities, mean), one.video_id in whole)
        for one in candidates.values()
    ]
    return sorted(found, key=_place, reverse=True)


def worth(length: int, frequencies: Sequence[float], rarities: Sequence[float], mean_length: float) -> float:
    """The BM25 value of a text of so many words, with how often it has each term."""
    stretch = SATURATION * (1 - LENGTH_COUNTS + LENGTH_COUNTS * length / (mean_length or 1))
    return sum(
        tells * often * (SATURATION + 1) / (often + stretch)
        for tells, often in zip(rarities, frequencies, strict=True)
        if often
    )


def _place(one: Ranked) -> tuple[bool, float, datetime, VideoId]:
    return one.whole, one.worth, one.candidate.submitted_at, one.candidate.video_id
