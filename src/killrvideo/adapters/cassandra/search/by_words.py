"""Finding videos by words: candidates from the index, ranked by the domain."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.search.questions import Answer, Questions
from killrvideo.adapters.cassandra.search.terms import Query
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.videos.lists import PUBLIC_VIDEOS
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.ranking import Candidate, Ranked, ranked, rarity
from killrvideo.domain.search import SearchFilter, SearchHit

COUNTS_TO = 300
"""A row that is read by an index costs ten times one of a partition; a word takes three such questions."""
WHOLE_MOST = COUNTS_TO + 1
"""Videos with all the words that are ranked."""
SOME_MOST = 300
"""Videos with some of several words that are ranked: each word brings its share of them."""
NEW = timedelta(days=30)
NEW_MOST = 100
"""New videos with all the words that are ranked in any case, however many older ones have them."""
BEGINNING_WEIGHS = 1
"""It counts like one occurrence in a description that some word of title or tags begins with the last one."""

NONE = Answer((), is_cut=False, videos=0)


@dataclass(frozen=True, slots=True)
class Answers:
    public: int
    """Videos in all."""
    whole: Answer
    """Videos that have all the words."""
    new: Answer
    """Those of them that are new."""
    whole_begun: Answer
    """Those that have the words before the last, and one that begins with the last."""
    begun: Answer
    """Those that have a word that begins with the last."""
    each: Sequence[Answer]
    """Those that have one of the words, for each."""


class WordSearch:
    """One search. All it asks is asked at once, also what only a page that does not fill needs."""

    def __init__(
        self, session: CassandraSession, tallies: Tallies, query: Query, chosen: SearchFilter, now: datetime
    ) -> None:
        self._tallies = tallies
        self._query = query
        self._all = Questions(session, query.stems, chosen)
        since = now - NEW
        self._new = (
            Questions(session, query.stems, replace(chosen, submitted_from=since))
            if _holds_old(chosen, since)
            else None
        )

    async def page(self, wanted: PageRequest) -> Page[SearchHit]:
        answers = await (self._several() if len(self._query.stems) > 1 else self._one())
        used: tuple[Answer, ...] = (answers.whole, answers.new, answers.whole_begun)
        whole = frozenset(_united(used))
        if len(whole) < wanted.size:
            used = (*used, *answers.each, answers.begun)
        begun = _united((answers.whole_begun, answers.begun)).keys()
        found = {one.video_id: self._weighed(one, begun) for one in _united(used).values()}
        is_cut = any(answer.is_cut for answer in used if answer is not answers.new)
        return _page(ranked(found, whole, _rarities(answers)), wanted, is_cut=is_cut)

    def _weighed(self, candidate: Candidate, begun: Set[VideoId]) -> Candidate:
        """A word that begins with the last one counts where that is not there itself."""
        counts = candidate.video_id in begun and not candidate.frequencies[self._query.last]
        return replace(candidate, frequencies=(*candidate.frequencies, BEGINNING_WEIGHS if counts else 0))

    async def _one(self) -> Answers:
        amounts, whole, new, begun = await asyncio.gather(
            self._tallies.of(PUBLIC_VIDEOS),
            self._all.having(self._query.stems, WHOLE_MOST),
            self._having_new(),
            self._begun((), WHOLE_MOST),
        )
        return Answers(amounts.videos, whole, new, begun, begun, (whole,))

    async def _several(self) -> Answers:
        share = SOME_MOST // len(self._query.stems)
        amounts, whole, new, whole_begun, (begun, each) = await asyncio.gather(
            self._tallies.of(PUBLIC_VIDEOS),
            self._all.having(self._query.stems, WHOLE_MOST),
            self._having_new(),
            self._begun(self._query.finished, WHOLE_MOST),
            asyncio.gather(self._begun((), share), self._all.having_each(self._query.stems, share)),
        )
        return Answers(amounts.videos, whole, new, whole_begun, begun, each)

    async def _having_new(self) -> Answer:
        return NONE if self._new is None else await self._new.having(self._query.stems, NEW_MOST)

    async def _begun(self, finished: Sequence[str], most: int) -> Answer:
        begun = self._query.begun
        return NONE if begun is None else await self._all.having(finished, most, begun)


def _holds_old(chosen: SearchFilter, since: datetime) -> bool:
    """Whether the filter lets through both what is new and what is not."""
    first, last = chosen.submitted_from, chosen.submitted_to
    return (first is None or first < since) and (last is None or last > since)


def _united(answers: Sequence[Answer]) -> Mapping[VideoId, Candidate]:
    return {candidate.video_id: candidate for answer in answers for candidate in answer.candidates}


def _rarities(answers: Answers) -> list[float]:
    """Of each word, and of the beginning."""
    return [rarity(answer.videos, answers.public) for answer in (*answers.each, answers.begun)]


def _page(found: Sequence[Ranked], wanted: PageRequest, *, is_cut: bool) -> Page[SearchHit]:
    behind = wanted.offset + wanted.size
    hits = tuple(SearchHit(one.candidate.video_id, one.score) for one in found[wanted.offset : behind])
    total = min(len(found), COUNTS_TO)
    following = (behind,) if len(found) > behind else None
    return Page(hits, total, following, is_cut or len(found) > COUNTS_TO)
