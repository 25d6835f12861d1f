"""The terms that a video is found by, and those of a query."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from killrvideo.adapters.analysis import folded, stems_of
from killrvideo.domain.ranking import DESCRIPTION_WEIGHS, TAGS_WEIGH, TITLE_WEIGHS
from killrvideo.domain.videos import Video, tag_key
from killrvideo.domain.words import STOP_WORDS, WORDS_MOST, words_of

STEMS_MOST = 500
"""Different stems of one video; the rest of a long description finds nothing."""
BEGINNINGS = range(2, 9)
"""Lengths of the beginnings of words that are kept; of what is longer the first eight letters count."""
BEGUN_MOST = 40
"""Words of title and tags, the first ones, that are found by their beginnings."""

STOP_STEMS = frozenset(stem for word in STOP_WORDS for stem in stems_of(word))


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index says of a video's text."""

    terms: frozenset[str]
    beginnings: frozenset[str]
    weights: dict[str, int]
    length: int


def indexed(video: Video) -> Indexed:
    """Words that every text has count in titles and tags only: nobody finds a description by them."""
    title, tags = stems_of(video.title), stems_of(" ".join(video.tags))
    description = stems_of(video.description or "")
    weights: Counter[str] = Counter()
    for stems, weight in ((title, TITLE_WEIGHS), (tags, TAGS_WEIGH), (description, DESCRIPTION_WEIGHS)):
        for stem in stems:
            if weight != DESCRIPTION_WEIGHS or stem not in STOP_STEMS:
                weights[stem] += weight
    kept = dict(list(weights.items())[:STEMS_MOST])
    named = folded(f"{video.title} {' '.join(video.tags)}")
    return Indexed(
        terms=frozenset((*kept, *map(tag_term, video.tags))),
        beginnings=_beginnings(named),
        weights=kept,
        length=len(title) + len(tags) + len(description),
    )


def stems_looked_up(video: Video) -> list[str]:
    """Those of the telling words of title and description, each once, as they come."""
    words = words_of(f"{video.title} {video.description or ''}")
    return _each_once(map(stems_of, words))


def tag_term(tag: str) -> str:
    """Finds the videos with the tag, ignoring case."""
    return f"#{tag_key(tag)}"


def _beginnings(words: Iterable[str]) -> frozenset[str]:
    begun = list(dict.fromkeys(words))[:BEGUN_MOST]
    return frozenset(word[:length] for word in begun for length in BEGINNINGS if length <= len(word))


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    stems: Sequence[str]
    """Of all words, each once; never none."""
    finished: Sequence[str]
    """Those of the words before the last."""
    last: int
    """The number of the last word's stem."""
    beginning: str | None
    """What the last word begins with, as far as it is typed."""

    @property
    def begun(self) -> str | None:
        """As much of the beginning as is kept of words."""
        return None if self.beginning is None else self.beginning[: BEGINNINGS.stop - 1]


def query_of(text: str) -> Query | None:
    """None for a text without a single word."""
    words = words_of(text)[:WORDS_MOST]
    *finished, last = [stems_of(word) for word in words] or [[]]
    stems = _each_once((*finished, last))
    if not stems:
        return None
    typed = folded(words[-1])[-1:]
    beginning = typed[0] if typed and len(typed[0]) >= BEGINNINGS.start else None
    return Query(stems, _each_once(finished), stems.index((last or stems)[-1]), beginning)


def _each_once(stems: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(stems)))
