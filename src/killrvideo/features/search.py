"""Finding videos by words and by meaning, and tags by their beginnings.

Each mode is a chain of steps: where the model or the vectors are away or too slow, words alone answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from killrvideo.domain.access import Caller
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.feedback import TAKEN_FOR_RIGHT
from killrvideo.domain.fusion import Balance, by_meaning, fused
from killrvideo.domain.highlights import opening
from killrvideo.domain.paging import Page, PageRequest, page_by_rank
from killrvideo.domain.ranking import is_whole
from killrvideo.domain.search import Reading, SearchFilter, SearchHit, SearchMode, clean_query
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.experiments import Experiments
from killrvideo.service_interfaces.meaning import Meaning, Nearby
from killrvideo.service_interfaces.search import with_videos
from killrvideo.service_interfaces.storage import Storage

RANKED_MOST = 300
"""Videos that each side brings: as many as a distributed index of words ranks."""
EXPERIMENT = "search_fusion"
"""Its arms are named like modes; it decides for those who ask for none."""

KEYWORD, SEMANTIC, HYBRID = SearchMode.KEYWORD, SearchMode.SEMANTIC, SearchMode.HYBRID
CHAINS: Mapping[SearchMode, Sequence[SearchMode]] = {
    HYBRID: (HYBRID, KEYWORD),
    SEMANTIC: (SEMANTIC, KEYWORD),
    KEYWORD: (KEYWORD,),
}
"""What is tried for each mode, first to last."""


@dataclass(frozen=True, slots=True)
class Found:
    video: Video
    hit: SearchHit


@dataclass(frozen=True, slots=True)
class Findings:
    page: Page[Found]
    mode: SearchMode
    """The mode that was served."""
    is_makeshift: bool
    """Whether another mode was to be served."""


@dataclass(frozen=True, slots=True)
class _Question:
    reading: Reading
    chosen: SearchFilter
    wanted: PageRequest


class Search:
    def __init__(
        self, storage: Storage, meaning: Meaning, experiments: Experiments, balance: Balance | None = None
    ) -> None:
        self._storage = storage
        self._meaning = meaning
        self._experiments = experiments
        self._balance = balance or Balance()
        self._steps: Mapping[SearchMode, Callable[[_Question], Awaitable[Page[SearchHit]]]] = {
            HYBRID: self._by_both,
            SEMANTIC: self._by_meaning,
            KEYWORD: self._by_words,
        }

    async def videos(
        self, caller: Caller, query: str, mode: SearchMode | None, chosen: SearchFilter, wanted: PageRequest
    ) -> Findings:
        """Public videos that the query finds, best first. Raises InvalidText.

        Without a mode it is hybrid, or what an experiment gives the caller.
        """
        reading = await self._storage.search.read(clean_query(query))
        asked = mode or self._dealt(caller)
        served, hits = await self._first_of(CHAINS[asked], _Question(reading, chosen, wanted))
        pairs = await with_videos(self._storage.videos, hits.items)
        found = tuple(Found(video, self._shown(reading, hit, video)) for video, hit in pairs)
        return Findings(Page(found, hits.total, hits.next, hits.total_is_capped), served, served is not asked)

    async def suggest_tags(self, beginning: str, limit: int) -> Sequence[str]:
        """Tags that begin with the text, then those that contain it, by use. Raises InvalidText."""
        return await self._storage.search.suggest_tags(clean_query(beginning), limit)

    def _dealt(self, caller: Caller) -> SearchMode:
        arm = self._experiments.variant(EXPERIMENT, caller.account_id, HYBRID)
        return SearchMode(arm) if arm in CHAINS else HYBRID

    async def _first_of(
        self, chain: Sequence[SearchMode], question: _Question
    ) -> tuple[SearchMode, Page[SearchHit]]:
        """What the first step that can be served finds; raises what the last one raises."""
        *steps, last = chain
        for step in steps:
            try:
                return step, await self._steps[step](question)
            except Unavailable:
                continue
        return last, await self._steps[last](question)

    async def _by_words(self, question: _Question) -> Page[SearchHit]:
        return await self._storage.search.search(question.reading.words, question.chosen, question.wanted)

    async def _by_meaning(self, question: _Question) -> Page[SearchHit]:
        nearby = await self._meaning.near(question.reading.meant, question.chosen, RANKED_MOST)
        hits = by_meaning(nearby.videos, self._balance)
        return _page(hits, question.wanted, capped=len(hits) == RANKED_MOST)

    async def _by_both(self, question: _Question) -> Page[SearchHit]:
        """Both are asked at once, and as deep for every page, so that pages fit together."""
        words, nearby = await asyncio.gather(
            self._by_words(replace(question, wanted=PageRequest(size=RANKED_MOST))),
            self._meaning.near(question.reading.meant, question.chosen, RANKED_MOST),
        )
        hits = fused(words.items, nearby.videos, self._balance)
        if hits and not any(is_whole(hit.score) for hit in words.items):
            hits = await self._looked_at_again(question, words.items, nearby, hits)
        is_cut = words.next is not None or words.total_is_capped or len(nearby.videos) == RANKED_MOST
        return _page(hits, question.wanted, capped=is_cut)

    async def _looked_at_again(
        self, question: _Question, words: Sequence[SearchHit], nearby: Nearby, hits: list[SearchHit]
    ) -> list[SearchHit]:
        """The same hits in a better order: as near as they are to the best of them, too."""
        right = [hit.video_id for hit in hits[:TAKEN_FOR_RIGHT]]
        try:
            near = await self._meaning.again(nearby, right, question.chosen, RANKED_MOST)
        except Unavailable:
            return hits
        found = {hit.video_id for hit in hits}
        return fused(words, [one for one in near if one.video_id in found], self._balance)

    def _shown(self, reading: Reading, hit: SearchHit, video: Video) -> SearchHit:
        """With passages that have words of the query; else with how the description begins."""
        marked = self._storage.search.marked(reading.words, hit, video)
        if marked.highlights or not video.description:
            return marked
        return replace(marked, highlights=(opening(video.description),))


def _page(hits: Sequence[SearchHit], wanted: PageRequest, *, capped: bool) -> Page[SearchHit]:
    part = hits[wanted.offset : wanted.offset + wanted.size]
    return page_by_rank(part, len(hits), wanted, capped=capped)
