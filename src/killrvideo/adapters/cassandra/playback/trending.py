"""What trends: the most viewed of an interval, filled up with what was viewed most before."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from killrvideo.adapters.cassandra.playback import opening_views
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.playback.trend_reader import TrendReader
from killrvideo.adapters.cassandra.playback.trend_tables import Views
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.videos import CassandraVideoStore
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import TREND_DAYS, Trending
from killrvideo.domain.videos import Video

SPARE = 10
"""Videos that are read beyond what is wanted, as some may not be public any more."""
TIED = 50
"""As many again, if they were viewed as often as the last: views in all decide between them."""


class Trends:
    def __init__(
        self, on: Foundation, boards: TrendBoards, pages: VideoPages, videos: CassandraVideoStore
    ) -> None:
        self._on = on
        self._reader = TrendReader(on.session, boards)
        self._pages = pages
        self._videos = videos
        self._quiet = True
        """Whether the last list had to be filled up: then the next one is likely to, too."""

    async def since(self, since: datetime, limit: int) -> Sequence[Trending]:
        now = self._on.clock.now()
        views, fillers = await asyncio.gather(
            self._reader.views_since(since, now), self._fillers(now, limit if self._quiet else 0)
        )
        videos = await self._ranked(views, fillers, limit)
        if len(videos) < limit and not fillers:
            videos = await self._ranked(views, await self._fillers(now, limit), limit)
        trending = [Trending(video, views[video.id]) for video in videos]
        self._quiet = sum(one.views_in_interval > 0 for one in trending) < limit
        return trending

    async def _ranked(self, views: Views, fillers: Collection[VideoId], limit: int) -> list[Video]:
        """The first of the public ones among both."""

        def rank(video: Video) -> tuple[object, ...]:
            return views[video.id], video.totals.views, video.submitted_at, video.id

        waiting, found = views.most_common(), list[Video]()
        besides = [video_id for video_id in fillers if video_id not in views]
        while besides or (waiting and sum(video.id in views for video in found) < limit):
            end = _cut(waiting, limit)
            found += await self._videos.get_many([*(video_id for video_id, _ in waiting[:end]), *besides])
            waiting, besides = waiting[end:], []
        return sorted(found, key=rank, reverse=True)[:limit]

    async def _fillers(self, now: datetime, limit: int) -> set[VideoId]:
        """Those viewed most in the last month, those that came with most views, and the newest."""
        if not limit:
            return set()
        lately, opening, newest = await asyncio.gather(
            self._reader.views_since(now - timedelta(days=TREND_DAYS.stop), now),
            opening_views.most(self._on.session, limit),
            self._pages.latest(PageRequest(size=limit)),
        )
        ids = {VideoId(row["id"]) for row in newest.items}
        return ids.union(opening, (video_id for video_id, _ in lately.most_common(limit)))


def _cut(ranked: Sequence[tuple[VideoId, int]], limit: int) -> int:
    """How many to read, so that ``limit`` of them should be public, and ties are settled."""
    end = min(limit + SPARE, len(ranked))
    last = ranked[min(limit, len(ranked)) - 1][1] if ranked else 0
    while end < min(limit + SPARE + TIED, len(ranked)) and ranked[end][1] == last:
        end += 1
    return end
