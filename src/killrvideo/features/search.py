"""Finding videos by words, and tags by their beginnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from killrvideo.domain.errors import NotBuiltYet
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.search import SearchFilter, SearchHit, SearchMode, clean_query
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.search import with_videos
from killrvideo.service_interfaces.storage import Storage

ANSWERED_BY = dict.fromkeys(SearchMode, SearchMode.KEYWORD)
"""The index that each mode is answered from: there is none but that of words."""


@dataclass(frozen=True, slots=True)
class Found:
    video: Video
    hit: SearchHit


@dataclass(frozen=True, slots=True)
class Findings:
    page: Page[Found]
    mode: SearchMode
    """The mode that was served, whatever was asked for."""


class Search:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def videos(
        self, query: str, mode: SearchMode, chosen: SearchFilter, wanted: PageRequest
    ) -> Findings:
        """Public videos that the query finds, best first. Raises InvalidText."""
        cleaned, index = clean_query(query), self._storage.search
        hits = await index.search(cleaned, chosen, wanted)
        pairs = await with_videos(self._storage.videos, hits.items)
        found = tuple(Found(video, index.marked(cleaned, hit, video)) for video, hit in pairs)
        return Findings(Page(found, hits.total, hits.next, hits.total_is_capped), ANSWERED_BY[mode])

    async def answer(self, question: str) -> NoReturn:
        """Raises NotBuiltYet, once the question itself is in order; else InvalidText."""
        clean_query(question)
        raise NotBuiltYet("Questions are not answered yet; /search/videos finds videos by words.")

    async def suggest_tags(self, beginning: str, limit: int) -> Sequence[str]:
        """Tags that begin with the text, then those that contain it, by use. Raises InvalidText."""
        return await self._storage.search.suggest_tags(clean_query(beginning), limit)
