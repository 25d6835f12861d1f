"""A comparer of texts for tests whose subject is not the model: only the same words are near."""

from collections.abc import Sequence

from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.words import WORD
from tests.stand_ins.embeddings import vector_of


class SameWordComparer:
    """Keeps TextComparer."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.away = False
        """While it is, nothing is compared."""
        self.asked: list[tuple[str, ...]] = []
        """The texts of each call."""

    async def compare(self, text: str, others: Sequence[str]) -> Sequence[Comparison]:
        self.asked.append(tuple(others))
        if self.away:
            raise ModelUnavailable
        return [_comparison(_words(text), other) for other in others]


def _comparison(words: Sequence[str], other: str) -> Comparison:
    theirs = _words(other)
    told = sum(word in words for word in theirs) / max(len(theirs), 1)
    return Comparison([float(word in theirs) for word in words], told, vector_of(other))


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
