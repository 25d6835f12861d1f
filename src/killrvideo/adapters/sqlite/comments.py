"""Comments in SQLite, read with their authors' names."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.paging import page_in_time, slice_in_time
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.video_rows import CAUSES
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.paging import Page, PageRequest, Position, position_in_time
from killrvideo.service_interfaces.units import UnitOfWork

SELECT_COMMENT = """
SELECT c.id, c.video_id, c.author_id, c.text, c.sentiment, c.created_at, c.edited_at, c.version, c.causes,
  c.deleted_at, a.first_name, a.last_name, a.status = 'erased'
FROM comments AS c CROSS JOIN accounts AS a ON a.id = c.author_id
"""
"""Columns in the order in which `comment_of` reads them; the rest of the statement follows."""

GET = f"{SELECT_COMMENT} WHERE c.id = ?"

ON_VIDEO = f"""{SELECT_COMMENT}
WHERE c.video_id = ? AND c.causes = 0 AND (c.created_at, c.id) < (?, ?)
ORDER BY c.created_at DESC, c.id DESC LIMIT ? OFFSET ?
"""
COUNT_ON_VIDEO = "SELECT count(*) FROM comments WHERE video_id = ? AND causes = 0"

BY_AUTHOR = f"""{SELECT_COMMENT}
CROSS JOIN videos AS v ON v.id = c.video_id
WHERE c.author_id = ? AND c.causes = 0 AND v.public AND (c.created_at, c.id) < (?, ?)
ORDER BY c.created_at DESC, c.id DESC LIMIT ? OFFSET ?
"""
COUNT_BY_AUTHOR = """
SELECT count(*) FROM comments AS c CROSS JOIN videos AS v ON v.id = c.video_id
WHERE c.author_id = ? AND c.causes = 0 AND v.public
"""

ALL_OF = f"{SELECT_COMMENT} WHERE c.author_id = ? ORDER BY c.created_at, c.id"
IDS_OF = "SELECT id FROM comments WHERE author_id = ?"
ALL = f"""{SELECT_COMMENT}
CROSS JOIN videos AS v ON v.id = c.video_id
WHERE c.causes = 0 AND v.causes = 0 ORDER BY c.created_at, c.id
"""
# A suspension can be lifted at any time, an erasure (both are the cause ACCOUNT, 4) cannot. However old the
# suspension is, what else hides the comment is kept for its own time.
PURGEABLE = """
SELECT c.id FROM comments AS c CROSS JOIN accounts AS a ON a.id = c.author_id
WHERE c.deleted_at < ?1
  AND (c.causes & 4 = 0 OR a.status = 'erased' OR EXISTS (
    SELECT 1 FROM removals AS r
    WHERE r.content_type = 'comment' AND r.content_id = c.id AND r.cause <> 4 AND r.at < ?1))
ORDER BY c.deleted_at LIMIT ?2
"""
COUNT = """
SELECT count(*) FROM videos AS v CROSS JOIN comments AS c ON c.video_id = v.id
WHERE v.public AND c.causes = 0
"""

ADD = """
INSERT INTO comments
  (text, sentiment, edited_at, version, causes, deleted_at, id, video_id, author_id, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REPLACE = """
UPDATE comments SET text = ?, sentiment = ?, edited_at = ?, version = ?, causes = ?, deleted_at = ?
WHERE id = ? AND version = ?
"""
FORGET_REMOVALS = "DELETE FROM removals WHERE content_type = 'comment' AND content_id = ?"
PURGE = "DELETE FROM comments WHERE id = ? AND version = ?"


def comment_of(row: Row) -> Comment:
    return Comment(
        id=CommentId(UUID(bytes=row[0])),
        video_id=VideoId(UUID(bytes=row[1])),
        author_id=AccountId(UUID(bytes=row[2])),
        text=row[3],
        sentiment=row[4],
        created_at=from_millis(row[5]),
        edited_at=None if row[6] is None else from_millis(row[6]),
        version=row[7],
        causes=CAUSES[row[8]],
        deleted_at=None if row[9] is None else from_millis(row[9]),
        author_name=None if row[12] else PersonName(row[10], row[11]),
    )


def _position(comment: Comment) -> Position:
    return position_in_time(comment.created_at, comment.id)


class SqliteCommentStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, comment_id: CommentId) -> Comment | None:
        row = self._database.row(GET, (comment_id.bytes,))
        return None if row is None else comment_of(row)

    async def on_video(self, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        rows = self._database.rows(ON_VIDEO, (video_id.bytes, *slice_in_time(wanted)))
        [[total]] = self._database.rows(COUNT_ON_VIDEO, (video_id.bytes,))
        return page_in_time(rows, total, wanted, comment_of, _position)

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        rows = await self._database.scan(BY_AUTHOR, (author_id.bytes, *slice_in_time(wanted)))
        [[total]] = await self._database.scan(COUNT_BY_AUTHOR, (author_id.bytes,))
        return page_in_time(rows, total, wanted, comment_of, _position)

    async def all_of(self, author_id: AccountId) -> Sequence[Comment]:
        return [comment_of(row) for row in await self._database.scan(ALL_OF, (author_id.bytes,))]

    async def ids_of(self, author_id: AccountId) -> Sequence[CommentId]:
        rows = await self._database.scan(IDS_OF, (author_id.bytes,))
        return [CommentId(UUID(bytes=row[0])) for row in rows]

    async def all(self) -> Sequence[Comment]:
        return [comment_of(row) for row in await self._database.scan(ALL)]

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[CommentId]:
        rows = self._database.rows(PURGEABLE, (to_millis(deleted_before), limit))
        return [CommentId(UUID(bytes=row[0])) for row in rows]

    async def count(self) -> int:
        [[total]] = await self._database.scan(COUNT)
        return int(total)

    def add(self, work: UnitOfWork, comment: Comment) -> None:
        key = (comment.id, comment.video_id, comment.author_id)
        statements(work).run(
            ADD, (*_what_changes(comment), *(part.bytes for part in key), to_millis(comment.created_at))
        )

    def replace(self, work: UnitOfWork, comment: Comment) -> None:
        statements(work).run(
            REPLACE,
            (*_what_changes(comment), comment.id.bytes, comment.version - 1),
            unless_changed=StaleVersion,
        )

    def purge(self, work: UnitOfWork, comment: Comment) -> None:
        statements(work).run(FORGET_REMOVALS, (comment.id.bytes,))
        statements(work).run(PURGE, (comment.id.bytes, comment.version), unless_changed=StaleVersion)


def _what_changes(comment: Comment) -> tuple[str | float | None, ...]:
    """Columns that an edit can change, in the order of the statements that write them."""
    return (
        comment.text,
        comment.sentiment,
        None if comment.edited_at is None else to_millis(comment.edited_at),
        comment.version,
        comment.causes.value,
        None if comment.deleted_at is None else to_millis(comment.deleted_at),
    )
