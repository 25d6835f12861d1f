"""The recent doings of each account in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.paging import page_in_time, slice_in_time
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.paging import Page, PageRequest, Position, position_in_time
from killrvideo.service_interfaces.units import UnitOfWork

THAT_SHOW = """
FROM activity AS a CROSS JOIN videos AS v ON v.id = a.video_id
WHERE a.account_id = ?1 AND (?2 IS NULL OR a.kind = ?2) AND a.at >= ?3 AND v.public
  AND (a.comment_id IS NULL OR EXISTS (SELECT 1 FROM comments WHERE id = a.comment_id AND causes = 0))
"""
OF_ACCOUNT = f"""
SELECT a.id, a.account_id, a.kind, a.video_id, a.comment_id, a.at {THAT_SHOW}
  AND (a.at, a.id) < (?4, ?5)
ORDER BY a.at DESC, a.id DESC LIMIT ?6 OFFSET ?7
"""
COUNT = f"SELECT count(*) {THAT_SHOW}"
ALL_OF = """
SELECT id, account_id, kind, video_id, comment_id, at FROM activity
WHERE account_id = ? ORDER BY at DESC, id DESC
"""
ADD = """
INSERT INTO activity (id, account_id, kind, video_id, comment_id, at)
SELECT ?1, id, ?3, ?4, ?5, ?6 FROM accounts WHERE id = ?2 AND status <> 'erased'
"""
PURGE = "DELETE FROM activity WHERE id IN (SELECT id FROM activity WHERE at < ? LIMIT ?)"

KINDS = {kind.value: kind for kind in ActivityKind}


def activity_of(row: Row) -> Activity:
    return Activity(
        id=ActivityId(UUID(bytes=row[0])),
        account_id=AccountId(UUID(bytes=row[1])),
        kind=KINDS[row[2]],
        video_id=VideoId(UUID(bytes=row[3])),
        comment_id=None if row[4] is None else CommentId(UUID(bytes=row[4])),
        at=from_millis(row[5]),
    )


def _position(activity: Activity) -> Position:
    return position_in_time(activity.at, activity.id)


class SqliteActivityStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_account(
        self, account_id: AccountId, kind: ActivityKind | None, since: datetime, wanted: PageRequest
    ) -> Page[Activity]:
        chosen = (account_id.bytes, None if kind is None else kind.value, to_millis(since))
        rows = await self._database.scan(OF_ACCOUNT, (*chosen, *slice_in_time(wanted)))
        [[total]] = await self._database.scan(COUNT, chosen)
        return page_in_time(rows, total, wanted, activity_of, _position)

    async def all_of(self, account_id: AccountId) -> Sequence[Activity]:
        return [activity_of(row) for row in await self._database.scan(ALL_OF, (account_id.bytes,))]

    def add(self, work: UnitOfWork, activity: Activity) -> None:
        comment_id = None if activity.comment_id is None else activity.comment_id.bytes
        statements(work).run(
            ADD,
            (
                activity.id.bytes,
                activity.account_id.bytes,
                activity.kind.value,
                activity.video_id.bytes,
                comment_id,
                to_millis(activity.at),
            ),
        )

    async def purge(self, before: datetime) -> int:
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="activity.purge")
