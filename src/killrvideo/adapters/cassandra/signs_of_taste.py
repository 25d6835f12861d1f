"""What an account likes in Cassandra, from the lists of what it rated, viewed and uploaded last."""

import asyncio

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.lists.parted import PARTS
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.videos.lists import PUBLIC
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.taste import Taste, taste_of

MET_MOST = 1000
"""Videos that the account viewed, as many that it rated, and as many that it uploaded: the last."""

VIEWED = """
SELECT video_id AS id, at FROM views_by_viewer WHERE viewer_id = :account AND part = :part LIMIT :most
"""
RATED = """
SELECT video_id AS id, updated_at AS at, stars FROM ratings_by_account WHERE account_id = :account LIMIT :most
"""
UPLOADED = """
SELECT id FROM videos_by_uploader WHERE uploader_id = :account AND list = :list LIMIT :most
"""


class CassandraTasteStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session

    async def of(self, account_id: AccountId) -> Taste:
        rated, uploaded, viewed = await asyncio.gather(
            self._session.rows(RATED, {"account": account_id, "most": MET_MOST}),
            self._session.rows(UPLOADED, {"account": account_id, "most": MET_MOST, "list": PUBLIC}),
            self._viewed(account_id),
        )
        return taste_of(
            [(VideoId(row["id"]), row["stars"], _millis(row)) for row in rated],
            [(VideoId(row["id"]), _millis(row)) for row in viewed],
            [VideoId(row["id"]) for row in uploaded],
        )

    async def _viewed(self, account_id: AccountId) -> list[Row]:
        asked: dict[str, Value] = {"account": account_id, "most": MET_MOST // PARTS}
        parts = (self._session.rows(VIEWED, {**asked, "part": part}) for part in range(PARTS))
        return [row for rows in await asyncio.gather(*parts) for row in rows]


def _millis(row: Row) -> int:
    return to_millis(aware(row["at"]))
