"""Videos like a given one: how many tags they share, and how well the words that are rare here fit.

Every step looks at a bounded number of candidates, so a large catalogue costs no more than a small one.
"""

import asyncio
from collections.abc import Mapping, Sequence

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.search.questions import Answer, Questions
from killrvideo.adapters.cassandra.search.tagged_videos import newest_of
from killrvideo.adapters.cassandra.search.terms import indexed, stems_looked_up
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.videos.lists import PUBLIC_VIDEOS
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.likeness import Likenesses, most_alike, sharing
from killrvideo.domain.ranking import Candidate, ranked, rarity
from killrvideo.domain.search import SearchFilter, SearchHit
from killrvideo.domain.taste import Tagged
from killrvideo.domain.videos import Video, tag_key

WORDS_LOOKED_UP = 12
"""First words of title and description whose rarity is asked for."""
RARE_MOST = 8
"""Words that are compared by, the rarest."""
HAVING_RARE = range(2, 1001)
"""A word in only one video tells of no other; one in more than a thousand tells too little."""
OF_A_WORD = 30
"""Candidates that one word brings."""


async def similar(
    session: CassandraSession, tallies: Tallies, video: Video, limit: int
) -> Sequence[SearchHit]:
    """One round trip."""
    own = frozenset(map(tag_key, video.tags))
    stems = stems_looked_up(video)[:WORDS_LOOKED_UP]
    questions = Questions(session, stems, SearchFilter())
    amounts, tagged, answers = await asyncio.gather(
        tallies.of(PUBLIC_VIDEOS),
        newest_of(session, own),
        questions.having_each(stems, OF_A_WORD),
    )
    by_words = _by_words(_itself(video, stems), answers, amounts.videos)
    others = [one for one in most_alike(_by_tags(own, tagged), by_words) if one[0] != video.id]
    return [SearchHit(found, score) for found, score in others[:limit]]


def _by_tags(own: frozenset[str], tagged: Mapping[VideoId, Tagged]) -> Likenesses[VideoId]:
    return {
        video_id: (to_millis(one.submitted_at), sharing(len(own & one.tags), len(own), len(one.tags)))
        for video_id, one in tagged.items()
    }


def _itself(video: Video, stems: Sequence[str]) -> Candidate:
    said = indexed(video)
    return Candidate(video.id, video.submitted_at, said.length, [said.weights.get(stem, 0) for stem in stems])


def _by_words(itself: Candidate, answers: Sequence[Answer], public: int) -> Likenesses[VideoId]:
    """How well the rare words fit, measured by the best match: as a rule the video's with itself."""
    rare = _rarest(answers)
    candidates = {one.video_id: one for number in rare for one in answers[number].candidates}
    candidates[itself.video_id] = itself
    rarities = [
        rarity(answer.videos, public) if number in rare else 0.0 for number, answer in enumerate(answers)
    ]
    best, *others = ranked(candidates, frozenset(), rarities)
    return {
        one.candidate.video_id: (to_millis(one.candidate.submitted_at), one.worth / best.worth)
        for one in (best, *others)
        if one.worth
    }


def _rarest(answers: Sequence[Answer]) -> set[int]:
    """The numbers of the words that are compared by."""
    telling = [number for number, answer in enumerate(answers) if round(answer.videos) in HAVING_RARE]
    return set(sorted(telling, key=lambda number: answers[number].videos)[:RARE_MOST])
