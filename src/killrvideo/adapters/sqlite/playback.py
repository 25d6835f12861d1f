"""Views and watch time in SQLite: rows that are only ever added, and the totals that follow them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.videos import SqliteVideoStore
from killrvideo.domain.ids import AccountId, VideoId, ViewId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.playback import Trending, View, WatchTime
from killrvideo.service_interfaces.units import UnitOfWork

MILLIS_AN_HOUR = 60 * 60 * 1000

# The plus keeps SQLite to the hours asked for: else it reads all of them in the order of the videos.
VIEWED_SINCE = """
SELECT v.id, counted.views
FROM (SELECT video_id, sum(views) AS views FROM hourly_views WHERE hour >= ? GROUP BY +video_id) AS counted
CROSS JOIN videos AS v ON v.id = counted.video_id
WHERE v.public
ORDER BY counted.views DESC, v.views DESC, v.submitted_at DESC, v.id DESC LIMIT ?
"""
MOST_VIEWED = """
SELECT id FROM videos WHERE public ORDER BY views DESC, submitted_at DESC, id DESC LIMIT ?
"""
WATCHED_BY = """
SELECT w.video_id FROM views AS w CROSS JOIN videos AS v ON v.id = w.video_id
WHERE w.viewer_id = ? AND v.public
GROUP BY w.video_id ORDER BY max(w.at) DESC, w.video_id DESC LIMIT ?
"""
VIEWS_OF = "SELECT id, video_id, at FROM views WHERE viewer_id = ? ORDER BY at DESC, id DESC"
WATCH_TIME_OF = (
    "SELECT id, video_id, seconds, at FROM watch_time WHERE viewer_id = ? ORDER BY at DESC, id DESC"
)

ADD_VIEW = """
INSERT INTO views (id, video_id, viewer_id, at)
VALUES (?, ?, (SELECT id FROM accounts WHERE id = ? AND status <> 'erased'), ?)
ON CONFLICT DO NOTHING
"""
# Each of the next two follows only if the one before it changed a row.
COUNT_VIEW = "UPDATE videos SET views = views + 1 WHERE id = ? AND changes() > 0"
COUNT_IN_HOUR = """
INSERT INTO hourly_views (hour, video_id, views) SELECT ?, ?, 1 WHERE changes() > 0
ON CONFLICT DO UPDATE SET views = views + 1
"""
PURGE = """
DELETE FROM hourly_views WHERE (hour, video_id) IN (
  SELECT hour, video_id FROM hourly_views WHERE hour < ? LIMIT ?
)
"""
ADD_WATCH_TIME = """
INSERT INTO watch_time (id, video_id, viewer_id, seconds, at)
VALUES (?, ?, (SELECT id FROM accounts WHERE id = ? AND status <> 'erased'), ?, ?)
ON CONFLICT DO NOTHING
"""


class SqlitePlaybackStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._videos = SqliteVideoStore(database)

    async def trending(self, since: datetime, limit: int) -> Sequence[Trending]:
        views: dict[bytes, int] = dict(await self._database.scan(VIEWED_SINCE, (to_millis(since), limit)))
        if len(views) < limit:
            for [video_id] in self._database.rows(MOST_VIEWED, (limit,)):
                views.setdefault(video_id, 0)
        ranked = [VideoId(UUID(bytes=video_id)) for video_id in views][:limit]
        videos = await self._videos.get_many(ranked)
        return [Trending(video, views[video.id.bytes]) for video in videos]

    async def watched_by(self, account_id: AccountId, limit: int) -> Sequence[VideoId]:
        rows = await self._database.scan(WATCHED_BY, (account_id.bytes, limit))
        return [VideoId(UUID(bytes=row[0])) for row in rows]

    async def views_of(self, account_id: AccountId) -> Sequence[View]:
        return [
            View(
                id=ViewId(UUID(bytes=view_id)),
                video_id=VideoId(UUID(bytes=video_id)),
                viewer_id=account_id,
                at=from_millis(at),
            )
            for view_id, video_id, at in await self._database.scan(VIEWS_OF, (account_id.bytes,))
        ]

    async def watch_time_of(self, account_id: AccountId) -> Sequence[WatchTime]:
        return [
            WatchTime(
                id=ViewId(UUID(bytes=report_id)),
                video_id=VideoId(UUID(bytes=video_id)),
                viewer_id=account_id,
                seconds=seconds,
                at=from_millis(at),
            )
            for report_id, video_id, seconds, at in await self._database.scan(
                WATCH_TIME_OF, (account_id.bytes,)
            )
        ]

    def add_view(self, work: UnitOfWork, view: View) -> None:
        at, video_id = to_millis(view.at), view.video_id.bytes
        viewer_id = None if view.viewer_id is None else view.viewer_id.bytes
        unit = statements(work)
        unit.run(ADD_VIEW, (view.id.bytes, video_id, viewer_id, at))
        unit.run(COUNT_VIEW, (video_id,))
        unit.run(COUNT_IN_HOUR, (at // MILLIS_AN_HOUR * MILLIS_AN_HOUR, video_id))

    def add_watch_time(self, work: UnitOfWork, watched: WatchTime) -> None:
        viewer_id = None if watched.viewer_id is None else watched.viewer_id.bytes
        ids = (watched.id.bytes, watched.video_id.bytes, viewer_id)
        statements(work).run(ADD_WATCH_TIME, (*ids, watched.seconds, to_millis(watched.at)))

    async def purge(self, before: datetime) -> int:
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="playback.purge")
