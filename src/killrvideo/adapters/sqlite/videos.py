"""Videos in SQLite: one row each, whose totals other stores keep in the transaction of what they count."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.paging import page_in_time, slice_in_time
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.video_rows import SELECT_VIDEO, video_of, what_changes
from killrvideo.domain.errors import AlreadySubmitted, StaleVersion
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.paging import Page, PageRequest, Position, position_in_time
from killrvideo.domain.videos import Video, tag_key
from killrvideo.service_interfaces.units import UnitOfWork

GET = f"{SELECT_VIDEO} WHERE v.id = ?"
GET_MANY = f"{SELECT_VIDEO} JOIN json_each(?) AS wanted ON v.id = unhex(wanted.value) WHERE v.public"

LATEST = f"""{SELECT_VIDEO}
WHERE v.public AND (v.submitted_at, v.id) < (?, ?)
ORDER BY v.submitted_at DESC, v.id DESC LIMIT ? OFFSET ?
"""
COUNT = "SELECT amount FROM totals WHERE name = 'public videos'"

BY_TAG = f"""{SELECT_VIDEO}
JOIN video_tags AS t ON t.video_id = v.id
WHERE t.tag_key = ? AND (t.submitted_at, t.video_id) < (?, ?)
ORDER BY t.submitted_at DESC, t.video_id DESC LIMIT ? OFFSET ?
"""
COUNT_BY_TAG = "SELECT total(videos) FROM tag_spellings WHERE tag_key = ?"

BY_UPLOADER = f"""{SELECT_VIDEO}
WHERE v.uploader_id = ? AND v.public AND (v.submitted_at, v.id) < (?, ?)
ORDER BY v.submitted_at DESC, v.id DESC LIMIT ? OFFSET ?
"""
COUNT_BY_UPLOADER = "SELECT count(*) FROM videos WHERE uploader_id = ? AND public"
OWN = f"""{SELECT_VIDEO}
WHERE v.uploader_id = ? AND v.causes = 0 AND (v.submitted_at, v.id) < (?, ?)
ORDER BY v.submitted_at DESC, v.id DESC LIMIT ? OFFSET ?
"""
COUNT_OWN = "SELECT count(*) FROM videos WHERE uploader_id = ? AND causes = 0"

ALL_OF = f"{SELECT_VIDEO} WHERE v.uploader_id = ? ORDER BY v.submitted_at, v.id"
IDS_OF = "SELECT id FROM videos WHERE uploader_id = ?"
ALL = f"{SELECT_VIDEO} WHERE v.causes = 0 ORDER BY v.submitted_at, v.id"

UNFINISHED = f"""{SELECT_VIDEO}
LEFT JOIN jobs AS j ON j.subject = v.id AND j.state IN ('queued', 'running')
WHERE v.status IN ('PENDING', 'PROCESSING') AND v.causes = 0 AND v.submitted_at < ? AND j.id IS NULL
ORDER BY v.submitted_at LIMIT ?
"""
# A suspension can be lifted at any time, an erasure (both are the cause ACCOUNT, 4) cannot. However old the
# suspension is, what else hides the video is kept for its own time.
PURGEABLE = """
SELECT v.id FROM videos AS v CROSS JOIN accounts AS a ON a.id = v.uploader_id
WHERE v.deleted_at < ?1
  AND (v.causes & 4 = 0 OR a.status = 'erased' OR EXISTS (
    SELECT 1 FROM removals AS r
    WHERE r.content_type = 'video' AND r.content_id = v.id AND r.cause <> 4 AND r.at < ?1))
ORDER BY v.deleted_at LIMIT ?2
"""

ADD = """
INSERT INTO videos
  (title, title_is_provisional, description, tags, location, location_type, youtube_id, thumbnail_url,
   duration_seconds, content_rating, category, language, status, error, updated_at, version, causes,
   deleted_at, text_digest, id, uploader_id, submitted_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REPLACE = """
UPDATE videos SET
  title = ?, title_is_provisional = ?, description = ?, tags = ?, location = ?, location_type = ?,
  youtube_id = ?, thumbnail_url = ?, duration_seconds = ?, content_rating = ?, category = ?, language = ?,
  status = ?, error = ?, updated_at = ?, version = ?, causes = ?, deleted_at = ?, text_digest = ?
WHERE id = ? AND version = ?
"""
SET_OPENING_VIEWS = """
UPDATE videos SET views = views - opening_views + ?1, opening_views = ?1 WHERE id = ?2
"""

FORGET_TEXT = "DELETE FROM video_text WHERE rowid = (SELECT seq FROM videos WHERE id = ?)"
FORGET_REMOVALS = """
DELETE FROM removals
WHERE (content_type = 'video' AND content_id = ?1)
  OR (content_type = 'comment' AND content_id IN (SELECT id FROM comments WHERE video_id = ?1))
"""
PURGE = "DELETE FROM videos WHERE id = ? AND version = ?"


def _position(video: Video) -> Position:
    return position_in_time(video.submitted_at, video.id)


class SqliteVideoStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, video_id: VideoId) -> Video | None:
        row = self._database.row(GET, (video_id.bytes,))
        return None if row is None else video_of(row)

    async def get_many(self, video_ids: Sequence[VideoId]) -> Sequence[Video]:
        wanted = orjson.dumps([video_id.hex for video_id in video_ids]).decode()
        found = {row[0]: row for row in self._database.rows(GET_MANY, (wanted,))}
        return [video_of(found[video_id.bytes]) for video_id in video_ids if video_id.bytes in found]

    async def latest(self, wanted: PageRequest) -> Page[Video]:
        rows = self._database.rows(LATEST, slice_in_time(wanted))
        return page_in_time(rows, await self.count(), wanted, video_of, _position)

    async def by_tag(self, tag: str, wanted: PageRequest) -> Page[Video]:
        key = tag_key(tag)
        rows = await self._database.scan(BY_TAG, (key, *slice_in_time(wanted)))
        return page_in_time(rows, self._amount(COUNT_BY_TAG, key), wanted, video_of, _position)

    async def by_uploader(
        self, uploader_id: AccountId, wanted: PageRequest, *, every_state: bool
    ) -> Page[Video]:
        listed, counted = (OWN, COUNT_OWN) if every_state else (BY_UPLOADER, COUNT_BY_UPLOADER)
        rows = await self._database.scan(listed, (uploader_id.bytes, *slice_in_time(wanted)))
        [[total]] = await self._database.scan(counted, (uploader_id.bytes,))
        return page_in_time(rows, total, wanted, video_of, _position)

    async def all_of(self, uploader_id: AccountId) -> Sequence[Video]:
        return [video_of(row) for row in await self._database.scan(ALL_OF, (uploader_id.bytes,))]

    async def ids_of(self, uploader_id: AccountId) -> Sequence[VideoId]:
        rows = await self._database.scan(IDS_OF, (uploader_id.bytes,))
        return [VideoId(UUID(bytes=row[0])) for row in rows]

    async def all(self) -> Sequence[Video]:
        return [video_of(row) for row in await self._database.scan(ALL)]

    async def unfinished(self, submitted_before: datetime, limit: int) -> Sequence[Video]:
        rows = self._database.rows(UNFINISHED, (to_millis(submitted_before), limit))
        return [video_of(row) for row in rows]

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[VideoId]:
        rows = self._database.rows(PURGEABLE, (to_millis(deleted_before), limit))
        return [VideoId(UUID(bytes=row[0])) for row in rows]

    async def count(self) -> int:
        return self._amount(COUNT)

    def add(self, work: UnitOfWork, video: Video) -> None:
        key = (video.id.bytes, video.uploader_id.bytes, to_millis(video.submitted_at))
        statements(work).run(ADD, (*what_changes(video), *key), on_conflict=AlreadySubmitted)

    def replace(self, work: UnitOfWork, video: Video) -> None:
        statements(work).run(
            REPLACE,
            (*what_changes(video), video.id.bytes, video.version - 1),
            unless_changed=StaleVersion,
            on_conflict=AlreadySubmitted,
        )

    def set_opening_views(self, work: UnitOfWork, video_id: VideoId, views: int) -> None:
        statements(work).run(SET_OPENING_VIEWS, (views, video_id.bytes))

    def purge(self, work: UnitOfWork, video: Video) -> None:
        for statement in (FORGET_TEXT, FORGET_REMOVALS):
            statements(work).run(statement, (video.id.bytes,))
        statements(work).run(PURGE, (video.id.bytes, video.version), unless_changed=StaleVersion)

    def _amount(self, sql: str, *params: str | bytes) -> int:
        row = self._database.row(sql, params)
        return int(row[0]) if row else 0
