"""What can be asked of the search, and what it finds."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from killrvideo.domain.errors import InvalidText
from killrvideo.domain.ids import AccountId, VideoId

QUERY_LONGEST = 512


class SearchMode(StrEnum):
    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """Every condition that is given must hold; a video has all of the tags."""

    tags: tuple[str, ...] = ()
    category: str | None = None
    language: str | None = None
    uploader_id: AccountId | None = None
    minimum_rating: float | None = None
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    """Itself not included."""

    def is_rated_enough(self, average: float | None) -> bool:
        return self.minimum_rating is None or (average is not None and average >= self.minimum_rating)


@dataclass(frozen=True, slots=True)
class SearchHit:
    video_id: VideoId
    score: float
    """In [0, 1], best first; above 0 for what was searched for."""
    highlights: tuple[str, ...] = field(default=())
    """Passages with the found words between ``<mark>`` and ``</mark>``, HTML-escaped."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query is taken for, where an index knows which words there are."""

    words: str
    """The query, in which a word that nothing has is one that is nearly spelled so and that something has."""
    meant: str
    """The same, its last word written out where it is only the beginning of one."""


def clean_query(raw: str) -> str:
    """What is searched or asked for, blanks put in order; raises InvalidText."""
    query = " ".join(raw.split())
    if not 1 <= len(query) <= QUERY_LONGEST:
        raise InvalidText(f"What is asked for has 1 to {QUERY_LONGEST} characters, not only blanks.")
    return query
