"""Ratings in SQLite: one row for each account and video; a video's totals change with its rows."""

from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.units import UnitOfWork

SELECT_RATING = """
SELECT r.video_id, r.account_id, r.stars, r.created_at, r.updated_at
FROM ratings AS r
"""
"""Columns in the order in which `rating_of` reads them; the rest of the statement follows."""

GET = f"{SELECT_RATING} WHERE r.video_id = ? AND r.account_id = ?"
BY_ACCOUNT = f"""{SELECT_RATING}
CROSS JOIN videos AS v ON v.id = r.video_id
WHERE r.account_id = ? AND v.public ORDER BY r.updated_at DESC, r.video_id DESC LIMIT ?
"""
ALL_OF = f"{SELECT_RATING} WHERE r.account_id = ? ORDER BY r.updated_at, r.video_id"
ALL = f"""{SELECT_RATING}
CROSS JOIN videos AS v ON v.id = r.video_id
WHERE v.causes = 0 ORDER BY r.created_at, r.video_id, r.account_id
"""

COUNT_IN = """
UPDATE videos SET
  ratings = ratings + NOT EXISTS (SELECT 1 FROM ratings WHERE video_id = ?1 AND account_id = ?2),
  stars = stars + ?3 - coalesce((SELECT stars FROM ratings WHERE video_id = ?1 AND account_id = ?2), 0)
WHERE id = ?1
"""
PUT = """
INSERT INTO ratings (video_id, account_id, stars, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET stars = excluded.stars, updated_at = excluded.updated_at
"""
COUNT_OUT = """
UPDATE videos SET ratings = videos.ratings - 1, stars = videos.stars - gone.stars
FROM (SELECT stars FROM ratings WHERE video_id = ?1 AND account_id = ?2) AS gone
WHERE videos.id = ?1
"""
WITHDRAW = "DELETE FROM ratings WHERE video_id = ? AND account_id = ?"


def rating_of(row: Row) -> Rating:
    return Rating(
        video_id=VideoId(UUID(bytes=row[0])),
        account_id=AccountId(UUID(bytes=row[1])),
        stars=row[2],
        created_at=from_millis(row[3]),
        updated_at=from_millis(row[4]),
    )


class SqliteRatingStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, video_id: VideoId, account_id: AccountId) -> Rating | None:
        row = self._database.row(GET, (video_id.bytes, account_id.bytes))
        return None if row is None else rating_of(row)

    async def by_account(self, account_id: AccountId, limit: int) -> Sequence[Rating]:
        return [rating_of(row) for row in await self._database.scan(BY_ACCOUNT, (account_id.bytes, limit))]

    async def all_of(self, account_id: AccountId) -> Sequence[Rating]:
        return [rating_of(row) for row in await self._database.scan(ALL_OF, (account_id.bytes,))]

    async def all(self) -> Sequence[Rating]:
        return [rating_of(row) for row in await self._database.scan(ALL)]

    def put(self, work: UnitOfWork, rating: Rating) -> None:
        key = (rating.video_id.bytes, rating.account_id.bytes)
        # The difference is taken first, while the former rating is still there.
        statements(work).run(COUNT_IN, (*key, rating.stars))
        instants = (to_millis(rating.created_at), to_millis(rating.updated_at))
        statements(work).run(PUT, (*key, rating.stars, *instants))

    def withdraw(self, work: UnitOfWork, video_id: VideoId, account_id: AccountId) -> None:
        for statement in (COUNT_OUT, WITHDRAW):
            statements(work).run(statement, (video_id.bytes, account_id.bytes))
