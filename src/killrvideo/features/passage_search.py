"""Searching passages: where in videos something is said, or what they are described with."""

from collections.abc import Sequence
from dataclasses import dataclass

from killrvideo.domain.answers import Source
from killrvideo.domain.search import SearchFilter, SearchMode, clean_query
from killrvideo.service_interfaces.passage_finding import FOUND_MOST, PassageFinder
from killrvideo.service_interfaces.search import SearchIndex


@dataclass(frozen=True, slots=True)
class FoundPassage:
    source: Source
    marked: str
    """Its text, HTML-escaped, with the words of the query marked."""


class PassageSearch:
    def __init__(self, finder: PassageFinder, index: SearchIndex) -> None:
        """``index`` is what marks the words."""
        self._finder = finder
        self._index = index

    async def passages(
        self, query: str, chosen: SearchFilter, limit: int
    ) -> tuple[Sequence[FoundPassage], SearchMode]:
        """The best passages for a query, and how they were found. Raises InvalidText."""
        cleaned = clean_query(query)
        found = await self._finder.find(cleaned, chosen, max(limit, FOUND_MOST))
        return [self._shown(cleaned, one) for one in found.sources[:limit]], found.mode

    def _shown(self, query: str, source: Source) -> FoundPassage:
        return FoundPassage(source, self._index.marked_text(query, source.passage.text))
