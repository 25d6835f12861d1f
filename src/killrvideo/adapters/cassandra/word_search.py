"""Finding videos by words: candidates from the index, ranked by the domain."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from killrvideo.adapters.cassandra.search_questions import Answer, Questions
from killrvideo.adapters.cassandra.search_terms import Query
from killrvideo.adapters.cassandra.tallies import Tallies
from killrvideo.adapters.cassandra.video_lists import PUBLIC_VIDEOS
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import COUNTED_AT_MOST, Page, PageRequest
from killrvideo.domain.ranking import Candidate, ranked, rarity
from killrvideo.domain.search import SearchHit

WHOLE_MOST = COUNTED_AT_MOST + 1
"""Videos with all the words that are ranked."""
SOME_MOST = 800
"""Videos with some of several words that are ranked: each word brings its share of them."""
BEGINNING_WEIGHS = 1
"""It counts like one occurrence in a description that some word begins with the last one of the query."""

NONE = Answer((), is_cut=False, videos=0)


@dataclass(frozen=True, slots=True)
class Answers:
    public: int
    """Videos in all."""
    whole: Answer
    """Videos that have all the words."""
    whole_begun: Answer
    """Those that have the words before the last, and one that begins with the last."""
    begun: Answer
    """Those that have a word that begins with the last."""
    each: Sequence[Answer]
    """Those that have one of the words, for each."""


async def search(
    questions: Questions, tallies: Tallies, query: Query, wanted: PageRequest
) -> Page[SearchHit]:
    """One round trip."""
    asking = _several if len(query.stems) > 1 else _one
    answers = await asking(questions, tallies, query)
    used: tuple[Answer, ...] = (answers.whole, answers.whole_begun)
    whole = frozenset(_united(used))
    if len(whole) < wanted.size:
        used = (*used, *answers.each, answers.begun)
    begun = _united((answers.whole_begun, answers.begun))
    found = {one: _with_beginning(candidate, begun) for one, candidate in _united(used).items()}
    hits = [SearchHit(one.candidate.video_id, one.score) for one in ranked(found, whole, _rarities(answers))]
    return _page(hits, wanted, is_cut=any(answer.is_cut for answer in used))


async def _one(questions: Questions, tallies: Tallies, query: Query) -> Answers:
    amounts, whole, begun = await asyncio.gather(
        tallies.of(PUBLIC_VIDEOS),
        questions.having(query.stems, WHOLE_MOST),
        _begun((), questions, query, WHOLE_MOST),
    )
    return Answers(amounts.videos, whole, begun, begun, (whole,))


async def _several(questions: Questions, tallies: Tallies, query: Query) -> Answers:
    """Asks at once for what only a page that all the words do not fill needs."""
    share = SOME_MOST // len(query.stems)
    amounts, whole, whole_begun, begun, each = await asyncio.gather(
        tallies.of(PUBLIC_VIDEOS),
        questions.having(query.stems, WHOLE_MOST),
        _begun(query.finished, questions, query, WHOLE_MOST),
        _begun((), questions, query, share),
        questions.having_each(query.stems, share),
    )
    return Answers(amounts.videos, whole, whole_begun, begun, each)


async def _begun(finished: Sequence[str], questions: Questions, query: Query, most: int) -> Answer:
    return NONE if query.begun is None else await questions.having((*finished, query.begun), most)


def _united(answers: Sequence[Answer]) -> Mapping[VideoId, Candidate]:
    return {candidate.video_id: candidate for answer in answers for candidate in answer.candidates}


def _with_beginning(candidate: Candidate, begun: Mapping[VideoId, Candidate]) -> Candidate:
    often = BEGINNING_WEIGHS if candidate.video_id in begun else 0
    return replace(candidate, frequencies=(*candidate.frequencies, often))


def _rarities(answers: Answers) -> list[float]:
    """Of each word, and of the beginning."""
    return [rarity(answer.videos, answers.public) for answer in (*answers.each, answers.begun)]


def _page(hits: Sequence[SearchHit], wanted: PageRequest, *, is_cut: bool) -> Page[SearchHit]:
    behind = wanted.offset + wanted.size
    total = min(len(hits), COUNTED_AT_MOST)
    following = (behind,) if len(hits) > behind else None
    return Page(tuple(hits[wanted.offset : behind]), total, following, is_cut or len(hits) > COUNTED_AT_MOST)
