"""What hides things in SQLite; and hiding all of an account at once, lists and text index included."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.paging import END_OF_TIME, page_in_time
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.video_rows import CAUSES
from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.ids import AccountId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.paging import Page, PageRequest, Position
from killrvideo.domain.removals import Cause, ContentOrder, ContentType, Removal
from killrvideo.service_interfaces.units import UnitOfWork

SELECT_REMOVAL = """
SELECT content_type, content_id, cause, by_account, at, reason
FROM removals
"""
"""Columns in the order in which `removal_of` reads them; the rest of the statement follows."""

OF = f"{SELECT_REMOVAL} WHERE content_type = ? AND content_id = ? ORDER BY cause"
PAGE = f"""{SELECT_REMOVAL}
WHERE (?1 IS NULL OR content_type = ?1) AND (at, content_id, content_type, cause) < (?2, ?3, ?4, ?5)
ORDER BY at DESC, content_id DESC, content_type DESC, cause DESC LIMIT ?6 OFFSET ?7
"""
COUNT = "SELECT count(*) FROM removals WHERE ?1 IS NULL OR content_type = ?1"

ADD = """
INSERT INTO removals (content_type, content_id, cause, by_account, at, reason) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
LIFT = "DELETE FROM removals WHERE content_type = ? AND content_id = ? AND cause = ?"

# With the first cause gone, the thing counts as deleted since the next one.
DATE_VIDEO = """
UPDATE videos SET deleted_at = (
  SELECT min(at) FROM removals WHERE content_type = 'video' AND content_id = videos.id
) WHERE id = ?
"""
DATE_COMMENT = """
UPDATE comments SET deleted_at = (
  SELECT min(at) FROM removals WHERE content_type = 'comment' AND content_id = comments.id
) WHERE id = ?
"""
DATE = {ContentType.VIDEO: DATE_VIDEO, ContentType.COMMENT: DATE_COMMENT}

# From here on 4 is the cause ACCOUNT, and the last parameter the account.
LEAVE_TEXT = "DELETE FROM video_text WHERE rowid IN (SELECT seq FROM videos WHERE uploader_id = ? AND public)"
LEAVE_TAGS = (
    "DELETE FROM video_tags WHERE video_id IN (SELECT id FROM videos WHERE uploader_id = ? AND public)"
)
NOTE_VIDEOS = """
INSERT INTO removals (content_type, content_id, cause, by_account, at, reason)
SELECT 'video', id, 4, ?, ?, ? FROM videos WHERE uploader_id = ? AND causes & 4 = 0
ON CONFLICT DO NOTHING
"""
NOTE_COMMENTS = """
INSERT INTO removals (content_type, content_id, cause, by_account, at, reason)
SELECT 'comment', id, 4, ?, ?, ? FROM comments WHERE author_id = ? AND causes & 4 = 0
ON CONFLICT DO NOTHING
"""
HIDE_VIDEOS = """
UPDATE videos SET
  causes = causes | 4, deleted_at = min(coalesce(deleted_at, ?1), ?1), updated_at = ?1, version = version + 1
WHERE uploader_id = ?2 AND causes & 4 = 0
"""
HIDE_COMMENTS = """
UPDATE comments SET
  causes = causes | 4, deleted_at = min(coalesce(deleted_at, ?1), ?1), version = version + 1
WHERE author_id = ?2 AND causes & 4 = 0
"""

# What nothing else hides joins the index again, before its cause is lifted.
JOIN_TEXT = """
INSERT INTO video_text (rowid, title, tags, description)
SELECT seq, title, (SELECT group_concat(value, ' ') FROM json_each(tags)), description
FROM videos WHERE uploader_id = ? AND causes = 4 AND status = 'READY'
"""
JOIN_TAGS = """
INSERT INTO video_tags (tag_key, submitted_at, video_id, tag)
SELECT spelling.key, v.submitted_at, v.id, spelling.value
FROM videos AS v CROSS JOIN json_each(v.tags) AS spelling
WHERE v.uploader_id = ? AND v.causes = 4 AND v.status = 'READY'
"""
LIFT_FROM_VIDEOS = """
DELETE FROM removals
WHERE content_type = 'video' AND cause = 4 AND content_id IN (SELECT id FROM videos WHERE uploader_id = ?)
"""
LIFT_FROM_COMMENTS = """
DELETE FROM removals
WHERE content_type = 'comment' AND cause = 4 AND content_id IN (SELECT id FROM comments WHERE author_id = ?)
"""
SHOW_VIDEOS = """
UPDATE videos SET causes = causes & ~4, updated_at = ?2, version = version + 1, deleted_at = (
  SELECT min(at) FROM removals WHERE content_type = 'video' AND content_id = videos.id
) WHERE uploader_id = ?1 AND causes & 4 <> 0
"""
SHOW_COMMENTS = """
UPDATE comments SET causes = causes & ~4, version = version + 1, deleted_at = (
  SELECT min(at) FROM removals WHERE content_type = 'comment' AND content_id = comments.id
) WHERE author_id = ? AND causes & 4 <> 0
"""

CONTENT_TYPES = {kind.value: kind for kind in ContentType}


def removal_of(row: Row) -> Removal:
    return Removal(
        content_type=CONTENT_TYPES[row[0]],
        content_id=UUID(bytes=row[1]),
        cause=CAUSES[row[2]],
        by=None if row[3] is None else AccountId(UUID(bytes=row[3])),
        at=from_millis(row[4]),
        reason=row[5],
    )


class SqliteRemovalStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, content_type: ContentType, content_id: UUID) -> Sequence[Removal]:
        rows = self._database.rows(OF, (content_type.value, content_id.bytes))
        return [removal_of(row) for row in rows]

    async def page(self, content_type: ContentType | None, wanted: PageRequest) -> Page[Removal]:
        chosen = None if content_type is None else content_type.value
        rows = await self._database.scan(PAGE, (chosen, *_slice(wanted)))
        [[total]] = await self._database.scan(COUNT, (chosen,))
        return page_in_time(rows, total, wanted, removal_of, _position)

    def add(self, work: UnitOfWork, removal: Removal) -> None:
        by = None if removal.by is None else removal.by.bytes
        key = (removal.content_type.value, removal.content_id.bytes, removal.cause.value)
        statements(work).run(ADD, (*key, by, to_millis(removal.at), removal.reason))

    def lift(self, work: UnitOfWork, content_type: ContentType, content_id: UUID, cause: Cause) -> None:
        unit = statements(work)
        unit.run(LIFT, (content_type.value, content_id.bytes, cause.value))
        unit.run(DATE[content_type], (content_id.bytes,))

    def hide_all_of(
        self, work: UnitOfWork, account_id: AccountId, by: AccountId | None, at: datetime, reason: str | None
    ) -> None:
        unit, account, millis = statements(work), account_id.bytes, to_millis(at)
        for statement in (LEAVE_TEXT, LEAVE_TAGS):
            unit.run(statement, (account,))
        for statement in (NOTE_VIDEOS, NOTE_COMMENTS):
            unit.run(statement, (None if by is None else by.bytes, millis, reason, account))
        for statement in (HIDE_VIDEOS, HIDE_COMMENTS):
            unit.run(statement, (millis, account))

    def show_all_of(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        unit, account = statements(work), account_id.bytes
        for statement in (JOIN_TEXT, JOIN_TAGS, LIFT_FROM_VIDEOS, LIFT_FROM_COMMENTS):
            unit.run(statement, (account,))
        unit.run(SHOW_VIDEOS, (account, to_millis(at)))
        unit.run(SHOW_COMMENTS, (account,))

    async def order_for(self, account_id: AccountId) -> ContentOrder | None:  # noqa: ARG002
        """None: all is done at once."""
        return None

    def carried_out(self, work: UnitOfWork, order: ContentOrder) -> None:
        """Nothing: there are no orders."""


def _position(removal: Removal) -> Position:
    """One thing can be hidden twice in the same millisecond: type and cause make the order whole."""
    kind, cause = removal.content_type.value, removal.cause.value
    return (to_millis(removal.at), removal.content_id.hex, kind, cause)


def _slice(wanted: PageRequest) -> tuple[int, bytes, str, int, int, int]:
    match wanted.after:
        case None:
            return END_OF_TIME, b"", "", 0, wanted.size + 1, wanted.offset
        case (int(millis), str(content_id), str(kind), int(cause)):
            return millis, bytes.fromhex(content_id), kind, cause, wanted.size + 1, 0
    raise InvalidCursor("This cursor belongs to another list.")
