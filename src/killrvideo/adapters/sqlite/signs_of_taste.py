"""What an account likes in SQLite, from its ratings and views."""

from uuid import UUID

from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.taste import Taste, taste_of

READ_MOST = 1000
"""Of the last ratings, and of the last views: enough for as many signs as count."""

RATED = (
    "SELECT video_id, stars, updated_at FROM ratings WHERE account_id = ? ORDER BY updated_at DESC LIMIT ?"
)
VIEWED = "SELECT video_id, at FROM views WHERE viewer_id = ? ORDER BY at DESC LIMIT ?"
MET = """
SELECT video_id FROM views WHERE viewer_id = ?1
UNION SELECT video_id FROM ratings WHERE account_id = ?1
UNION SELECT id FROM videos WHERE uploader_id = ?1
"""


class SqliteTasteStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account_id: AccountId) -> Taste:
        account = account_id.bytes
        ratings = await self._database.scan(RATED, (account, READ_MOST))
        views = await self._database.scan(VIEWED, (account, READ_MOST))
        met = await self._database.scan(MET, (account,))
        return taste_of(
            [(_id(video_id), stars, at) for video_id, stars, at in ratings],
            [(_id(video_id), at) for video_id, at in views],
            [_id(video_id) for [video_id] in met],
        )


def _id(found: bytes) -> VideoId:
    return VideoId(UUID(bytes=found))
