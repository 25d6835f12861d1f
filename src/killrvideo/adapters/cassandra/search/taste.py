"""What an account has not met, ordered by the tags it likes: the newest of each tag, then what is viewed of
late, then the newest of all. Every list is bounded; so is what is known of what the account has met.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from killrvideo.adapters.cassandra.lists.paging import TOP
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.playback.trend_reader import TrendReader
from killrvideo.adapters.cassandra.search.tagged_videos import newest_of
from killrvideo.adapters.cassandra.signs_of_taste import CassandraTasteStore
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.videos.lists import PUBLIC_VIDEOS
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import COUNTED_AT_MOST, Page, PageRequest, page_by_rank
from killrvideo.domain.search import SearchHit
from killrvideo.domain.taste import Likes, liked_first, likes_of

LIKED_MOST = 12
"""Tags that bring videos, those that are wanted most. All tags weigh."""
LATE = timedelta(days=7)
LISTED_MOST = COUNTED_AT_MOST
"""Where the list ends."""
SPARE = 100
"""Of the newest videos, how many are read beyond the page: some were met, or stand further up."""


@dataclass(frozen=True, slots=True)
class _Known:
    scores: Mapping[VideoId, float]
    """Of the videos that are liked, best first."""
    late: Sequence[VideoId]
    """Those viewed of late, the most viewed first."""
    met: frozenset[VideoId]
    public: int
    """Videos in all."""

    def unmet(self, newest: Sequence[VideoId]) -> list[VideoId]:
        """The whole list, each once."""
        every = dict.fromkeys((*self.scores, *self.late, *newest))
        return [video_id for video_id in every if video_id not in self.met]


class ByTaste:
    def __init__(self, on: Foundation, pages: VideoPages, boards: TrendBoards) -> None:
        self._session = on.session
        self._taste = CassandraTasteStore(on)
        self._tallies = on.tallies
        self._clock = on.clock
        self._newest = pages.latest_rows
        self._late = TrendReader(on.session, boards)

    async def page(
        self, tag_weights: Mapping[str, float], unseen_by: AccountId, wanted: PageRequest
    ) -> Page[SearchHit]:
        """One round trip, unless the account has met nearly all of the newest videos."""
        enough = min(wanted.offset + wanted.size, LISTED_MOST) + 1
        count = enough + SPARE
        known, newest = await asyncio.gather(
            self._known(likes_of(tag_weights), unseen_by), self._newest_ids(count)
        )
        while len(known.unmet(newest)) < enough and len(newest) == count:
            count *= 2
            newest = await self._newest_ids(count)
        return _page(known, known.unmet(newest), wanted, is_all=len(newest) < count)

    async def _known(self, likes: Likes, account_id: AccountId) -> _Known:
        now = self._clock.now()
        tagged, late, taste, amounts = await asyncio.gather(
            newest_of(self._session, likes.most(LIKED_MOST)),
            self._late.views_since(now - LATE, now),
            self._taste.of(account_id),
            self._tallies.of(PUBLIC_VIDEOS),
        )
        return _Known(
            dict(liked_first(tagged, likes, late)),
            [video_id for video_id, _ in late.most_common(LISTED_MOST)],
            taste.met,
            amounts.videos,
        )

    async def _newest_ids(self, count: int) -> list[VideoId]:
        return [VideoId(row["id"]) for row in await self._newest.behind(TOP, count)]


def _page(known: _Known, listed: Sequence[VideoId], wanted: PageRequest, *, is_all: bool) -> Page[SearchHit]:
    total = len(listed) if is_all else max(len(listed), known.public - len(known.met))
    part = listed[:LISTED_MOST][wanted.offset : wanted.offset + wanted.size]
    hits = [SearchHit(video_id, known.scores.get(video_id, 0.0)) for video_id in part]
    return page_by_rank(hits, min(total, LISTED_MOST), wanted, capped=total > LISTED_MOST)
