"""Finding videos by words, written and said, and by meaning; and tags by their beginnings.

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
from killrvideo.domain.passages import Passage
from killrvideo.domain.ranking import is_whole
from killrvideo.domain.search import Reading, SearchFilter, SearchHit, SearchMode, clean_query
from killrvideo.domain.spoken import NOTHING_SAID, Spoken
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.experiments import Experiments
from killrvideo.service_interfaces.meaning import Meaning, Nearby
from killrvideo.service_interfaces.search import with_videos
from killrvideo.service_interfaces.storage import Storage

RANKED_MOST = 300
"""Videos that each side brings: as many as a distributed index of words ranks."""
HEARD_MOST = 100
"""Passages of captions with all the words that are looked at."""
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
class Moment:
    """Where in a video words of the query are said."""

    passage: Passage
    marked: str
    """Its text, HTML-escaped, with those words marked."""


@dataclass(frozen=True, slots=True)
class Found:
    video: Video
    hit: SearchHit
    moments: tuple[Moment, ...]
    """Best first; none where the query is not said, or was not looked for by words."""


@dataclass(frozen=True, slots=True)
class Findings:
    page: Page[Found]
    mode: SearchMode
    """The mode that was served."""
    is_makeshift: bool
    """Whether another mode was to be served."""


@dataclass(slots=True)
class _Question:
    reading: Reading
    chosen: SearchFilter
    wanted: PageRequest
    in_words: asyncio.Task[tuple[Page[SearchHit], Spoken]] | None = None
    """Asked once: where meaning fails meanwhile, the next step of the chain needs the same."""


@dataclass(frozen=True, slots=True)
class _Ranking:
    page: Page[SearchHit]
    spoken: Spoken = NOTHING_SAID


class Search:
    def __init__(
        self, storage: Storage, meaning: Meaning, experiments: Experiments, balance: Balance | None = None
    ) -> None:
        self._storage = storage
        self._meaning = meaning
        self._experiments = experiments
        self._balance = balance or Balance()
        self._steps: Mapping[SearchMode, Callable[[_Question], Awaitable[_Ranking]]] = {
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
        served, ranking = await self._first_of(CHAINS[asked], _Question(reading, chosen, wanted))
        page, moments = ranking.page, ranking.spoken.moments
        found = tuple(
            Found(video, self._shown(reading, hit, video), self._heard(reading, moments(video.id)))
            for video, hit in await with_videos(self._storage.videos, page.items)
        )
        return Findings(Page(found, page.total, page.next, page.total_is_capped), served, served is not asked)

    async def suggest_tags(self, beginning: str, limit: int) -> Sequence[str]:
        """Tags that begin with the text, then those that contain it, by use. Raises InvalidText."""
        return await self._storage.search.suggest_tags(clean_query(beginning), limit)

    def _dealt(self, caller: Caller) -> SearchMode:
        arm = self._experiments.variant(EXPERIMENT, caller.account_id, HYBRID)
        return SearchMode(arm) if arm in CHAINS else HYBRID

    async def _first_of(
        self, chain: Sequence[SearchMode], question: _Question
    ) -> tuple[SearchMode, _Ranking]:
        """What the first step that can be served finds; raises what the last one raises."""
        *steps, last = chain
        for step in steps:
            try:
                return step, await self._steps[step](question)
            except Unavailable:
                continue
        return last, await self._steps[last](question)

    async def _by_words(self, question: _Question) -> _Ranking:
        """What is only said has its place among the best of what is written; the index knows the rest.

        What has only some of the words follows where the others do not fill a page.
        """
        written, spoken = await self._words_of(question)
        hits, wanted = spoken.among(written.items), question.wanted
        whole = [hit for hit in hits if is_whole(hit.score)]
        if wanted.size <= len(whole) < len(hits):
            return _Ranking(_page(whole, wanted, capped=False), spoken)
        added = len(hits) - len(written.items)
        part = tuple(hits[wanted.offset : wanted.offset + wanted.size])
        if written.next is not None and len(part) < wanted.size:
            behind = max(wanted.offset, len(hits)) - added
            part += await self._written(question, wanted.size - len(part), behind)
        read, total = wanted.offset + len(part), written.total + added
        following = (read,) if part and (read < total or written.total_is_capped) else None
        return _Ranking(Page(part, total, following, written.total_is_capped), spoken)

    async def _by_meaning(self, question: _Question) -> _Ranking:
        nearby = await self._meaning.near(question.reading.meant, question.chosen, RANKED_MOST)
        hits = by_meaning(nearby.videos, self._balance)
        return _Ranking(_page(hits, question.wanted, capped=len(hits) == RANKED_MOST))

    async def _by_both(self, question: _Question) -> _Ranking:
        """Both are asked at once, and as deep for every page, so that pages fit together."""
        (written, spoken), nearby = await asyncio.gather(
            self._words_of(question),
            self._meaning.near(question.reading.meant, question.chosen, RANKED_MOST),
        )
        words = spoken.among(written.items)
        hits = fused(words, nearby.videos, self._balance)
        if hits and not any(is_whole(hit.score) for hit in words):
            hits = await self._looked_at_again(question, words, nearby, hits)
        is_cut = written.next is not None or written.total_is_capped or len(nearby.videos) == RANKED_MOST
        return _Ranking(_page(hits, question.wanted, capped=is_cut), spoken)

    async def _words_of(self, question: _Question) -> tuple[Page[SearchHit], Spoken]:
        if question.in_words is None:
            question.in_words = asyncio.create_task(self._in_words(question))
        return await question.in_words

    async def _in_words(self, question: _Question) -> tuple[Page[SearchHit], Spoken]:
        """The best of what is written, and what is said.

        Where a video only says the words, it is looked at before it is counted: whether it may be seen, and
        how it is rated, an index of passages may not know.
        """
        words, chosen = question.reading.words, question.chosen
        written, said = await asyncio.gather(
            self._storage.search.search(words, chosen, PageRequest(size=RANKED_MOST)),
            self._storage.passages.saying(words, chosen, HEARD_MOST),
        )
        sure = {hit.video_id for hit in written.items}
        others = {hit.passage.video_id for hit in said} - sure
        videos = await self._storage.videos.get_many(sorted(others)) if others else ()
        sure |= {video.id for video in videos if chosen.is_rated_enough(video.totals.average)}
        return written, Spoken.of([hit for hit in said if hit.passage.video_id in sure])

    async def _written(self, question: _Question, size: int, behind: int) -> tuple[SearchHit, ...]:
        # As many as before are wanted: the index chooses by that whether all the words are asked for.
        wanted = PageRequest(size=RANKED_MOST, after=(behind,))
        found = await self._storage.search.search(question.reading.words, question.chosen, wanted)
        return found.items[:size]

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

    def _heard(self, reading: Reading, passages: Sequence[Passage]) -> tuple[Moment, ...]:
        marked = self._storage.search.marked_text
        return tuple(Moment(one, marked(reading.words, one.text)) for one in passages)


def _page(hits: Sequence[SearchHit], wanted: PageRequest, *, capped: bool) -> Page[SearchHit]:
    part = hits[wanted.offset : wanted.offset + wanted.size]
    return page_by_rank(part, len(hits), wanted, capped=capped)
